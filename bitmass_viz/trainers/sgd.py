"""Plain stochastic gradient descent with a constant learning rate."""

from __future__ import annotations

from typing import Any, ClassVar

from bitmass_viz.kernels import float32_network
from bitmass_viz.kernels.settings import Sizes, descent
from bitmass_viz.trainers.float32 import Float32Trainer, rate
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option


class Sgd(Float32Trainer):
    """w ← w − rate · gradient.

    The study calls its variant "MSE gradient, no chain". Our reading, `chain_rule=False`, omits the derivative of
    the hidden activation from the hidden layer's error. Its learning rate is not published; ours was chosen on the
    validation split (experiment "published").
    """

    NAME = "sgd"
    LABEL = "SGD"
    SUMMARY = "Floats; each step goes straight down the gradient at a constant rate."
    OPTIONS: ClassVar[tuple[Option, ...]] = (
        rate(published=0.5, tuned=0.1),
        BATCH_SIZE,
        LOSS,
        Option(
            "chain_rule",
            "Off: the hidden error leaves out the activation’s derivative (our reading of “no chain”).",
            published=True,
            tuned=True,
            kind="switch",
        ),
    )

    @staticmethod
    def choose(sizes: Sizes, published: bool, options: Any) -> float32_network.Settings:
        """See `FamilyTrainer.choose`."""
        plain = descent(options.learning_rate)
        return float32_network.choose(sizes, published, options, plain, options.chain_rule)
