"""Linear models, 784 → 10, as a baseline: what pixels predict without a hidden layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels import settings
from bitmass_viz.kernels.settings import Optimiser
from bitmass_viz.network.formats import FLOAT32, ONE_BIT, NumberFormat
from bitmass_viz.network.layout import LayerLayout, container_layouts
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Role
from bitmass_viz.trainers.float32 import LOSSES, rate
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option
from bitmass_viz.trainers.quantised import first_latents, pack_weights, put_levels
from bitmass_viz.trainers.sparse_input import LitTrainer


class Linear(LitTrainer):
    """Softmax regression in float32, trained with Adam: a baseline, not part of the study.

    There is no published recipe; the two recipes differ only in the loss.
    """

    NAME = "linear"
    LABEL = "Linear"
    SUMMARY = "No hidden layer: one float a pixel and class."
    FORMAT: ClassVar[NumberFormat] = FLOAT32
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

    def _start(self, rng: np.random.Generator) -> None:
        from bitmass_viz.kernels import quantised

        shape = (self.arch.inputs, self.arch.classes)
        # Floats need no scale; one-bit weights need one that gives outputs of a size suitable for softmax.
        scale = np.float32(np.sqrt(2.0 / self.arch.inputs) if self.FORMAT.has_scale else 1.0)
        (latent,) = first_latents(rng, [shape], 1.0)
        if not self.FORMAT.has_scale:
            latent *= np.float32(np.sqrt(1.0 / self.arch.inputs))
        w = np.empty(shape, np.float32)
        quantised.quantise(latent.reshape(-1), self.FORMAT.bits, scale, w.reshape(-1))
        self.state = {
            "w": w,
            "latent": latent if self.FORMAT.has_scale else np.zeros((0, 0), np.float32),
            "gradient": np.zeros(shape, np.float32),
            "first": np.zeros(w.size, np.float32),
            "second": np.zeros(w.size, np.float32),
            "scale": np.array([scale]),
            "clock": np.zeros(3, np.int64),
        }
        self._optimiser = Optimiser(
            rate=self.options["learning_rate"],
            first_decay=0.9,
            second_decay=0.999,
            dampening=True,
            bias_correction=True,
            epsilon=1e-8,
        )

    @property
    def layers(self) -> tuple[LayerLayout, ...]:
        """One layer, with a weight per class and pixel."""
        return container_layouts(self.arch, self.FORMAT.bits)

    def learn(
        self, prepared: Any, labels: NDArray[np.uint8], order: NDArray[np.int64], closes_batch: bool
    ) -> None:
        """See `Trainer.learn`."""
        from bitmass_viz.kernels import quantised

        s = self.state
        quantised.train_linear(
            prepared.pixels,
            labels,
            order,
            settings.PIXEL_VALUES,
            s["w"],
            s["latent"],
            s["gradient"],
            s["first"],
            s["second"],
            s["clock"],
            LOSSES[self.options["loss"]],
            self._optimiser,
            self.FORMAT.bits,
            s["scale"][0],
            self.options["batch_size"],
            closes_batch,
        )

    def classify(self, prepared: Any) -> NDArray[np.uint8]:
        """See `Trainer.classify`."""
        from bitmass_viz.kernels import quantised

        labels = np.empty(len(prepared), np.uint8)
        quantised.predict_linear(prepared.pixels, settings.PIXEL_VALUES, self.state["w"], labels)
        return labels

    def constants(self) -> dict[str, NDArray[Any]]:
        """Return the scale, unless the format needs none."""
        return {"scale": self.state["scale"]} if self.FORMAT.has_scale else {}

    def weights(self) -> WeightMatrices:
        """See `Trainer.weights`."""
        return pack_weights([self.state["w"].T], self.state["scale"], self.layers)

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
