"""The float32 network: inputs -> hidden -> classes without biases, one example at a time.

Hidden units are laid out in groups of eight, the number of float32 in one AVX register, units innermost:
``w0[g, i, u]`` is the weight from pixel i to hidden unit ``8 g + u``. Lanes beyond the last unit hold zeros
and stay zero, because nothing flows back to them. Black pixels, four of five in MNIST, are skipped.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

LANES = 8
SQUARED_ERROR, CROSS_ENTROPY = 0, 1
PIXEL_VALUES = (np.arange(256) / 255).astype(np.float32)
"""x/255 for every pixel value."""

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_TWO = np.float32(2.0)


class Model(NamedTuple):
    """What of a network is fixed by its recipe."""

    loss: int
    """SQUARED_ERROR against +-1 targets, or CROSS_ENTROPY."""
    slope: np.float32
    """Slope of the hidden activation below 0: 0 is ReLU."""
    chain_rule: bool
    """False leaves the activation's derivative out of the hidden error."""


class Optimiser(NamedTuple):
    """The optimiser ladder as one formula; each rung switches a term on (see `update`)."""

    rate: float
    first_decay: float
    """beta_1, 0 for no momentum."""
    second_decay: float
    """beta_2, 0 for no adaptive rate."""
    dampening: bool
    """Whether the new gradient enters the momentum with weight 1 - beta_1 (Adam) or 1 (SGD)."""
    bias_correction: bool
    epsilon: float
    weight_decay: float
    """Decoupled from the gradient, as in AdamW."""
    clip_norm: float
    """Largest norm of the whole gradient; 0 for no limit."""
    cosine_steps: int
    """Updates after which a cosine schedule has brought the rate to 0; 0 for a constant rate."""


@njit(cache=True, nogil=True)
def lit_pixels(image, pixel_values, where, value):
    """Write the positions and values of the pixels that are not 0; return how many there are.

    Parameters
    ----------
    image : uint8 (n,)
    pixel_values : float32 (256,)
    where : int32 (n,), written
    value : float32 (n,), written
    """
    count = 0
    for i in range(image.shape[0]):
        where[count] = i
        value[count] = pixel_values[image[i]]
        count += image[i] != 0
    return count


@njit(cache=True, nogil=True)
def weighted_sums(where, value, count, w0, pre):
    """z = W0 x (see `forward`)."""
    for g in range(w0.shape[0]):
        for u in range(LANES):
            pre[g, u] = _ZERO
        for p in range(count):
            x = value[p]
            weights = w0[g, where[p]]
            for u in range(LANES):
                pre[g, u] += x * weights[u]


@njit(cache=True, nogil=True)
def class_outputs(hidden, w1, output):
    """o = W1 a (see `forward`)."""
    for k in range(w1.shape[0]):
        total = _ZERO
        for g in range(w1.shape[1]):
            for u in range(LANES):
                total += w1[k, g, u] * hidden[g, u]
        output[k] = total


@njit(cache=True, nogil=True)
def forward(where, value, count, w0, w1, slope, pre, hidden, output):
    """z = W0 x,  a = max(z, slope z),  o = W1 a.

    Parameters
    ----------
    where, value, count
        The lit pixels, as written by `lit_pixels`.
    w0 : float32 (groups, inputs, LANES)
    w1 : float32 (classes, groups, LANES)
    slope : float32
    pre, hidden : float32 (groups, LANES), written
        z and a.
    output : float32 (classes,), written
    """
    weighted_sums(where, value, count, w0, pre)
    for g in range(w0.shape[0]):
        for u in range(LANES):
            z = pre[g, u]
            hidden[g, u] = z if z > _ZERO else slope * z
    class_outputs(hidden, w1, output)


@njit(cache=True, nogil=True)
def output_error(loss, output, label, error):
    """Write dL/do for one example.

    squared error    L = mean_k (o_k - t_k)^2, t = +1 for the label and -1 elsewhere:  2 (o - t) / classes
    cross-entropy    L = -log softmax(o)_y:                                            softmax(o) - [k = y]

    Parameters
    ----------
    loss : int
    output : float32 (classes,)
    label : int
    error : float32 (classes,), written
    """
    classes = output.shape[0]
    if loss == SQUARED_ERROR:
        share = _TWO / np.float32(classes)
        for k in range(classes):
            target = _ONE if k == label else -_ONE
            error[k] = share * (output[k] - target)
        return
    top = output[0]
    for k in range(1, classes):
        top = max(top, output[k])
    total = 0.0
    for k in range(classes):
        e = math.exp(np.float64(output[k] - top))
        error[k] = np.float32(e)
        total += e
    share = _ONE / np.float32(total)
    for k in range(classes):
        error[k] *= share
    error[label] -= _ONE


