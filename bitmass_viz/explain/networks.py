"""A common view of all gradient trainers: layers as (units, inputs) matrices, whatever layout the kernels use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels import float32_network, settings, tiles
from bitmass_viz.kernels.quantised_network import largest_weight
from bitmass_viz.kernels.settings import Optimiser
from bitmass_viz.trainers.base import Snapshot, Trainer
from bitmass_viz.trainers.float32 import Float32Trainer
from bitmass_viz.trainers.linear import Linear
from bitmass_viz.trainers.quantised import QuantisedTrainer

Array = NDArray[np.float64]
PIXEL_FORMULAS = {
    "grey": "x_i = pixel_i / 255",
    "binary": "x_i = [pixel_i > 127]",
    "signed": "x_i = 2 [pixel_i > 127] − 1, or 0 if black",
}
KEPT = {"weights": "w", "gradient": "gradient", "first": "first", "second": "second"}
"""Field of a `Layer` → name of the array in a trainer's state."""


@dataclass(frozen=True)
class Layer:
    """Weights and the optimiser's state, each float64 (units, inputs).

    Attributes
    ----------
    gradient : float64 (units, inputs)
        Sum over the current, incomplete minibatch.
    first, second : float64 (units, inputs)
        Running means of the gradient and of its square; zeros if the optimiser has none.
    latent : float64 (units, inputs) or None
        The floats that few-bit weights are rounded from.
    rate_scale : float
        Factor on the learning rate in this layer.
    """

    weights: Array
    gradient: Array
    first: Array
    second: Array
    latent: Array | None = None
    rate_scale: float = 1.0

    @property
    def moving(self) -> Array:
        """The numbers that the optimiser updates."""
        return self.weights if self.latent is None else self.latent

    @property
    def says(self) -> str:
        """Their name in a sentence."""
        return "each weight" if self.latent is None else "the hidden float of each weight"


@dataclass(frozen=True)
class Network:
    """A snapshot of a gradient trainer.

    Attributes
    ----------
    layers : tuple of Layer
        One or two.
    pixel_values : float64 (256,)
        Input value of each shade.
    loss : str
    optimiser : Optimiser
    rate : float
        Learning rate of the next update.
    updates : int
        Number of updates so far.
    flips : (adaptivity, threshold) or None
        Only for Bop, which flips bits instead of moving weights.
    """

    layers: tuple[Layer, ...]
    pixel_values: Array
    pixel_formula: str
    loss: str
    optimiser: Optimiser
    rate: float
    updates: int
    activate: Callable[[Any], Any]
    activation_formula: str
    slope: Callable[[Any], Any]
    slope_formula: str
    flips: tuple[float, float] | None = None


def network_of(trainer: Trainer) -> Network:
    """Return the network of a trainer.

    Raises
    ------
    TypeError
        If it is not one of this package's gradient trainers or a subclass.
    """
    if isinstance(trainer, Float32Trainer):
        return _float32(trainer)
    if isinstance(trainer, QuantisedTrainer):
        return _quantised(trainer)
    if isinstance(trainer, Linear):
        return _linear(trainer)
    allowed = "this package's trainers and classes made from them"
    raise TypeError(f"only {allowed} can be explained, got {trainer.NAME}")


def _kept(state: Snapshot, layer: str, rows: Callable[[NDArray[Any]], Array]) -> dict[str, Any]:
    """Return the fields of a `Layer` that every trainer has; `rows` converts an array to (units, inputs)."""
    return {field: rows(state[f"{name}{layer}"]) for field, name in KEPT.items()}


