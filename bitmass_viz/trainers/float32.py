"""Base of the float32 trainers, which differ only in their optimiser."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels import float32_network, settings
from bitmass_viz.network.formats import FLOAT32
from bitmass_viz.network.layout import LayerLayout, float32_layouts
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Role
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option
from bitmass_viz.trainers.sparse_input import LitTrainer

PUBLISHED_EPOCHS = 3
"""The study's learning-rate schedule ends after three epochs, as does its training."""


def rate(published: float, tuned: float) -> Option:
    """Declare the learning rate with the given defaults."""
    return Option(
        "learning_rate",
        "Size of a step against the gradient.",
        published=published,
        tuned=tuned,
        low=1e-6,
        high=10.0,
    )


class Float32Trainer(LitTrainer):
    """A float32 network trained by back-propagation.

    The published recipe follows the study's notes: leaky ReLU with slope 0.05, mean squared error against ±1
    targets, initial weights uniform in ±1/√fan_in. The tuned recipe is ReLU, softmax cross-entropy and initial
    weights normal with variance 2/fan_in (He et al., arXiv 1502.01852).
    """

    FORMAT = FLOAT32
    NETWORK: ClassVar[ModuleType] = float32_network
    KERNELS = "floatnet"
    OPTIONS: ClassVar[tuple[Option, ...]] = (rate(0.05, 0.1), BATCH_SIZE, LOSS)
    ROLES: ClassVar[Mapping[str, Role]] = {
        "w0": "weights",
        "w1": "weights",
        "gradient0": "scratch",
        "gradient1": "scratch",
        "first0": "training",
        "second0": "training",
        "first1": "training",
        "second1": "training",
        "clock": "scratch",
    }

    @property
    def model(self) -> settings.Model:
        """Loss, activation and chain rule."""
        return self.settings.model

    @property
    def layers(self) -> tuple[LayerLayout, ...]:
        """One float32 per weight: pixels × hidden units, and hidden units × classes."""
        return float32_layouts(self.arch)

    def bits_in(self, name: str) -> int:
        """See `Trainer.bits_in`: each array of a layer has a number for each weight."""
        if name == "clock" or not self.state[name].size:
            return super().bits_in(name)
        return self.layers[int(name[-1])].bit_count

    def shape_in(self, version: int, name: str) -> tuple[int, ...]:
        """See `Trainer.shape_in`: in version 1 units were innermost, and each class had a row."""
        now = self.state[name].shape
        if version > 1 or name == "clock" or now == (0,):
            return now
        units = self.state["w1"].shape[0]
        inputs, classes = self.arch.inputs, self.arch.classes
        shape = (units // settings.LANES, inputs, settings.LANES) if name[-1] == "0" else (classes, units)
        return shape if len(now) > 1 else (math.prod(shape),)

    def converted(self, version: int, name: str, array: NDArray[Any]) -> NDArray[Any]:
        """See `Trainer.converted`."""
        if version > 1 or name == "clock" or not array.size:
            return array
        units, layer = self.state["w1"].shape[0], name[-1]
        found = np.zeros_like(self.state[f"w{layer}"])
        if layer == "0":
            lanes = array.reshape(-1, self.arch.inputs, settings.LANES)
            float32_network.put_rows(lanes.transpose(0, 2, 1).reshape(units, -1), found)
        else:
            found[:, : self.arch.classes] = array.reshape(-1, units).T
        return found.reshape(self.state[name].shape)

    def put_weights(self, weights: WeightMatrices) -> None:
        """See `Trainer.put_weights`."""
        self._check_layers(weights)
        float32_network.put_rows(weights.w0.neurons, self.state["w0"])
        self.state["w1"][: self.arch.hidden, : self.arch.classes] = weights.w1.neurons.T
