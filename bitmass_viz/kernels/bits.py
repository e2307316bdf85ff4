"""Count bits, and the bits in which an input and a hidden unit agree. `packing` defines the layout."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from bitmass_viz.kernels import packing
from bitmass_viz.kernels.byte_vectors import add_bytes, common_bits, count_bits, no_bytes
from bitmass_viz.kernels.compiling import compiled, inlined
from bitmass_viz.kernels.packing import MACHINE_WORD_BITS
from bitmass_viz.kernels.settings import PIXEL_THRESHOLD
from bitmass_viz.kernels.simd import load
from bitmass_viz.kernels.vectors import BYTES

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
            first = word * MACHINE_WORD_BITS
            for i in range(min(MACHINE_WORD_BITS, m - first)):
                bits |= np.uint64(values[row, first + i] > threshold) << np.uint64(i)
            packed[row, word] = bits


@overload(packing.pack_bits)
def _pack_bits(bits):
    def pack(bits):
        packed = np.empty((bits.shape[0], packing.words_for(bits.shape[1])), np.uint64)
        pack_rows(bits, 0, packed)
        return packed

    return pack


@overload(packing.join_rows)
def _join_rows(rows, n_bits):
    def join(rows, n_bits):
        joined = np.zeros(packing.bytes_for(rows.shape[0] * n_bits), np.uint8)
        for row in range(rows.shape[0]):
            for i in range(n_bits):
                at = row * n_bits + i
                joined[at // 8] |= ((rows[row, i // 8] >> (i % 8)) & 1) << (at % 8)
        return joined

    return join


def pack_images(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pack images, uint8 (n, inputs), into uint8 (n, bytes): a bit per pixel, rows padded to 64-bit words."""
    packed = np.empty((images.shape[0], packing.words_for(images.shape[1])), np.uint64)
    pack_rows(images, PIXEL_THRESHOLD, packed)
    return packed.view(np.uint8)


class BinaryLayer(NamedTuple):
    """The weights of binary units, prepared for counting."""

    weights: NDArray[np.uint8]
    """(bytes, padded): see `packing.byte_columns`."""
    n_bits: int
    """Bits of an input, and of a unit."""
    ones: NDArray[np.uint16]
    """popcount(w_j), (padded,); `count_ones` writes it."""
    where: NDArray[np.uint64]
    """Scratch, (bytes,): the positions of an input's bytes that are not 0."""
    values: NDArray[np.uint8]
    """Scratch, (bytes,): those bytes."""


@compiled
def binary_layer(weights, n_bits):
    """Prepare weights, uint8 (bytes, padded), for counting."""
    n_bytes, padded = weights.shape
    layer = BinaryLayer(
        weights, n_bits, np.empty(padded, np.uint16), np.empty(n_bytes, np.uint64), np.empty(n_bytes, np.uint8)
    )
    count_ones(layer)
    return layer


@inlined
def _add_common(layer, first, stop, j, counts):
    """Add the ones that each of the 32 units from j shares with an input in its bytes ``where[first:stop]``."""
    weights, where, values = layer.weights, layer.where, layer.values
    padded = np.uint64(weights.shape[1])
    c0 = no_bytes()
    for p in range(first, stop):
        lit = np.intp(values[p])
        w = load(weights, where[p] * padded + j)
        c0 = c0 + count_bits(common_bits(w, lit))
    add_bytes(counts, j, c0)


@inlined
def _add_common_of_256(layer, first, stop, j, counts):
    """The same as `_add_common` for the 256 units from j: eight counters, all in registers."""
    weights, where, values = layer.weights, layer.where, layer.values
    padded = np.uint64(weights.shape[1])
    c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = no_bytes()
    for p in range(first, stop):
        lit = np.intp(values[p])
        at = np.intp(where[p] * padded + j)
        w = load(weights, at)
        c0 = c0 + count_bits(common_bits(w, lit))
        w = load(weights, at + BYTES)
        c1 = c1 + count_bits(common_bits(w, lit))
        w = load(weights, at + 2 * BYTES)
        c2 = c2 + count_bits(common_bits(w, lit))
        w = load(weights, at + 3 * BYTES)
        c3 = c3 + count_bits(common_bits(w, lit))
        w = load(weights, at + 4 * BYTES)
        c4 = c4 + count_bits(common_bits(w, lit))
        w = load(weights, at + 5 * BYTES)
        c5 = c5 + count_bits(common_bits(w, lit))
        w = load(weights, at + 6 * BYTES)
        c6 = c6 + count_bits(common_bits(w, lit))
        w = load(weights, at + 7 * BYTES)
        c7 = c7 + count_bits(common_bits(w, lit))
    add_bytes(counts, j, c0)
    add_bytes(counts, j + BYTES, c1)
    add_bytes(counts, j + 2 * BYTES, c2)
    add_bytes(counts, j + 3 * BYTES, c3)
    add_bytes(counts, j + 4 * BYTES, c4)
    add_bytes(counts, j + 5 * BYTES, c5)
    add_bytes(counts, j + 6 * BYTES, c6)
    add_bytes(counts, j + 7 * BYTES, c7)


@inlined
def common_ones(layer, lit_bytes, counts):
    """Count the bits that are 1 both in an input and in each unit: popcount(AND(x, w_j)).

    A byte of the input is compared with those of 32 units at once. The counts stay in bytes as long as they fit.

    Parameters
    ----------
    layer : BinaryLayer
        With an input's non-zero bytes.
    lit_bytes : int
        How many there are.
    counts : uint16 (padded,), written
    """
    padded = layer.weights.shape[1]
    for j in range(padded):
        counts[j] = 0
    for begin in range(0, lit_bytes, _MOST):
        first, stop = np.uint64(begin), np.uint64(min(begin + _MOST, lit_bytes))
        in_eights = padded - padded % (8 * BYTES)
        for j in range(0, in_eights, 8 * BYTES):
            _add_common_of_256(layer, first, stop, np.uint64(j), counts)
        for j in range(in_eights, padded, BYTES):
            _add_common(layer, first, stop, np.uint64(j), counts)


@compiled
def count_ones(layer):
    """Count the ones of each unit of a `BinaryLayer` anew."""
    weights, ones = layer.weights, layer.ones
    n_bytes, padded = weights.shape
    ones[:] = 0
    for byte in range(n_bytes):
        for j in range(0, padded, BYTES):
            add_bytes(ones, j, count_bits(load(weights, byte * padded + j)))


@inlined
def xnor_popcount(packed, row, layer, matches):
    """Count the bits in which an input agrees with each unit: a_j = popcount(XNOR(x, w_j)).

    Bits agree if both are 1 or both are 0, so

        a_j = n - popcount(x) - popcount(w_j) + 2 popcount(AND(x, w_j))

    which needs no work for the black parts of an image.

    Parameters
    ----------
    packed : uint8 (n, bytes or more)
        Packed inputs.
    row : int
        Index of the input.
    layer : BinaryLayer
    matches : uint16 (padded,), written
    """
    where, values, ones = layer.where, layer.values, layer.ones
    lit_bytes = 0
    for i in range(where.shape[0]):
        where[lit_bytes] = i
        values[lit_bytes] = packed[row, i]
        lit_bytes += packed[row, i] != 0
    common_ones(layer, lit_bytes, matches)
    dark = layer.n_bits
    for p in range(lit_bytes):
        dark -= popcount(values[p])
    zeros = np.uint16(dark)
    for j in range(ones.shape[0]):
        matches[j] = 2 * matches[j] + zeros - ones[j]
