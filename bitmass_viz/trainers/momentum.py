"""SGD with momentum: each step continues in the direction of earlier ones."""

from __future__ import annotations

from typing import ClassVar

from bitmass_viz.kernels.settings import Optimiser
from bitmass_viz.trainers.float32 import Float32Trainer, rate
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option


class Momentum(Float32Trainer):
    """m ← 0.9 m + gradient;  w ← w − rate · m  (Polyak 1964; Sutskever et al., ICML 2013)."""

    NAME = "momentum"
    LABEL = "SGD with momentum"
    SUMMARY = "Floats; each step goes on in the direction of the ones before."
    OPTIONS: ClassVar[tuple[Option, ...]] = (rate(published=0.05, tuned=0.02), BATCH_SIZE, LOSS)

    def optimiser(self) -> Optimiser:
        """See `Float32Trainer.optimiser`."""
        return Optimiser(
            rate=self.options["learning_rate"],
            first_decay=0.9,
        )
