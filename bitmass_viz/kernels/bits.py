"""Packing bits into 64-bit words, and counting them.

A packed row holds its first bit in bit 0 of its first word. A row whose length is no multiple of
64 ends in zero bits that belong to nothing: `xnor_popcount` takes them out again.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

WORD_BITS = 64


def words_for(n_bits: int) -> int:
    """Return how many 64-bit words hold `n_bits` bits."""
    return -(-n_bits // WORD_BITS)


def popcount(word):
    """Count the one bits of an unsigned integer."""
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


@njit(cache=True, nogil=True)
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


def pack_bits(bits: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Pack rows of zeros and ones, uint8 (n, m), into uint64 (n, words_for(m)); needs no compiled code."""
    n, m = bits.shape
    packed = np.zeros((n, words_for(m) * WORD_BITS // 8), np.uint8)
    packed[:, : -(-m // 8)] = np.packbits(bits, axis=1, bitorder="little")
    return packed.view("<u8")


def unpack_bits(packed: NDArray[np.uint64], n_bits: int) -> NDArray[np.uint8]:
    """Unpack rows of words into zeros and ones, uint8 (n, n_bits): the inverse of `pack_bits`."""
    as_bytes = np.ascontiguousarray(packed, "<u8").view(np.uint8)
    return np.unpackbits(as_bytes, axis=1, count=n_bits, bitorder="little")


@njit(cache=True, nogil=True)
def xnor_popcount(x, weights, n_bits, matches):
    """Count in how many bits an input agrees with each unit: a_j = popcount(XNOR(x, w_j)).

    The words of all units for one input word lie side by side (word-major), so that the inner loop
    runs over units and fills whole vector registers.

    Parameters
    ----------
    x : uint64 (words,)
        One packed input.
    weights : uint64 (words, units)
    n_bits : int
        Length of a row; the padding behind it agrees everywhere and is taken off.
    matches : int64 (units,), written
    """
    words, units = weights.shape
    padding = words * WORD_BITS - n_bits
    for j in range(units):
        matches[j] = -padding
    for word in range(words):
        bits = x[word]
        for j in range(units):
            matches[j] += np.int64(popcount(~(bits ^ weights[word, j])))
