"""The binary Hebbian network: XNOR and popcount in the forward pass, counters for learning, no gradient.

All that is learned is stored as integer sums over the examples seen. With e_k the teaching signal of class k for
one example (see `teaching_signal`):

    S_k = sum of e_k x,   R_k = sum of e_k h,   n_k = sum of e_k,   M = sum of x,   G = sum of h

Since the hidden units' signal is t_j = sum_k e_k b_kj, the counters of both layers follow from them:

    C_j = sum_k b_kj (S_k - n_k M/N)        U_k = R_k - n_k G/N          N examples seen

M/N and G/N are the running means; with `centring` off they count as 0, also in the thresholds.
The mean of a_j over all examples seen, with the current weights, is (n + w_j . M/N) / 2: the threshold.

Images are packed, uint8 (n, bytes), in rows of a multiple of 8 bytes. A unit's weights are a column of bytes
(`packing.byte_columns`), so a vector holds the same bits of 32 units.
"""

from __future__ import annotations

import math

import numpy as np

from bitmass_viz.common.aligned import CACHE_LINE
from bitmass_viz.kernels.bits import binary_layer, count_ones, popcount, xnor_popcount
from bitmass_viz.kernels.byte_vectors import mask_exceeding
from bitmass_viz.kernels.compiling import compiled, inlined
from bitmass_viz.kernels.packing import MACHINE_WORD_BITS
from bitmass_viz.kernels.pixels import AHEAD
from bitmass_viz.kernels.settings import DELTA_ONE, ERROR_DRIVEN, PROTOTYPE
from bitmass_viz.kernels.signs import refresh_all
from bitmass_viz.kernels.simd import load, load_sums, lowest, prefetch, store, where_bits
from bitmass_viz.kernels.sums import class_vectors, fold, lay_out, put_back
from bitmass_viz.kernels.vectors import BYTES, FLOATS, SUMS

_NEVER = np.uint16(65535)
_AT_ONCE = 64
"""Most examples whose hidden bits are kept and then added up together."""


@compiled
def limits_of(thresholds, limits):
    """Write the thresholds in the form that `hidden_bits` needs; the limit of padding is never exceeded.

    Parameters
    ----------
    thresholds : int64 (units,)
    limits : uint16 (padded,), written
    """
    units = thresholds.shape[0]
    limits[units:] = _NEVER
    for j in range(units):
        limits[j] = thresholds[j]


@inlined
def hidden_bits(matches, limits, hidden):
    """Pack h_j = [a_j > theta_j] into words.

    Parameters
    ----------
    matches, limits : uint16 (padded,)
    hidden : uint64 (1, words_for(units)), written
    """
    for word in range(hidden.shape[1]):
        hidden[0, word] = mask_exceeding(matches, limits, word * MACHINE_WORD_BITS)
        if word * MACHINE_WORD_BITS + BYTES < limits.shape[0]:
            hidden[0, word] |= mask_exceeding(matches, limits, word * MACHINE_WORD_BITS + BYTES) << np.uint64(
                BYTES
            )


@inlined
def class_scores(hidden, output_weights, units, scores):
    """s_k = popcount(XNOR(h, v_k)).

    Parameters
    ----------
    hidden : uint64 (1, words)
    output_weights : uint64 (classes, words)
    units : int
        Number of hidden units, the length of h in bits.
    scores : int64 (classes,), written
    """
    classes, words = output_weights.shape
    padding = words * MACHINE_WORD_BITS - units
    for k in range(classes):
        total = -padding
        for word in range(words):
            total += np.int64(popcount(~(hidden[0, word] ^ output_weights[k, word])))
        scores[k] = total


@compiled
def classify(packed, settings, state, labels):
    """Classify images: argmax_k s_k, the lowest k on a tie."""
    units, padded = state.thresholds.shape[0], state.weights.shape[1]
    limits, matches = np.empty(padded, np.uint16), np.empty(padded, np.uint16)
    hidden = np.empty((1, state.output_weights.shape[1]), np.uint64)
    scores = np.empty(state.output_weights.shape[0], np.int64)
    layer = binary_layer(state.weights, settings.inputs)
    limits_of(state.thresholds, limits)
    for row in range(packed.shape[0]):
        xnor_popcount(packed, row, layer, matches)
        hidden_bits(matches, limits, hidden)
        class_scores(hidden, state.output_weights, units, scores)
        labels[row] = np.argmax(scores)


