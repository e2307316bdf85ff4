"""The float32 network: inputs -> hidden -> classes without biases, one example at a time.

Hidden units are laid out in groups of eight, the number of float32 in one AVX register, units innermost:
``w0[g, i, u]`` is the weight from pixel i to hidden unit ``8 g + u``. Lanes beyond the last unit hold zeros
and stay zero, because nothing flows back to them. Only lit pixels are read, one of five in MNIST.
"""

from __future__ import annotations

import math

import numpy as np

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.optimiser import learning_rate, squared_norm, update
from bitmass_viz.kernels.pixels import fetch_ahead
from bitmass_viz.kernels.settings import CLASS_LANES, LANES, SQUARED_ERROR
from bitmass_viz.kernels.simd import exponential, load, splat, store, total, where_positive

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_FAR_BELOW = np.float32(-1e4)
"""An output so far below the others that its probability is 0."""
_ONCE, _TWICE, _THREE, _FOUR = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)


@compiled
def weighted_sums(lit, row, pixel_values, w0, pre):
    """z = W0 x (see `forward`)."""
    first, last = lit.starts[row], lit.starts[row + 1]
    fours = first + ((last - first) & ~_THREE)
    for g in range(w0.shape[0]):
        group = g * w0.shape[1]
        # Four independent sums, because an addition must wait for the previous one in its chain.
        a = b = c = d = splat(_ZERO)
        for p in range(first, fours, _FOUR):
            q, r, t = p + _ONCE, p + _TWICE, p + _THREE
            a = a + splat(pixel_values[lit.values[p]]) * load(w0, LANES * (group + lit.positions[p]))
            b = b + splat(pixel_values[lit.values[q]]) * load(w0, LANES * (group + lit.positions[q]))
            c = c + splat(pixel_values[lit.values[r]]) * load(w0, LANES * (group + lit.positions[r]))
            d = d + splat(pixel_values[lit.values[t]]) * load(w0, LANES * (group + lit.positions[t]))
        for p in range(fours, last):
            a = a + splat(pixel_values[lit.values[p]]) * load(w0, LANES * (group + lit.positions[p]))
        store(pre, LANES * g, (a + b) + (c + d))


@compiled
def forward(lit, row, pixel_values, w0, w1, slope, pre, hidden, output):
    """z = W0 x,  a = max(z, slope z),  o = W1 a.

    Parameters
    ----------
    lit : LitPixels
    row : int
        Index of the image.
    pixel_values : float32 (256,)
    w0 : float32 (groups, inputs, LANES)
    w1 : float32 (classes, groups * LANES)
    slope : float32
    pre, hidden : float32 (groups * LANES,), written
        z and a.
    output : float32 (CLASS_LANES,), written
        Only the first ``classes``.
    """
    weighted_sums(lit, row, pixel_values, w0, pre)
    units = w1.shape[1]
    for j in range(0, units, LANES):
        z = load(pre, j)
        store(hidden, j, where_positive(z, z, splat(slope) * z))
    for k in range(w1.shape[0]):
        products = splat(_ZERO)
        for j in range(0, units, LANES):
            products = products + load(w1, k * units + j) * load(hidden, j)
        output[k] = total(products)


@compiled
def softmax(output, classes, probability):
    """p_k = exp(o_k - max o) / sum of the same.

    Parameters
    ----------
    output : float32 (CLASS_LANES,)
    classes : int
    probability : float32 (CLASS_LANES,), written
        Values beyond the classes are undefined.
    """
    top = output[0]
    for k in range(1, classes):
        top = max(top, output[k])
    for k in range(classes, CLASS_LANES):
        output[k] = _FAR_BELOW + top
    low = exponential(load(output, 0) - splat(top))
    high = exponential(load(output, LANES) - splat(top))
    share = splat(_ONE / total(low + high))
    store(probability, 0, share * low)
    store(probability, LANES, share * high)


@compiled
def output_error(loss, output, classes, label, error):
    """Write dL/do for one example.

    squared error    L = mean_k (o_k - t_k)^2, t = +1 for the label and -1 elsewhere:  2 (o - t) / classes
    cross-entropy    L = -log softmax(o)_y:                                            softmax(o) - [k = y]

    Parameters
    ----------
    loss : int
    output : float32 (CLASS_LANES,)
        The first ``classes`` are read, the others overwritten.
    classes, label : int
    error : float32 (CLASS_LANES,), written
        The first ``classes`` of them.
    """
    if loss == SQUARED_ERROR:
        share = _TWO / np.float32(classes)
        for k in range(classes):
            target = _ONE if k == label else -_ONE
            error[k] = share * (output[k] - target)
    else:
        softmax(output, classes, error)
        error[label] -= _ONE


@compiled
def hidden_error(error, pre, w1, model, delta):
    """dL/dz = (W1^T dL/do) * activation'(z); without the chain rule the derivative counts as 1.

    Parameters
    ----------
    error : float32 (CLASS_LANES,)
    pre : float32 (groups * LANES,)
    w1 : float32 (classes, groups * LANES)
    model : Model
    delta : float32 (groups * LANES,), written
    """
    classes, units = w1.shape
    for j in range(0, units, LANES):
        even = odd = splat(_ZERO)
        for k in range(0, classes - 1, 2):
            even = even + splat(error[k]) * load(w1, k * units + j)
            odd = odd + splat(error[k + 1]) * load(w1, (k + 1) * units + j)
        if classes % 2:
            even = even + splat(error[classes - 1]) * load(w1, (classes - 1) * units + j)
        back = even + odd
        if model.chain_rule:
            back = where_positive(load(pre, j), back, splat(model.slope) * back)
        store(delta, j, back)


