"""Count bits, and the bits in which an input and a hidden unit agree. `packing` defines the layout."""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.packing import WORD_BITS
from bitmass_viz.kernels.simd import BYTES, add_bytes, high_nibbles, load, look_up, low_nibbles, no_bytes

COMMON_BITS = np.array([[(x & w).bit_count() for w in 2 * tuple(range(16))] for x in range(16)], np.uint8).ravel()
"""A table for `look_up` per four bits of an input: the number of ones that they share with four bits of a unit."""
_MOST = 31
"""Most bytes of a row whose bit count surely fits a byte: with one more it could be 32 * 8 = 256."""


def popcount(word):
    """Count the ones of an unsigned integer."""
    return int(word).bit_count()


@intrinsic
def _ctpop(typingctx, word):
    if not isinstance(word, types.Integer):
        return None

    def codegen(context, builder, signature, args):
        width = ir.IntType(word.bitwidth)  # type: ignore[attr-defined]
        counter = builder.module.declare_intrinsic("llvm.ctpop", [width])
        return builder.call(counter, args)

    return word(word), codegen


@overload(popcount, inline="always")
def _popcount_compiled(word):
    if isinstance(word, types.Integer):
        return lambda word: _ctpop(word)  # type: ignore[call-arg]
    return None


@compiled
def pack_rows(values, threshold, packed):
    """Pack ``values > threshold`` row by row: bit i of a row is ``values[row, i] > threshold``.

    Parameters
    ----------
    values : uint8 (n, m)
    threshold : int
    packed : uint64 (n, words_for(m)), written
    """
    n, m = values.shape
    for row in range(n):
        for word in range(packed.shape[1]):
            bits = np.uint64(0)
            first = word * WORD_BITS
            for i in range(min(WORD_BITS, m - first)):
                bits |= np.uint64(values[row, first + i] > threshold) << np.uint64(i)
            packed[row, word] = bits


@compiled
def _add_common(packed, row, where, first, stop, weights, j, counts):
    """Add the ones that an input and each of the 32 units from j share in the bytes ``where[first:stop]``."""
    padded = np.uint64(weights.shape[1])
    table = COMMON_BITS
    c0 = no_bytes()
    for p in range(first, stop):
        here = np.intp(packed[row, where[p]])
        of_low, of_high = load(table, BYTES * (here & 15)), load(table, BYTES * (here >> 4))
        w = load(weights, where[p] * padded + j)
        c0 = c0 + look_up(of_low, low_nibbles(w)) + look_up(of_high, high_nibbles(w))
    add_bytes(counts, j, c0)


@compiled
def _add_common_of_256(packed, row, where, first, stop, weights, j, counts):
    """The same as `_add_common` for the 256 units from j: eight counters, all in registers."""
    padded = np.uint64(weights.shape[1])
    table = COMMON_BITS
    c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = no_bytes()
    for p in range(first, stop):
        here = np.intp(packed[row, where[p]])
        of_low, of_high = load(table, BYTES * (here & 15)), load(table, BYTES * (here >> 4))
        at = np.intp(where[p] * padded + j)
        w = load(weights, at)
        c0 = c0 + look_up(of_low, low_nibbles(w)) + look_up(of_high, high_nibbles(w))
        w = load(weights, at + BYTES)
        c1 = c1 + look_up(of_low, low_nibbles(w)) + look_up(of_high, high_nibbles(w))
        w = load(weights, at + 2 * BYTES)
        c2 = c2 + look_up(of_low, low_nibbles(w)) + look_up(of_high, high_nibbles(w))
        w = load(weights, at + 3 * BYTES)
        c3 = c3 + look_up(of_low, low_nibbles(w)) + look_up(of_high, high_nibbles(w))
        w = load(weights, at + 4 * BYTES)
        c4 = c4 + look_up(of_low, low_nibbles(w)) + look_up(of_high, high_nibbles(w))
        w = load(weights, at + 5 * BYTES)
        c5 = c5 + look_up(of_low, low_nibbles(w)) + look_up(of_high, high_nibbles(w))
        w = load(weights, at + 6 * BYTES)
        c6 = c6 + look_up(of_low, low_nibbles(w)) + look_up(of_high, high_nibbles(w))
        w = load(weights, at + 7 * BYTES)
        c7 = c7 + look_up(of_low, low_nibbles(w)) + look_up(of_high, high_nibbles(w))
    add_bytes(counts, j, c0)
    add_bytes(counts, j + BYTES, c1)
    add_bytes(counts, j + 2 * BYTES, c2)
    add_bytes(counts, j + 3 * BYTES, c3)
    add_bytes(counts, j + 4 * BYTES, c4)
    add_bytes(counts, j + 5 * BYTES, c5)
    add_bytes(counts, j + 6 * BYTES, c6)
    add_bytes(counts, j + 7 * BYTES, c7)


@compiled
def common_ones(packed, row, where, weights, counts):
    """Count the bits that are 1 both in an input and in each unit: popcount(AND(x, w_j)).

    Four bits of 32 units are looked up together, in a table of 16 entries for the input's four bits that is held
    in a register. Bytes of the input that are 0 are skipped.

    Parameters
    ----------
    packed : uint8 (n, bytes or more)
        Packed inputs.
    row : int
        Index of the input.
    where : uint64 (bytes,), written
        Scratch: the bytes that are not 0.
    weights : uint8 (bytes, padded)
        See `packing.byte_columns`.
    counts : uint16 (padded,), written

    Returns
    -------
    int
        Number of bytes that are not 0.
    """
    n_bytes, padded = weights.shape
    count = 0
    for i in range(n_bytes):
        where[count] = i
        count += packed[row, i] != 0
    for j in range(padded):
        counts[j] = 0
    for begin in range(0, count, _MOST):
        first, stop = np.uint64(begin), np.uint64(min(begin + _MOST, count))
        in_eights = padded - padded % (8 * BYTES)
        for j in range(0, in_eights, 8 * BYTES):
            _add_common_of_256(packed, row, where, first, stop, weights, np.uint64(j), counts)
        for j in range(in_eights, padded, BYTES):
            _add_common(packed, row, where, first, stop, weights, np.uint64(j), counts)
    return count


@compiled
def count_ones(weights, ones):
    """Count the ones of each unit: popcount(w_j).

    Parameters
    ----------
    weights : uint8 (bytes, padded)
    ones : uint16 (padded,), written
    """
    n_bytes = weights.shape[0]
    common_ones(np.full((1, n_bytes), 255, np.uint8), 0, np.empty(n_bytes, np.uint64), weights, ones)


@compiled
def xnor_popcount(packed, row, where, weights, ones, n_bits, matches):
    """Count the bits in which an input agrees with each unit: a_j = popcount(XNOR(x, w_j)).

    Bits agree if both are 1 or both are 0, so

        a_j = n - popcount(x) - popcount(w_j) + 2 popcount(AND(x, w_j))

    which needs no work for the black parts of an image.

    Parameters
    ----------
    packed, row, where, weights
        As in `common_ones`.
    ones : uint16 (padded,)
        From `count_ones`.
    n_bits : int
        n.
    matches : uint16 (padded,), written
    """
    lit_bytes = common_ones(packed, row, where, weights, matches)
    dark = n_bits
    for p in range(lit_bytes):
        dark -= popcount(packed[row, where[p]])
    zeros = np.uint16(dark)
    for j in range(ones.shape[0]):
        matches[j] = 2 * matches[j] + zeros - ones[j]
