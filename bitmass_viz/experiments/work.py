"""One network, trained and measured, in whatever process an executor runs it."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from bitmass_viz.architecture import Architecture
from bitmass_viz.data import Digits, load_digits
from bitmass_viz.experiments.measures import MEASURES
from bitmass_viz.experiments.store import Rows
from bitmass_viz.run import Run
from bitmass_viz.trainers import TRAINERS

DECIDES_A_RESULT = (
    "kernels", "data", "trainers", "architecture.py", "views.py", "run.py", "ledger.py",
    "experiments/measures.py", "experiments/knife.py",
)  # fmt: skip

NETWORK = ("hidden", "units", "bits_per_weight", "bit_mass", "seconds_per_epoch", "split", "accuracy")
"""What every row of a network has, whatever its measure."""

_loaded: dict[str, Digits] = {}


@dataclass(frozen=True)
class DataRef:
    """Digits by name and hash, so that a job carries no images.

    Attributes
    ----------
    name : str
    sha256 : str
        Of the hashes of all parts, see `of`.
    """

    name: str
    sha256: str

    @classmethod
    def of(cls, digits: Digits) -> DataRef:
        """Name some digits, and have them at hand in this process."""
        parts = dict(digits.sha256) or {"train": hashlib.sha256(digits.train.images.tobytes()).hexdigest()}
        ref = cls(digits.name, hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest())
        _loaded[ref.sha256] = digits
        return ref

    def digits(self) -> Digits:
        """Get the digits, in this process or another.

        Raises
        ------
        ValueError
            If this machine has other digits of that name, or none.
        """
        if self.sha256 not in _loaded:
            if self.name not in ("mnist", "strokes"):
                raise ValueError(
                    f"only mnist and strokes can be loaded in another process, got {self.name!r}; "
                    "use concurrent.futures.ThreadPoolExecutor"
                )
            found = DataRef.of(load_digits(self.name, progress=False))  # type: ignore[arg-type]
            if found != self:
                raise ValueError(
                    f"{self.name} is not the same here: SHA-256 {found.sha256}, expected {self.sha256}"
                )
        return _loaded[self.sha256]


@dataclass(frozen=True)
class Job:
    """All that a network's result depends on, besides the digits and the code.

    Attributes
    ----------
    options : str
        JSON, sorted.
    measure : str
        A name in `MEASURES`; "validation" where a choice is being made, which never sees the test split.
    """

    trainer: str
    recipe: str
    options: str
    hidden: int | None
    seed: int
    epochs: int
    measure: str

    def key(self, data: DataRef) -> str:
        """Name the result: another one wherever anything it depends on differs."""
        everything = json.dumps([asdict(self), asdict(data), code_digest()], sort_keys=True)
        return hashlib.sha256(everything.encode()).hexdigest()[:32]


@cache
def code_digest() -> str:
    """Hash the source of all that decides a result."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for part in DECIDES_A_RESULT:
        place = package / part
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def perform(job: Job, data: DataRef) -> Rows:
    """Train a network and measure it.

    Returns
    -------
    list of dict
        JSON-ready; what every row of a network shares, and what its measure adds to each.
    """
    digits = data.digits()
    arch = None if job.hidden is None else Architecture(hidden=job.hidden)
    run = Run(job.trainer, digits, arch, job.seed, job.recipe, **json.loads(job.options))
    run.warm_up()
    started = time.perf_counter()
    for _ in range(job.epochs):
        run.advance(len(digits.train))
    took = time.perf_counter() - started
    weights = run.weights
    network = {
        "hidden": run.arch.hidden,
        "units": weights.layers[0].units if TRAINERS[job.trainer].HAS_HIDDEN_LAYER else 0,
        "bits_per_weight": weights.layers[0].bits_per_weight,
        "bit_mass": weights.bit_mass,
        "seconds_per_epoch": round(took / job.epochs, 4),
    }
    return [network | record for record in MEASURES[job.measure](run)]
