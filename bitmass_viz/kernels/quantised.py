"""Few-bit weights trained by gradient: with latent weights (straight-through) or without (Bop).

A code c of k bits stands for one of 2^k levels, evenly spaced from -1 to 1, times one scale per layer:

    q = (2 c + 1 - 2^k) / (2^k - 1)          w = scale q          k = 1: w = +-scale

W0 is stored pixel by pixel, ``w0[i, j]`` from pixel i to hidden unit j, because few bits mean many units: a lit
pixel's contribution to all of them is one contiguous row. Black pixels are skipped.
"""

from __future__ import annotations

import numpy as np

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.floatnet import output_error
from bitmass_viz.kernels.optimiser import learning_rate, update
from bitmass_viz.kernels.settings import BOP, CLASS_LANES, FLOAT_BITS, RELU, STRAIGHT_THROUGH

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_TWO = np.float32(2.0)


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


@compiled
def weighted_sums(lit, row, pixel_values, w, sums):
    """z = W x, summed over the lit pixels.

    Parameters
    ----------
    lit : LitPixels
    row : int
        The image.
    pixel_values : float32 (256,)
    w : float32 (inputs, units)
    sums : float32 (units,), written
    """
    units = w.shape[1]
    for j in range(units):
        sums[j] = _ZERO
    for p in range(lit.starts[row], lit.starts[row + 1]):
        x = pixel_values[lit.values[p]]
        weights = w[lit.positions[p]]
        for j in range(units):
            sums[j] += x * weights[j]


@compiled
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


@compiled
def class_outputs(hidden, w1, output):
    """o = W1 a.

    Parameters
    ----------
    hidden : float32 (units,)
    w1 : float32 (classes, units)
    output : float32 (classes,), written
    """
    for k in range(w1.shape[0]):
        total = _ZERO
        for j in range(hidden.shape[0]):
            total += w1[k, j] * hidden[j]
        output[k] = total


@compiled
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
def add_rows(lit, row, pixel_values, delta, g):
    """g += x delta^T: the gradient of a first layer from one example.

    Parameters
    ----------
    lit, row, pixel_values : as in `weighted_sums`
    delta : float32 (units,)
    g : float32 (inputs, units), changed
    """
    units = g.shape[1]
    for p in range(lit.starts[row], lit.starts[row + 1]):
        x = pixel_values[lit.values[p]]
        gradient = g[lit.positions[p]]
        for j in range(units):
            gradient[j] += x * delta[j]


@compiled
def flip(w, gradient, mean, adaptivity, threshold, shrink):
    """Bop: m = (1 - gamma) m + gamma g;  w = -w where |m| > tau and sign(m) = sign(w). Clears the gradient.

    Helwegen et al., arXiv 1906.02107, algorithm 1.

    Parameters
    ----------
    w, gradient, mean : float32 (n,), changed
    adaptivity, threshold : float32
        gamma and tau.
    shrink : float32
        g = shrink * gradient.
    """
    keep = _ONE - adaptivity
    for i in range(w.shape[0]):
        m = keep * mean[i] + adaptivity * (shrink * gradient[i])
        mean[i] = m
        turns = (m > threshold and w[i] > _ZERO) or (m < -threshold and w[i] < _ZERO)
        w[i] = -w[i] if turns else w[i]
        gradient[i] = _ZERO


@compiled
def update_layer(
    w, latent, gradient, first, second, method, optimiser, step, bits, scale, adaptivity, threshold, shrink
):
    """Update one layer with the gradient summed over a minibatch, and clear it.

    STRAIGHT_THROUGH  the gradient at w moves the latent weight l as if w were l; w is what l rounds to.
                      With 32 bits there is nothing to round, and w itself moves: l = w / scale
    BOP               w flips where the gradient has pushed one way for long enough

    Parameters
    ----------
    w, latent, gradient, first, second : float32 (n,), changed
        ``latent`` is empty for BOP and for 32 bits, ``second`` for BOP.
    method : int
    optimiser : Optimiser
    step : int
        Number of updates before this one.
    bits : int
    scale, adaptivity, threshold, shrink : float32
    """
    if method == BOP:
        flip(w, gradient, first, adaptivity, threshold, shrink)
        return
    rate = learning_rate(optimiser, step)
    if bits == FLOAT_BITS:
        update(w, gradient, first, second, optimiser, rate * scale, step, shrink)
        return
    update(latent, gradient, first, second, optimiser, rate, step, shrink)
    clip(latent)
    quantise(latent, bits, scale, w)


