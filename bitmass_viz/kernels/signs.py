"""Update a binary Hebbian network's weight bits and thresholds from its sums, once per minibatch.

The formulas are in `hebbian`. Counters, times N, are signed sums of D_k = N S_k - n_k M, one integer term per
class.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.aligned import aligned_empty
from bitmass_viz.kernels.byte_vectors import (
    byte_of_each,
    choose_bits,
    high_nibbles,
    load_twice,
    look_up,
    low_nibbles,
    mask_positive,
    mask_within,
    nearer,
    splat_short,
    store_shorts,
    subset_sums,
    widen_bytes,
)
from bitmass_viz.kernels.compiling import compiled, inlined
from bitmass_viz.kernels.packing import BYTE_BITS, MACHINE_WORD_BITS
from bitmass_viz.kernels.settings import LEARNED
from bitmass_viz.kernels.simd import (
    at_least,
    load,
    lowest,
    magnitude,
    mask_above,
    narrow,
    splat,
    splat_double,
    store,
)
from bitmass_viz.kernels.vectors import BYTES, FLOATS

_NOTHING, _ONE = np.float32(0.0), np.float32(1.0)
_SHORT = np.float32(32700.0)
"""A pixel's sum of |D_k| in int16: a signed sum and its roundings cannot exceed 2^15 - 1."""
_MOST = 2**15 - 1
_GROUP = 8
"""Units whose counters are searched together for one near 0."""
_DIGIT, _MOST_DIGITS = 7, 9
"""Bits per digit, so that two digits can be added in a byte; and the most digits of an integer."""
_FLUSH = 129
"""Most bytes of a row whose digits surely fit an int16: 2 * 127 * 129 is below 2^15."""


class LayerSums(NamedTuple):
    """The sums over one layer's inputs, and the means that they are compared with."""

    together: NDArray[np.float64]
    """(classes + 1, padded): see `sums.spread`."""
    signals: NDArray[np.float64]
    """n_k, (classes,); 0 without centring, so that all means count as 0."""
    n: int
    """Inputs of the layer."""
    examples: int
    """N, at least 1."""


@inlined
def class_term(together, k, first, examples, signal):
    """Return D_k = N S_k - n_k M of 8 inputs, the term of a class in every counter times N.

    Parameters
    ----------
    together
        See `LayerSums`.
    k : int
    first : int
        The first of the inputs.
    examples, signal : float64
        N and n_k.

    Returns
    -------
    vector of 8 float32
        Rounded; 0 only where D_k is 0. Undefined beyond the last input.
    """
    padded = together.shape[1]
    mean = load(together, (together.shape[0] - 1) * padded + first)
    return narrow(splat_double(examples) * load(together, k * padded + first) - splat_double(signal) * mean)


@inlined
def short_terms(sums, rows, lively):
    """Round the terms D_k to int16, for each input in units of its sum of |D_k| / SHORT.

    Parameters
    ----------
    sums : LayerSums
    rows : int16 (vectors * classes * BYTES,), written
        Those of 32 inputs, a row for each class, and then those of the next.
    lively : int64 (vectors,), written
        Masks of the inputs whose terms are not all 0.
    """
    together, signals, n = sums.together, sums.signals, sums.n
    classes, examples = signals.shape[0], np.float64(sums.examples)
    terms = np.empty(classes * FLOATS, np.float32)
    nothing = splat(_NOTHING)
    for vector in range(lively.shape[0]):
        found = 0
        for eight in range(0, BYTES, FLOATS):
            size = nothing
            for k in range(classes):
                term = class_term(together, k, vector * BYTES + eight, examples, signals[k])
                store(terms, k * FLOATS, term)
                size = size + magnitude(term)
            found |= mask_above(size, nothing) << eight
            share = splat(_SHORT) / at_least(size, _ONE)
            for k in range(classes):
                at = (vector * classes + k) * BYTES + eight
                store_shorts(rows, at, load(terms, k * FLOATS) * share)
        lively[vector] = found & ((1 << min(n - vector * BYTES, BYTES)) - 1)


