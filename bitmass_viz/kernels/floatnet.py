"""The float32 network: inputs -> hidden -> classes without biases, one example at a time.

`float32_network` has the settings, the arrays and their layout. Only lit pixels are read, one of five in MNIST.
"""

from __future__ import annotations

import math

import numpy as np

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.optimiser import Parameters, rates_of, squared_norm, update
from bitmass_viz.kernels.pixels import fetch_ahead
from bitmass_viz.kernels.settings import CLASS_LANES, LANES, PIXEL_VALUES, SQUARED_ERROR, learning_rate
from bitmass_viz.kernels.simd import exponential, load, splat, store, total, where_positive

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_FAR_BELOW = np.float32(-1e4)
"""An output so far below the others that its probability is 0."""
_ONCE, _TWICE, _THREE, _FOUR = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)


@compiled
def weighted_sums(lit, row, w0, pre):
    """z = W0 x for one image.

    Parameters
    ----------
    lit : LitPixels
    row : int
        Index of the image.
    w0 : float32 (groups, inputs, LANES)
    pre : float32 (groups * LANES,), written
        z.
    """
    first, last = lit.starts[row], lit.starts[row + 1]
    fours = first + ((last - first) & ~_THREE)
    for g in range(w0.shape[0]):
        group = g * w0.shape[1]
        # Four independent sums, because an addition must wait for the previous one in its chain.
        a = b = c = d = splat(_ZERO)
        for p in range(first, fours, _FOUR):
            q, r, t = p + _ONCE, p + _TWICE, p + _THREE
            a = a + splat(PIXEL_VALUES[lit.values[p]]) * load(w0, LANES * (group + lit.positions[p]))
            b = b + splat(PIXEL_VALUES[lit.values[q]]) * load(w0, LANES * (group + lit.positions[q]))
            c = c + splat(PIXEL_VALUES[lit.values[r]]) * load(w0, LANES * (group + lit.positions[r]))
            d = d + splat(PIXEL_VALUES[lit.values[t]]) * load(w0, LANES * (group + lit.positions[t]))
        for p in range(fours, last):
            a = a + splat(PIXEL_VALUES[lit.values[p]]) * load(w0, LANES * (group + lit.positions[p]))
        store(pre, LANES * g, (a + b) + (c + d))


@compiled
def activate(pre, slope, hidden):
    """a = max(z, slope z), float32 (groups * LANES,)."""
    for j in range(0, pre.shape[0], LANES):
        z = load(pre, j)
        store(hidden, j, where_positive(z, z, splat(slope) * z))


@compiled
def class_outputs(hidden, w1, output):
    """o = W1 a.

    Parameters
    ----------
    hidden : float32 (groups * LANES,)
    w1 : float32 (classes, groups * LANES)
    output : float32 (CLASS_LANES,), written
        Only the first ``classes``.
    """
    units = w1.shape[1]
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
def add_rows(lit, row, delta, scale, g0):
    """g0 += scale * delta x^T, the first layer's gradient from one example; or a step of plain SGD on its weights.

    Parameters
    ----------
    lit, row
        As in `weighted_sums`.
    delta : float32 (groups * LANES,)
    scale : float32
    g0 : float32 (groups, inputs, LANES), changed
    """
    for g in range(g0.shape[0]):
        group = g * g0.shape[1]
        here = splat(scale) * load(delta, LANES * g)
        for p in range(lit.starts[row], lit.starts[row + 1]):
            at = LANES * (group + lit.positions[p])
            store(g0, at, load(g0, at) + splat(PIXEL_VALUES[lit.values[p]]) * here)


@compiled
def add_outer(error, hidden, scale, g1):
    """g1 += scale * error a^T, the same for the second layer, float32 (classes, groups * LANES)."""
    units = g1.shape[1]
    for k in range(g1.shape[0]):
        e = splat(scale * error[k])
        for j in range(0, units, LANES):
            store(g1, k * units + j, load(g1, k * units + j) + e * load(hidden, j))


@compiled
def apply_minibatch(settings, state):
    """Update both layers with the gradient summed over the open minibatch, and close it."""
    optimiser, clock = settings.optimiser, state.clock
    layers = (
        Parameters(state.w0.reshape(-1), state.gradient0.reshape(-1), state.first0, state.second0),
        Parameters(state.w1.reshape(-1), state.gradient1.reshape(-1), state.first1, state.second1),
    )
    shrink = 1.0 / clock[1]
    if optimiser.clip_norm > 0.0:
        norm = math.sqrt(squared_norm(layers[0].gradient) + squared_norm(layers[1].gradient)) * shrink
        if norm > optimiser.clip_norm:
            shrink *= optimiser.clip_norm / norm
    rates = rates_of(optimiser, learning_rate(optimiser, settings.batch_size, clock[2]), clock[2], shrink)
    for layer in layers:
        update(layer, optimiser, rates)
    clock[1] = 0
    clock[2] += 1


@compiled
def learn(examples, settings, state):
    """Learn from examples, one after the other.

    Gradients are summed in their order and applied once per minibatch, so the result does not depend on how a
    stream of examples is divided into calls. Plain SGD with a batch size of 1 updates the weights directly.
    """
    lit, labels, order, closes_batch = examples
    model, optimiser, clock = settings.model, settings.optimiser, state.clock
    w0, w1, g0, g1 = state.w0, state.w1, state.gradient0, state.gradient1
    classes, units = w1.shape
    pre = np.empty(units, np.float32)
    hidden = np.empty(units, np.float32)
    delta = np.empty(units, np.float32)
    output = np.empty(CLASS_LANES, np.float32)
    error = np.empty(CLASS_LANES, np.float32)
    direct = (
        settings.batch_size == 1
        and optimiser.first_decay == 0.0
        and optimiser.second_decay == 0.0
        and optimiser.weight_decay == 0.0
        and optimiser.clip_norm == 0.0
    )
    for position in range(order.shape[0]):
        row = order[position]
        fetch_ahead(lit, order, position)
        weighted_sums(lit, row, w0, pre)
        activate(pre, model.slope, hidden)
        class_outputs(hidden, w1, output)
        output_error(model.loss, output, classes, labels[row], error)
        hidden_error(error, pre, w1, model, delta)
        clock[0] += 1
        if direct:
            rate = np.float32(-learning_rate(optimiser, settings.batch_size, clock[2]))
            add_rows(lit, row, delta, rate, w0)
            add_outer(error, hidden, rate, w1)
            clock[2] += 1
            continue
        add_rows(lit, row, delta, _ONE, g0)
        add_outer(error, hidden, _ONE, g1)
        clock[1] += 1
        if clock[1] == settings.batch_size or (closes_batch and position == order.shape[0] - 1):
            apply_minibatch(settings, state)


@compiled
def classify(lit, settings, state, labels):
    """Classify images: argmax_k o_k, the lowest k on a tie."""
    w0, w1 = state.w0, state.w1
    classes, units = w1.shape
    pre = np.empty(units, np.float32)
    hidden = np.empty(units, np.float32)
    output = np.empty(CLASS_LANES, np.float32)
    for row in range(labels.shape[0]):
        weighted_sums(lit, row, w0, pre)
        activate(pre, settings.model.slope, hidden)
        class_outputs(hidden, w1, output)
        labels[row] = np.argmax(output[:classes])


@compiled
def refresh(settings, state):
    """Derive what follows from other arrays: nothing in this network."""
