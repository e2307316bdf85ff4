"""Adam: momentum, and a separate step size for every weight."""

from __future__ import annotations

from typing import ClassVar

from bitmass_viz.kernels.settings import Optimiser, adam
from bitmass_viz.trainers.float32 import Float32Trainer, rate
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option


class Adam(Float32Trainer):
    """Momentum divided by a running root mean square, both bias-corrected (Kingma and Ba, arXiv 1412.6980)."""

    NAME = "adam"
    LABEL = "Adam"
    SUMMARY = "Floats; momentum and a rate of its own for every weight, no weight decay."
    OPTIONS: ClassVar[tuple[Option, ...]] = (rate(published=0.001, tuned=0.001), BATCH_SIZE, LOSS)

    def optimiser(self) -> Optimiser:
        """See `Float32Trainer.optimiser`."""
        return adam(self.options["learning_rate"])
