"""Base of the package's trainers, whose arithmetic is a family of kernels."""

from __future__ import annotations

from abc import abstractmethod
from collections import namedtuple
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.aligned import aligned_copy
from bitmass_viz.kernels.settings import Examples, Sizes
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Trainer


class FamilyTrainer(Trainer):
    """A trainer that keeps options and names, and leaves the arithmetic to its family's kernels.

    The kernels are `learn`, `classify` and `refresh`; `NETWORK` needs no compiler.
    """

    NETWORK: ClassVar[ModuleType]
    """The family's `State` (fields as in `state`), `Settings`, `allocate`, `draw_weights` and `pack`."""
    KERNELS: ClassVar[str]
    """Module of the kernels, imported when they are needed."""

    @staticmethod
    @abstractmethod
    def choose(sizes: Sizes, published: bool, options: Any) -> Any:
        """Return the family's `Settings`: plain Python, without `self`, that numba compiles for other hosts.

        Parameters
        ----------
        sizes : Sizes
        published : bool
            Whether the recipe is "published".
        options : named tuple
            A field for each option, as `Option.code` returns it.
        """

    @property
    def kernels(self) -> Any:
        """The module with the family's kernels."""
        return import_module(f"bitmass_viz.kernels.{self.KERNELS}")

    def _start(self, rng: np.random.Generator) -> None:
        sizes = Sizes(self.arch.inputs, self.arch.hidden, self.arch.classes)
        self._chosen = self.choose(sizes, self.recipe == "published", self.codes(self.options))
        allocated = self.NETWORK.allocate(sizes, self._chosen)._asdict()
        self.state = {name: aligned_copy(array) for name, array in allocated.items()}
        self.NETWORK.draw_weights(rng, self._chosen, self.arrays)

    @classmethod
    def codes(cls, options: Mapping[str, Any]) -> Any:
        """Return the values of all options as `choose` takes them."""
        codes = {option.name: option.code(options[option.name]) for option in cls.OPTIONS}
        return namedtuple("Options", codes)(**codes)

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
        buffer = self.NETWORK.pack(self._chosen, self.arrays)
        return WeightMatrices(buffer, self.layers, self.constants().get("thresholds"))
