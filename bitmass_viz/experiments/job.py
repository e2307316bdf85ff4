"""One network, trained and measured, in whatever process an executor runs it."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass

from bitmass_viz.data import NAMED, Digits, load_data
from bitmass_viz.experiments.measures import MEASURES
from bitmass_viz.experiments.sources import SOURCES, trainers_own
from bitmass_viz.experiments.store import Rows
from bitmass_viz.kernels.settings import CONTAINER_BITS
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.run import Run

NETWORK = ("hidden", "units", "bits_per_weight", "bit_mass", "seconds_per_epoch", "split", "accuracy")
"""What every row of a network has, whatever its measure."""

_loaded: dict[str, Digits] = {}


@dataclass(frozen=True)
class DataRef:
    """Digits, or a source of data, by name and hash, so that a job carries no images.

    Attributes
    ----------
    name : str
    sha256 : str
        Of the hashes of all parts, see `of`; of a source, those of its sample.
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

    def digits(self, job: Job) -> Digits:
        """Get the digits that a job's network learns, in this process or another.

        Raises
        ------
        ValueError
            If this machine has other digits of that name, or none.
        """
        if self.sha256 not in _loaded:
            if self.name not in (*NAMED, *SOURCES):
                raise ValueError(
                    f"only {', '.join(NAMED)} can be loaded in another process, got {self.name!r}; "
                    "use concurrent.futures.ThreadPoolExecutor"
                )
            source = SOURCES.get(self.name)
            found = DataRef.of(source.sample() if source else load_data(self.name, progress=False))
            if found != self:
                raise ValueError(
                    f"{self.name} is not the same here: SHA-256 {found.sha256}, expected {self.sha256}"
                )
        if self.name in SOURCES:
            return SOURCES[self.name].digits(job.seed, json.loads(job.options))
        return _loaded[self.sha256]


@dataclass(frozen=True)
class Job:
    """All that a network's result depends on, apart from the digits and the code.

    Attributes
    ----------
    options : str
        JSON, sorted.
    measure : str
        A name in `MEASURES`; where a choice is being made, one of `SCORES`, which never sees the test split.
    """

    trainer: str
    recipe: str
    options: str
    hidden: int | None
    seed: int
    epochs: int
    measure: str

    @property
    def size(self) -> int:
        """Roughly how long it takes, in any unit, to train the longest first."""
        hidden = 1 if self.hidden is None else self.hidden
        bits = TRAINERS[self.trainer].format_with(json.loads(self.options)).bits
        return self.epochs * hidden * CONTAINER_BITS // bits

    def network(self, digits: Digits) -> Run:
        """Return the network before it has learned anything."""
        inputs = digits.train.images[0].size
        arch = None if self.hidden is None else Architecture(inputs, self.hidden)
        options = trainers_own(json.loads(self.options))
        return Run(self.trainer, digits, arch, self.seed, self.recipe, **options)


def perform(job: Job, data: DataRef) -> Rows:
    """Train a network and measure it.

    Returns
    -------
    list of dict
        JSON-ready; what every row of a network shares, and what its measure adds to each.
    """
    digits = data.digits(job)
    run = job.network(digits)
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
