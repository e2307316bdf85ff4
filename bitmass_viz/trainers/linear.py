"""Linear models, 784 → 10, as a baseline: what pixels predict without a hidden layer."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels import linear_network
from bitmass_viz.kernels.quantised_network import Settings
from bitmass_viz.kernels.settings import Sizes
from bitmass_viz.network.formats import FLOAT32, ONE_BIT, NumberFormat
from bitmass_viz.network.layout import LayerLayout, container_layouts
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Role
from bitmass_viz.trainers.float32 import rate
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option
from bitmass_viz.trainers.quantised import put_levels
from bitmass_viz.trainers.sparse_input import LitTrainer


class Linear(LitTrainer):
    """Softmax regression in float32, trained with Adam: a baseline, not part of the study.

    There is no published recipe; the two recipes differ only in the loss.
    """

    NAME = "linear"
    LABEL = "Linear"
    SUMMARY = "No hidden layer: one float a pixel and class."
    FORMAT: ClassVar[NumberFormat] = FLOAT32
    NETWORK: ClassVar[ModuleType] = linear_network
    KERNELS = "linear"
    HAS_HIDDEN_LAYER = False
    OPTIONS: ClassVar[tuple[Option, ...]] = (rate(published=0.002, tuned=0.002), BATCH_SIZE, LOSS)
    ROLES: ClassVar[Mapping[str, Role]] = {
        "w": "weights",
        "latent": "training",
        "gradient": "scratch",
        "first": "training",
        "second": "training",
        "scale": "constants",
        "clock": "scratch",
    }

    @staticmethod
    def choose(sizes: Sizes, published: bool, options: Any) -> Settings:
        """See `FamilyTrainer.choose`."""
        return linear_network.choose(options, 32)

    def _start(self, rng: np.random.Generator) -> None:
        super()._start(rng)
        self.kernels.refresh(self.settings, self.arrays)

    @property
    def layers(self) -> tuple[LayerLayout, ...]:
        """One layer, with a weight per class and pixel."""
        return container_layouts(self.arch, self.FORMAT.bits)

    def constants(self) -> dict[str, NDArray[Any]]:
        """Return the scale, unless the format needs none."""
        return {"scale": self.state["scale"]} if self.FORMAT.has_scale else {}

    def put_weights(self, weights: WeightMatrices) -> None:
        """See `Trainer.put_weights`."""
        self._check_layers(weights)
        s = self.state
        put_levels(weights.w0.neurons.T, self.FORMAT, s["scale"][0], s["w"], s["latent"])


class BinaryLinear(Linear):
    """The linear model with one bit per weight, trained straight-through: the fewest bits of all trainers."""

    NAME = "binary-linear"
    LABEL = "Linear, 1 bit"
    SUMMARY = "No hidden layer: one bit a pixel and class."
    FORMAT = ONE_BIT
    OPTIONS = (rate(published=0.03, tuned=0.03), BATCH_SIZE, LOSS)

    @staticmethod
    def choose(sizes: Sizes, published: bool, options: Any) -> Settings:
        """See `FamilyTrainer.choose`."""
        return linear_network.choose(options, 1)
