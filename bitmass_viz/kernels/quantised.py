"""Few-bit weights trained by gradient: with latent weights (straight-through) or without (Bop).

`quantised_network` has the levels and the layout. Black pixels are skipped.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba.extending import register_jitable

from bitmass_viz.kernels.compiling import compiled, inlined
from bitmass_viz.kernels.floatnet import class_lanes, output_error
from bitmass_viz.kernels.optimiser import Parameters, rates_of, update
from bitmass_viz.kernels.pixels import fetch_ahead, list_pixels
from bitmass_viz.kernels.quantised_network import Floats, largest_weight
from bitmass_viz.kernels.settings import BOP, CLASS_LANES, FLOAT_BITS, PIXELS, RELU, learning_rate
from bitmass_viz.kernels.simd import load_block, load_classes, store, total
from bitmass_viz.kernels.vectors import BLOCK

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_NO_BLOCK = np.zeros(BLOCK, np.float32)

largest_weight = register_jitable(largest_weight)


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
def weighted_sums(where, values, count, w, sums):
    """z = W x, summed over the pixels that `pixels.list_pixels` lists.

    Parameters
    ----------
    where : int64 (count or more,)
    values : float32 (count or more,)
    count : int
    w : float32 (inputs, units)
    sums : float32 (units or more,), written
    """
    units = w.shape[1]
    whole = units - units % BLOCK
    for j in range(0, whole, BLOCK):
        z = load_block(_NO_BLOCK, 0)
        for p in range(count):
            z = z + values[p] * load_block(w, where[p] * units + j)
        store(sums, j, z)
    for j in range(whole, units):
        sums[j] = _ZERO
        for p in range(count):
            sums[j] += values[p] * w[where[p], j]


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


@inlined
def add_rows(where, values, count, delta, g):
    """g += x delta^T: the gradient of a first layer from one example.

    Parameters
    ----------
    where, values, count : as in `weighted_sums`
    delta : float32 (units or more,)
    g : float32 (inputs, units), changed
    """
    units = g.shape[1]
    whole = units - units % BLOCK
    for p in range(count):
        x, at = values[p], where[p] * units
        for j in range(0, whole, BLOCK):
            store(g, at + j, load_block(g, at + j) + x * load_block(delta, j))
        for j in range(whole, units):
            g[where[p], j] += x * delta[j]


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
    w, gradient, first, second = parameters
    rates = rates_of(settings.optimiser, rate, step, shrink)
    update(Parameters(latent, gradient, first, second), settings.optimiser, rates)
    clip(latent)
    quantise(latent, settings.bits, scale, w)


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
    pixel_values, clock = settings.pixel_values, state.clock
    w0, w1, g0, g1 = state.w0, state.w1, state.gradient0, state.gradient1
    classes, units = w1.shape
    sums, hidden, delta = np.empty((3, units), np.float32)
    output, error = np.zeros((2, CLASS_LANES), np.float32)
    where, values = np.empty(w0.shape[0] + PIXELS, np.int64), np.empty(w0.shape[0] + PIXELS, np.float32)
    lanes = class_lanes(classes)
    for position in range(order.shape[0]):
        row = order[position]
        fetch_ahead(lit, order, position)
        count = list_pixels(lit, row, pixel_values, where, values)
        weighted_sums(where, values, count, w0, sums)
        activate(settings.activation, sums, hidden)
        class_outputs(hidden, w1, output)
        store(error, 0, output_error(settings.loss, load_classes(output, 0), labels[row], lanes))
        hidden_error(settings.activation, error, sums, w1, delta)
        add_rows(where, values, count, delta, g0)
        for k in range(classes):
            e = error[k]
            for j in range(units):
                g1[k, j] += e * hidden[j]
        clock[0] += 1
        clock[1] += 1
        if clock[1] == settings.batch_size or (closes_batch and position == order.shape[0] - 1):
            apply_minibatch(layers_of(state), settings, clock)


@compiled
def classify(lit, settings, state, labels):
    """Classify images: argmax_k o_k, the lowest k on a tie."""
    w0, w1 = state.w0, state.w1
    units = w0.shape[1]
    sums, hidden = np.empty((2, units), np.float32)
    output = np.empty(w1.shape[0], np.float32)
    where, values = np.empty(w0.shape[0] + PIXELS, np.int64), np.empty(w0.shape[0] + PIXELS, np.float32)
    for row in range(labels.shape[0]):
        count = list_pixels(lit, row, settings.pixel_values, where, values)
        weighted_sums(where, values, count, w0, sums)
        activate(settings.activation, sums, hidden)
        class_outputs(hidden, w1, output)
        labels[row] = np.argmax(output)


@compiled
def refresh(settings, state):
    """Round the weights from the latent weights, where there are any."""
    if state.latent0.size > 0:
        quantise(state.latent0.reshape(-1), settings.bits, state.scales[0], state.w0.reshape(-1))
        quantise(state.latent1.reshape(-1), settings.bits, state.scales[1], state.w1.reshape(-1))
