"""The binary Hebbian network: XNOR and popcount forward, counting to learn, no gradient anywhere.

Everything that is learned is kept as integer sums over the examples seen. With e_k the teaching
signal of class k for one example (see `teaching_signal`):

    S_k = sum of e_k x,   R_k = sum of e_k h,   n_k = sum of e_k,   M = sum of x,   G = sum of h

Since the hidden units' signal is t_j = sum_k e_k b_kj, the counters of both layers follow from them:

    C_j = sum_k b_kj (S_k - n_k M/N)        U_k = R_k - n_k G/N          N examples seen

M/N and G/N are the running means; leaving these two terms out is all that `centring` off means.
The mean of a_j over all examples seen, under the present weights, is (n + w_j . M/N) / 2: the threshold.

A unit's weights are a column of bytes (`packing.byte_columns`), so that a vector holds the same bits of 32 units.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bitmass_viz.kernels.bits import count_ones, popcount, xnor_popcount
from bitmass_viz.kernels.packing import BYTE_BITS, WORD_BITS
from bitmass_viz.kernels.pixels import AHEAD, CACHE_LINE
from bitmass_viz.kernels.settings import ERROR_DRIVEN, PROTOTYPE
from bitmass_viz.kernels.simd import (
    BYTES,
    FLOATS,
    add_bytes,
    choose_bits,
    high_nibbles,
    load,
    load_apart,
    look_up,
    low_nibbles,
    lowest,
    magnitude,
    mask_above,
    mask_exceeding,
    narrow,
    prefetch,
    smaller,
    splat,
    splat_double,
    store,
    widen,
)

DELTA_ONE = 1 << 14
"""The delta rule's errors are fixed-point numbers, so that sums stay exact: this is 1.0."""

_NOTHING = np.float32(0.0)
_NEVER = np.uint16(65535)
_ROUNDING = np.float32(2.0**-19)
"""What float32 may be wrong by in a sum of signed D_k, relative to the sum of |D_k|: 32 roundings of 2^-24."""
_VECTOR = np.uint64(BYTES)
_DIGIT, _MOST_DIGITS = 7, 9
"""Bits of a digit, so that two of them can be added in a byte; and how many a whole number may have."""
_FLUSH = 256
"""Bytes of a row after which a uint16 might overflow: 2 * 127 * 259."""


@njit(cache=True, nogil=True)
def limits_of(thresholds, limits):
    """Write the thresholds as `hidden_bits` compares with them; no count exceeds the limit of what is no unit.

    Parameters
    ----------
    thresholds : int64 (units,)
    limits : uint16 (padded,), written
    """
    units = thresholds.shape[0]
    limits[units:] = _NEVER
    for j in range(units):
        limits[j] = thresholds[j]


@njit(cache=True, nogil=True)
def hidden_bits(matches, limits, hidden):
    """Pack h_j = [a_j > theta_j] into words.

    Parameters
    ----------
    matches, limits : uint16 (padded,)
    hidden : uint64 (words_for(units),), written
    """
    for word in range(hidden.shape[0]):
        hidden[word] = mask_exceeding(matches, limits, word * WORD_BITS)
        if word * WORD_BITS + BYTES < limits.shape[0]:
            hidden[word] |= mask_exceeding(matches, limits, word * WORD_BITS + BYTES) << np.uint64(BYTES)


@njit(cache=True, nogil=True)
def class_scores(hidden, output_weights, units, scores):
    """s_k = popcount(XNOR(h, v_k)).

    Parameters
    ----------
    hidden : uint64 (words,)
    output_weights : uint64 (classes, words)
    units : int
        Number of hidden units, the length of h in bits.
    scores : int64 (classes,), written
    """
    classes, words = output_weights.shape
    padding = words * WORD_BITS - units
    for k in range(classes):
        total = -padding
        for word in range(words):
            total += np.int64(popcount(~(hidden[word] ^ output_weights[k, word])))
        scores[k] = total


@njit(cache=True, nogil=True)
def predict(packed, weights, thresholds, output_weights, n_bits, labels):
    """Classify packed images: argmax_k s_k, the lowest k on a tie.

    Parameters
    ----------
    packed : uint8 (n, bytes)
    weights : uint8 (bytes, padded)
        See `packing.byte_columns`.
    thresholds : int64 (units,)
    output_weights : uint64 (classes, words_for(units))
    n_bits : int
    labels : uint8 (n,), written
    """
    units = thresholds.shape[0]
    n_bytes, padded = weights.shape
    where = np.empty(n_bytes, np.uint64)
    ones, limits = np.empty(padded, np.uint16), np.empty(padded, np.uint16)
    matches = np.empty(padded, np.uint16)
    hidden = np.empty(output_weights.shape[1], np.uint64)
    scores = np.empty(output_weights.shape[0], np.int64)
    count_ones(weights, ones)
    limits_of(thresholds, limits)
    for row in range(packed.shape[0]):
        xnor_popcount(packed[row], where, weights, ones, n_bits, matches)
        hidden_bits(matches, limits, hidden)
        class_scores(hidden, output_weights, units, scores)
        labels[row] = np.argmax(scores)


