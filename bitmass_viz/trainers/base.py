"""The interface of a trainer: a network's arrays and the rule that updates them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from copy import copy
from typing import Any, ClassVar, Literal, Protocol, Self
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.aligned import aligned_copy
from bitmass_viz.data import Split
from bitmass_viz.kernels.random_numbers import WEIGHTS, generator
from bitmass_viz.network.architecture import MAX_HIDDEN, Architecture
from bitmass_viz.network.formats import FORMATS, ONE_BIT, NumberFormat
from bitmass_viz.network.layout import LayerLayout
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.options import Option, resolve

Snapshot = dict[str, NDArray[Any]]


class Prepared(Protocol):
    """Images in the form that a trainer's kernels take."""

    def __len__(self) -> int: ...

    def __getitem__(self, which: slice, /) -> Any: ...


Role = Literal["weights", "constants", "training", "scratch"]
"""Purpose of an array in a trainer's state: the weights in the kernels' layout; other arrays that inference needs;
state that training carries between minibatches; and temporary arrays of one minibatch, with counters."""


class Trainer(ABC):
    """A network together with its learning rule.

    Training changes only the live options and `state`, a dictionary of arrays whose ``clock`` starts with the
    number of examples learned. `seed` sets the initial weights; the caller sets the order of examples.

    Parameters
    ----------
    arch : Architecture
    seed : int
    recipe : {"published", "tuned"}
    **options
        See `OPTIONS` of the class; the recipe sets the others.

    Raises
    ------
    ValueError
        For an unknown recipe or option, a value that is not allowed, or a hidden layer in a linear model.
    """

    NAME: ClassVar[str]
    LABEL: ClassVar[str]
    """Name shown on the page."""
    SUMMARY: ClassVar[str]
    """One sentence for the reader."""
    FORMAT: ClassVar[NumberFormat] = ONE_BIT
    """Number format of the weights, unless the option ``bits`` selects another."""
    OPTIONS: ClassVar[tuple[Option, ...]]
    ROLES: ClassVar[Mapping[str, Role]]
    """Purpose of each array in `state`, for the ledger."""
    HAS_HIDDEN_LAYER: ClassVar[bool] = True

    _prepared: ClassVar[WeakKeyDictionary[Split, Prepared]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "prepare" in cls.__dict__:
            cls._prepared = WeakKeyDictionary()

    def __init__(self, arch: Architecture, seed: int = 0, recipe: str = "published", **options: Any) -> None:
        if (arch.hidden > 0) != self.HAS_HIDDEN_LAYER:
            allowed = f"1 to {MAX_HIDDEN}" if self.HAS_HIDDEN_LAYER else "0, for it has no hidden layer"
            raise ValueError(f"hidden of {self.NAME} must be {allowed}, got {arch.hidden}")
        self.arch = arch
        self.recipe = recipe
        self.options = resolve(self.NAME, self.OPTIONS, recipe, options)
        self.state: Snapshot = {}
        self._start(generator(seed, WEIGHTS))

    @abstractmethod
    def _start(self, rng: np.random.Generator) -> None:
        """Fill `state` with the initial arrays."""

    @property
    @abstractmethod
    def layers(self) -> tuple[LayerLayout, ...]:
        """The address map of the network's weight bits."""

    @abstractmethod
    def prepare(self, images: NDArray[np.uint8]) -> Prepared:
        """Convert images, uint8 (n, height, width), to the form that the kernels take."""

    @abstractmethod
    def learn(
        self,
        prepared: Any,
        labels: NDArray[np.uint8],
        order: NDArray[np.int64],
        closes_batch: bool,
    ) -> None:
        """Train on the examples with the indices in `order`, in one compiled call that releases the GIL.

        Parameters
        ----------
        prepared : see `prepare`
        labels : uint8 (n,)
        order : int64 (m,)
        closes_batch : bool
            Whether the last example ends its minibatch even if that is not full.
        """

    @abstractmethod
    def classify(self, prepared: Any) -> NDArray[np.uint8]:
        """Return the predicted labels of prepared images, uint8 (n,)."""

    @abstractmethod
    def weights(self) -> WeightMatrices:
        """Return a snapshot of the weight bits, in a new buffer."""

    @abstractmethod
    def put_weights(self, weights: WeightMatrices) -> None:
        """Replace the weight bits, for example by modified ones; constants such as thresholds do not change.

        Raises
        ------
        ValueError
            If the weights have another shape or format.
        """

    @classmethod
    def default_architecture(cls) -> Architecture:
        """Return the study's 784→8→10, or 784→10 for a trainer without a hidden layer."""
        return Architecture() if cls.HAS_HIDDEN_LAYER else Architecture(hidden=0)

    @classmethod
    def format_with(cls, options: Mapping[str, Any]) -> NumberFormat:
        """Return the number format of a network with these options."""
        return FORMATS[options["bits"]] if "bits" in options else cls.FORMAT

    def shape_in(self, version: int, name: str) -> tuple[int, ...]:
        """Return the shape that an array in `state` had in saved runs of a format version."""
        return self.state[name].shape

    def converted(self, version: int, name: str, array: NDArray[Any]) -> NDArray[Any]:
        """Return an array of such a file as `state` has it now; `array` if it has always been like that."""
        return array

    def bits_in(self, name: str) -> int:
        """Return the bits of an array in `state`, without padding."""
        return 8 * self.state[name].nbytes

    def constants(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that inference needs in addition to the weight bits, by name; none by default."""
        return {}

    def teaching(self) -> dict[str, NDArray[Any]]:
        """Return the arrays, other than data, that training reads but never changes; none by default."""
        return {}

    def taught(self) -> list[int] | None:
        """Return the classes each hidden unit is taught to answer to, bit k for class k; None if none are."""
        return None

    def _check_layers(self, weights: WeightMatrices) -> None:
        if weights.layers != self.layers:
            raise ValueError(f"{self.NAME} {self.arch} cannot take the weights of another network, {weights!r}")

    def prepared(self, split: Split) -> Prepared:
        """Prepare a split, or return it from the cache that all trainers of this class share."""
        cache = type(self)._prepared
        if split not in cache:
            cache[split] = self.prepare(split.images)
        return cache[split]

    def set_option(self, name: str, value: Any) -> None:
        """Change a live option between two examples.

        Raises
        ------
        ValueError
            If there is no such option, it is not live, or the value is not allowed.
        """
        live = {option.name: option for option in self.OPTIONS if option.live}
        if name not in live:
            can = ", ".join(live) or "none"
            raise ValueError(f"{self.NAME} cannot change {name!r} while it trains; it can change: {can}")
        self.options[name] = live[name].check(value)

    @property
    def examples(self) -> int:
        """Examples learned so far, as the kernels count them."""
        return int(self.state["clock"][0])

    def copy(self) -> Self:
        """Return an independent copy."""
        twin = copy(self)
        twin.state = {name: aligned_copy(array) for name, array in self.state.items()}
        twin.options = dict(self.options)
        return twin

    def live_options(self) -> dict[str, Any]:
        """Return the current values of the options that can change during training."""
        return {option.name: self.options[option.name] for option in self.OPTIONS if option.live}

    def snapshot(self) -> Snapshot:
        """Return a copy of `state`."""
        return {name: array.copy() for name, array in self.state.items()}

    def restore(self, snapshot: Mapping[str, NDArray[Any]]) -> None:
        """Restore `state` from a snapshot of the same trainer."""
        for name, array in self.state.items():
            array[...] = snapshot[name]
