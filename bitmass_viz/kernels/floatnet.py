"""The float32 network: inputs -> hidden -> classes without biases, one example at a time.

`float32_network` has the settings, the arrays and their layout. Only lit pixels are read, one of five in MNIST.
"""

from __future__ import annotations

import math

import numpy as np

from bitmass_viz.kernels.aligned import aligned_empty
from bitmass_viz.kernels.compiling import compiled, inlined
from bitmass_viz.kernels.optimiser import Parameters, rates_of, squared_norm, update
from bitmass_viz.kernels.pixels import fetch_ahead, place_of
from bitmass_viz.kernels.settings import CLASS_LANES, LANES, PIXELS, SQUARED_ERROR, learning_rate
from bitmass_viz.kernels.simd import (
    exponential,
    for_each_pixel,
    largest,
    load,
    load_block,
    load_classes,
    load_pixels,
    over_pixels,
    store,
    total,
    totals,
    where_positive,
)
from bitmass_viz.kernels.vectors import BLOCK, FEW_REGISTERS

AT_ONCE = 8
"""Most examples that go forward before they go back."""
_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_PER_SHADE = np.float32(1.0 / 255.0)
"""x_i = shade / 255."""
_NO_BLOCK, _NO_CLASS = np.zeros(BLOCK, np.float32), np.zeros(CLASS_LANES, np.float32)
_ONE_HOT = np.eye(CLASS_LANES, dtype=np.float32)


@inlined
def products(lit, number, shade, w0, group):
    """Return shade times weight for 8 units and the pixels of one block, whose number and shades are given."""
    return load_pixels(lit.shades, shade) * load_block(w0, BLOCK * (group + np.intp(lit.numbers[number])))


@inlined
def weighted_sums(lit, row, w0, pre, at):
    """z = W0 x for one image.

    Parameters
    ----------
    lit : LitPixels
    row : int
        Index of the image.
    w0 : float32 (groups, blocks, LANES, PIXELS)
    pre : float32 (at + groups * LANES or more,), written
        z, from position ``at``.
    at : int
    """
    count, number, shade = place_of(lit, row)
    for g in range(w0.shape[0]):
        group = g * w0.shape[1]
        even = odd = load_block(_NO_BLOCK, 0)
        if FEW_REGISTERS:
            # They hold one sum at a time.
            for b in range(0, count, 2):
                even = even + products(lit, number + b, shade + PIXELS * b, w0, group)
            for b in range(1, count, 2):
                odd = odd + products(lit, number + b, shade + PIXELS * b, w0, group)
        else:
            # Two independent sums, because an addition must wait for the previous one in its chain.
            for b in range(0, count - 1, 2):
                even = even + products(lit, number + b, shade + PIXELS * b, w0, group)
                odd = odd + products(lit, number + b + 1, shade + PIXELS * (b + 1), w0, group)
            if count % 2:
                b = count - 1
                even = even + products(lit, number + b, shade + PIXELS * b, w0, group)
        store(pre, at + LANES * g, over_pixels(even + odd) * _PER_SHADE)


@inlined
def activate(pre, slope, hidden):
    """a = max(z, slope z), float32 arrays of a multiple of LANES."""
    for j in range(0, pre.shape[0], LANES):
        z = load(pre, j)
        store(hidden, j, where_positive(z, z, z * slope))


@inlined
def class_outputs(hidden, at, w1):
    """o = W1 a.

    Parameters
    ----------
    hidden : float32 (at + groups * LANES or more,)
        a, from position ``at``.
    at : int
    w1 : float32 (groups * LANES, CLASS_LANES)

    Returns
    -------
    vector of CLASS_LANES float32
        0 beyond the classes.
    """
    output = load_classes(_NO_CLASS, 0)
    for j in range(w1.shape[0]):
        output = output + hidden[at + j] * load_classes(w1, j * CLASS_LANES)
    return output


@compiled
def class_lanes(classes):
    """Return 1 for each class and 0 beyond; and 0 for each class and -inf beyond: float32 (CLASS_LANES,)."""
    real, beyond = np.zeros(CLASS_LANES, np.float32), np.full(CLASS_LANES, -np.inf, np.float32)
    real[:classes] = 1.0
    beyond[:classes] = 0.0
    return real, beyond


@inlined
def output_error(loss, output, label, lanes):
    """Return dL/do for one example.

    squared error    L = mean_k (o_k - t_k)^2, t = +1 for the label and -1 elsewhere:  2 (o - t) / classes
    cross-entropy    L = -log softmax(o)_y:                                            softmax(o) - [k = y]

    Parameters
    ----------
    loss : int
    output : vector of CLASS_LANES float32
        0 beyond the classes.
    label : int
    lanes
        Of `class_lanes`.

    Returns
    -------
    vector of CLASS_LANES float32
        0 beyond the classes.
    """
    real, beyond = load_classes(lanes[0], 0), load_classes(lanes[1], 0)
    right = load_classes(_ONE_HOT, CLASS_LANES * label)
    if loss == SQUARED_ERROR:
        return (output + real - right * _TWO) * (_TWO / total(real))
    output = output + beyond
    power = exponential(output - largest(output)) * real
    return power * (_ONE / total(power)) - right


