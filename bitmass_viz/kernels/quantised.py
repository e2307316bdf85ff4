"""Few-bit weights trained by gradient: with latent weights (straight-through) or without (Bop).

`quantised_network` has the levels and the layout. Black pixels are skipped.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable

from bitmass_viz.kernels.compiling import compiled, inlined
from bitmass_viz.kernels.floatnet import class_lanes, output_error
from bitmass_viz.kernels.lit_layer import (
    AT_ONCE,
    add_gradients,
    list_images,
    room_for_lists,
    rows_for,
    weighted_sums,
)
from bitmass_viz.kernels.optimiser import Parameters, rates_of, update
from bitmass_viz.kernels.quantised_network import Floats, largest_weight
from bitmass_viz.kernels.settings import BOP, CLASS_LANES, FLOAT_BITS, RELU, learning_rate
from bitmass_viz.kernels.simd import load_block, load_classes, store, total
from bitmass_viz.kernels.tiles import tiles_of
from bitmass_viz.kernels.vectors import BLOCK

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_NO_BLOCK = np.zeros(BLOCK, np.float32)
_TOGETHER = 32 * BLOCK
"""Weights that are updated and rounded together."""

for _function in (largest_weight, tiles_of):
    register_jitable(_function)


class Layer(NamedTuple):
    """The arrays of one layer, flat."""

    parameters: Parameters
    latent: Floats
    scale: np.float32


@compiled
def quantise(latent, bits, scale, w):
    """c = floor((l + 1) / 2 * 2^k), limited to 0 to 2^k - 1;  w = scale q(c).

    With 32 bits nothing is rounded: w = scale l.

    Parameters
    ----------
    latent : float32 (n,)
    bits : int
        k, 1 to 16, or 32.
    scale : float32
    w : float32 (n,), written
    """
    if bits == FLOAT_BITS:
        for i in range(latent.shape[0]):
            w[i] = scale * latent[i]
        return
    if bits == 1:
        for i in range(latent.shape[0]):
            w[i] = scale if latent[i] >= _ZERO else -scale
        return
    half = np.float32(1 << (bits - 1))
    top = np.float32((1 << bits) - 1)
    step = scale / top
    for i in range(latent.shape[0]):
        code = np.floor((latent[i] + _ONE) * half)
        code = min(max(code, _ZERO), top)
        w[i] = step * (_TWO * code - top)


@compiled
def clip(latent):
    """Limit l to -1 to 1; beyond that range a latent weight would only take longer to change its level."""
    for i in range(latent.shape[0]):
        latent[i] = min(max(latent[i], -_ONE), _ONE)


@inlined
def activate(activation, sums, hidden):
    """RELU: a = max(z, 0).  SIGN: a = +1 if z >= 0 else -1.

    Parameters
    ----------
    activation : int
    sums : float32 (units,)
    hidden : float32 (units,), written
    """
    if activation == RELU:
        for j in range(sums.shape[0]):
            hidden[j] = max(sums[j], _ZERO)
    else:
        for j in range(sums.shape[0]):
            hidden[j] = _ONE if sums[j] >= _ZERO else -_ONE


@inlined
def class_outputs(hidden, w1, output):
    """o = W1 a.

    Parameters
    ----------
    hidden : float32 (units,)
    w1 : float32 (classes, units)
    output : float32 (classes or more,), written
    """
    units = hidden.shape[0]
    whole = units - units % BLOCK
    for k in range(w1.shape[0]):
        products = load_block(_NO_BLOCK, 0)
        for j in range(0, whole, BLOCK):
            products = products + load_block(w1, k * units + j) * load_block(hidden, j)
        rest = _ZERO
        for j in range(whole, units):
            rest += w1[k, j] * hidden[j]
        output[k] = total(products) + rest


@inlined
def hidden_error(activation, error, sums, w1, delta):
    """dL/dz = (W1^T dL/do) * [z > 0] for RELU, * [|z| <= 1] for SIGN, the straight-through estimate.

    Parameters
    ----------
    activation : int
    error : float32 (classes,)
    sums : float32 (units,)
    w1 : float32 (classes, units)
    delta : float32 (units,), written
    """
    units = sums.shape[0]
    for j in range(units):
        delta[j] = _ZERO
    for k in range(w1.shape[0]):
        e = error[k]
        for j in range(units):
            delta[j] += e * w1[k, j]
    if activation == RELU:
        for j in range(units):
            delta[j] = delta[j] if sums[j] > _ZERO else _ZERO
    else:
        for j in range(units):
            delta[j] = delta[j] if abs(sums[j]) <= _ONE else _ZERO


@compiled
def flip(parameters, settings, shrink):
    """Bop: m = (1 - gamma) m + gamma g;  w = -w where |m| > tau and sign(m) = sign(w). Clears the gradient.

    Helwegen et al., arXiv 1906.02107, algorithm 1; g = shrink * gradient.
    """
    w, gradient, mean, _ = parameters
    adaptivity, threshold = settings.adaptivity, settings.threshold
    keep = _ONE - adaptivity
    for i in range(w.shape[0]):
        m = keep * mean[i] + adaptivity * (shrink * gradient[i])
        mean[i] = m
        turns = (m > threshold and w[i] > _ZERO) or (m < -threshold and w[i] < _ZERO)
        w[i] = -w[i] if turns else w[i]
        gradient[i] = _ZERO


@compiled
def update_layer(layer, settings, step, shrink):
    """Update one layer with the gradient summed over a minibatch, and clear it.

    STRAIGHT_THROUGH  the gradient at w moves the latent weight l as if w were l; w is what l rounds to.
                      With 32 bits there is nothing to round, and w itself moves: l = w / scale
    BOP               w flips where the gradient has pushed one way for long enough

    Parameters
    ----------
    layer : Layer
    settings : quantised_network.Settings
    step : int
        Number of updates before this one.
    shrink : float32
        Factor on the summed gradient.
    """
    parameters, latent, scale = layer
    if settings.method == BOP:
        flip(parameters, settings, shrink)
        return
    rate = learning_rate(settings.optimiser, settings.batch_size, step) / largest_weight(settings)
    if settings.bits == FLOAT_BITS:
        update(parameters, settings.optimiser, rates_of(settings.optimiser, rate * scale, step, shrink))
        return
    rates = rates_of(settings.optimiser, rate, step, shrink)
    w, gradient, first, second = parameters
    # So many at a time that they stay in the nearest cache from one step to the next.
    for begin in range(0, latent.shape[0], _TOGETHER):
        end = begin + _TOGETHER
        moved = Parameters(latent[begin:end], gradient[begin:end], first[begin:end], second[begin:end])
        update(moved, settings.optimiser, rates)
        clip(moved.w)
        quantise(moved.w, settings.bits, scale, w[begin:end])


@compiled
def apply_minibatch(layers, settings, clock):
    """Update layers with the gradient summed over the open minibatch, and close it."""
    for layer in layers:
        update_layer(layer, settings, clock[2], np.float32(1.0 / clock[1]))
    clock[1] = 0
    clock[2] += 1


@compiled
def layers_of(state):
    """Return both layers of a network."""
    w0, g0, w1, g1 = state.w0, state.gradient0, state.w1, state.gradient1
    return (
        Layer(
            Parameters(w0.reshape(-1), g0.reshape(-1), state.first0, state.second0),
            state.latent0.reshape(-1),
            state.scales[0],
        ),
        Layer(
            Parameters(w1.reshape(-1), g1.reshape(-1), state.first1, state.second1),
            state.latent1.reshape(-1),
            state.scales[1],
        ),
    )


@compiled
def learn(examples, settings, state):
    """Learn from examples, one after the other (see `floatnet.learn`)."""
    lit, labels, order, closes_batch = examples
    clock, w0, w1, g0, g1 = state.clock, state.w0, state.w1, state.gradient0, state.gradient1
    classes, units = w1.shape
    inputs = w0.shape[0] // tiles_of(units)
    listed, sums, hidden, delta = room_for_lists(inputs), rows_for(units), rows_for(units), rows_for(units)
    output, error = np.zeros((2, CLASS_LANES), np.float32)
    lanes = class_lanes(classes)
    position = 0
    while position < order.shape[0]:
        count = min(AT_ONCE, order.shape[0] - position, settings.batch_size - clock[1])
        list_images(lit, order, position, count, settings.pixel_values, listed)
        weighted_sums(listed, count, w0, sums)
        for i in range(count):
            z, a = sums[i, :units], hidden[i, :units]
            activate(settings.activation, z, a)
            class_outputs(a, w1, output)
            label = labels[order[position + i]]
            store(error, 0, output_error(settings.loss, load_classes(output, 0), label, lanes))
            hidden_error(settings.activation, error, z, w1, delta[i, :units])
            for k in range(classes):
                e = error[k]
                for j in range(units):
                    g1[k, j] += e * a[j]
        add_gradients(listed, count, delta, g0)
        position += count
        clock[0] += count
        clock[1] += count
        if clock[1] == settings.batch_size or (closes_batch and position == order.shape[0]):
            apply_minibatch(layers_of(state), settings, clock)


@compiled
def classify(lit, settings, state, labels):
    """Classify images: argmax_k o_k, the lowest k on a tie."""
    w0, w1 = state.w0, state.w1
    units = w1.shape[1]
    inputs = w0.shape[0] // tiles_of(units)
    listed, sums, hidden = room_for_lists(inputs), rows_for(units), np.empty(units, np.float32)
    output, order = np.empty(w1.shape[0], np.float32), np.arange(labels.shape[0])
    for first in range(0, labels.shape[0], AT_ONCE):
        count = min(AT_ONCE, labels.shape[0] - first)
        list_images(lit, order, first, count, settings.pixel_values, listed)
        weighted_sums(listed, count, w0, sums)
        for i in range(count):
            activate(settings.activation, sums[i, :units], hidden)
            class_outputs(hidden, w1, output)
            labels[first + i] = np.argmax(output)


@compiled
def refresh(settings, state):
    """Round the weights from the latent weights, where there are any."""
    if state.latent0.size > 0:
        quantise(state.latent0.reshape(-1), settings.bits, state.scales[0], state.w0.reshape(-1))
        quantise(state.latent1.reshape(-1), settings.bits, state.scales[1], state.w1.reshape(-1))
