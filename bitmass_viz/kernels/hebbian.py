"""The binary Hebbian network: XNOR and popcount forward, counting to learn, no gradient anywhere.

Everything that is learned is kept as integer sums over the examples seen. With e_k the teaching
signal of class k for one example (see `teaching_signal`):

    S_k = sum of e_k x,   R_k = sum of e_k h,   n_k = sum of e_k,   M = sum of x,   G = sum of h

Since the hidden units' signal is t_j = sum_k e_k b_kj, the counters of both layers follow from them:

    C_j = sum_k b_kj (S_k - n_k M/N)        U_k = R_k - n_k G/N          N examples seen

M/N and G/N are the running means; leaving these two terms out is all that `centring` off means.
The mean of a_j over all examples seen, under the present weights, is (n + w_j . M/N) / 2: the threshold.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bitmass_viz.kernels.bits import WORD_BITS, popcount, xnor_popcount

PROTOTYPE, ERROR_DRIVEN, DELTA = 0, 1, 2
DELTA_ONE = 1 << 14
"""The delta rule's errors are fixed-point numbers, so that sums stay exact: this is 1.0."""


@njit(cache=True, nogil=True)
def hidden_bits(matches, thresholds, hidden):
    """Pack h_j = [a_j > theta_j] into words.

    Parameters
    ----------
    matches, thresholds : int64 (units,)
    hidden : uint64 (words_for(units),), written
    """
    units = matches.shape[0]
    for word in range(hidden.shape[0]):
        bits = np.uint64(0)
        first = word * WORD_BITS
        for i in range(min(WORD_BITS, units - first)):
            bits |= np.uint64(matches[first + i] > thresholds[first + i]) << np.uint64(i)
        hidden[word] = bits


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
    packed : uint64 (n, words)
    weights : uint64 (words, units)
    thresholds : int64 (units,)
    output_weights : uint64 (classes, words_for(units))
    n_bits : int
    labels : uint8 (n,), written
    """
    units = weights.shape[1]
    matches = np.empty(units, np.int64)
    hidden = np.empty(output_weights.shape[1], np.uint64)
    scores = np.empty(output_weights.shape[0], np.int64)
    for row in range(packed.shape[0]):
        xnor_popcount(packed[row], weights, n_bits, matches)
        hidden_bits(matches, thresholds, hidden)
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
    signal : int64 (classes,), written
    """
    classes = scores.shape[0]
    signal[:] = 0
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
        signal[k] = np.int64(np.rint((target - decay[best - scores[k]] / total) * DELTA_ONE))
        learns = learns or signal[k] != 0
    return learns


@njit(cache=True, nogil=True)
def add_signs(bits, amount, sums):
    """Add ``amount`` to every sum whose bit is 1 and subtract it from every other.

    Parameters
    ----------
    bits : uint64 (words_for(n),)
    amount : int
    sums : int64 (n,), changed
    """
    n = sums.shape[0]
    for word in range(bits.shape[0]):
        here = bits[word]
        first = word * WORD_BITS
        for i in range(min(WORD_BITS, n - first)):
            sums[first + i] += amount * (2 * np.int64((here >> np.uint64(i)) & np.uint64(1)) - 1)


@njit(cache=True, nogil=True)
def signed_sums(centred, combinations):
    """Tabulate sum_k +-D_k for every choice of signs: bit k of the row number is the sign of class k.

    Parameters
    ----------
    centred : float64 (classes, n)
    combinations : float64 (2**classes, n), written
    """
    classes, n = centred.shape
    for i in range(n):
        combinations[0, i] = 0.0
    for k in range(classes):
        for i in range(n):
            combinations[0, i] -= centred[k, i]
    for k in range(classes):
        for row in range(1 << k):
            for i in range(n):
                combinations[row + (1 << k), i] = combinations[row, i] + 2.0 * centred[k, i]


@njit(cache=True, nogil=True)
def sign_word(low, high, first, count, old):
    """Pack sign(low + high) of up to 64 counters; a counter at 0 keeps its old bit."""
    positive = np.uint64(0)
    tie = np.uint64(0)
    for i in range(count):
        value = low[first + i] + high[first + i]
        positive |= np.uint64(value > 0.0) << np.uint64(i)
        tie |= np.uint64(value == 0.0) << np.uint64(i)
    return positive | (tie & old)


