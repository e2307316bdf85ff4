"""Bop: one-bit weights that flip when the gradient has pushed one way for long enough; no latent floats."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from bitmass_viz.kernels.quantised_network import Settings, pixel_values
from bitmass_viz.kernels.settings import BOP, Sizes, descent
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option
from bitmass_viz.trainers.quantised import ACTIVATION, PIXEL_KIND, QuantisedTrainer


class Bop(QuantisedTrainer):
    """The binary optimiser of Helwegen et al. (arXiv 1906.02107, “Latent weights do not exist”).

    The study has no recipe for it; our two recipes differ only in the loss.
    """

    NAME = "bop"
    LABEL = "Bop"
    SUMMARY = "Single bits that flip where the gradient keeps pushing; no hidden floats."
    OPTIONS: ClassVar[tuple[Option, ...]] = (
        Option(
            "adaptivity",
            "Share of the newest gradient in the running mean (γ).",
            published=3e-4,
            tuned=3e-4,
            low=1e-7,
            high=1.0,
        ),
        Option(
            "threshold",
            "How large the running mean must be for a bit to flip (τ).",
            published=1e-5,
            tuned=1e-5,
            low=0.0,
            high=1.0,
        ),
        BATCH_SIZE,
        LOSS,
        ACTIVATION,
        PIXEL_KIND,
    )

    @staticmethod
    def choose(sizes: Sizes, published: bool, options: Any) -> Settings:
        """See `FamilyTrainer.choose`."""
        return Settings(
            bits=1,
            optimiser=descent(0.0),
            loss=options.loss,
            batch_size=options.batch_size,
            pixel_values=pixel_values(options.pixels),
            largest_weight=1.0,
            method=BOP,
            activation=options.activation,
            adaptivity=np.float32(options.adaptivity),
            threshold=np.float32(options.threshold),
        )
