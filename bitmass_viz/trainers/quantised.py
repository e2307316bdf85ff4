"""Base of the trainers with few-bit weights: levels, arrays and forward pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels import quantised_network, tiles
from bitmass_viz.network.formats import NumberFormat
from bitmass_viz.network.layout import LayerLayout, container_layouts
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Role
from bitmass_viz.trainers.options import Option
from bitmass_viz.trainers.sparse_input import LitTrainer

ACTIVATION = Option(
    "activation",
    "What a hidden unit answers: how much (relu), or only yes or no (sign).",
    published="relu",
    tuned="relu",
    kind="choice",
    choices=("relu", "sign"),
)
PIXEL_KIND = Option(
    "pixels",
    "Pixels as shades of grey, as one bit each (0 or 1), or signed (−1 or +1, black left out).",
    published="grey",
    tuned="grey",
    kind="choice",
    choices=("grey", "binary", "signed"),
)


class QuantisedTrainer(LitTrainer):
    """A network 784 → units → 10 whose weights are few-bit levels times one scale per layer.

    A container of 32 bits holds 32/k hidden units of k-bit weights, so every k has the same bit-mass. The scale of
    a layer is fixed from the start. With ReLU or sign it only stretches all outputs equally and never changes a
    prediction, but training needs sums of a suitable size.
    """

    NETWORK: ClassVar[ModuleType] = quantised_network
    KERNELS = "quantised"
    ROLES: ClassVar[Mapping[str, Role]] = {
        "w0": "weights",
        "w1": "weights",
        "latent0": "training",
        "latent1": "training",
        "gradient0": "scratch",
        "gradient1": "scratch",
        "first0": "training",
        "second0": "training",
        "first1": "training",
        "second1": "training",
        "scales": "constants",
        "clock": "scratch",
    }

    @property
    def bits(self) -> int:
        """Bits per weight."""
        return self.format_with(self.options).bits

    @property
    def layers(self) -> tuple[LayerLayout, ...]:
        """32/k hidden units per container, k bits per weight."""
        return container_layouts(self.arch, self.bits)

    def bits_in(self, name: str) -> int:
        """See `Trainer.bits_in`: each array of the first layer has a number for each weight, and may be padded."""
        if not self._is_tiled(name):
            return super().bits_in(name)
        return 8 * self.state[name].itemsize * self.layers[0].units * self.layers[0].features

    def shape_in(self, version: int, name: str) -> tuple[int, ...]:
        """See `Trainer.shape_in`: up to version 2 a row for each pixel, however wide the layer."""
        now, layout = self.state[name].shape, self.layers[0]
        if version > 2 or not self._is_tiled(name):
            return now
        return (layout.features, layout.units) if len(now) > 1 else (layout.features * layout.units,)

    def converted(self, version: int, name: str, array: NDArray[Any]) -> NDArray[Any]:
        """See `Trainer.converted`."""
        if version > 2 or not self._is_tiled(name):
            return array
        found = np.zeros_like(self.state["w0"])
        tiles.put_rows(array.reshape(self.layers[0].features, -1).T, found)
        return found.reshape(self.state[name].shape)

    def _is_tiled(self, name: str) -> bool:
        return name.endswith("0") and self.state[name].size > 0

    def _start(self, rng: np.random.Generator) -> None:
        super()._start(rng)
        self.kernels.refresh(self.settings, self.arrays)

    def constants(self) -> dict[str, NDArray[Any]]:
        """Return the scale of each layer, unless the format needs none."""
        return {"scales": self.state["scales"]} if self.format_with(self.options).has_scale else {}

    def put_weights(self, weights: WeightMatrices) -> None:
        """See `Trainer.put_weights`. Latent weights are set to the levels of the new bits."""
        self._check_layers(weights)
        s, number_format = self.state, self.format_with(self.options)
        put_levels(weights.w0.neurons, number_format, s["scales"][0], s["w0"], s["latent0"], tiles.put_rows)
        put_levels(weights.w1.neurons, number_format, s["scales"][1], s["w1"], s["latent1"])


def _put(numbers: NDArray[np.float32], array: NDArray[np.float32]) -> None:
    array[...] = numbers


def put_levels(
    numbers: NDArray[Any],
    number_format: NumberFormat,
    scale: np.float32,
    w: NDArray[np.float32],
    latent: NDArray[np.float32],
    put: Callable[[NDArray[np.float32], NDArray[np.float32]], None] = _put,
) -> None:
    """Set weights, and any latent weights, from `WeightMatrix.neurons`; ``put`` knows the arrays' layout."""
    put(number_format.weights(numbers, scale), w)
    if latent.size:
        put(numbers.astype(np.float32) / number_format.largest(scale), latent)