@njit(cache=True, nogil=True)
def teaching_signal(rule, scores, label, margin, decay, signal):
    """Write e_k, the sign and size with which class k learns from one example; return if any is not 0.

    prototype      e_y = 1
    error-driven   e_y = 1, e_r = -1 for the best wrong class r, where s_y - s_r does not exceed the margin
                   (margin 0: only where r would win or tie)
    delta          e_k = [k = y] - p_k with p = softmax(scale * s), in units of 1/DELTA_ONE

    Parameters
    ----------
    rule : int
    scores : int64 (classes,)
    label : int
    margin : int
        Popcounts.
    decay : float64 (units + 1,)
        exp(-scale * d) for every distance d from the best score.
    signal : int32 (classes or more,), written
        The first ``classes`` of them.
    """
    classes = scores.shape[0]
    signal[:classes] = 0
    if rule == PROTOTYPE:
        signal[label] = 1
        return True
    if rule == ERROR_DRIVEN:
        rival = -1
        for k in range(classes):
            if k != label and (rival < 0 or scores[k] > scores[rival]):
                rival = k
        if scores[label] - scores[rival] > margin:
            return False
        signal[label] = 1
        signal[rival] = -1
        return True
    best = scores.max()
    total = 0.0
    for k in range(classes):
        total += decay[best - scores[k]]
    learns = False
    for k in range(classes):
        target = 1.0 if k == label else 0.0
        signal[k] = np.int32(np.rint((target - decay[best - scores[k]] / total) * DELTA_ONE))
        learns = learns or signal[k] != 0
    return learns


@njit(cache=True, nogil=True)
def add_where_lit(bits, signal, sums):
    """Add a row of signals to the row of sums of every bit that is 1.

    Parameters
    ----------
    bits : uint64 (words,)
    signal : int32 (wide,)
        Two vectors, or three.
    sums : int32 (n * wide,), changed
        Row after row.
    """
    wide = signal.shape[0]
    first, second = load(signal, 0), load(signal, FLOATS)
    for word in range(bits.shape[0]):
        left = bits[word]
        while left != 0:
            at = (word * WORD_BITS + lowest(left)) * wide
            store(sums, at, load(sums, at) + first)
            store(sums, at + FLOATS, load(sums, at + FLOATS) + second)
            for k in range(2 * FLOATS, wide, FLOATS):
                store(sums, at + k, load(sums, at + k) + load(signal, k))
            left &= left - np.uint64(1)


@njit(cache=True, nogil=True)
def spread(sums, total, together):
    """Lay the sums of each bit side by side, for vectors of classes.

    Parameters
    ----------
    sums : int64 (classes, n)
        S or R.
    total : int64 (n,)
        M or G.
    together : float64 (n * wide,), written
        For each bit the sums of its classes, its total, and zeros: whole numbers below 2^53.
    """
    classes, n = sums.shape
    wide = together.shape[0] // n
    together[:] = 0.0
    for i in range(n):
        for k in range(classes):
            together[i * wide + k] = sums[k, i]
        together[i * wide + classes] = total[i]


@njit(cache=True, nogil=True)
def collect(together, sums, total):
    """Bring the sums back from where `spread` has laid them."""
    classes, n = sums.shape
    wide = together.shape[0] // n
    for i in range(n):
        for k in range(classes):
            sums[k, i] = np.int64(together[i * wide + k])
        total[i] = np.int64(together[i * wide + classes])


@njit(cache=True, nogil=True)
def fold(lit_sums, signals, together):
    """Add what was summed up where bits are 1 to the sums over all examples, and clear it.

    Where x_i is +1 and -1, and l_i = 1 and 0:  sum of e x_i = 2 * sum of e l_i - sum of e.

    Parameters
    ----------
    lit_sums : int32 (n * wide,), cleared
        For each bit the sums of e_k l over the classes k, behind them the sum of l, and zeros.
    signals : int32 (wide,)
        Sums of e_k, behind them the number of examples, and zeros.
    together : float64 (n * wide,), changed
        See `spread`.
    """
    wide = signals.shape[0]
    two = splat_double(2.0)
    for k in range(0, wide, FLOATS):
        of_all = widen(load(signals, k))
        for at in range(k, together.shape[0], wide):
            store(together, at, load(together, at) + (two * widen(load(lit_sums, at)) - of_all))
    lit_sums[:] = 0


