"""Base of the package's trainers, whose arithmetic is a family of kernels."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from bitmass_viz.common.aligned import aligned_zeros
from bitmass_viz.kernels.settings import Examples
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Trainer

Shapes = Mapping[str, tuple[DTypeLike, tuple[int, ...]]]


class FamilyTrainer(Trainer):
    """A trainer that keeps options, names, types and sizes, and leaves the arithmetic to its family's kernels.

    The kernels are `learn`, `classify` and `refresh`; `NETWORK` needs no compiler.
    """

    NETWORK: ClassVar[ModuleType]
    """The family's `State`, whose fields are the keys of `state`, `Settings`, `draw_weights` and `pack`."""
    KERNELS: ClassVar[str]
    """Module of the kernels, imported when they are needed."""

    @property
    @abstractmethod
    def shapes(self) -> Shapes:
        """Type and shape of each array in `state`."""

    @abstractmethod
    def choose(self) -> Any:
        """Return the family's `Settings`, as the options say."""

    @property
    def kernels(self) -> Any:
        """The module with the family's kernels."""
        return import_module(f"bitmass_viz.kernels.{self.KERNELS}")

    def _start(self, rng: np.random.Generator) -> None:
        self.state = {name: aligned_zeros(shape, kind) for name, (kind, shape) in self.shapes.items()}
        self._chosen = self.choose()
        self.NETWORK.draw_weights(rng, self._chosen, self.arrays)

    @property
    def arrays(self) -> Any:
        """`state` as the kernels take it."""
        return self.NETWORK.State(**self.state)

    @property
    def settings(self) -> Any:
        """The options as the kernels take them."""
        live = self.live_options()
        return self._chosen._replace(**live) if live else self._chosen

    def images(self, prepared: Any) -> Any:
        """Return prepared images as the kernels take them."""
        return prepared

    def learn(
        self, prepared: Any, labels: NDArray[np.uint8], order: NDArray[np.int64], closes_batch: bool
    ) -> None:
        """See `Trainer.learn`."""
        self.kernels.learn(
            Examples(self.images(prepared), labels, order, closes_batch), self.settings, self.arrays
        )

    def classify(self, prepared: Any) -> NDArray[np.uint8]:
        """See `Trainer.classify`."""
        labels = np.empty(len(prepared), np.uint8)
        self.kernels.classify(self.images(prepared), self.settings, self.arrays, labels)
        return labels

    def weights(self) -> WeightMatrices:
        """See `Trainer.weights`; includes BV32's thresholds."""
        buffer = np.empty(-(-sum(layer.bit_count for layer in self.layers) // 8), np.uint8)
        self.NETWORK.pack(self._chosen, self.arrays, buffer)
        return WeightMatrices(buffer, self.layers, self.constants().get("thresholds"))