@njit(cache=True, nogil=True)
def hidden_error(error, pre, w1, model, delta):
    """dL/dz = (W1^T dL/do) * activation'(z); without the chain rule the derivative counts as 1.

    Parameters
    ----------
    error : float32 (classes,)
    pre : float32 (groups, LANES)
    w1 : float32 (classes, groups, LANES)
    model : Model
    delta : float32 (groups, LANES), written
    """
    for g in range(pre.shape[0]):
        for u in range(LANES):
            delta[g, u] = _ZERO
        for k in range(error.shape[0]):
            e = error[k]
            for u in range(LANES):
                delta[g, u] += e * w1[k, g, u]
        if model.chain_rule:
            for u in range(LANES):
                if not pre[g, u] > _ZERO:
                    delta[g, u] *= model.slope


@njit(cache=True, nogil=True)
def add_outer(where, value, count, delta, error, hidden, scale, g0, g1):
    """g0 += scale * delta x^T  and  g1 += scale * error a^T: a gradient, or at once a step of plain SGD.

    Parameters
    ----------
    where, value, count
        As in `forward`.
    delta, hidden : float32 (groups, LANES)
    error : float32 (classes,)
    scale : float32
    g0 : float32 (groups, inputs, LANES), changed
    g1 : float32 (classes, groups, LANES), changed
    """
    for g in range(g0.shape[0]):
        for p in range(count):
            x = scale * value[p]
            row = g0[g, where[p]]
            for u in range(LANES):
                row[u] += x * delta[g, u]
    for k in range(error.shape[0]):
        e = scale * error[k]
        for g in range(g1.shape[1]):
            for u in range(LANES):
                g1[k, g, u] += e * hidden[g, u]


@njit(cache=True, nogil=True)
def learning_rate(optimiser, step):
    """Rate of update `step` (from 0): constant, or rate (1 + cos(pi step / cosine_steps)) / 2 down to 0."""
    if optimiser.cosine_steps == 0:
        return optimiser.rate
    share = min(1.0, step / optimiser.cosine_steps)
    return optimiser.rate * 0.5 * (1.0 + math.cos(math.pi * share))


@njit(cache=True, nogil=True)
def update(w, gradient, first, second, optimiser, rate, step, shrink):
    """One update of a flat array of weights, then clear its gradient.

    g = shrink * gradient
    m = beta_1 m + (1 - beta_1 or 1) g         beta_1 = 0: m = g
    v = beta_2 v + (1 - beta_2) g^2            beta_2 = 0: the divisor below is 1
    w = w - rate * weight_decay * w - rate * m^ / (sqrt(v^) + epsilon)

    where ^ divides by 1 - beta^(step + 1) if `bias_correction` is on. SGD, momentum, RMSprop, Adam and AdamW
    (Loshchilov and Hutter, arXiv 1711.05101) are settings of this formula.

    Parameters
    ----------
    w, gradient, first, second : float32 (n,), changed
        ``first`` and ``second`` (m and v) may be empty where their decay is 0.
    optimiser : Optimiser
    rate : float
        Of this step, see `learning_rate`.
    step : int
        Updates made before this one.
    shrink : float32
    """
    beta1 = np.float32(optimiser.first_decay)
    beta2 = np.float32(optimiser.second_decay)
    fresh1 = np.float32(1.0 - optimiser.first_decay) if optimiser.dampening else _ONE
    fresh2 = np.float32(1.0 - optimiser.second_decay)
    unbias1 = _ONE
    unbias2 = _ONE
    if optimiser.bias_correction:
        unbias1 = np.float32(1.0 / (1.0 - optimiser.first_decay ** (step + 1)))
        unbias2 = np.float32(1.0 / (1.0 - optimiser.second_decay ** (step + 1)))
    epsilon = np.float32(optimiser.epsilon)
    pull = np.float32(1.0 - rate * optimiser.weight_decay)
    lr = np.float32(rate)
    if optimiser.first_decay == 0.0 and optimiser.second_decay == 0.0:
        for i in range(w.shape[0]):
            w[i] = pull * w[i] - lr * (shrink * gradient[i])
            gradient[i] = _ZERO
    elif optimiser.second_decay == 0.0:
        for i in range(w.shape[0]):
            first[i] = beta1 * first[i] + fresh1 * (shrink * gradient[i])
            w[i] = pull * w[i] - lr * (unbias1 * first[i])
            gradient[i] = _ZERO
    elif optimiser.first_decay == 0.0:
        for i in range(w.shape[0]):
            g = shrink * gradient[i]
            second[i] = beta2 * second[i] + fresh2 * (g * g)
            w[i] = pull * w[i] - lr * (g / (np.sqrt(unbias2 * second[i]) + epsilon))
            gradient[i] = _ZERO
    else:
        for i in range(w.shape[0]):
            g = shrink * gradient[i]
            first[i] = beta1 * first[i] + fresh1 * g
            second[i] = beta2 * second[i] + fresh2 * (g * g)
            w[i] = pull * w[i] - lr * (unbias1 * first[i] / (np.sqrt(unbias2 * second[i]) + epsilon))
            gradient[i] = _ZERO


