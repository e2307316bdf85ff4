"""The arrays and settings of the float32 network, how they begin, and how its weights are packed.

Hidden units are laid out in groups of eight, the number of float32 in one AVX register, units innermost. Lanes
beyond the last unit hold zeros and stay zero, because nothing flows back to them.

The functions are plain Python, to need no compiler before the first picture of a network; they also compile.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.random_numbers import fill_normal, fill_uniform
from bitmass_viz.kernels.settings import LANES, Model, Optimiser, Sizes

Floats = NDArray[np.float32]
LEAKY_SLOPE = 0.05
"""Of the published recipe."""


class State(NamedTuple):
    """The arrays of a float32 network."""

    w0: Floats
    """(groups, inputs, LANES): ``w0[g, i, u]`` is the weight from pixel i to hidden unit ``8 g + u``."""
    w1: Floats
    """(classes, groups * LANES)"""
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

    hidden: int
    he_normal: bool
    """Initial weights normal with variance 2/fan_in (He et al.), or uniform in +-1/sqrt(fan_in)."""
    model: Model
    optimiser: Optimiser
    batch_size: int


def choose(sizes: Sizes, published: bool, options: Any, optimiser: Optimiser, chain_rule: bool = True) -> Settings:
    """Return the settings of either recipe, with the trainer's optimiser."""
    slope = np.float32(LEAKY_SLOPE if published else 0.0)
    return Settings(
        sizes.hidden, not published, Model(options.loss, slope, chain_rule), optimiser, options.batch_size
    )


def allocate(sizes: Sizes, settings: Settings) -> State:
    """Return the arrays, all 0."""
    groups = -(-sizes.hidden // LANES)
    shape0, shape1 = (groups, sizes.inputs, LANES), (sizes.classes, groups * LANES)
    size0, size1 = groups * sizes.inputs * LANES, sizes.classes * groups * LANES
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
    inputs, hidden = state.w0.shape[1], settings.hidden
    rows0, rows1 = np.empty((hidden, inputs)), np.empty((state.w1.shape[0], hidden))
    for rows in (rows0, rows1):
        fan_in = rows.shape[1]
        if settings.he_normal:
            fill_normal(rng, math.sqrt(2.0 / fan_in), rows)
        else:
            fill_uniform(rng, -1.0, 1.0, rows)
            rows[:] = rows / math.sqrt(fan_in)
    for j in range(hidden):
        state.w0[j // LANES, :, j % LANES] = rows0[j]
    state.w1[:, :hidden] = rows1


def pack(settings: Settings, state: State) -> NDArray[np.uint8]:
    """Return the weights as a dense buffer (see `network.layout`)."""
    inputs, hidden = state.w0.shape[1], settings.hidden
    numbers = np.empty(hidden * (inputs + state.w1.shape[0]), np.float32)
    for j in range(hidden):
        numbers[j * inputs : (j + 1) * inputs] = state.w0[j // LANES, :, j % LANES]
    numbers[hidden * inputs :].reshape(-1, hidden)[:] = state.w1[:, :hidden]
    return numbers.view(np.uint8)