@compiled
def add_outer(lit, row, pixel_values, delta, error, hidden, scale, g0, g1):
    """g0 += scale * delta x^T  and  g1 += scale * error a^T: adds to a gradient, or takes a plain SGD step.

    Parameters
    ----------
    lit, row, pixel_values
        As in `forward`.
    delta, hidden : float32 (groups * LANES,)
    error : float32 (CLASS_LANES,)
    scale : float32
    g0 : float32 (groups, inputs, LANES), changed
    g1 : float32 (classes, groups * LANES), changed
    """
    for g in range(g0.shape[0]):
        group = g * g0.shape[1]
        here = splat(scale) * load(delta, LANES * g)
        for p in range(lit.starts[row], lit.starts[row + 1]):
            at = LANES * (group + lit.positions[p])
            store(g0, at, load(g0, at) + splat(pixel_values[lit.values[p]]) * here)
    units = g1.shape[1]
    for k in range(g1.shape[0]):
        e = splat(scale * error[k])
        for j in range(0, units, LANES):
            store(g1, k * units + j, load(g1, k * units + j) + e * load(hidden, j))


@compiled
def apply_minibatch(w0, w1, gradients, moments, optimiser, clock):
    """Update both layers with the gradient summed over the open minibatch, and close it.

    Parameters
    ----------
    w0, w1 : as in `forward`, changed
    gradients : (g0, g1), shaped like the weights, cleared
    moments : (m0, v0, m1, v1), flat float32, changed
    optimiser : Optimiser
    clock : int64 (3,), changed
        Examples seen, examples in the open minibatch, updates made.
    """
    g0 = gradients[0].reshape(-1)
    g1 = gradients[1].reshape(-1)
    shrink = 1.0 / clock[1]
    if optimiser.clip_norm > 0.0:
        norm = math.sqrt(squared_norm(g0) + squared_norm(g1)) * shrink
        if norm > optimiser.clip_norm:
            shrink *= optimiser.clip_norm / norm
    step = clock[2]
    rate = learning_rate(optimiser, step)
    m0, v0, m1, v1 = moments
    update(w0.reshape(-1), g0, m0, v0, optimiser, rate, step, np.float32(shrink))
    update(w1.reshape(-1), g1, m1, v1, optimiser, rate, step, np.float32(shrink))
    clock[1] = 0
    clock[2] += 1


@compiled
def train(
    lit, labels, order, pixel_values, w0, w1, gradients, moments, clock, model, optimiser, batch_size, closes_batch
):
    """Learn from the examples with the indices in ``order``, one after the other.

    Gradients are summed in that order and applied once per minibatch, so the result does not depend on how a
    stream of examples is divided into calls. Plain SGD with a batch size of 1 updates the weights directly.

    Parameters
    ----------
    lit : LitPixels
    labels : uint8 (n,)
    order : int64 (m,)
    pixel_values : float32 (256,)
    w0, w1, gradients, moments, clock
        As in `apply_minibatch`.
    model : Model
    optimiser : Optimiser
    batch_size : int
    closes_batch : bool
        Whether the last example ends its minibatch even if that is not full (the end of an epoch).
    """
    g0, g1 = gradients
    classes, units = w1.shape
    pre = np.empty(units, np.float32)
    hidden = np.empty(units, np.float32)
    delta = np.empty(units, np.float32)
    output = np.empty(CLASS_LANES, np.float32)
    error = np.empty(CLASS_LANES, np.float32)
    direct = (
        batch_size == 1
        and optimiser.first_decay == 0.0
        and optimiser.second_decay == 0.0
        and optimiser.weight_decay == 0.0
        and optimiser.clip_norm == 0.0
    )
    for position in range(order.shape[0]):
        row = order[position]
        fetch_ahead(lit, order, position)
        forward(lit, row, pixel_values, w0, w1, model.slope, pre, hidden, output)
        output_error(model.loss, output, classes, labels[row], error)
        hidden_error(error, pre, w1, model, delta)
        clock[0] += 1
        if direct:
            rate = np.float32(-learning_rate(optimiser, clock[2]))
            add_outer(lit, row, pixel_values, delta, error, hidden, rate, w0, w1)
            clock[2] += 1
            continue
        add_outer(lit, row, pixel_values, delta, error, hidden, _ONE, g0, g1)
        clock[1] += 1
        last = closes_batch and position == order.shape[0] - 1
        if clock[1] == batch_size or last:
            apply_minibatch(w0, w1, gradients, moments, optimiser, clock)


@compiled
def predict(lit, pixel_values, w0, w1, slope, labels):
    """Classify images: argmax_k o_k, the lowest k on a tie.

    Parameters
    ----------
    lit : LitPixels
    pixel_values : float32 (256,)
    w0, w1, slope : as in `forward`
    labels : uint8 (n,), written
    """
    classes, units = w1.shape
    pre = np.empty(units, np.float32)
    hidden = np.empty(units, np.float32)
    output = np.empty(CLASS_LANES, np.float32)
    for row in range(labels.shape[0]):
        forward(lit, row, pixel_values, w0, w1, slope, pre, hidden, output)
        labels[row] = np.argmax(output[:classes])
