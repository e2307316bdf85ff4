"""SGD with momentum: each step continues in the direction of earlier ones."""

from __future__ import annotations

from typing import Any, ClassVar

from bitmass_viz.kernels import float32_network
from bitmass_viz.kernels.settings import Sizes, descent
from bitmass_viz.trainers.float32 import Float32Trainer, rate
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option


class Momentum(Float32Trainer):
    """m ← 0.9 m + gradient;  w ← w − rate · m  (Polyak 1964; Sutskever et al., ICML 2013)."""

    NAME = "momentum"
    LABEL = "SGD with momentum"
    SUMMARY = "Floats; each step goes on in the direction of the ones before."
    OPTIONS: ClassVar[tuple[Option, ...]] = (rate(published=0.05, tuned=0.02), BATCH_SIZE, LOSS)

    @staticmethod
    def choose(sizes: Sizes, published: bool, options: Any) -> float32_network.Settings:
        """See `FamilyTrainer.choose`."""
        with_momentum = descent(options.learning_rate, first_decay=0.9)
        return float32_network.choose(sizes, published, options, with_momentum)
