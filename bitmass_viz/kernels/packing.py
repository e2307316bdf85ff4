"""Pack rows of bits into words and bytes, in NumPy, without a compiler.

A packed row has its first bit in bit 0 of its first word or byte. A row that does not fill its last word is padded
with zero bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MACHINE_WORD_BITS = 64
"""Bits that kernels handle at once; the stored words of the data view have 32 (`network.layout`)."""
BYTE_BITS = 8
VECTOR_BYTES = 32
"""Bytes in one 256-bit register."""


def words_for(n_bits: int) -> int:
    """Return how many 64-bit words hold `n_bits` bits."""
    return -(-n_bits // MACHINE_WORD_BITS)


def bytes_for(n_bits: int) -> int:
    """Return how many bytes hold `n_bits` bits."""
    return -(-n_bits // BYTE_BITS)


def padded_units(units: int) -> int:
    """Return `units` rounded up to whole vectors."""
    return -(-units // VECTOR_BYTES) * VECTOR_BYTES


def pack_bits(bits: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Pack rows of zeros and ones, uint8 (n, m), into uint64 (n, words_for(m))."""
    n, m = bits.shape
    packed = np.zeros((n, words_for(m) * MACHINE_WORD_BITS // BYTE_BITS), np.uint8)
    packed[:, : bytes_for(m)] = np.packbits(bits, axis=1, bitorder="little")
    return packed.view("<u8")


def byte_columns(bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pack the weights of units, zeros and ones (units, m), into the layout of `bits.xnor_popcount`.

    Returns
    -------
    uint8 (bytes_for(m), padded_units(units))
        Row i holds byte i of every unit, so one vector holds the same eight bits of 32 units.
    """
    units, m = bits.shape
    columns = np.zeros((bytes_for(m), padded_units(units)), np.uint8)
    columns[:, :units] = pack_bits(bits).view(np.uint8)[:, : columns.shape[0]].T
    return columns


def join_rows(rows: NDArray[np.uint8], n_bits: int) -> NDArray[np.uint8]:
    """Concatenate packed rows, uint8 (n, bytes), dropping the padding of each.

    Returns
    -------
    uint8 (bytes_for(n * n_bits),)
    """
    if n_bits % BYTE_BITS == 0:
        return rows[:, : n_bits // BYTE_BITS].ravel()
    return np.packbits(np.unpackbits(rows, axis=1, count=n_bits, bitorder="little"), bitorder="little")
