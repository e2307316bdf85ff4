"""The arrays and settings of networks of few-bit weights, how they begin, and how their weights are packed.

A code c of k bits stands for one of 2^k levels, evenly spaced from -1 to 1, times one scale per layer:

    q = (2 c + 1 - 2^k) / (2^k - 1)          w = scale q          k = 1: w = +-scale

W0 lies in tiles (see `tiles`), because few bits mean many units. The functions are plain Python that also
compiles.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.packing import bytes_for, pack_bits
from bitmass_viz.kernels.random_numbers import fill_uniform
from bitmass_viz.kernels.settings import (
    BINARY,
    CONTAINER_BITS,
    FLOAT_BITS,
    PIXEL_THRESHOLD,
    PIXEL_VALUES,
    SIGNED,
    STRAIGHT_THROUGH,
    Optimiser,
    Sizes,
)
from bitmass_viz.kernels.tiles import put_rows, rows_of, tiled_shape, tiles_of

Floats = NDArray[np.float32]
RANGES = ((1, 2.0), (4, 4.0), (8, 16.0))
"""Bits per weight, and the largest weight from there on, in units of He's standard deviation.

Chosen on the validation split.
"""


class State(NamedTuple):
    """The arrays of a network of few-bit weights."""

    scales: Floats
    """Of each layer, (2,)."""
    clock: NDArray[np.int64]
    """(3,): examples seen, examples in the open minibatch, updates made."""
    w0: Floats
    """In tiles."""
    latent0: Floats
    """What w0 is rounded from, of its shape; (0, 0) for Bop and for 32 bits, where nothing is rounded."""
    gradient0: Floats
    """Gradient of w0, of its shape, summed over the open minibatch."""
    first0: Floats
    """Running mean of the gradient of w0, flat."""
    second0: Floats
    """Running mean of its square, flat; empty for Bop."""
    w1: Floats
    """(classes, units)"""
    latent1: Floats
    gradient1: Floats
    first1: Floats
    second1: Floats


class Settings(NamedTuple):
    """The settings of a network of few-bit weights, or of a linear model."""

    bits: int
    """k: 1 to 16, or 32."""
    optimiser: Optimiser
    """Its rate is in units of the largest weight."""
    loss: int
    """See `floatnet.output_error`."""
    batch_size: int
    pixel_values: Floats
    """Input value of each shade, (256,)."""
    largest_weight: float
    """In units of He's standard deviation, sqrt(2/fan_in); 0 for the one chosen for this number of bits."""
    method: int
    """STRAIGHT_THROUGH or BOP."""
    activation: int
    """RELU or SIGN, see `quantised.activate`."""
    adaptivity: np.float32
    """gamma of Bop."""
    threshold: np.float32
    """tau of Bop."""


def pixel_values(kind: int) -> Floats:
    """Return the input value of each shade.

    GREY    x/255
    BINARY  1 where BV32 has +1, and 0 elsewhere
    SIGNED  +1 and -1 as BV32 has them, but 0 for black, which is skipped
    """
    bright = (np.arange(256) > PIXEL_THRESHOLD).astype(np.float32)
    if kind == BINARY:
        return bright
    if kind == SIGNED:
        signed = bright + bright - np.float32(1.0)
        signed[0] = 0.0
        return signed
    return PIXEL_VALUES.copy()


def allocate(sizes: Sizes, settings: Settings) -> State:
    """Return the arrays, all 0."""
    units = CONTAINER_BITS * sizes.hidden // settings.bits
    by_gradient = settings.method == STRAIGHT_THROUGH
    has_latent = by_gradient and settings.bits != FLOAT_BITS
    shape0, shape1 = tiled_shape(sizes.inputs, units), (sizes.classes, units)
    size0, size1 = shape0[0] * shape0[1], sizes.classes * units
    return State(
        np.zeros(2, np.float32),
        np.zeros(3, np.int64),
        np.zeros(shape0, np.float32),
        np.zeros(shape0 if has_latent else (0, 0), np.float32),
        np.zeros(shape0, np.float32),
        np.zeros(size0, np.float32),
        np.zeros(size0 * by_gradient, np.float32),
        np.zeros(shape1, np.float32),
        np.zeros(shape1 if has_latent else (0, 0), np.float32),
        np.zeros(shape1, np.float32),
        np.zeros(size1, np.float32),
        np.zeros(size1 * by_gradient, np.float32),
    )


def largest_weight(settings: Settings) -> float:
    """Return the largest weight, in units of He's standard deviation."""
    if settings.largest_weight > 0.0:
        return settings.largest_weight
    found = 0.0
    for bits, largest in RANGES:
        if bits <= settings.bits:
            found = largest
    return found


def draw_layer(rng: np.random.Generator, settings: Settings, scale: np.float32, w: Floats, latent: Floats) -> None:
    """Draw one layer's latent weights uniformly, with He's variance as far as the range -1 to 1 allows."""
    reach = min(1.0, math.sqrt(3.0) / largest_weight(settings))
    drawn = np.empty(w.shape)
    fill_uniform(rng, -reach, reach, drawn)
    start = drawn.astype(np.float32)
    if latent.size > 0:
        latent[:] = start
    elif settings.bits == FLOAT_BITS:
        w[:] = scale * start
    else:
        positive = (start >= 0).astype(np.float32)
        w[:] = scale * (positive + positive - np.float32(1.0))


def draw_weights(rng: np.random.Generator, settings: Settings, state: State) -> None:
    """Set the scales, and draw both layers; `quantised.refresh` then rounds the latent weights."""
    units, largest = state.w1.shape[1], largest_weight(settings)
    inputs, rounds = state.w0.shape[0] // tiles_of(units), state.latent0.size > 0
    state.scales[0] = largest * math.sqrt(2.0 / inputs)
    state.scales[1] = largest * math.sqrt(2.0 / units)
    w0 = np.zeros((inputs, units), np.float32)
    latent0 = np.zeros((inputs * rounds, units * rounds), np.float32)
    draw_layer(rng, settings, state.scales[0], w0, latent0)
    put_rows(w0.T, state.w0)
    if rounds:
        put_rows(latent0.T, state.latent0)
    draw_layer(rng, settings, state.scales[1], state.w1, state.latent1)


def pack(settings: Settings, state: State) -> NDArray[np.uint8]:
    """Return the weights as a dense buffer (see `network.layout`)."""
    return pack_matrices(settings.bits, (rows_of(state.w0, state.w1.shape[1]), state.w1), state.scales)


def pack_matrices(bits: int, matrices: tuple[Floats, ...], scales: Floats) -> NDArray[np.uint8]:
    """Return matrices, each float32 (units, features), as a dense buffer: codes of k bits, lowest bit first."""
    top, start, size = (1 << bits) - 1, 0, 0
    for matrix in matrices:
        size += matrix.size
    if bits == FLOAT_BITS:
        numbers = np.empty(size, np.float32)
        for matrix in matrices:
            numbers[start : start + matrix.size] = matrix.reshape(-1)
            start += matrix.size
        return numbers.view(np.uint8)
    buffer_size = bytes_for(bits * size)
    stream = np.zeros((1, 8 * buffer_size), np.uint8)
    for layer, matrix in enumerate(matrices):
        codes = (matrix > 0).astype(np.uint32).reshape(-1)
        if bits > 1:
            codes[:] = np.rint((matrix.astype(np.float64) / scales[layer] * top + top) / 2).reshape(-1)
        stop = start + bits * matrix.size
        for place in range(bits):
            stream[0, start + place : stop : bits] = (codes >> place) & 1
        start = stop
    return pack_bits(stream).view(np.uint8)[0, :buffer_size]
