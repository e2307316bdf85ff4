"""RMSprop: a separate step size for every weight, and no momentum."""

from __future__ import annotations

from typing import Any, ClassVar

from bitmass_viz.kernels import float32_network
from bitmass_viz.kernels.settings import Sizes, descent
from bitmass_viz.trainers.float32 import Float32Trainer, rate
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option


class RMSprop(Float32Trainer):
    """v ← 0.99 v + 0.01 gradient²;  w ← w − rate · gradient / (√v + 1e−8)  (Tieleman and Hinton, 2012)."""

    NAME = "rmsprop"
    LABEL = "RMSprop"
    SUMMARY = "Floats; a rate of its own for every weight, without momentum."
    OPTIONS: ClassVar[tuple[Option, ...]] = (rate(published=0.0005, tuned=0.002), BATCH_SIZE, LOSS)

    @staticmethod
    def choose(sizes: Sizes, published: bool, options: Any) -> float32_network.Settings:
        """See `FamilyTrainer.choose`."""
        adaptive = descent(options.learning_rate, second_decay=0.99, dampening=True, epsilon=1e-08)
        return float32_network.choose(sizes, published, options, adaptive)
