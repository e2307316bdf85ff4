"""Base of the float32 trainers, which differ only in their optimiser."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels import settings
from bitmass_viz.network.formats import FLOAT32
from bitmass_viz.network.layout import LayerLayout, float32_layouts
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Role
from bitmass_viz.trainers.options import BATCH_SIZE, LOSS, Option
from bitmass_viz.trainers.sparse_input import LitTrainer

PUBLISHED_EPOCHS = 3
"""The study's learning-rate schedule ends after three epochs of 50,000 examples, as does its training."""
PUBLISHED_EXAMPLES = 50_000
LEAKY_SLOPE = 0.05
LOSSES = {"squared-error": settings.SQUARED_ERROR, "cross-entropy": settings.CROSS_ENTROPY}


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

    @abstractmethod
    def optimiser(self) -> settings.Optimiser:
        """Return the settings of the update formula for this trainer."""

    def _start(self, rng: np.random.Generator) -> None:
        hidden, classes = self.arch.hidden, self.arch.classes
        published = self.recipe == "published"
        self.model = settings.Model(
            loss=LOSSES[self.options["loss"]],
            slope=np.float32(LEAKY_SLOPE if published else 0.0),
            chain_rule=bool(self.options.get("chain_rule", True)),
        )
        self._optimiser = self.optimiser()
        groups = -(-hidden // settings.LANES)
        rows0 = np.zeros((groups * settings.LANES, self.arch.inputs), np.float32)
        rows1 = np.zeros((classes, groups * settings.LANES), np.float32)
        rows0[:hidden] = self._draw(rng, hidden, self.arch.inputs)
        rows1[:, :hidden] = self._draw(rng, classes, hidden)
        w0 = np.ascontiguousarray(rows0.reshape(groups, settings.LANES, -1).transpose(0, 2, 1))
        w1 = rows1
        has_first = self._optimiser.first_decay > 0
        has_second = self._optimiser.second_decay > 0
        self.state = {
            "w0": w0,
            "w1": w1,
            "gradient0": np.zeros_like(w0),
            "gradient1": np.zeros_like(w1),
            "first0": np.zeros(w0.size * has_first, np.float32),
            "second0": np.zeros(w0.size * has_second, np.float32),
            "first1": np.zeros(w1.size * has_first, np.float32),
            "second1": np.zeros(w1.size * has_second, np.float32),
            "clock": np.zeros(3, np.int64),
        }

    def _draw(self, rng: np.random.Generator, units: int, fan_in: int) -> NDArray[np.float64]:
        if self.recipe == "published":
            return rng.uniform(-1.0, 1.0, (units, fan_in)) / np.sqrt(fan_in)
        return rng.normal(0.0, np.sqrt(2.0 / fan_in), (units, fan_in))

    def published_steps(self) -> int:
        """Return the number of updates after which the published schedule ends."""
        return PUBLISHED_EPOCHS * -(-PUBLISHED_EXAMPLES // int(self.options["batch_size"]))

    @property
    def layers(self) -> tuple[LayerLayout, ...]:
        """One float32 per weight: pixels × hidden units, and hidden units × classes."""
        return float32_layouts(self.arch)

    def learn(
        self, prepared: Any, labels: NDArray[np.uint8], order: NDArray[np.int64], closes_batch: bool
    ) -> None:
        """See `Trainer.learn`."""
        from bitmass_viz.kernels import floatnet

        s = self.state
        floatnet.train(
            prepared.pixels,
            labels,
            order,
            settings.PIXEL_VALUES,
            s["w0"],
            s["w1"],
            (s["gradient0"], s["gradient1"]),
            (s["first0"], s["second0"], s["first1"], s["second1"]),
            s["clock"],
            self.model,
            self._optimiser,
            self.options["batch_size"],
            closes_batch,
        )

    def classify(self, prepared: Any) -> NDArray[np.uint8]:
        """See `Trainer.classify`."""
        from bitmass_viz.kernels import floatnet

        labels = np.empty(len(prepared), np.uint8)
        floatnet.predict(
            prepared.pixels, settings.PIXEL_VALUES, self.state["w0"], self.state["w1"], self.model.slope, labels
        )
        return labels

    def put_weights(self, weights: WeightMatrices) -> None:
        """See `Trainer.put_weights`."""
        self._check_layers(weights)
        hidden = self.arch.hidden
        lanes = np.zeros((self.state["w0"].shape[0] * settings.LANES, self.arch.inputs), np.float32)
        lanes[:hidden] = weights.w0.neurons
        self.state["w0"][...] = lanes.reshape(-1, settings.LANES, self.arch.inputs).transpose(0, 2, 1)
        self.state["w1"][:, :hidden] = weights.w1.neurons

    def weights(self) -> WeightMatrices:
        """See `Trainer.weights`."""
        hidden = self.arch.hidden
        rows0 = self.state["w0"].transpose(0, 2, 1).reshape(-1, self.arch.inputs)[:hidden]
        rows1 = self.state["w1"][:, :hidden]
        both = np.concatenate([rows0.ravel(), rows1.ravel()]).astype("<f4", copy=False)
        return WeightMatrices(both.view(np.uint8), self.layers)
