"""Number formats of weights: one bit, levels of a few bits, float32. A new one is a line in `FORMATS`.

A weight is stored as a *code*, an unsigned integer of `bits` bits. All that depends on the format is in this file;
the browser's counterpart is ``widgets/src/bits``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Codes = NDArray[np.uint32]


@dataclass(frozen=True)
class NumberFormat(ABC):
    """How the bits of a weight are interpreted.

    Attributes
    ----------
    bits : int
        Bits per weight.
    """

    bits: int

    @property
    def name(self) -> str:
        """Name in files and code."""
        return f"{self.bits}-bit"

    @property
    def label(self) -> str:
        """Name shown to readers."""
        return f"{self.bits} bits"

    @property
    def has_scale(self) -> bool:
        """Whether a weight is its number times a per-layer scale, which is not part of its bits."""
        return True

    @property
    def fields(self) -> Mapping[str, slice]:
        """Parts of a weight by name, as slices of its bits, most significant first."""
        return {"all": slice(None)}

    @property
    def difference(self) -> DTypeLike:
        """Type for the difference of two numbers."""
        return np.int32

    @abstractmethod
    def decode(self, codes: Codes) -> NDArray[Any]:
        """Return the numbers that the codes represent."""

    @abstractmethod
    def encode(self, numbers: NDArray[Any]) -> Codes:
        """Return the codes of numbers: the inverse of `decode`."""

    @abstractmethod
    def largest(self, scale: np.float32) -> np.float32:
        """Return the number of the largest weight: the highest level, or `scale` itself for float32."""

    def are_finite(self, buffer: NDArray[np.uint8]) -> bool:
        """Return whether all codes in a dense buffer stand for finite numbers."""
        return True

    @abstractmethod
    def weights(self, numbers: NDArray[Any], scale: np.float32) -> NDArray[np.float32]:
        """Return the weights, numbers times scale, rounded as in the kernels."""

    def finite(self, changed: NDArray[np.uint8], before: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a changed dense buffer, with every weight that is no longer finite restored."""
        return changed


class Levels(NumberFormat):
    """Evenly spaced numbers: the odd integers from 1 − 2^bits to 2^bits − 1, times a scale."""

    def decode(self, codes: Codes) -> NDArray[Any]:
        """See `NumberFormat.decode`: int32."""
        return 2 * codes.astype(np.int32) + 1 - (1 << self.bits)

    def encode(self, numbers: NDArray[Any]) -> Codes:
        """See `NumberFormat.encode`."""
        return ((numbers.astype(np.int64) - 1 + (1 << self.bits)) >> 1).astype(np.uint32)

    def largest(self, scale: np.float32) -> np.float32:
        """See `NumberFormat.largest`."""
        return np.float32((1 << self.bits) - 1)

    def weights(self, numbers: NDArray[Any], scale: np.float32) -> NDArray[np.float32]:
        """See `NumberFormat.weights`; same order of operations as the kernel (`quantised.quantise`)."""
        return scale / self.largest(scale) * numbers.astype(np.float32)


class OneBit(Levels):
    """A sign: +1 where the bit is set, −1 where it is not. The smallest case of levels."""

    def __init__(self) -> None:
        super().__init__(1)

    @property
    def name(self) -> str:
        """The study's name for networks with such weights."""
        return "bv32"

    @property
    def label(self) -> str:
        """See `NumberFormat.label`."""
        return "binary (1 bit, BV32)"

    def decode(self, codes: Codes) -> NDArray[Any]:
        """See `NumberFormat.decode`: int8."""
        return 2 * codes.astype(np.int8) - 1


class Float32(NumberFormat):
    """IEEE 754 binary32. The numbers are the weights themselves."""

    def __init__(self) -> None:
        super().__init__(32)

    @property
    def name(self) -> str:
        """See `NumberFormat.name`."""
        return "float32"

    @property
    def label(self) -> str:
        """See `NumberFormat.label`."""
        return "float32 (32 bits)"

    @property
    def has_scale(self) -> bool:
        """False: the exponent covers it."""
        return False

    @property
    def fields(self) -> Mapping[str, slice]:
        """Sign, exponent and mantissa."""
        return {"sign": slice(0, 1), "exponent": slice(1, 9), "mantissa": slice(9, 32)}

    @property
    def difference(self) -> DTypeLike:
        """See `NumberFormat.difference`."""
        return np.float32

    def decode(self, codes: Codes) -> NDArray[Any]:
        """See `NumberFormat.decode`: float32, sharing memory with the codes."""
        return codes.view("<f4")

    def encode(self, numbers: NDArray[Any]) -> Codes:
        """See `NumberFormat.encode`."""
        return np.ascontiguousarray(numbers, "<f4").view("<u4")

    def largest(self, scale: np.float32) -> np.float32:
        """See `NumberFormat.largest`."""
        return scale

    def weights(self, numbers: NDArray[Any], scale: np.float32) -> NDArray[np.float32]:
        """See `NumberFormat.weights`."""
        return numbers.astype(np.float32)

    def are_finite(self, buffer: NDArray[np.uint8]) -> bool:
        """See `NumberFormat.are_finite`."""
        return bool(np.isfinite(buffer.view("<f4")).all())

    def finite(self, changed: NDArray[np.uint8], before: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """See `NumberFormat.finite`."""
        codes, exponent = changed.view("<u4"), np.uint32(0x7F800000)
        return np.where((codes & exponent) == exponent, before.view("<u4"), codes).astype("<u4").view(np.uint8)


ONE_BIT = OneBit()
FLOAT32 = Float32()
FORMATS: dict[int, NumberFormat] = {
    number_format.bits: number_format
    for number_format in (ONE_BIT, Levels(2), Levels(4), Levels(8), Levels(16), FLOAT32)
}
"""Bits per weight → format."""
WEIGHT_BITS = tuple(FORMATS)