@compiled
def train(
    lit, labels, order, pixel_values, w0, w1, latents, gradients, moments, clock, method, activation, loss,
    optimiser, bits, scales, adaptivity, threshold, batch_size, closes_batch,
):  # fmt: skip
    """Learn from the examples with the indices in ``order``, one after the other (see `floatnet.train`).

    Parameters
    ----------
    lit : LitPixels
    labels : uint8 (n,)
    order : int64 (m,)
    pixel_values : float32 (256,)
    w0 : float32 (inputs, units), changed
    w1 : float32 (classes, units), changed
    latents : (l0, l1), gradients : (g0, g1), moments : (m0, v0, m1, v1)
        float32, flat or shaped like the weights; empty if `update_layer` does not need them.
    clock : int64 (3,), changed
        Examples seen, examples in the open minibatch, updates made.
    method, optimiser, bits, adaptivity, threshold
        As in `update_layer`.
    activation : int
        RELU or SIGN.
    loss : int
        As in `floatnet.output_error`.
    scales : float32 (2,)
    batch_size : int
    closes_batch : bool
    """
    g0, g1 = gradients
    m0, v0, m1, v1 = moments
    classes, units = w1.shape
    sums = np.empty(units, np.float32)
    hidden = np.empty(units, np.float32)
    delta = np.empty(units, np.float32)
    output = np.empty(CLASS_LANES, np.float32)
    error = np.empty(CLASS_LANES, np.float32)
    for position in range(order.shape[0]):
        row = order[position]
        weighted_sums(lit, row, pixel_values, w0, sums)
        activate(activation, sums, hidden)
        class_outputs(hidden, w1, output)
        output_error(loss, output, classes, labels[row], error)
        hidden_error(activation, error, sums, w1, delta)
        add_rows(lit, row, pixel_values, delta, g0)
        for k in range(classes):
            e = error[k]
            for j in range(units):
                g1[k, j] += e * hidden[j]
        clock[0] += 1
        clock[1] += 1
        last = closes_batch and position == order.shape[0] - 1
        if clock[1] == batch_size or last:
            shrink = np.float32(1.0 / clock[1])
            update_layer(
                w0.reshape(-1), latents[0].reshape(-1), g0.reshape(-1), m0, v0, method, optimiser, clock[2], bits,
                scales[0], adaptivity, threshold, shrink,
            )  # fmt: skip
            update_layer(
                w1.reshape(-1), latents[1].reshape(-1), g1.reshape(-1), m1, v1, method, optimiser, clock[2], bits,
                scales[1], adaptivity, threshold, shrink,
            )  # fmt: skip
            clock[1] = 0
            clock[2] += 1


@compiled
def predict(lit, pixel_values, w0, w1, activation, labels):
    """Classify images: argmax_k o_k, the lowest k on a tie.

    Parameters
    ----------
    lit : LitPixels
    pixel_values : float32 (256,)
    w0, w1, activation : as in `train`
    labels : uint8 (n,), written
    """
    units = w0.shape[1]
    sums = np.empty(units, np.float32)
    hidden = np.empty(units, np.float32)
    output = np.empty(w1.shape[0], np.float32)
    for row in range(labels.shape[0]):
        weighted_sums(lit, row, pixel_values, w0, sums)
        activate(activation, sums, hidden)
        class_outputs(hidden, w1, output)
        labels[row] = np.argmax(output)


@compiled
def train_linear(
    lit, labels, order, pixel_values, w, latent, gradient, first, second, clock, loss, optimiser, bits, scale,
    batch_size, closes_batch,
):  # fmt: skip
    """Learn as in `train`, without a hidden layer: o = W x.

    Parameters
    ----------
    w : float32 (inputs, classes), changed
    latent, gradient : float32, shaped like w, changed
    first, second : float32 (w.size,), changed
    """
    classes = w.shape[1]
    output = np.empty(CLASS_LANES, np.float32)
    error = np.empty(CLASS_LANES, np.float32)
    for position in range(order.shape[0]):
        row = order[position]
        weighted_sums(lit, row, pixel_values, w, output)
        output_error(loss, output, classes, labels[row], error)
        add_rows(lit, row, pixel_values, error, gradient)
        clock[0] += 1
        clock[1] += 1
        last = closes_batch and position == order.shape[0] - 1
        if clock[1] == batch_size or last:
            update_layer(
                w.reshape(-1), latent.reshape(-1), gradient.reshape(-1), first, second, STRAIGHT_THROUGH,
                optimiser, clock[2], bits, scale, _ZERO, _ZERO, np.float32(1.0 / clock[1]),
            )  # fmt: skip
            clock[1] = 0
            clock[2] += 1


@compiled
def predict_linear(lit, pixel_values, w, labels):
    """Classify images: argmax_k (W x)_k, the lowest k on a tie (see `predict`)."""
    classes = w.shape[1]
    output = np.empty(classes, np.float32)
    for row in range(labels.shape[0]):
        weighted_sums(lit, row, pixel_values, w, output)
        labels[row] = np.argmax(output)