@inlined
def hidden_error(error, pre, at, w1, model, delta):
    """dL/dz = (W1^T dL/do) * activation'(z); without the chain rule the derivative counts as 1.

    Parameters
    ----------
    error : vector of CLASS_LANES float32
    pre : float32 (at + groups * LANES or more,)
        z, from position ``at``.
    at : int
    w1 : float32 (groups * LANES, CLASS_LANES)
    model : Model
    delta : float32, like ``pre``, written
    """
    for j in range(0, w1.shape[0], LANES):
        row = j * CLASS_LANES
        back = totals(
            error * load_classes(w1, row),
            error * load_classes(w1, row + CLASS_LANES),
            error * load_classes(w1, row + 2 * CLASS_LANES),
            error * load_classes(w1, row + 3 * CLASS_LANES),
            error * load_classes(w1, row + 4 * CLASS_LANES),
            error * load_classes(w1, row + 5 * CLASS_LANES),
            error * load_classes(w1, row + 6 * CLASS_LANES),
            error * load_classes(w1, row + 7 * CLASS_LANES),
        )
        if model.chain_rule:
            back = where_positive(load(pre, at + j), back, back * model.slope)
        store(delta, at + j, back)


@inlined
def add_rows(lit, row, delta, at, scale, g0):
    """g0 += scale * delta x^T, the first layer's gradient from one example; or a step of plain SGD on its weights.

    Parameters
    ----------
    lit, row
        As in `weighted_sums`.
    delta : float32 (at + groups * LANES or more,)
        dL/dz, from position ``at``.
    at : int
    scale : float32
    g0 : float32 (groups, blocks, LANES, PIXELS), changed
    """
    count, number, shade = place_of(lit, row)
    for g in range(g0.shape[0]):
        group = g * g0.shape[1]
        here = for_each_pixel(load(delta, at + LANES * g) * (scale * _PER_SHADE))
        for b in range(count):
            place = BLOCK * (group + np.intp(lit.numbers[number + b]))
            store(g0, place, load_block(g0, place) + load_pixels(lit.shades, shade + PIXELS * b) * here)


@inlined
def add_outer(error, hidden, at, scale, g1):
    """g1 += scale * error a^T, the same for the second layer, float32 (groups * LANES, CLASS_LANES)."""
    scaled = error * scale
    for j in range(g1.shape[0]):
        row = j * CLASS_LANES
        store(g1, row, load_classes(g1, row) + hidden[at + j] * scaled)


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

    A few examples go forward before they go back, because weights and gradient together do not fit into a
    processor's first cache.
    """
    lit, labels, order, closes_batch = examples
    model, optimiser, clock = settings.model, settings.optimiser, state.clock
    w0, w1, g0, g1 = state.w0, state.w1, state.gradient0, state.gradient1
    units = w1.shape[0]
    size = AT_ONCE * units
    pre, hidden, delta = aligned_empty(3 * size, np.float32).reshape(3, size)
    pre[:] = np.float32(0.0)  # `activate` takes all rows, also those of no example
    output = aligned_empty(AT_ONCE * CLASS_LANES, np.float32)
    lanes = class_lanes(settings.classes)
    direct = (
        settings.batch_size == 1
        and optimiser.first_decay == 0.0
        and optimiser.second_decay == 0.0
        and optimiser.weight_decay == 0.0
        and optimiser.clip_norm == 0.0
    )
    position, scale = 0, _ONE
    while position < order.shape[0]:
        count = min(AT_ONCE, order.shape[0] - position, settings.batch_size - clock[1])
        if direct:
            scale = np.float32(-learning_rate(optimiser, settings.batch_size, clock[2]))
            g0, g1 = w0, w1
        # One step of all these examples after the other: the processor overlaps what does not wait for each other.
        for i in range(count):
            weighted_sums(lit, order[position + i], w0, pre, i * units)
        activate(pre, model.slope, hidden)
        for i in range(count):
            store(output, i * CLASS_LANES, class_outputs(hidden, i * units, w1))
        for i in range(count):
            error = output_error(
                model.loss, load_classes(output, i * CLASS_LANES), labels[order[position + i]], lanes
            )
            store(output, i * CLASS_LANES, error)
        for i in range(count):
            hidden_error(load_classes(output, i * CLASS_LANES), pre, i * units, w1, model, delta)
        for i in range(count):
            add_outer(load_classes(output, i * CLASS_LANES), hidden, i * units, scale, g1)
        for i in range(count):
            fetch_ahead(lit, order, position + i)
            add_rows(lit, order[position + i], delta, i * units, scale, g0)
        position += count
        clock[0] += count
        if direct:
            clock[2] += 1
            continue
        clock[1] += count
        if clock[1] == settings.batch_size or (closes_batch and position == order.shape[0]):
            apply_minibatch(settings, state)


@compiled
def classify(lit, settings, state, labels):
    """Classify images: argmax_k o_k, the lowest k on a tie."""
    w0, w1 = state.w0, state.w1
    pre, hidden = np.empty((2, w1.shape[0]), np.float32)
    output = np.empty(CLASS_LANES, np.float32)
    for row in range(labels.shape[0]):
        weighted_sums(lit, row, w0, pre, 0)
        activate(pre, settings.model.slope, hidden)
        store(output, 0, class_outputs(hidden, 0, w1))
        labels[row] = np.argmax(output[: settings.classes])


@compiled
def refresh(settings, state):
    """Derive what follows from other arrays: nothing in this network."""
