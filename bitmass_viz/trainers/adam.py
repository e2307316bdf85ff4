"""Adam: momentum, and a separate step size for every weight."""

from __future__ import annotations

from typing import Any, ClassVar

from bitmass_viz.kernels import float32_network
from bitmass_viz.kernels.settings import Sizes, adam
from bitmass_viz.trainers.float32 import Float32Trainer, rate
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option


class Adam(Float32Trainer):
    """Momentum divided by a running root mean square, both bias-corrected (Kingma and Ba, arXiv 1412.6980)."""

    NAME = "adam"
    LABEL = "Adam"
    SUMMARY = "Floats; momentum and a rate of its own for every weight, no weight decay."
    OPTIONS: ClassVar[tuple[Option, ...]] = (rate(published=0.001, tuned=0.001), BATCH_SIZE, LOSS)

    @staticmethod
    def choose(sizes: Sizes, published: bool, options: Any) -> float32_network.Settings:
        """See `FamilyTrainer.choose`."""
        return float32_network.choose(sizes, published, options, adam(options.learning_rate))
