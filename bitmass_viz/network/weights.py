"""One buffer of weight bits in three views: neurons, bits and stored words. See `layout` for the order of bits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.network import display
from bitmass_viz.network.layout import WORD_BITS, Address, LayerLayout


class WeightMatrix:
    """One layer of the dense buffer, in three views.

    Attributes
    ----------
    neurons : float32, int8 or int32 (units, features)
        The weights as numbers: float32 values (sharing memory with the buffer where bytes align), ±1, or for
        2 to 16 bits the odd integers from 1 − 2^bits to 2^bits − 1.
    bits : uint8 (units * bits_per_weight, features)
        Every weight bit as 0 or 1; a weight's most significant bit is in its topmost row.
    words : uint32 (units, words_per_row)
        The stored words; the last word of a row is padded with zero bits if the row is not a multiple of 32
        bits. Shares memory with the buffer if there is no padding and bytes align.
    """

    def __init__(self, buffer: NDArray[np.uint8], layout: LayerLayout) -> None:
        self.layout = layout
        self._buffer = buffer

    def _bytes(self) -> NDArray[np.uint8] | None:
        """Return the layer's part of the buffer, or None if the layer does not start and end on whole bytes."""
        start, stop = self.layout.offset, self.layout.offset + self.layout.bit_count
        return self._buffer[start // 8 : stop // 8] if start % 8 == stop % 8 == 0 else None

    def _rows(self) -> NDArray[np.uint8]:
        """Return the stored bits, uint8 (units, row_bits), least significant bit of each weight first."""
        layer = self.layout
        first = layer.offset // 8
        last = -(-(layer.offset + layer.bit_count) // 8)
        stream = np.unpackbits(self._buffer[first:last], bitorder="little")
        start = layer.offset - 8 * first
        return stream[start : start + layer.bit_count].reshape(layer.units, layer.row_bits)

    @property
    def codes(self) -> NDArray[np.uint32]:
        """The weights as stored, one integer code each: uint32 (units, features)."""
        layer, own = self.layout, self._bytes()
        if layer.bits_per_weight == WORD_BITS and own is not None:
            return own.view("<u4").reshape(layer.units, layer.features)
        by_weight = self._rows().reshape(layer.units, layer.features, layer.bits_per_weight)
        places = np.uint32(1) << np.arange(layer.bits_per_weight, dtype=np.uint32)
        return (by_weight * places).sum(axis=2, dtype=np.uint32)

    @property
    def neurons(self) -> NDArray[Any]:
        """The weights as numbers, see the class."""
        return self.layout.format.decode(self.codes)

    @property
    def bits(self) -> NDArray[np.uint8]:
        """Every weight bit, see the class."""
        layer = self.layout
        by_weight = self._rows().reshape(layer.units, layer.features, layer.bits_per_weight)
        return by_weight[:, :, ::-1].transpose(0, 2, 1).reshape(-1, layer.features)

    @property
    def words(self) -> NDArray[np.uint32]:
        """The stored words, see the class."""
        layer = self.layout
        own = self._bytes()
        if own is not None and layer.padding_bits == 0:
            return own.view("<u4").reshape(layer.units, layer.words_per_row)
        padded = np.zeros((layer.units, layer.words_per_row * WORD_BITS), np.uint8)
        padded[:, : layer.row_bits] = self._rows()
        return np.packbits(padded, axis=1, bitorder="little").view("<u4")

    def address(self, unit: int, feature: int, bit: int = 0) -> Address:
        """Return where a weight bit is in all three views (see `LayerLayout.at`)."""
        return self.layout.at(unit, feature, bit)

    def __repr__(self) -> str:
        layer = self.layout
        return (
            f"<{layer.name}: {layer.units} units × {layer.features} features × {layer.bits_per_weight} bits "
            f"= {layer.bit_count:,} weight bits>"
        )

    def _repr_html_(self) -> str:
        return display.matrix(self)


class WeightMatrices:
    """A snapshot of all weight bits of a network. The buffer is read-only.

    Parameters
    ----------
    buffer : uint8 (bytes,)
        The dense buffer; used as it is, not copied, and made read-only.
    layers : tuple of LayerLayout
    thresholds : int32 (hidden units,), optional
        BV32 only: the output of unit j is +1 if its popcount a_j is greater than this, else −1.

    Attributes
    ----------
    w0 : WeightMatrix
    w1 : WeightMatrix
        Only if there is a hidden layer.
    """

    def __init__(
        self,
        buffer: NDArray[np.uint8],
        layers: tuple[LayerLayout, ...],
        thresholds: NDArray[np.int32] | None = None,
    ) -> None:
        expected = -(-sum(layer.bit_count for layer in layers) // 8)
        if buffer.dtype != np.uint8 or buffer.shape != (expected,):
            raise ValueError(
                f"the dense buffer must be uint8 of shape ({expected},), got {buffer.dtype} {buffer.shape}"
            )
        buffer.flags.writeable = False
        self.buffer = buffer
        self.layers = layers
        self.thresholds = thresholds
        self.w0 = WeightMatrix(buffer, layers[0])

    @property
    def are_finite(self) -> bool:
        """Whether all weights are finite: those of a float network that diverged are not."""
        return self.layers[0].format.are_finite(self.buffer)

    @property
    def w1(self) -> WeightMatrix:
        """The second layer.

        Raises
        ------
        AttributeError
            If the network is linear.
        """
        if len(self.layers) < 2:
            raise AttributeError("a network without a hidden layer has only w0")
        return WeightMatrix(self.buffer, self.layers[1])

    @property
    def bit_mass(self) -> int:
        """Number of weight bits."""
        return sum(layer.bit_count for layer in self.layers)

    @property
    def format(self) -> str:
        """Name of the weights' number format: "float32", "bv32", or "2-bit" and so on up to "16-bit"."""
        return self.layers[0].format.name

    def tobytes(self) -> bytes:
        """Return a copy of the dense buffer."""
        return self.buffer.tobytes()

    def equals(self, other: WeightMatrices) -> bool:
        """Return whether another snapshot has the same weight bits and thresholds."""
        mine, theirs = self.thresholds, other.thresholds
        same = mine is theirs or (mine is not None and theirs is not None and np.array_equal(mine, theirs))
        return same and np.array_equal(self.buffer, other.buffer)

    def flipped(self, other: WeightMatrices) -> int:
        """Return the number of weight bits that differ between two snapshots of the same network."""
        if self.layers != other.layers:
            raise ValueError("only weights of one shape and format can be compared bit by bit")
        return int(np.bitwise_count(self.buffer ^ other.buffer).sum())

    def __repr__(self) -> str:
        matrices = ", ".join(repr(WeightMatrix(self.buffer, layer)) for layer in self.layers)
        return f"<WeightMatrices {self.format}: {matrices}, {self.buffer.size:,} bytes>"

    def _repr_html_(self) -> str:
        return display.matrices(self.format, [WeightMatrix(self.buffer, layer) for layer in self.layers])
