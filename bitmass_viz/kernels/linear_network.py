"""The arrays of linear models, how they begin, and how their weights are packed (see `quantised_network`)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.quantised_network import Floats, Settings, draw_layer, pack_matrices, pixel_values
from bitmass_viz.kernels.settings import FLOAT_BITS, GREY, RELU, STRAIGHT_THROUGH, Sizes, adam


class State(NamedTuple):
    """The arrays of a linear model; more on them in `quantised_network.State`."""

    w: Floats
    """(inputs, classes)"""
    latent: Floats
    gradient: Floats
    first: Floats
    second: Floats
    scale: Floats
    """(1,): 1 for 32 bits."""
    clock: NDArray[np.int64]


def choose(options: Any, bits: int) -> Settings:
    """Return the settings of a model with weights of `bits` bits, trained with Adam."""
    return Settings(
        bits,
        adam(options.learning_rate),
        options.loss,
        options.batch_size,
        pixel_values(GREY),
        1.0,
        STRAIGHT_THROUGH,
        RELU,
        np.float32(0.0),
        np.float32(0.0),
    )


def allocate(sizes: Sizes, settings: Settings) -> State:
    """Return the arrays, all 0."""
    shape, size = (sizes.inputs, sizes.classes), sizes.inputs * sizes.classes
    return State(
        np.zeros(shape, np.float32),
        np.zeros(shape if settings.bits != FLOAT_BITS else (0, 0), np.float32),
        np.zeros(shape, np.float32),
        np.zeros(size, np.float32),
        np.zeros(size, np.float32),
        np.zeros(1, np.float32),
        np.zeros(3, np.int64),
    )


def draw_weights(rng: np.random.Generator, settings: Settings, state: State) -> None:
    """Draw the weights: floats within 1/sqrt(inputs), or latent weights of bits whose scale suits softmax."""
    whole = settings.bits == FLOAT_BITS
    state.scale[0] = math.sqrt((1.0 if whole else 2.0) / state.w.shape[0])
    draw_layer(rng, settings, state.scale[0], state.w, state.latent)
    if whole:
        state.scale[0] = 1.0


def pack(settings: Settings, state: State) -> NDArray[np.uint8]:
    """Return the weights as a dense buffer (see `network.layout`)."""
    return pack_matrices(settings.bits, (np.ascontiguousarray(state.w.T),), state.scale)
