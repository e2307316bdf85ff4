"""Base of the trainers with few-bit weights: levels, arrays and forward pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels import settings
from bitmass_viz.kernels.settings import Optimiser
from bitmass_viz.network.formats import NumberFormat
from bitmass_viz.network.layout import LayerLayout, container_layouts
from bitmass_viz.network.weights import WeightMatrices, pack_codes
from bitmass_viz.trainers.base import Role
from bitmass_viz.trainers.bv32 import PIXEL_THRESHOLD
from bitmass_viz.trainers.float32 import LOSSES
from bitmass_viz.trainers.options import Option
from bitmass_viz.trainers.sparse_input import LitTrainer

PIXELS = {
    "grey": settings.PIXEL_VALUES,
    "binary": (np.arange(256) > PIXEL_THRESHOLD).astype(np.float32),
}
"""Kind of pixels → input value of each shade: x/255, or 1 where BV32 has +1 and 0 elsewhere."""
ACTIVATIONS = {"relu": settings.RELU, "sign": settings.SIGN}

ACTIVATION = Option(
    "activation",
    "What a hidden unit answers: how much (relu), or only yes or no (sign).",
    published="relu",
    tuned="relu",
    kind="choice",
    choices=tuple(ACTIVATIONS),
)
PIXEL_KIND = Option(
    "pixels",
    "Pixels as shades of grey, or one bit each.",
    published="grey",
    tuned="grey",
    kind="choice",
    choices=tuple(PIXELS),
)


class QuantisedTrainer(LitTrainer):
    """A network 784 → units → 10 whose weights are few-bit levels times one scale per layer.

    A container of 32 bits holds 32/k hidden units of k-bit weights, so every k has the same bit-mass. The scale of
    a layer is fixed from the start. With ReLU or sign it only stretches all outputs equally and never changes a
    prediction, but training needs sums of a suitable size.
    """

    METHOD: ClassVar[int]
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

    def optimiser(self) -> Optimiser:
        """Return the update formula of the latent weights."""
        return Optimiser(0.0)

    def weight_range(self) -> float:
        """Return the largest weight, in units of √(2/fan_in): He's standard deviation."""
        return 1.0

    def _start(self, rng: np.random.Generator) -> None:
        from bitmass_viz.kernels import quantised

        units = self.arch.hidden_units(self.bits)
        self._optimiser = self.optimiser()
        self._pixel_values = PIXELS[self.options["pixels"]]
        self._activation = ACTIVATIONS[self.options["activation"]]
        self._adaptivity = np.float32(self.options.get("adaptivity", 0.0))
        self._threshold = np.float32(self.options.get("threshold", 0.0))
        width = self.weight_range()
        scales = np.array([width * np.sqrt(2.0 / fan_in) for fan_in in (self.arch.inputs, units)], np.float32)
        latents = first_latents(rng, [(self.arch.inputs, units), (self.arch.classes, units)], width)
        self.state = {"scales": scales, "clock": np.zeros(3, np.int64)}
        for number, latent in enumerate(latents):
            w = np.empty_like(latent)
            quantised.quantise(latent.reshape(-1), self.bits, scales[number], w.reshape(-1))
            by_gradient = self.METHOD == settings.STRAIGHT_THROUGH
            has_latent = by_gradient and self.format_with(self.options).has_scale
            self.state |= {
                f"w{number}": w,
                f"latent{number}": latent if has_latent else np.zeros((0, 0), np.float32),
                f"gradient{number}": np.zeros_like(w),
                f"first{number}": np.zeros(w.size, np.float32),
                f"second{number}": np.zeros(w.size * by_gradient, np.float32),
            }

    @property
    def layers(self) -> tuple[LayerLayout, ...]:
        """32/k hidden units per container, k bits per weight."""
        return container_layouts(self.arch, self.bits)

    def learn(
        self, prepared: Any, labels: NDArray[np.uint8], order: NDArray[np.int64], closes_batch: bool
    ) -> None:
        """See `Trainer.learn`."""
        from bitmass_viz.kernels import quantised

        s = self.state
        quantised.train(
            prepared.pixels,
            labels,
            order,
            self._pixel_values,
            s["w0"],
            s["w1"],
            (s["latent0"], s["latent1"]),
            (s["gradient0"], s["gradient1"]),
            (s["first0"], s["second0"], s["first1"], s["second1"]),
            s["clock"],
            self.METHOD,
            self._activation,
            LOSSES[self.options["loss"]],
            self._optimiser,
            self.bits,
            s["scales"],
            self._adaptivity,
            self._threshold,
            self.options["batch_size"],
            closes_batch,
        )

    def classify(self, prepared: Any) -> NDArray[np.uint8]:
        """See `Trainer.classify`."""
        from bitmass_viz.kernels import quantised

        labels = np.empty(len(prepared), np.uint8)
        s = self.state
        quantised.predict(prepared.pixels, self._pixel_values, s["w0"], s["w1"], self._activation, labels)
        return labels

    def constants(self) -> dict[str, NDArray[Any]]:
        """Return the scale of each layer, unless the format needs none."""
        return {"scales": self.state["scales"]} if self.format_with(self.options).has_scale else {}

    def weights(self) -> WeightMatrices:
        """See `Trainer.weights`; a weight's bits are its code, whose highest bit is the sign."""
        s = self.state
        return pack_weights([s["w0"].T, s["w1"]], s["scales"], self.layers)

    def put_weights(self, weights: WeightMatrices) -> None:
        """See `Trainer.put_weights`. Latent weights are set to the levels of the new bits."""
        self._check_layers(weights)
        s = self.state
        for number, matrix in enumerate((weights.w0.neurons.T, weights.w1.neurons)):
            number_format = self.format_with(self.options)
            put_levels(matrix, number_format, s["scales"][number], s[f"w{number}"], s[f"latent{number}"])


def first_latents(
    rng: np.random.Generator, shapes: list[tuple[int, int]], width: float
) -> list[NDArray[np.float32]]:
    """Draw latent weights uniformly, with He's variance as far as the range −1 to 1 allows."""
    reach = min(1.0, np.sqrt(3.0) / width)
    return [rng.uniform(-reach, reach, shape).astype(np.float32) for shape in shapes]


def pack_weights(
    matrices: list[NDArray[np.float32]], scales: NDArray[np.float32], layers: tuple[LayerLayout, ...]
) -> WeightMatrices:
    """Pack weight matrices, each float32 (units, features), into a dense buffer."""
    number_format = layers[0].format
    codes = [number_format.code_of(matrix, scale) for matrix, scale in zip(matrices, scales, strict=True)]
    return WeightMatrices(pack_codes(codes, number_format.bits), layers)


def put_levels(
    numbers: NDArray[Any],
    number_format: NumberFormat,
    scale: np.float32,
    w: NDArray[np.float32],
    latent: NDArray[np.float32],
) -> None:
    """Set weights, and any latent weights, from the numbers of `WeightMatrix.neurons`."""
    w[...] = number_format.weights(numbers, scale)
    if latent.size:
        latent[...] = numbers.astype(np.float32) / number_format.largest(scale)
