"""Update a binary Hebbian network's weight bits and thresholds from its sums, once per minibatch.

The formulas are in `hebbian`. Counters, times N, are signed sums of D_k = N S_k - n_k M, one integer term per
class.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.byte_vectors import add_bytes, choose_bits, high_nibbles, look_up, low_nibbles
from bitmass_viz.kernels.compiling import compiled, inlined
from bitmass_viz.kernels.packing import BYTE_BITS, MACHINE_WORD_BITS
from bitmass_viz.kernels.simd import (
    load,
    load_apart,
    magnitude,
    mask_above,
    narrow,
    smaller,
    splat,
    splat_double,
    store,
)
from bitmass_viz.kernels.vectors import BYTES, FLOATS

_NOTHING = np.float32(0.0)
_ROUNDING = np.float32(2.0**-19)
"""Bound on the float32 error of a signed sum of D_k, relative to the sum of |D_k|: 32 roundings of 2^-24."""
_VECTOR = np.uint64(BYTES)
_DIGIT, _MOST_DIGITS = 7, 9
"""Bits per digit, so that two digits can be added in a byte; and the most digits of an integer."""
_FLUSH = 256
"""Bytes of a row after which the uint16 counts are emptied; they could overflow after 259, at 2 * 127 * 259."""


class LayerSums(NamedTuple):
    """The sums over one layer's inputs, and the means that they are compared with."""

    together: NDArray[np.float64]
    """(n * wide,): see `sums.spread`."""
    signals: NDArray[np.float64]
    """n_k, and zeros, (wide,)."""
    examples: int
    """N, at least 1."""
    centring: bool
    classes: int


@inlined
def class_parts(sums, parts):
    """Write D_k = N S_k - n_k M, the term of a class in every counter times N; without centring N S_k.

    Parameters
    ----------
    sums : LayerSums
    parts : float32 (n * wide,), written
        Rounded; 0 only where D_k is 0. Values beyond the classes are undefined.
    """
    together, signals = sums.together, sums.signals
    wide = signals.shape[0]
    scale = splat_double(np.float64(sums.examples))
    for bit in range(0, together.shape[0], wide):
        mean = splat_double(together[bit + sums.classes] if sums.centring else 0.0)
        for k in range(0, wide, FLOATS):
            part = scale * load(together, bit + k) - load(signals, k) * mean
            store(parts, bit + k, narrow(part))


@inlined
def signed_sums(rows, begin, end, table):
    """Tabulate sum_k +-D_k of 8 pixels for every choice of signs: bit k of an entry's index is the k-th sign.

    Parameters
    ----------
    rows : float32 (classes * FLOATS,)
        D_k of the 8 pixels.
    begin, end : int
        The sum is over the classes from ``begin`` to before ``end``.
    table : float32 (2**(end - begin) * FLOATS,), written
    """
    start = splat(_NOTHING)
    for k in range(begin, end):
        start = start - load(rows, k * FLOATS)
    store(table, 0, start)
    entries = 1
    for k in range(begin, end):
        twice = load(rows, k * FLOATS) + load(rows, k * FLOATS)
        for entry in range(entries):
            store(table, (entries + entry) * FLOATS, load(table, entry * FLOATS) + twice)
        entries *= 2


@inlined
def settle(sums, first, unsure, signs, old):
    """Compute the signs that float32 leaves uncertain, in exact integers; a counter at 0 keeps its old bit.

    Parameters
    ----------
    sums : LayerSums
    first : int
        The first of 8 pixels.
    unsure : int
        Mask of the uncertain pixels.
    signs : int
        b_k, one bit per class.
    old : int
        The 8 old bits.

    Returns
    -------
    int
        The new bits of the uncertain pixels; the others are 0.
    """
    together, classes = sums.together, sums.classes
    wide = sums.signals.shape[0]
    found = 0
    for i in range(BYTE_BITS):
        if (unsure >> i) & 1:
            bit = (first + i) * wide
            mean = together[bit + classes] if sums.centring else 0.0
            counter = 0.0
            for k in range(classes):
                part = sums.examples * together[bit + k] - sums.signals[k] * mean
                counter += part if (signs >> k) & 1 else -part
            if counter > 0.0 or (counter == 0.0 and (old >> i) & 1):
                found |= 1 << i
    return found


