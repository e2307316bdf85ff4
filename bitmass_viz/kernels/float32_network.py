"""The arrays and settings of the float32 network, how they begin, and how its weights are packed.

Weights from pixels are laid out in blocks of eight hidden units and four pixels, of which an image needs those
that are not black (see `pixels`); weights to classes with a vector of classes for each unit. What lies beyond the
last unit, pixel or class holds zeros and stays zero, because nothing flows back to it.

The functions are plain Python, to need no compiler before the first picture of a network; they also compile.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.random_numbers import fill_normal, fill_uniform
from bitmass_viz.kernels.settings import CLASS_LANES, LANES, PIXELS, Model, Optimiser, Sizes

Floats = NDArray[np.float32]
LEAKY_SLOPE = 0.05
"""Of the published recipe."""


class State(NamedTuple):
    """The arrays of a float32 network."""

    w0: Floats
    """(groups, blocks, LANES, PIXELS): ``w0[g, b, u, i]`` leads from pixel ``4 b + i`` to unit ``8 g + u``."""
    w1: Floats
    """(groups * LANES, CLASS_LANES): ``w1[j, k]`` leads from unit j to class k."""
    gradient0: Floats
    """Gradient of w0, of its shape, summed over the open minibatch."""
    gradient1: Floats
    """The same for w1."""
    first0: Floats
    """Running mean of the gradient of w0, flat; empty if the optimiser has no momentum."""
    second0: Floats
    """Running mean of its square, flat; empty if the optimiser has no adaptive rate."""
    first1: Floats
    second1: Floats
    clock: NDArray[np.int64]
    """(3,): examples seen, examples in the open minibatch, updates made."""


class Settings(NamedTuple):
    """The settings of a float32 network."""

    inputs: int
    hidden: int
    classes: int
    he_normal: bool
    """Initial weights normal with variance 2/fan_in (He et al.), or uniform in +-1/sqrt(fan_in)."""
    model: Model
    optimiser: Optimiser
    batch_size: int


def choose(sizes: Sizes, published: bool, options: Any, optimiser: Optimiser, chain_rule: bool = True) -> Settings:
    """Return the settings of either recipe, with the trainer's optimiser."""
    slope = np.float32(LEAKY_SLOPE if published else 0.0)
    model = Model(options.loss, slope, chain_rule)
    return Settings(sizes.inputs, sizes.hidden, sizes.classes, not published, model, optimiser, options.batch_size)


def allocate(sizes: Sizes, settings: Settings) -> State:
    """Return the arrays, all 0."""
    groups = -(-sizes.hidden // LANES)
    blocks = -(-sizes.inputs // PIXELS)
    shape0, shape1 = (groups, blocks, LANES, PIXELS), (groups * LANES, CLASS_LANES)
    size0, size1 = groups * blocks * LANES * PIXELS, groups * LANES * CLASS_LANES
    first, second = settings.optimiser.first_decay > 0.0, settings.optimiser.second_decay > 0.0
    return State(
        np.zeros(shape0, np.float32),
        np.zeros(shape1, np.float32),
        np.zeros(shape0, np.float32),
        np.zeros(shape1, np.float32),
        np.zeros(size0 * first, np.float32),
        np.zeros(size0 * second, np.float32),
        np.zeros(size1 * first, np.float32),
        np.zeros(size1 * second, np.float32),
        np.zeros(3, np.int64),
    )


def draw_weights(rng: np.random.Generator, settings: Settings, state: State) -> None:
    """Draw the initial weights: W0, then W1, row by row."""
    hidden, classes = settings.hidden, settings.classes
    rows0, rows1 = np.empty((hidden, settings.inputs)), np.empty((classes, hidden))
    for rows in (rows0, rows1):
        fan_in = rows.shape[1]
        if settings.he_normal:
            fill_normal(rng, math.sqrt(2.0 / fan_in), rows)
        else:
            fill_uniform(rng, -1.0, 1.0, rows)
            rows[:] = rows / math.sqrt(fan_in)
    put_rows(rows0.astype(np.float32), state.w0)
    state.w1[:hidden, :classes] = rows1.T


def pack(settings: Settings, state: State) -> NDArray[np.uint8]:
    """Return the weights as a dense buffer (see `network.layout`)."""
    inputs, hidden, classes = settings.inputs, settings.hidden, settings.classes
    numbers = np.empty(hidden * (inputs + classes), np.float32)
    numbers[: hidden * inputs] = rows_of(state.w0)[:hidden, :inputs].copy().reshape(-1)
    numbers[hidden * inputs :].reshape(-1, hidden)[:] = state.w1[:hidden, :classes].T
    return numbers.view(np.uint8)


def rows_of(w0: Floats) -> Floats:
    """Return weights from pixels with a row for each unit: (groups * LANES, blocks * PIXELS)."""
    groups, blocks = w0.shape[:2]
    return np.ascontiguousarray(w0.transpose(0, 2, 1, 3)).reshape(groups * LANES, blocks * PIXELS)


def put_rows(rows: Floats, w0: Floats) -> None:
    """Write rows of weights, float32 (units, inputs), to the kernels' layout."""
    groups, blocks = w0.shape[:2]
    padded = np.zeros((groups * LANES, blocks * PIXELS), np.float32)
    padded[: rows.shape[0], : rows.shape[1]] = rows
    w0[:] = padded.reshape(groups, LANES, blocks, PIXELS).transpose(0, 2, 1, 3)
