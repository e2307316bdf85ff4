"""RMSprop: a separate step size for every weight, and no momentum."""

from __future__ import annotations

from typing import ClassVar

from bitmass_viz.kernels.settings import Optimiser
from bitmass_viz.trainers.float32 import Float32Trainer, rate
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option


class RMSprop(Float32Trainer):
    """v ← 0.99 v + 0.01 gradient²;  w ← w − rate · gradient / (√v + 1e−8)  (Tieleman and Hinton, 2012)."""

    NAME = "rmsprop"
    LABEL = "RMSprop"
    SUMMARY = "Floats; a rate of its own for every weight, without momentum."
    OPTIONS: ClassVar[tuple[Option, ...]] = (rate(published=0.0005, tuned=0.002), BATCH_SIZE, LOSS)

    def optimiser(self) -> Optimiser:
        """See `Float32Trainer.optimiser`."""
        return Optimiser(
            rate=self.options["learning_rate"],
            second_decay=0.99,
            dampening=True,
            epsilon=1e-08,
        )
