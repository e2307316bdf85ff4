"""All optimisers as one formula, from plain gradient descent to AdamW, on flat arrays of weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba.extending import register_jitable

from bitmass_viz.kernels import elementary, settings
from bitmass_viz.kernels.compiling import compiled, inlined
from bitmass_viz.kernels.settings import LANES
from bitmass_viz.kernels.simd import load, load_block, magnitude, root, splat, store, total, where_positive
from bitmass_viz.kernels.vectors import BLOCK

_ZERO = np.float32(0.0)
_NO_BLOCK = np.zeros(BLOCK, np.float32)
_NORM_BLOCK = 64 * LANES
_TRACE = np.float32(2.0**-110)
"""A running mean below this counts as 0. Where gradients have stopped, it would otherwise fade until it was
denormal after some hundred steps, and stay so; for such numbers processors take a hundred times as long. The
steps left out lie far below the last bit of a weight."""
for _function in (
    elementary.power,
    elementary.cospi,
    elementary.cosine,
    elementary.sine,
    settings.cosine_steps,
    settings.learning_rate,
):
    register_jitable(_function)


class Parameters(NamedTuple):
    """The numbers that an optimiser updates, and what it needs to know of them: flat float32 arrays."""

    w: Any
    gradient: Any
    """Summed over the open minibatch."""
    first: Any
    """m; can be empty if the optimiser has no momentum."""
    second: Any
    """v; can be empty if the optimiser has no adaptive rate."""


class Rates(NamedTuple):
    """The float32 coefficients of an `Optimiser` at one step (see `update`)."""

    rate: np.float32
    pull: np.float32
    """1 - rate * weight_decay."""
    shrink: np.float32
    """Factor on the summed gradient."""
    first_decay: np.float32
    first_fresh: np.float32
    """Weight of the new gradient in m."""
    first_unbias: np.float32
    second_decay: np.float32
    second_fresh: np.float32
    second_unbias: np.float32
    epsilon: np.float32


@compiled
def rates_of(optimiser, rate, step, shrink):
    """Return the coefficients of one update, which are the same for all weights."""
    unbias1 = unbias2 = 1.0
    if optimiser.bias_correction:
        unbias1 = 1.0 / (1.0 - elementary.power(optimiser.first_decay, step + 1))
        unbias2 = 1.0 / (1.0 - elementary.power(optimiser.second_decay, step + 1))
    return Rates(
        np.float32(rate),
        np.float32(1.0 - rate * optimiser.weight_decay),
        np.float32(shrink),
        np.float32(optimiser.first_decay),
        np.float32(1.0 - optimiser.first_decay if optimiser.dampening else 1.0),
        np.float32(unbias1),
        np.float32(optimiser.second_decay),
        np.float32(1.0 - optimiser.second_decay),
        np.float32(unbias2),
        np.float32(optimiser.epsilon),
    )


@inlined
def without_traces(m):
    """0 where |m| < 2^-110, and m elsewhere, also where it is not a number."""
    return where_positive(_TRACE - magnitude(m), load_block(_NO_BLOCK, 0), m)


@compiled
def descend_plainly(parameters, rates):
    """Plain gradient descent (see `update`)."""
    w, gradient, _, _ = parameters
    nothing = load_block(_NO_BLOCK, 0)
    for i in range(0, w.shape[0], BLOCK):
        g = rates.shrink * load_block(gradient, i)
        store(w, i, rates.pull * load_block(w, i) - rates.rate * g)
        store(gradient, i, nothing)


@compiled
def descend_with_momentum(parameters, rates):
    """Momentum alone (see `update`)."""
    w, gradient, first, _ = parameters
    nothing = load_block(_NO_BLOCK, 0)
    for i in range(0, w.shape[0], BLOCK):
        g = rates.shrink * load_block(gradient, i)
        m = without_traces(rates.first_decay * load_block(first, i) + rates.first_fresh * g)
        store(first, i, m)
        store(w, i, rates.pull * load_block(w, i) - rates.rate * (rates.first_unbias * m))
        store(gradient, i, nothing)


@compiled
def descend_adaptively(parameters, rates):
    """An adaptive rate alone (see `update`)."""
    w, gradient, _, second = parameters
    nothing = load_block(_NO_BLOCK, 0)
    for i in range(0, w.shape[0], BLOCK):
        g = rates.shrink * load_block(gradient, i)
        v = rates.second_decay * load_block(second, i) + rates.second_fresh * (g * g)
        store(second, i, v)
        divisor = root(rates.second_unbias * v) + rates.epsilon
        store(w, i, rates.pull * load_block(w, i) - rates.rate * (g / divisor))
        store(gradient, i, nothing)


@compiled
def descend_as_adam(parameters, rates):
    """Momentum and an adaptive rate (see `update`)."""
    w, gradient, first, second = parameters
    nothing = load_block(_NO_BLOCK, 0)
    for i in range(0, w.shape[0], BLOCK):
        g = rates.shrink * load_block(gradient, i)
        m = without_traces(rates.first_decay * load_block(first, i) + rates.first_fresh * g)
        v = rates.second_decay * load_block(second, i) + rates.second_fresh * (g * g)
        store(first, i, m)
        store(second, i, v)
        divisor = root(rates.second_unbias * v) + rates.epsilon
        move = rates.first_unbias * m / divisor
        store(w, i, rates.pull * load_block(w, i) - rates.rate * move)
        store(gradient, i, nothing)


@compiled
def descend(parameters, optimiser, rates):
    """Apply the optimiser's variant to a multiple of BLOCK weights (see `update`)."""
    if optimiser.first_decay > 0.0 and optimiser.second_decay > 0.0:
        descend_as_adam(parameters, rates)
    elif optimiser.first_decay > 0.0:
        descend_with_momentum(parameters, rates)
    elif optimiser.second_decay > 0.0:
        descend_adaptively(parameters, rates)
    else:
        descend_plainly(parameters, rates)


@compiled
def update(parameters, optimiser, rates):
    """Update weights once, then clear their gradient.

    g = shrink * gradient
    m = beta_1 m + (1 - beta_1 or 1) g         beta_1 = 0: m = g; 0 where it is below 2^-110
    v = beta_2 v + (1 - beta_2) g^2            beta_2 = 0: the divisor below is 1
    w = w - rate * weight_decay * w - rate * m^ / (sqrt(v^) + epsilon)

    where ^ divides by 1 - beta^(step + 1) if `bias_correction` is on. SGD, momentum, RMSprop, Adam and AdamW
    (Loshchilov and Hutter, arXiv 1711.05101) are settings of this formula.
    """
    n = parameters.w.shape[0]
    whole = n - n % BLOCK
    w, gradient, first, second = parameters
    descend(Parameters(w[:whole], gradient[:whole], first[:whole], second[:whole]), optimiser, rates)
    if whole < n:
        padded = np.zeros((4, BLOCK), np.float32)
        for row, array in enumerate(parameters):
            rest = array[whole:]
            padded[row, : rest.shape[0]] = rest
        descend(Parameters(padded[0], padded[1], padded[2], padded[3]), optimiser, rates)
        for row, array in enumerate(parameters):
            rest = array[whole:]
            rest[:] = padded[row, : rest.shape[0]]


@compiled
def squared_norm(array):
    """Return the sum of squares of a float32 array, a multiple of LANES long, adding up blocks in float64."""
    norm = 0.0
    for start in range(0, array.shape[0], _NORM_BLOCK):
        block = splat(_ZERO)
        for i in range(start, min(start + _NORM_BLOCK, array.shape[0]), LANES):
            g = load(array, i)
            block = block + g * g
        norm += np.float64(total(block))
    return norm