@inlined
def signed_sums(rows, begin, end, table):
    """Tabulate sum_k +-D_k of 32 pixels for every choice of signs: bit k of an entry's index is the k-th sign.

    Parameters
    ----------
    rows
        Of `short_terms`.
    begin, end : int
        The sum is over these rows, from ``begin`` to before ``end``.
    table : int16 (2**(end - begin) * BYTES,), written
    """
    start = splat_short(0)
    for k in range(begin, end):
        start = start - load(rows, k * BYTES)
    store(table, 0, start)
    entries = 1
    for k in range(begin, end):
        twice = load(rows, k * BYTES) + load(rows, k * BYTES)
        for entry in range(entries):
            store(table, (entries + entry) * BYTES, load(table, entry * BYTES) + twice)
        entries *= 2


@inlined
def settle(together, signals, examples, i, code, old):
    """Compute a sign that int16 leaves uncertain, in exact integers; a counter at 0 keeps its old bit.

    Parameters
    ----------
    together, signals, examples
        See `LayerSums`.
    i : int
        The input.
    code : int
        b_k, one bit per class.
    old : int
        The old bit.
    """
    classes = signals.shape[0]
    counter = 0.0
    for k in range(classes):
        term = examples * together[k, i] - signals[k] * together[classes, i]
        counter += np.float64(2 * ((code >> k) & 1) - 1) * term
    return old if counter == 0.0 else np.int64(counter > 0.0)