@njit(cache=True, nogil=True)
def class_parts(together, signal_sums, examples, centring, classes, parts):
    """Write D_k = N S_k - n_k M, a class's part of every counter times N; without centring N S_k.

    Parameters
    ----------
    together : float64 (n * wide,)
        See `spread`.
    signal_sums : float64 (wide,)
        n_k, and zeros.
    examples : int
        N.
    centring : bool
    classes : int
    parts : float32 (n * wide,), written
        Rounded; 0 only where D_k is 0. Beyond the classes nothing is to be read.
    """
    wide = signal_sums.shape[0]
    scale = splat_double(np.float64(examples))
    for bit in range(0, together.shape[0], wide):
        mean = splat_double(together[bit + classes] if centring else 0.0)
        for k in range(0, wide, FLOATS):
            part = scale * load(together, bit + k) - load(signal_sums, k) * mean
            store(parts, bit + k, narrow(part))


@njit(cache=True, nogil=True)
def signed_sums(rows, begin, end, table):
    """Tabulate sum_k +-D_k of 8 pixels for every choice of signs: bit k of an entry's number is the k-th sign.

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


@njit(cache=True, nogil=True)
def settle(together, signal_sums, examples, centring, classes, first, unsure, signs, old):
    """Find the signs that float32 could not tell, in whole numbers; a counter at 0 keeps its old bit.

    Parameters
    ----------
    together, signal_sums, examples, centring, classes
        As in `class_parts`.
    first : int
        The first of 8 pixels.
    unsure : int
        Which of them, one bit each.
    signs : int
        b_k, one bit a class.
    old : int
        The 8 bits before.

    Returns
    -------
    int
        The bits asked for; the others are 0.
    """
    wide = signal_sums.shape[0]
    found = 0
    for i in range(BYTE_BITS):
        if (unsure >> i) & 1:
            bit = (first + i) * wide
            mean = together[bit + classes] if centring else 0.0
            counter = 0.0
            for k in range(classes):
                part = examples * together[bit + k] - signal_sums[k] * mean
                counter += part if (signs >> k) & 1 else -part
            if counter > 0.0 or (counter == 0.0 and (old >> i) & 1):
                found |= 1 << i
    return found


@njit(cache=True, nogil=True)
def refresh_signs(weights, together, signal_sums, examples, codes, centring, classes):
    """w_ji = sign(C_ji) for every hidden unit j and pixel i, C_j = sum_k b_kj D_k; at 0 a bit stays as it was.

    C_j is a signed sum of the same ten rows for every unit. For 8 pixels at a time the sums over the lower half of
    the classes and over the upper are tabulated once, and 8 counters of a unit are one addition. That is done in
    float32, whose rounding leaves a sign unsure only near 0: there whole numbers decide.

    Parameters
    ----------
    weights : uint8 (bytes, units), changed
        A multiple of 32 units.
    together, signal_sums, examples, centring, classes
        As in `class_parts`.
    codes : int64 (units,)
        The codebook: b_kj is bit k.
    """
    n_bytes, units = weights.shape
    wide = signal_sums.shape[0]
    split = classes // 2
    columns = weights.reshape(-1)
    # A last byte that the pixels do not fill finds zeros behind them.
    parts = np.zeros(n_bytes * BYTE_BITS * wide, np.float32)
    class_parts(together, signal_sums, examples, centring, classes, parts)
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
                        found = settle(
                            together, signal_sums, examples, centring, classes, first, unsure, codes[begin + j],
                            columns[at + j],
                        )  # fmt: skip
                        signs[j] = (np.int64(signs[j]) & ~unsure) | found
            store(columns, at, choose_bits(lively, load(signs, 0), load(columns, at)))


@njit(cache=True, nogil=True)
def sums_over_ones(weights, values, largest, sums):
    """Add up for every unit the values of the bits that are 1: sum_i [w_ji = 1] m_i.

    Whatever the next four bits of a unit are, what they add is one of 16 numbers. A register holds a digit of
    each, so that 32 units look theirs up at once, and the digits are put together at the end.

    Parameters
    ----------
    weights : uint8 (bytes, padded)
    values : float64 (n,)
        m, whole numbers.
    largest : int
        No sum exceeds it, up or down.
    sums : int64 (padded,), written
    """
    n_bytes, padded = weights.shape
    n = values.shape[0]
    digits = 1
    while digits < _MOST_DIGITS and largest >> (_DIGIT * digits - 1) != 0:
        digits += 1
    tables = np.empty(digits * 2 * BYTES, np.uint8)
    counts = np.zeros(digits * padded, np.uint16)
    columns = weights.reshape(-1)
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
                w = load(columns, byte * padded + j)
                both = look_up(low, low_nibbles(w)) + look_up(high, high_nibbles(w))
                add_bytes(counts, digit * padded + j, both)
        if byte % _FLUSH == _FLUSH - 1 or byte == n_bytes - 1:
            for digit in range(digits):
                for j in range(padded):
                    sums[j] += np.int64(counts[digit * padded + j]) << (_DIGIT * digit)
            counts[:] = 0
    # The digits were those of two's complement: the sums are right but for what lies beyond the last.
    beyond = 64 - _DIGIT * digits
    for j in range(padded):
        sums[j] = (sums[j] << beyond) >> beyond


@njit(cache=True, nogil=True)
def refresh_thresholds(weights, thresholds, input_sum, examples, centring):
    """theta_j = mean of a_j over the examples seen, under the present weights, rounded down: (n + w_j . M/N) / 2.

    a_j > theta_j and a_j > floor(theta_j) are the same for whole a_j.

    Parameters
    ----------
    weights : uint8 (bytes, units)
    thresholds : int64 (units,), written
    input_sum : float64 (n,)
        M.
    examples : int
        N, at least 1.
    centring : bool
        Without it M counts as 0.
    """
    n = input_sum.shape[0]
    if not centring:
        thresholds[:] = n // 2
        return
    along_ones = np.empty(weights.shape[1], np.int64)
    sums_over_ones(weights, input_sum, n * examples, along_ones)
    everything = np.int64(input_sum.sum())
    for j in range(thresholds.shape[0]):
        thresholds[j] = (n * examples + 2 * along_ones[j] - everything) // (2 * examples)


@njit(cache=True, nogil=True)
def refresh_output(output_weights, together, signal_sums, examples, centring):
    """v_k = sign(U_k); a counter at 0 keeps its old bit.

    Parameters
    ----------
    output_weights : uint64 (classes, words_for(units)), changed
    together, signal_sums, examples, centring
        As in `class_parts`, of the hidden units.
    """
    classes, words = output_weights.shape
    wide = signal_sums.shape[0]
    units = together.shape[0] // wide
    parts = np.empty(units * wide, np.float32)
    class_parts(together, signal_sums, examples, centring, classes, parts)
    for k in range(classes):
        for word in range(words):
            first = word * WORD_BITS
            positive = tie = np.uint64(0)
            for i in range(min(WORD_BITS, units - first)):
                part = parts[(first + i) * wide + k]
                positive |= np.uint64(part > _NOTHING) << np.uint64(i)
                tie |= np.uint64(part == _NOTHING) << np.uint64(i)
            output_weights[k, word] = positive | (tie & output_weights[k, word])


@njit(cache=True, nogil=True)
def refresh(
    weights, thresholds, output_weights, together, hidden_together, signal_sums, examples, codes, centring
):
    """Bring all weight bits and thresholds up to date with the sums.

    Parameters
    ----------
    weights, thresholds, output_weights
        As in `predict`, changed.
    together : float64 (inputs * wide,), hidden_together : float64 (units * wide,)
        See `spread`.
    signal_sums : float64 (wide,)
        n_k, and zeros.
    examples : int
        N, at least 1.
    codes
        As in `refresh_signs`.
    centring : bool
    """
    classes = output_weights.shape[0]
    wide = signal_sums.shape[0]
    refresh_signs(weights, together, signal_sums, examples, codes, centring, classes)
    refresh_thresholds(weights, thresholds, together.reshape(-1, wide)[:, classes], examples, centring)
    refresh_output(output_weights, hidden_together, signal_sums, examples, centring)


@njit(cache=True, nogil=True)
def class_vectors(classes):
    """Return how many lanes hold a number for each class and one more: two vectors, or three."""
    return max(2, classes // FLOATS + 1) * FLOATS


@njit(cache=True, nogil=True)
def lay_out(sums):
    """Lay the sums out for `refresh`.

    Parameters
    ----------
    sums : (S, R, n_k, M, G)
        int64 (classes, n), (classes, units), (classes,), (n,), (units,).

    Returns
    -------
    together, hidden_together, signal_sums
    """
    class_sums, hidden_sums, signal_sums, input_sum, hidden_sum = sums
    classes = signal_sums.shape[0]
    wide = class_vectors(classes)
    together = np.empty(input_sum.shape[0] * wide, np.float64)
    hidden_together = np.empty(hidden_sum.shape[0] * wide, np.float64)
    spread(class_sums, input_sum, together)
    spread(hidden_sums, hidden_sum, hidden_together)
    wide_signals = np.zeros(wide, np.float64)
    wide_signals[:classes] = signal_sums
    return together, hidden_together, wide_signals


@njit(cache=True, nogil=True)
def refresh_from(weights, thresholds, output_weights, sums, examples, codes, centring):
    """Do what `refresh` does, from the sums as `train` keeps them."""
    together, hidden_together, signal_sums = lay_out(sums)
    refresh(
        weights, thresholds, output_weights, together, hidden_together, signal_sums, examples, codes, centring
    )  # fmt: skip


@njit(cache=True, nogil=True)
def train(
    packed, labels, order, n_bits, weights, thresholds, output_weights, sums, clock, codes,
    rule, margin, decay, centring, batch_size, closes_batch,
):  # fmt: skip
    """Learn from the examples ``order`` names, one minibatch after the other.

    Sums grow with every example; weight bits follow once a minibatch. All sums are whole numbers, so the result
    does not depend on how a stream of examples is cut into calls.

    Parameters
    ----------
    packed : uint8 (n, bytes)
        A row has a multiple of 8 bytes.
    labels : uint8 (n,)
    order : int64 (m,)
    n_bits : int
    weights, thresholds, output_weights
        As in `predict`, changed.
    sums : as in `lay_out`, changed
    clock : int64 (2,), changed
        Examples seen, and how many of them belong to the open minibatch.
    codes, centring
        As in `refresh`.
    rule, margin, decay
        As in `teaching_signal`.
    batch_size : int
    closes_batch : bool
        Whether the last example ends its minibatch whatever its size (the end of an epoch).
    """
    n_bytes, units = weights.shape
    classes = output_weights.shape[0]
    words = packed.view(np.uint64)
    where = np.empty(n_bytes, np.uint64)
    ones, limits = np.empty(units, np.uint16), np.empty(units, np.uint16)
    matches = np.empty(units, np.uint16)
    hidden = np.empty(output_weights.shape[1], np.uint64)
    scores = np.empty(classes, np.int64)
    together, hidden_together, signal_sums = lay_out(sums)
    wide = signal_sums.shape[0]
    # Behind the classes' signals a 1 counts the examples.
    signal, signals = np.zeros(wide, np.int32), np.zeros(wide, np.int32)
    signal[classes] = 1
    lit_sums, lit_hidden = np.zeros(together.shape[0], np.int32), np.zeros(hidden_together.shape[0], np.int32)
    count_ones(weights, ones)
    limits_of(thresholds, limits)
    position = 0
    while position < order.shape[0]:
        stop = min(order.shape[0], position + batch_size - clock[1])
        for at in range(position, stop):
            row = order[at]
            fetch_ahead(packed, order, at)
            xnor_popcount(packed[row], where, weights, ones, n_bits, matches)
            hidden_bits(matches, limits, hidden)
            class_scores(hidden, output_weights, units, scores)
            teaching_signal(rule, scores, labels[row], margin, decay, signal)
            add_where_lit(words[row], signal, lit_sums)
            add_where_lit(hidden, signal, lit_hidden)
            for k in range(wide):
                signals[k] += signal[k]
        clock[0] += stop - position
        clock[1] += stop - position
        position = stop
        fold(lit_sums, signals, together)
        fold(lit_hidden, signals, hidden_together)
        for k in range(classes):
            signal_sums[k] += signals[k]
        signals[:] = 0
        if clock[1] == batch_size or (closes_batch and stop == order.shape[0]):
            refresh(
                weights, thresholds, output_weights, together, hidden_together, signal_sums, clock[0], codes,
                centring,
            )  # fmt: skip
            count_ones(weights, ones)
            limits_of(thresholds, limits)
            clock[1] = 0
    class_sums, hidden_sums, sums_of_signals, input_sum, hidden_sum = sums
    collect(together, class_sums, input_sum)
    collect(hidden_together, hidden_sums, hidden_sum)
    for k in range(classes):
        sums_of_signals[k] = np.int64(signal_sums[k])


@njit(cache=True, nogil=True)
def fetch_ahead(packed, order, position):
    """Bring the images near that will be read some examples later; they lie anywhere in memory."""
    if position + AHEAD < order.shape[0]:
        start = order[position + AHEAD] * packed.shape[1]
        for i in range(0, packed.shape[1], CACHE_LINE):
            prefetch(packed.reshape(-1), start + i)