@compiled
def refresh_signs(weights, sums, codes):
    """w_ji = sign(C_ji) for every hidden unit j and pixel i, C_j = sum_k b_kj D_k; at 0 the old bit stays.

    C_j is a signed sum of the same ten rows for every unit. For 8 pixels at a time, the sums over the lower and
    over the upper half of the classes are tabulated once; then 8 counters of a unit take one addition. This is
    done in float32, whose rounding leaves a sign uncertain only near 0; there exact integers decide.

    Parameters
    ----------
    weights : uint8 (bytes, units), changed
        A multiple of 32 units.
    sums : LayerSums
    codes : int64 (units,)
        The codebook: b_kj is bit k.
    """
    n_bytes, units = weights.shape
    wide, classes = sums.signals.shape[0], sums.classes
    split = classes // 2
    # Zeros after the last pixel, for a last byte that is not full.
    parts = np.zeros(n_bytes * BYTE_BITS * wide, np.float32)
    class_parts(sums, parts)
    rows = np.empty(classes * FLOATS, np.float32)
    low, high = np.empty(FLOATS << split, np.float32), np.empty(FLOATS << (classes - split), np.float32)
    in_low, in_high = FLOATS * (codes & ((1 << split) - 1)), FLOATS * (codes >> split)
    signs = np.empty(BYTES, np.uint8)
    nothing = splat(_NOTHING)
    for byte in range(n_bytes):
        first = byte * BYTE_BITS
        size = nothing
        for k in range(classes):
            part = load_apart(parts, first * wide + k, wide)
            store(rows, k * FLOATS, part)
            size = size + magnitude(part)
        lively = mask_above(size, nothing)
        if lively == 0:
            continue
        margin = size * splat(_ROUNDING)
        signed_sums(rows, 0, split, low)
        signed_sums(rows, split, classes, high)
        for begin in range(0, units, BYTES):
            nearest = size
            for j in range(np.uint64(begin), np.uint64(begin + BYTES)):
                counters = load(low, in_low[j]) + load(high, in_high[j])
                nearest = smaller(nearest, magnitude(counters))
                signs[j % _VECTOR] = mask_above(counters, nothing)
            at = byte * units + begin
            if lively & ~mask_above(nearest, margin) != 0:
                for j in range(BYTES):
                    counters = load(low, in_low[begin + j]) + load(high, in_high[begin + j])
                    unsure = lively & ~mask_above(magnitude(counters), margin)
                    if unsure != 0:
                        found = settle(sums, first, unsure, codes[begin + j], weights[byte, begin + j])
                        signs[j] = (np.int64(signs[j]) & ~unsure) | found
            store(weights, at, choose_bits(lively, load(signs, 0), load(weights, at)))


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
    n = values.shape[0]
    digits = 1
    while digits < _MOST_DIGITS and largest >> (_DIGIT * digits - 1) != 0:
        digits += 1
    tables = np.empty(digits * 2 * BYTES, np.uint8)
    counts = np.zeros(digits * padded, np.uint16)
    of_four = np.zeros(16, np.int64)
    sums[:] = 0
    for byte in range(n_bytes):
        for half in range(2):
            for bit in range(4):
                i = byte * BYTE_BITS + 4 * half + bit
                value = np.int64(values[i]) if i < n else 0
                for entry in range(1 << bit):
                    of_four[entry + (1 << bit)] = of_four[entry] + value
            for digit in range(digits):
                at = (2 * digit + half) * BYTES
                for entry in range(16):
                    part = (of_four[entry] >> (_DIGIT * digit)) & ((1 << _DIGIT) - 1)
                    tables[at + entry] = part
                    tables[at + 16 + entry] = part
        for digit in range(digits):
            low, high = load(tables, 2 * digit * BYTES), load(tables, (2 * digit + 1) * BYTES)
            for j in range(0, padded, BYTES):
                w = load(weights, byte * padded + j)
                both = look_up(low, low_nibbles(w)) + look_up(high, high_nibbles(w))
                add_bytes(counts, digit * padded + j, both)
        if byte % _FLUSH == _FLUSH - 1 or byte == n_bytes - 1:
            for digit in range(digits):
                for j in range(padded):
                    sums[j] += np.int64(counts[digit * padded + j]) << (_DIGIT * digit)
            counts[:] = 0
    # The digits are in two's complement, so extend the sign beyond the last digit.
    beyond = 64 - _DIGIT * digits
    for j in range(padded):
        sums[j] = (sums[j] << beyond) >> beyond


@compiled
def refresh_thresholds(weights, sums, thresholds):
    """theta_j = mean of a_j over the examples seen, with the current weights, rounded down: (n + w_j . M/N) / 2.

    Without centring M counts as 0. Rounding does not matter: a_j > theta_j and a_j > floor(theta_j) are the same
    for integer a_j.

    Parameters
    ----------
    weights : uint8 (bytes, units)
    sums : LayerSums
    thresholds : int64 (units,), written
    """
    input_sum = sums.together.reshape(-1, sums.signals.shape[0])[:, sums.classes]
    n, examples = input_sum.shape[0], sums.examples
    if not sums.centring:
        thresholds[:] = n // 2
        return
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
    wide = sums.signals.shape[0]
    units = sums.together.shape[0] // wide
    parts = np.empty(units * wide, np.float32)
    class_parts(sums, parts)
    nothing = splat(_NOTHING)
    for k in range(classes):
        for word in range(words):
            first = word * MACHINE_WORD_BITS
            positive = negative = np.uint64(0)
            for i in range(0, min(MACHINE_WORD_BITS, units - first), FLOATS):
                part = load_apart(parts, (first + i) * wide + k, wide)
                positive |= np.uint64(mask_above(part, nothing)) << np.uint64(i)
                negative |= np.uint64(mask_above(nothing, part)) << np.uint64(i)
            output_weights[k, word] = positive | (output_weights[k, word] & ~negative)


@compiled
def refresh_all(settings, state, sums):
    """Update all weight bits and thresholds from sums in the training layout."""
    examples, classes = state.clock[0], state.signal_sums.shape[0]
    of_inputs = LayerSums(sums.inputs, sums.signals, examples, settings.centring, classes)
    refresh_signs(state.weights, of_inputs, settings.codes)
    refresh_thresholds(state.weights, of_inputs, state.thresholds)
    refresh_output(
        state.output_weights, LayerSums(sums.hidden, sums.signals, examples, settings.centring, classes)
    )