@inlined
def teaching_signal(rule, margin, powers, scores, label, signal):
    """Write e_k, the signed amount by which class k learns from one example.

    prototype      e_y = 1
    error-driven   e_y = 1, e_r = -1 for the best wrong class r, where s_y - s_r does not exceed the margin
                   (margin 0: only where r would win or tie)
    delta          e_k = [k = y] - p_k with p = softmax(scale * s), in units of 1/DELTA_ONE

    Parameters
    ----------
    rule : int
    margin : int
        Popcounts.
    powers : float64 (units + 1,)
        See `bv32_network.Settings`.
    scores : int64 (classes,)
    label : int
    signal : int32 (classes or more,), written
        Only the first ``classes``.
    """
    classes = scores.shape[0]
    best = rival = -1
    for k in range(classes):
        best = max(best, scores[k])
        if k != label and (rival < 0 or scores[k] > scores[rival]):
            rival = k
    total = 0.0
    for k in range(classes):
        signal[k] = 0
        total += powers[best - scores[k]]
    if rule == PROTOTYPE:
        signal[label] = 1
    elif rule == ERROR_DRIVEN:
        if scores[label] - scores[rival] <= margin:
            signal[label] = 1
            signal[rival] = -1
    else:
        for k in range(classes):
            target = 1.0 if k == label else 0.0
            signal[k] = np.int32(np.rint((target - powers[best - scores[k]] / total) * DELTA_ONE))


@inlined
def add_where_lit(packed, row, signal, sums):
    """Add the signals to the sums of every bit that is 1.

    Parameters
    ----------
    packed : uint64 (n, words)
    row : int
        Index of the packed row.
    signal : int32 (wide,)
        Two or three vectors.
    sums : int32 (n * wide,), changed
        One row of signals after the other.
    """
    wide = signal.shape[0]
    first, second = load(signal, 0), load(signal, FLOATS)
    for word in range(packed.shape[1]):
        left = packed[row, word]
        while left != 0:
            at = (word * MACHINE_WORD_BITS + lowest(left)) * wide
            store(sums, at, load(sums, at) + first)
            store(sums, at + FLOATS, load(sums, at + FLOATS) + second)
            for k in range(2 * FLOATS, wide, FLOATS):
                store(sums, at + k, load(sums, at + k) + load(signal, k))
            left &= left - np.uint64(1)


