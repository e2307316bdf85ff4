"""The conversation with the page's opening: a float and a binary network learn from noise, as a film.

The page plays the film; this session trains the networks and sends a snapshot of both for each of its frames.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from bitmass_viz.common import numeric
from bitmass_viz.data import Digits
from bitmass_viz.live import protocol
from bitmass_viz.live.controls import CONTROLS
from bitmass_viz.live.descriptions import describe_digits, describe_weights
from bitmass_viz.live.session import Session
from bitmass_viz.live.tasks import Steps, Wait, Work
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.history import Frame
from bitmass_viz.training.lockstep import Lockstep
from bitmass_viz.training.run import Run

BATCH_SIZE = 4
"""With the study's 64 nothing would change for 64 digits, and then everything in one frame."""
NETWORKS: tuple[dict[str, Any], ...] = (
    {"trainer": "sgd", "recipe": "published", "hidden": 8, "batch_size": BATCH_SIZE},
    {"trainer": "bv32-hebbian", "recipe": "published", "hidden": 8, "batch_size": BATCH_SIZE},
)
"""Trainer, recipe, containers in the hidden layer, and the trainer's options."""
BITS = tuple(TRAINERS[network["trainer"]].FORMAT.bits for network in NETWORKS)
"""Bits per weight of the two networks."""
EACH_BATCH = 64
"""Up to so many examples there is a frame for each minibatch."""
PER_DOUBLING = 8
"""Frames for each doubling of the examples from there on."""
DOUBLINGS = 9
AHEAD = 18
"""Frames made ahead of the one that is shown: two seconds."""


def frames() -> list[int]:
    """Return after how many examples there is a frame: at first every minibatch, then on a logarithmic scale."""
    early = range(0, EACH_BATCH, BATCH_SIZE)
    later = [
        BATCH_SIZE * round(EACH_BATCH * 2 ** (i / PER_DOUBLING) / BATCH_SIZE)
        for i in range(DOUBLINGS * PER_DOUBLING + 1)
    ]
    return [*early, *later]


class OpeningSession(Session):
    """One reader's conversation with the opening.

    Parameters
    ----------
    digits : Digits
    at : sequence of int, optional
        Examples learned at each frame, ascending from 0; `frames` unless given.
    clock
        As for `Session`.
    """

    AT_ONCE: ClassVar[dict[str, str]] = {"film": "_on_film", "watched": "_on_watched"}

    def __init__(
        self, digits: Digits, at: Sequence[int] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(clock)
        self.digits = digits
        self._at = list(frames() if at is None else at)
        self._count = 0
        self._watched = 0
        self._put(dataset=describe_digits(digits))

    def _on_film(self, message: protocol.PlayFilm) -> None:
        """Begin a film, in place of one that is being made."""
        try:
            seed = CONTROLS["seed"].check(message.get("seed"))
        except ValueError as error:
            self.notify(f"{error}.", "error")
            return
        self.clear_notice("error")
        self._count += 1
        self._watched = 0
        self._start_in_turn(self._make_film(self._count, seed))

    def _on_watched(self, message: protocol.Watched) -> None:
        """Note which frame is shown: only a few ahead of it are made, and none that nobody will watch."""
        index = numeric.as_whole(message.get("index"))
        self._watched = max(self._watched, 0 if index is None else index)

    def _make_film(self, number: int, seed: int) -> Steps[None]:
        if number < self._count:
            return
        networks = yield Work(partial(self._begin, seed))
        self._put(network=self._described(networks), film={"id": number, "seed": seed, "at": self._at})
        for index, at in enumerate(self._at):
            yield Wait(partial(self._is_wanted, number, index))
            if number < self._count:
                return
            self._show(number, index, (yield Work(partial(_trained, networks, at))))

    def _is_wanted(self, number: int, index: int) -> bool:
        return number < self._count or index <= self._watched + AHEAD

    def _begin(self, seed: int) -> Lockstep:
        return Lockstep([_make(self.digits, seed, **network) for network in NETWORKS])

    def _described(self, networks: Lockstep) -> protocol.LanesNetwork:
        return {
            "train_size": len(self.digits.train),
            "image": list(self.digits.train.images.shape[1:]),
            "accuracy_split": "validation",
            "lanes": [
                {
                    "run": str(number),
                    "trainer": run.trainer.NAME,
                    "label": run.trainer.LABEL,
                    **describe_weights(run.weights),
                    "bytes": run.weights.buffer.nbytes,
                }
                for number, run in enumerate(networks.runs)
            ],
        }

    def _show(self, film: int, index: int, snapshots: Sequence[Frame]) -> None:
        snapshot: protocol.Snapshot = {
            "film": film,
            "index": index,
            "accuracies": [snapshot.accuracy for snapshot in snapshots],
        }
        self._put(snapshot=snapshot, frame=b"".join(snapshot.weights.buffer.tobytes() for snapshot in snapshots))


def _make(digits: Digits, seed: int, trainer: str, recipe: str, hidden: int, **options: Any) -> Run:
    architecture = replace(TRAINERS[trainer].default_architecture(), hidden=hidden)
    return Run(trainer, digits, architecture, seed, recipe, **options)


def _trained(networks: Lockstep, at: int) -> tuple[Frame, ...]:
    """Train the networks up to a number of examples, and measure them."""
    if at > networks.examples:
        networks.advance(at - networks.examples)
    networks.validate()
    return networks.record()
