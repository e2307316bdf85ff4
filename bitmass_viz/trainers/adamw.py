"""AdamW: momentum, a separate step size for every weight, and decoupled weight decay."""

from __future__ import annotations

from typing import Any, ClassVar

from bitmass_viz.kernels import float32_network
from bitmass_viz.kernels.settings import COSINE, Sizes, adam
from bitmass_viz.trainers.float32 import PUBLISHED_EPOCHS, Float32Trainer, rate
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option


class AdamW(Float32Trainer):
    """AdamW (Loshchilov and Hutter, arXiv 1711.05101).

    Published recipe: learning rate 0.002, decaying to 0 along a cosine over the study's three epochs; gradient
    norm clipped at 1. Tuned recipe: a constant rate, chosen on the validation split; no clipping.
    """

    NAME = "adamw"
    LABEL = "AdamW"
    SUMMARY = "Floats; momentum and a rate of its own for every weight."
    OPTIONS: ClassVar[tuple[Option, ...]] = (
        rate(published=0.002, tuned=0.001),
        BATCH_SIZE,
        LOSS,
        Option(
            "schedule",
            "How the rate goes on: it stays, or falls to 0 along a cosine over the study’s three epochs.",
            published="cosine",
            tuned="constant",
            kind="choice",
            choices=("constant", "cosine"),
        ),
        Option(
            "clip_norm",
            "Largest norm of the whole gradient; 0 for no limit.",
            published=1.0,
            tuned=0.0,
            low=0.0,
            high=1e6,
        ),
    )

    @staticmethod
    def choose(sizes: Sizes, published: bool, options: Any) -> float32_network.Settings:
        """See `FamilyTrainer.choose`."""
        epochs = PUBLISHED_EPOCHS if options.schedule == COSINE else 0
        adamw = adam(options.learning_rate, 1e-4, options.clip_norm, epochs)
        return float32_network.choose(sizes, published, options, adamw)
