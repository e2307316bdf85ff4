"""Straight-through: few-bit weights, rounded from latent floats that follow the gradient."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from bitmass_viz.kernels.quantised_network import Settings, pixel_values
from bitmass_viz.kernels.settings import STRAIGHT_THROUGH, Sizes, adam
from bitmass_viz.network.formats import WEIGHT_BITS
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option
from bitmass_viz.trainers.quantised import ACTIVATION, PIXEL_KIND, QuantisedTrainer

BITS = Option(
    "bits",
    "Bits a weight; fewer bits mean more hidden units in the same containers.",
    published=1,
    tuned=1,
    kind="choice",
    choices=WEIGHT_BITS,
)
RATE = Option(
    "learning_rate",
    "Size of a step of the latent weights, in units of √(2 / inputs of the unit).",
    published=0.02,
    tuned=0.02,
    low=1e-6,
    high=10.0,
)
RANGE = Option(
    "weight_range",
    "Largest weight, in units of √(2 / inputs of the unit); 0 for the one chosen for this number of bits.",
    published=0.0,
    tuned=0.0,
    low=0.0,
    high=100.0,
)
DECAY = Option(
    "decay_epochs",
    "The rate falls to 0 along a cosine over this many times 50,000 examples; 0 for a constant rate.",
    published=0,
    tuned=0,
    kind="whole",
    low=0,
    high=10_000,
)


class StraightThrough(QuantisedTrainer):
    """Quantisation-aware training with a straight-through estimator and Adam.

    Forward and backward pass use the few-bit weights; the gradient updates a latent float weight, which is then
    rounded (Bengio et al., arXiv 1308.3432; Courbariaux et al., arXiv 1511.00363). Adam is insensitive to the
    constant factor between a weight and its latent. With 32 bits nothing is rounded. There is no published recipe;
    the two recipes differ only in the loss.
    """

    NAME = "straight-through"
    LABEL = "Straight-through"
    SUMMARY = "Weights of few bits, one unless set, that follow hidden floats down the gradient."
    OPTIONS: ClassVar[tuple[Option, ...]] = (
        BITS,
        RATE,
        RANGE,
        BATCH_SIZE,
        LOSS,
        ACTIVATION,
        PIXEL_KIND,
        DECAY,
    )

    @staticmethod
    def choose(sizes: Sizes, published: bool, options: Any) -> Settings:
        """See `FamilyTrainer.choose`."""
        return Settings(
            bits=options.bits,
            optimiser=adam(options.learning_rate, cosine_epochs=options.decay_epochs),
            loss=options.loss,
            batch_size=options.batch_size,
            pixel_values=pixel_values(options.pixels),
            largest_weight=options.weight_range,
            method=STRAIGHT_THROUGH,
            activation=options.activation,
            adaptivity=np.float32(0.0),
            threshold=np.float32(0.0),
        )