@inlined
def add_products(hidden, signals, count, sums):
    """Add e_k h of some examples to the sums of every hidden bit that is 1.

    Half of the hidden bits are 1, at places that nothing predicts, so that it is faster to take them all. The sums
    of 16 units and four classes stay in registers while the examples pass by.

    Parameters
    ----------
    hidden : uint64 (AT_ONCE * words,)
    signals : int32 (AT_ONCE * wide,)
    count : int
        Number of examples.
    sums : int32 (rows * words * MACHINE_WORD_BITS,), changed
        A row of units for each class; a multiple of four rows.
    """
    words, wide = hidden.shape[0] // _AT_ONCE, signals.shape[0] // _AT_ONCE
    padded = words * MACHINE_WORD_BITS
    for k in range(0, sums.shape[0] // padded, 4):
        for first in range(0, padded, SUMS):
            at, shift = k * padded + first, np.uint64(first % MACHINE_WORD_BITS)
            a, b = load_sums(sums, at), load_sums(sums, at + padded)
            c, d = load_sums(sums, at + 2 * padded), load_sums(sums, at + 3 * padded)
            word, e = np.uint64(first // MACHINE_WORD_BITS), np.uint64(k)
            for _ in range(count):
                bits = hidden[word] >> shift
                a = a + where_bits(bits, signals[e])
                b = b + where_bits(bits, signals[e + np.uint64(1)])
                c = c + where_bits(bits, signals[e + np.uint64(2)])
                d = d + where_bits(bits, signals[e + np.uint64(3)])
                word += np.uint64(words)
                e += np.uint64(wide)
            store(sums, at, a)
            store(sums, at + padded, b)
            store(sums, at + 2 * padded, c)
            store(sums, at + 3 * padded, d)


@compiled
def learn(examples, settings, state):
    """Learn from examples, one minibatch after the other.

    Sums change with every example, weight bits once per minibatch. All sums are integers, so the result does not
    depend on how a stream of examples is divided into calls.
    """
    packed, labels, order, closes_batch = examples
    clock, output_weights = state.clock, state.output_weights
    rule, powers = settings.rule, settings.powers
    classes, units, padded = output_weights.shape[0], state.thresholds.shape[0], state.weights.shape[1]
    margin = np.int64(np.rint(settings.margin * math.sqrt(units)))
    words = packed.view(np.uint64)
    limits, matches = np.empty(padded, np.uint16), np.empty(padded, np.uint16)
    hidden = np.empty((1, output_weights.shape[1]), np.uint64)
    scores = np.empty(classes, np.int64)
    sums = lay_out(state)
    wide = class_vectors(classes)
    # After the classes' signals, a constant 1 counts the examples.
    signal, signals = np.zeros(wide, np.int32), np.zeros(wide, np.int32)
    signal[classes] = 1
    lit_sums = np.zeros(sums.inputs.shape[1] * wide, np.int32)
    hidden_words = hidden.shape[1]
    hidden_row = hidden_words * MACHINE_WORD_BITS
    lit_hidden = np.zeros((classes // 4 + 1) * 4 * hidden_row, np.int32)
    # What is to be added to the hidden units' sums.
    kept, kept_hidden = 0, np.empty(_AT_ONCE * hidden_words, np.uint64)
    kept_signals = np.empty(_AT_ONCE * wide, np.int32)
    layer = binary_layer(state.weights, settings.inputs)
    limits_of(state.thresholds, limits)
    position = 0
    while position < order.shape[0]:
        stop = min(order.shape[0], position + settings.batch_size - clock[1])
        for at in range(position, stop):
            row = order[at]
            fetch_ahead(packed, order, at)
            xnor_popcount(packed, row, layer, matches)
            hidden_bits(matches, limits, hidden)
            class_scores(hidden, output_weights, units, scores)
            teaching_signal(rule, margin, powers, scores, labels[row], signal)
            add_where_lit(words, row, signal, lit_sums)
            for word in range(hidden_words):
                kept_hidden[kept * hidden_words + word] = hidden[0, word]
            for k in range(wide):
                kept_signals[kept * wide + k] = signal[k]
                signals[k] += signal[k]
            kept += 1
            if kept == _AT_ONCE or at == stop - 1:
                add_products(kept_hidden, kept_signals, kept, lit_hidden)
                kept = 0
        clock[0] += stop - position
        clock[1] += stop - position
        position = stop
        fold(lit_sums, wide, 1, signals, sums.inputs)
        fold(lit_hidden, 1, hidden_row, signals, sums.hidden)
        for k in range(classes):
            sums.signals[k] += signals[k]
        signals[:] = 0
        if clock[1] == settings.batch_size or (closes_batch and stop == order.shape[0]):
            refresh_all(settings, state, sums)
            count_ones(layer)
            limits_of(state.thresholds, limits)
            clock[1] = 0
    put_back(sums, state)


@compiled
def refresh(settings, state):
    """Derive all weight bits and thresholds from the sums anew, for example after a change of `centring`."""
    if state.clock[0] > 0:
        refresh_all(settings, state, lay_out(state))


@inlined
def fetch_ahead(packed, order, position):
    """Prefetch an image that will be read a few examples later; images are read in random order."""
    if position + AHEAD < order.shape[0]:
        start = order[position + AHEAD] * packed.shape[1]
        for i in range(0, packed.shape[1], CACHE_LINE):
            prefetch(packed, start + i)