def _float32(trainer: Float32Trainer) -> Network:
    state, hidden, inputs = trainer.state, trainer.arch.hidden, trainer.arch.inputs

    def rows0(array: NDArray[Any]) -> Array:
        if not array.size:
            return np.zeros((hidden, inputs))
        rows = float32_network.rows_of(array.reshape(state["w0"].shape))
        return rows[:hidden, :inputs].astype(np.float64)

    def rows1(array: NDArray[Any]) -> Array:
        classes = trainer.arch.classes
        if not array.size:
            return np.zeros((classes, hidden))
        return array.reshape(state["w1"].shape)[:hidden, :classes].T.astype(np.float64)

    slope, chain = float(trainer.model.slope), trainer.model.chain_rule
    return Network(
        layers=(
            Layer(**_kept(state, "0", rows0)),
            Layer(**_kept(state, "1", rows1)),
        ),
        pixel_values=settings.PIXEL_VALUES.astype(np.float64),
        pixel_formula="x_i = pixel_i / 255",
        loss=trainer.options["loss"],
        optimiser=trainer.settings.optimiser,
        rate=settings.learning_rate(
            trainer.settings.optimiser, trainer.settings.batch_size, int(state["clock"][2])
        ),
        updates=int(state["clock"][2]),
        activate=lambda z: np.where(z > 0, z, slope * z),
        activation_formula=f"a = max(z, {slope:g} z)" if slope else "a = max(z, 0)",
        slope=(lambda z: slope + (1.0 - slope) * (z > 0)) if chain else np.ones_like,
        slope_formula="dL/dz = (W1ᵀ dL/do) · a′(z)" if chain else "dL/dz = W1ᵀ dL/do, without a′(z)",
    )


def _quantised(trainer: QuantisedTrainer) -> Network:
    state = trainer.state
    layers = []
    for number, layout in enumerate(trainer.layers):
        w, units = state[f"w{number}"], layout.units

        def rows(array: NDArray[Any], like: NDArray[Any] = w, number: int = number, units: int = units) -> Array:
            matrix = array.reshape(like.shape) if array.size else np.zeros_like(like)
            return (tiles.rows_of(matrix, units) if number == 0 else matrix).astype(np.float64)

        latent = rows(state[f"latent{number}"]) if state[f"latent{number}"].size else None
        whole = not trainer.layers[0].format.has_scale
        scale = float(state["scales"][number]) if whole else 1.0
        layers.append(Layer(**_kept(state, str(number), rows), latent=latent, rate_scale=scale))
    sign = trainer.options["activation"] == "sign"
    flips = None
    if trainer.settings.method == settings.BOP:
        flips = (float(trainer.options["adaptivity"]), float(trainer.options["threshold"]))
    return Network(
        layers=tuple(layers),
        pixel_values=trainer.settings.pixel_values.astype(np.float64),
        pixel_formula=PIXEL_FORMULAS[trainer.options["pixels"]],
        loss=trainer.options["loss"],
        optimiser=trainer.settings.optimiser,
        rate=settings.learning_rate(
            trainer.settings.optimiser, trainer.settings.batch_size, int(state["clock"][2])
        )
        / largest_weight(trainer.settings),
        updates=int(state["clock"][2]),
        activate=(lambda z: np.where(z >= 0, 1.0, -1.0)) if sign else (lambda z: np.maximum(z, 0.0)),
        activation_formula="a = sign(z)" if sign else "a = max(z, 0)",
        slope=(lambda z: (np.abs(z) <= 1) * 1.0) if sign else (lambda z: (z > 0) * 1.0),
        slope_formula="dL/dz = (W1ᵀ dL/do) · [|z| ≤ 1]" if sign else "dL/dz = (W1ᵀ dL/do) · [z > 0]",
        flips=flips,
    )


def _linear(trainer: Linear) -> Network:
    state = trainer.state

    def rows(array: NDArray[Any]) -> Array:
        return array.reshape(state["w"].shape).T.astype(np.float64)

    latent = rows(state["latent"]) if state["latent"].size else None
    return Network(
        layers=(Layer(**_kept(state, "", rows), latent=latent),),
        pixel_values=settings.PIXEL_VALUES.astype(np.float64),
        pixel_formula="x_i = pixel_i / 255",
        loss=trainer.options["loss"],
        optimiser=trainer.settings.optimiser,
        rate=trainer.settings.optimiser.rate,
        updates=int(state["clock"][2]),
        activate=lambda z: z,
        activation_formula="",
        slope=np.ones_like,
        slope_formula="",
    )