@compiled
def refresh_signs(weights, sums, codes):
    """w_ji = sign(C_ji) for every hidden unit j and pixel i, C_j = sum_k b_kj D_k; at 0 the old bit stays.

    C_j is a signed sum of the same ten rows for every unit. For 32 pixels at a time, the sums over the lower and
    over the upper half of the classes are tabulated once; then 32 counters of a unit take one addition. This is
    done in int16, whose rounding leaves a sign uncertain only near 0; there exact integers decide.

    Parameters
    ----------
    weights : uint8 (bytes, units), changed
        A multiple of 32 units.
    sums : LayerSums
    codes : int64 (units,)
        The codebook: b_kj is bit k.
    """
    n_bytes, units = weights.shape
    together, signals, examples = sums.together, sums.signals, sums.examples
    classes, vectors = signals.shape[0], together.shape[1] // BYTES
    split = classes // 2
    # Each term is rounded by half a unit and a little more.
    reach = classes // 2 + 1
    rows, lively = np.empty(vectors * classes * BYTES, np.int16), np.empty(vectors, np.int64)
    short_terms(sums, rows, lively)
    low, high = aligned_empty(BYTES << split, np.int16), aligned_empty(BYTES << (classes - split), np.int16)
    below, farthest = (1 << split) - 1, splat_short(_MOST)
    signs = np.empty(units, np.uint32)
    for vector in range(vectors):
        if lively[vector] == 0:
            continue
        signed_sums(rows, vector * classes, vector * classes + split, low)
        signed_sums(rows, vector * classes + split, (vector + 1) * classes, high)
        first = vector * BYTES // BYTE_BITS
        for begin in range(0, units, _GROUP):
            nearest = farthest
            for j in range(np.uint64(begin), np.uint64(begin + _GROUP)):
                counters = load(low, (codes[j] & below) * BYTES) + load(high, (codes[j] >> split) * BYTES)
                signs[j] = mask_positive(counters)
                nearest = nearer(nearest, counters)
            if mask_within(nearest, reach) & lively[vector] == 0:
                continue
            for j in range(begin, begin + _GROUP):
                counters = load(low, (codes[j] & below) * BYTES) + load(high, (codes[j] >> split) * BYTES)
                unsure = mask_within(counters, reach) & lively[vector]
                while unsure != 0:
                    i = lowest(unsure)
                    old = (np.int64(weights[first + i // BYTE_BITS, j]) >> (i % BYTE_BITS)) & 1
                    sign = settle(together, signals, examples, vector * BYTES + i, codes[j], old)
                    signs[j] = (np.int64(signs[j]) & ~(1 << i)) | (sign << i)
                    unsure &= unsure - 1
        for byte in range(first, min(first + BYTES // BYTE_BITS, n_bytes)):
            mask = lively[vector] >> (BYTE_BITS * (byte - first))
            for j in range(0, units, BYTES):
                at = byte * units + j
                store(weights, at, choose_bits(mask, byte_of_each(signs, j, byte - first), load(weights, at)))


@compiled
def sums_over_ones(weights, values, largest, sums):
    """Sum for every unit the values of the bits that are 1: sum_i [w_ji = 1] m_i.

    Four bits of a unit contribute one of 16 sums. A register holds one digit of each, so 32 units look theirs up
    together; the digits are combined at the end.

    Parameters
    ----------
    weights : uint8 (bytes, padded)
    values : float64 (n,)
        m, integers.
    largest : int
        Bound on the absolute value of any sum.
    sums : int64 (padded,), written
    """
    n_bytes, padded = weights.shape
    digits = 1
    while digits < _MOST_DIGITS and largest >> (_DIGIT * digits - 1) != 0:
        digits += 1
    addends = np.zeros(n_bytes * BYTE_BITS, np.int64)
    addends[: values.shape[0]] = values
    choices = np.empty(4 * addends.shape[0], np.int64)
    for i in range(0, addends.shape[0], 4):
        store(choices, 4 * i, subset_sums(addends, i))
    of_four = choices.view(np.uint64)
    table, counts = np.empty(of_four.shape[0], np.uint8), np.empty(padded, np.int16)
    sums[:] = 0
    for digit in range(digits):
        for entry in range(of_four.shape[0]):
            table[entry] = (of_four[entry] >> np.uint64(_DIGIT * digit)) & np.uint64((1 << _DIGIT) - 1)
        for begin in range(0, n_bytes, _FLUSH):
            for j in range(0, padded, BYTES):
                count = splat_short(0)
                for byte in range(begin, min(begin + _FLUSH, n_bytes)):
                    w, at = load(weights, byte * padded + j), BYTES * byte
                    low = look_up(load_twice(table, at), low_nibbles(w))
                    count = count + widen_bytes(low + look_up(load_twice(table, at + 16), high_nibbles(w)))
                store(counts, j, count)
            for j in range(padded):
                sums[j] += np.int64(counts[j]) << (_DIGIT * digit)
    # The digits are in two's complement, so extend the sign beyond the last digit.
    beyond = 64 - _DIGIT * digits
    for j in range(padded):
        sums[j] = (sums[j] << beyond) >> beyond


@compiled
def refresh_thresholds(weights, sums, thresholds):
    """theta_j = mean of a_j over the examples seen, with the current weights, rounded down: (n + w_j . M/N) / 2.

    Rounding does not matter: a_j > theta_j and a_j > floor(theta_j) are the same for integer a_j.

    Parameters
    ----------
    weights : uint8 (bytes, units)
    sums : LayerSums
    thresholds : int64 (units,), written
    """
    n, examples = sums.n, sums.examples
    input_sum = sums.together[-1, :n]
    along_ones = np.empty(weights.shape[1], np.int64)
    sums_over_ones(weights, input_sum, n * examples, along_ones)
    everything = np.int64(input_sum.sum())
    for j in range(thresholds.shape[0]):
        thresholds[j] = (n * examples + 2 * along_ones[j] - everything) // (2 * examples)


@compiled
def refresh_output(output_weights, sums):
    """v_k = sign(U_k); a counter at 0 keeps its old bit.

    Parameters
    ----------
    output_weights : uint64 (classes, words_for(units)), changed
    sums : LayerSums
        Of the hidden units.
    """
    classes, words = output_weights.shape
    together, examples = sums.together, np.float64(sums.examples)
    nothing = splat(_NOTHING)
    for k in range(classes):
        for word in range(words):
            first = word * MACHINE_WORD_BITS
            positive = negative = np.uint64(0)
            for i in range(0, min(MACHINE_WORD_BITS, sums.n - first), FLOATS):
                term = class_term(together, k, first + i, examples, sums.signals[k])
                positive |= np.uint64(mask_above(term, nothing)) << np.uint64(i)
                negative |= np.uint64(mask_above(nothing, term)) << np.uint64(i)
            output_weights[k, word] = positive | (output_weights[k, word] & ~negative)


@compiled
def refresh_all(settings, state, sums):
    """Update all weight bits and thresholds from sums in the training layout."""
    examples, units = state.clock[0], state.thresholds.shape[0]
    signals = sums.signals if settings.centring else np.zeros_like(sums.signals)
    of_inputs = LayerSums(sums.inputs, signals, settings.inputs, examples)
    if settings.hidden_layer == LEARNED:
        refresh_signs(state.weights, of_inputs, settings.codes)
    if settings.centring:
        refresh_thresholds(state.weights, of_inputs, state.thresholds)
    else:
        state.thresholds[:] = settings.inputs // 2
    refresh_output(state.output_weights, LayerSums(sums.hidden, signals, units, examples))
