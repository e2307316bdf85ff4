"""Everything that a host other than Python needs to run a trainer: the entries of each family of networks.

The host gets `Settings` from the trainer's `FamilyTrainer.choose`, and the arrays of the `State` from the family's
`allocate`. It calls `initialise` once, then `learn` and `classify` with what `prepare` makes of images; `refresh`
after a setting was changed; and `pack` to read the weights. Python chooses, allocates, draws and packs with the
same functions, not compiled, so that the first picture does not wait for numba.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

from numba.extending import register_jitable

# `pcg64` makes the functions of `random_numbers` compile, as `bits` does `packing.pack_bits` and `join_rows`.
from bitmass_viz.kernels import (
    bits,
    bv32_network,
    float32_network,
    floatnet,
    hebbian,
    linear,
    linear_network,
    packing,
    pcg64,  # noqa: F401
    pixels,
    quantised,
    quantised_network,
    random_numbers,
    settings,
    tiles,
)
from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.random_numbers import WEIGHTS, generator

for _function in (
    settings.descent,
    settings.adam,
    float32_network.choose,
    quantised_network.pixel_values,
    linear_network.choose,
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
    tiles.tiled_shape,
    tiles.rows_of,
    tiles.put_rows,
    quantised_network.draw_weights,
    linear_network.draw_weights,
):
    register_jitable(_function)


class Family(NamedTuple):
    """The entries of a family; all take `settings` and `state`."""

    allocate: Callable[..., Any]
    """(sizes, settings): return the `State`, all 0."""
    prepare: Callable[..., Any]
    """(images): return images, uint8 (n, inputs), as `learn` and `classify` take them."""
    initialise: Callable[..., Any]
    """(seed, settings, state): set all arrays and the settings' tables that a seed decides."""
    learn: Callable[..., Any]
    """(examples, settings, state): learn from `Examples`, of lists of lit pixels or packed images."""
    classify: Callable[..., Any]
    """(images, settings, state, labels): write the labels, uint8 (n,), that the network gives images."""
    refresh: Callable[..., Any]
    """(settings, state): derive again what follows from what was learned."""
    pack: Callable[..., Any]
    """(settings, state): return the dense buffer of weight bits."""


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


@compiled
def example_order(seed, epoch, n):
    """Return the order of the n training examples in an epoch."""
    return random_numbers.example_order(seed, epoch, n)


def _family(initialise: Callable[..., Any], prepare: Any, kernels: ModuleType, network: ModuleType) -> Family:
    return Family(
        compiled(network.allocate),
        prepare,
        initialise,
        kernels.learn,
        kernels.classify,
        kernels.refresh,
        compiled(network.pack),
    )


_lit_pixels, _pack_images = compiled(pixels.lit_pixels), compiled(bits.pack_images)
FAMILIES = {
    "float32": _family(initialise_float32, _lit_pixels, floatnet, float32_network),
    "bv32": _family(initialise_bv32, _pack_images, hebbian, bv32_network),
    "quantised": _family(initialise_quantised, _lit_pixels, quantised, quantised_network),
    "linear": _family(initialise_linear, _lit_pixels, linear, linear_network),
}
