"""The arrays and settings of the binary Hebbian network, how it begins, and how its weights are packed.

The functions are plain Python, to need no compiler before the first picture of a network; they also compile.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.elementary import exponential
from bitmass_viz.kernels.packing import byte_columns, bytes_for, join_rows, pack_bits, padded_units, words_for
from bitmass_viz.kernels.random_numbers import fill_bits
from bitmass_viz.kernels.settings import CONTAINER_BITS, Sizes

Integers = NDArray[np.int64]


class State(NamedTuple):
    """The arrays of a binary Hebbian network; `hebbian` has the formulas of the sums."""

    weights: NDArray[np.uint8]
    """w_j, (bytes_for(inputs), padded_units(units)): see `packing.byte_columns`."""
    thresholds: Integers
    """theta_j, (units,)"""
    output_weights: NDArray[np.uint64]
    """v_k, (classes, words_for(units)): see `packing.pack_bits`."""
    class_sums: Integers
    """S, (classes, inputs)"""
    hidden_sums: Integers
    """R, (classes, units)"""
    signal_sums: Integers
    """n, (classes,)"""
    input_sum: Integers
    """M, (inputs,)"""
    hidden_sum: Integers
    """G, (units,)"""
    clock: Integers
    """(2,): examples seen, and how many of them belong to the open minibatch."""


class Settings(NamedTuple):
    """The settings of a binary Hebbian network."""

    inputs: int
    rule: int
    """PROTOTYPE, ERROR_DRIVEN or DELTA, see `hebbian.teaching_signal`."""
    hidden_layer: int
    """LEARNED, or RANDOM: the hidden weights stay as they were drawn."""
    centring: bool
    """Whether sums are compared with their means; without it the means count as 0."""
    batch_size: int
    margin: float
    """Of the error-driven rule, in units of sqrt(units)."""
    sharpness: float
    """Of the delta rule: factor on the scores in its softmax, in units of 1/sqrt(units)."""
    powers: NDArray[np.float64]
    """exp(-sharpness / sqrt(units) d) for each distance d from the best score, (units + 1,); by `draw_weights`."""
    codes: Integers
    """The codebook, (units,): bit k is b_kj. Drawn by `draw_weights`."""


def choose(sizes: Sizes, published: bool, options: Any) -> Settings:
    """Return the settings; recipes differ only in the options."""
    units = CONTAINER_BITS * sizes.hidden
    return Settings(
        sizes.inputs,
        options.rule,
        options.hidden_layer,
        options.centring,
        options.batch_size,
        options.margin,
        options.sharpness,
        np.zeros(units + 1, np.float64),
        np.zeros(units, np.int64),
    )


def allocate(sizes: Sizes, settings: Settings) -> State:
    """Return the arrays, all 0."""
    inputs, classes, units = sizes.inputs, sizes.classes, settings.codes.shape[0]
    return State(
        np.zeros((bytes_for(inputs), padded_units(units)), np.uint8),
        np.zeros(units, np.int64),
        np.zeros((classes, words_for(units)), np.uint64),
        np.zeros((classes, inputs), np.int64),
        np.zeros((classes, units), np.int64),
        np.zeros(classes, np.int64),
        np.zeros(inputs, np.int64),
        np.zeros(units, np.int64),
        np.zeros(2, np.int64),
    )


def draw_weights(rng: np.random.Generator, settings: Settings, state: State) -> None:
    """Draw the initial weights of both layers and the codebook; set thresholds and the softmax's powers."""
    units, classes = state.thresholds.shape[0], state.output_weights.shape[0]
    bits = np.empty((units, settings.inputs), np.uint8)
    fill_bits(rng, bits)
    state.weights[:] = byte_columns(bits)
    class_bits = np.empty((classes, units), np.uint8)
    fill_bits(rng, class_bits)
    state.output_weights[:] = pack_bits(class_bits)
    fill_bits(rng, class_bits)
    settings.codes[:] = 0
    for k in range(classes):
        settings.codes[:] += class_bits[k].astype(np.int64) << k
    state.thresholds[:] = settings.inputs // 2
    for distance in range(units + 1):
        settings.powers[distance] = exponential(-settings.sharpness / math.sqrt(units) * distance)


def pack(settings: Settings, state: State) -> NDArray[np.uint8]:
    """Return the weight bits as a dense buffer (see `network.layout`)."""
    units = state.thresholds.shape[0]
    columns = join_rows(state.weights.T[:units], settings.inputs)
    outputs = join_rows(state.output_weights.view(np.uint8), units)
    return np.concatenate((columns, outputs))