@njit(cache=True, nogil=True)
def refresh_hidden(weights, thresholds, class_sums, signal_sums, input_sum, examples, codes, split, centring):
    """w_j = sign(C_j) and theta_j = mean of a_j, for every hidden unit.

    C_j is a signed sum of the same ten rows for every unit, so the sums over the first `split` classes and
    over the rest are tabulated once and a unit's counter is one addition.

    Parameters
    ----------
    weights : uint64 (words, units), changed
    thresholds : int64 (units,), changed
        floor(theta_j): a_j > theta_j and a_j > floor(theta_j) are the same for whole a_j.
    class_sums : int64 (classes, n)
        S_k.
    signal_sums : int64 (classes,)
        n_k.
    input_sum : int64 (n,)
        M.
    examples : int
        N, at least 1.
    codes : int64 (units, 2)
        The unit's row in the two tables, from the codebook b.
    split : int
    centring : bool
    """
    classes, n = class_sums.shape
    words, units = weights.shape
    centred = np.empty((classes, n), np.float64)
    scale = np.float64(examples)
    for k in range(classes):
        mean_part = np.float64(signal_sums[k]) if centring else 0.0
        for i in range(n):
            centred[k, i] = scale * np.float64(class_sums[k, i]) - mean_part * np.float64(input_sum[i])
    low = np.empty((1 << split, n), np.float64)
    high = np.empty((1 << (classes - split), n), np.float64)
    signed_sums(centred[:split], low)
    signed_sums(centred[split:], high)
    for j in range(units):
        along_mean = np.int64(0)
        for word in range(words):
            first = word * WORD_BITS
            count = min(WORD_BITS, n - first)
            bits = sign_word(low[codes[j, 0]], high[codes[j, 1]], first, count, weights[word, j])
            weights[word, j] = bits
            if centring:
                for i in range(count):
                    one = np.int64((bits >> np.uint64(i)) & np.uint64(1))
                    along_mean += (2 * one - 1) * input_sum[first + i]
        thresholds[j] = (n * examples + along_mean) // (2 * examples)


@njit(cache=True, nogil=True)
def refresh_output(output_weights, hidden_sums, signal_sums, hidden_sum, examples, centring):
    """v_k = sign(U_k); a counter at 0 keeps its old bit.

    Parameters
    ----------
    output_weights : uint64 (classes, words_for(units)), changed
    hidden_sums : int64 (classes, units)
        R_k.
    signal_sums : int64 (classes,)
        n_k.
    hidden_sum : int64 (units,)
        G.
    examples : int
    centring : bool
    """
    classes, units = hidden_sums.shape
    kept = np.empty(units, np.float64)
    mean = np.empty(units, np.float64)
    scale = np.float64(examples)
    for k in range(classes):
        mean_part = np.float64(signal_sums[k]) if centring else 0.0
        for j in range(units):
            kept[j] = scale * np.float64(hidden_sums[k, j])
            mean[j] = -mean_part * np.float64(hidden_sum[j])
        for word in range(output_weights.shape[1]):
            first = word * WORD_BITS
            count = min(WORD_BITS, units - first)
            output_weights[k, word] = sign_word(kept, mean, first, count, output_weights[k, word])


@njit(cache=True, nogil=True)
def refresh(weights, thresholds, output_weights, sums, examples, codes, split, centring):
    """Bring all weight bits up to date with the sums (see `refresh_hidden` and `refresh_output`)."""
    class_sums, hidden_sums, signal_sums, input_sum, hidden_sum = sums
    refresh_hidden(weights, thresholds, class_sums, signal_sums, input_sum, examples, codes, split, centring)
    refresh_output(output_weights, hidden_sums, signal_sums, hidden_sum, examples, centring)


@njit(cache=True, nogil=True)
def train(
    packed, labels, order, n_bits, weights, thresholds, output_weights, sums, clock, codes, split,
    rule, margin, decay, centring, batch_size, closes_batch,
):  # fmt: skip
    """Learn from the examples ``order`` names, one after the other.

    Sums grow with every example; weight bits follow once a minibatch. The result does not depend on how a
    stream of examples is cut into calls.

    Parameters
    ----------
    packed : uint64 (n, words), labels : uint8 (n,)
    order : int64 (m,)
    n_bits : int
    weights, thresholds, output_weights, sums, codes, split, centring
        As in `refresh`; ``sums`` is the tuple (S, R, n_k, M, G).
    clock : int64 (2,), changed
        Examples seen, and how many of them belong to the open minibatch.
    rule, margin, decay
        As in `teaching_signal`.
    batch_size : int
    closes_batch : bool
        Whether the last example ends its minibatch whatever its size (the end of an epoch).
    """
    class_sums, hidden_sums, signal_sums, input_sum, hidden_sum = sums
    units = weights.shape[1]
    matches = np.empty(units, np.int64)
    hidden = np.empty(output_weights.shape[1], np.uint64)
    scores = np.empty(output_weights.shape[0], np.int64)
    signal = np.empty(output_weights.shape[0], np.int64)
    for position in range(order.shape[0]):
        row = order[position]
        x = packed[row]
        xnor_popcount(x, weights, n_bits, matches)
        hidden_bits(matches, thresholds, hidden)
        class_scores(hidden, output_weights, units, scores)
        if teaching_signal(rule, scores, labels[row], margin, decay, signal):
            for k in range(signal.shape[0]):
                if signal[k] != 0:
                    add_signs(x, signal[k], class_sums[k])
                    add_signs(hidden, signal[k], hidden_sums[k])
                    signal_sums[k] += signal[k]
        add_signs(x, 1, input_sum)
        add_signs(hidden, 1, hidden_sum)
        clock[0] += 1
        clock[1] += 1
        last = closes_batch and position == order.shape[0] - 1
        if clock[1] == batch_size or last:
            refresh(weights, thresholds, output_weights, sums, clock[0], codes, split, centring)
            clock[1] = 0
