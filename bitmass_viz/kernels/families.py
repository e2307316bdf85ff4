"""Everything that a host other than Python needs to run a trainer: five entries for each family of networks.

The host allocates the arrays of a family's `State`, all zero, and fills its `Settings`. It calls `initialise`
once, then `learn` and `classify`; `refresh` after a setting was changed; and `pack` to read the weights. Python
draws and packs with the same functions, not compiled, so that the first picture does not wait for numba.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

from numba.extending import register_jitable

# `bits` and `pcg64` make `packing.pack_bits`, `packing.join_rows` and the functions of `random_numbers` compile.
from bitmass_viz.kernels import (
    bits,  # noqa: F401
    bv32_network,
    float32_network,
    floatnet,
    hebbian,
    linear,
    linear_network,
    packing,
    pcg64,  # noqa: F401
    quantised,
    quantised_network,
)
from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.random_numbers import WEIGHTS, generator

for _function in (
    packing.bytes_for,
    packing.words_for,
    packing.padded_units,
    packing.byte_columns,
    quantised_network.draw_layer,
    quantised_network.pack_matrices,
    float32_network.draw_weights,
    float32_network.rows_of,
    float32_network.put_rows,
    bv32_network.draw_weights,
    quantised_network.draw_weights,
    linear_network.draw_weights,
):
    register_jitable(_function)


class Family(NamedTuple):
    """The entries of a family; all take `settings` and `state`."""

    initialise: Callable[..., Any]
    """(seed, settings, state): set all arrays and the settings' tables that a seed decides."""
    learn: Callable[..., Any]
    """(examples, settings, state): learn from `Examples`, of lists of lit pixels or packed images."""
    classify: Callable[..., Any]
    """(images, settings, state, labels): write the labels, uint8 (n,), that the network gives images."""
    refresh: Callable[..., Any]
    """(settings, state): derive again what follows from what was learned."""
    pack: Callable[..., Any]
    """(settings, state, buffer): write the dense buffer of weight bits."""


@compiled
def initialise_float32(seed, settings, state):
    """Draw a float32 network."""
    float32_network.draw_weights(generator(seed, WEIGHTS), settings, state)


@compiled
def initialise_bv32(seed, settings, state):
    """Draw a binary Hebbian network."""
    bv32_network.draw_weights(generator(seed, WEIGHTS), settings, state)


@compiled
def initialise_quantised(seed, settings, state):
    """Draw a network of few-bit weights."""
    quantised_network.draw_weights(generator(seed, WEIGHTS), settings, state)
    quantised.refresh(settings, state)


@compiled
def initialise_linear(seed, settings, state):
    """Draw a linear model."""
    linear_network.draw_weights(generator(seed, WEIGHTS), settings, state)
    linear.refresh(settings, state)


def _family(initialise: Callable[..., Any], kernels: ModuleType, network: ModuleType) -> Family:
    return Family(initialise, kernels.learn, kernels.classify, kernels.refresh, compiled(network.pack))


FAMILIES = {
    "float32": _family(initialise_float32, floatnet, float32_network),
    "bv32": _family(initialise_bv32, hebbian, bv32_network),
    "quantised": _family(initialise_quantised, quantised, quantised_network),
    "linear": _family(initialise_linear, linear, linear_network),
}