@njit(cache=True, nogil=True)
def squared_norm(array):
    """Sum of squares of a flat float32 array, added up in float64."""
    total = 0.0
    for i in range(array.shape[0]):
        total += np.float64(array[i]) * np.float64(array[i])
    return total


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def train(
    images, labels, order, pixel_values, w0, w1, gradients, moments, clock,
    model, optimiser, batch_size, closes_batch,
):  # fmt: skip
    """Learn from the examples ``order`` names, one after the other.

    Gradients are summed in that order and applied once a minibatch, so that the result does not depend on how
    a stream of examples is cut into calls. Plain SGD with a batch size of 1 steps without the detour.

    Parameters
    ----------
    images : uint8 (n, inputs), labels : uint8 (n,)
    order : int64 (m,)
    pixel_values : float32 (256,)
    w0, w1, gradients, moments, clock
        As in `apply_minibatch`.
    model : Model
    optimiser : Optimiser
    batch_size : int
    closes_batch : bool
        Whether the last example ends its minibatch whatever its size (the end of an epoch).
    """
    g0, g1 = gradients
    groups, inputs, _ = w0.shape
    where = np.empty(inputs + 1, np.int32)
    value = np.empty(inputs + 1, np.float32)
    pre = np.empty((groups, LANES), np.float32)
    hidden = np.empty((groups, LANES), np.float32)
    delta = np.empty((groups, LANES), np.float32)
    output = np.empty(w1.shape[0], np.float32)
    error = np.empty(w1.shape[0], np.float32)
    direct = (
        batch_size == 1
        and optimiser.first_decay == 0.0
        and optimiser.second_decay == 0.0
        and optimiser.weight_decay == 0.0
        and optimiser.clip_norm == 0.0
    )
    for position in range(order.shape[0]):
        row = order[position]
        count = lit_pixels(images[row], pixel_values, where, value)
        forward(where, value, count, w0, w1, model.slope, pre, hidden, output)
        output_error(model.loss, output, labels[row], error)
        hidden_error(error, pre, w1, model, delta)
        clock[0] += 1
        if direct:
            rate = np.float32(-learning_rate(optimiser, clock[2]))
            add_outer(where, value, count, delta, error, hidden, rate, w0, w1)
            clock[2] += 1
            continue
        add_outer(where, value, count, delta, error, hidden, _ONE, g0, g1)
        clock[1] += 1
        last = closes_batch and position == order.shape[0] - 1
        if clock[1] == batch_size or last:
            apply_minibatch(w0, w1, gradients, moments, optimiser, clock)


@njit(cache=True, nogil=True)
def predict(images, pixel_values, w0, w1, slope, labels):
    """Classify images: argmax_k o_k, the lowest k on a tie.

    Parameters
    ----------
    images : uint8 (n, inputs)
    pixel_values : float32 (256,)
    w0, w1, slope : as in `forward`
    labels : uint8 (n,), written
    """
    groups, inputs, _ = w0.shape
    where = np.empty(inputs + 1, np.int32)
    value = np.empty(inputs + 1, np.float32)
    pre = np.empty((groups, LANES), np.float32)
    hidden = np.empty((groups, LANES), np.float32)
    output = np.empty(w1.shape[0], np.float32)
    for row in range(images.shape[0]):
        count = lit_pixels(images[row], pixel_values, where, value)
        forward(where, value, count, w0, w1, slope, pre, hidden, output)
        labels[row] = np.argmax(output)
