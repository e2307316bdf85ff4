"""The address map: where each weight bit is in the neuron, bit and data views, and in the dense buffer.

The dense buffer is a stream of bits without gaps: layer W0, then W1, unit by unit, feature by feature, the least
significant bit of a weight first, eight bits to a byte, starting at bit 0. Little-endian float32 rows and BV32's
rows of 98 bytes both have this form. A *unit* owns a row of weights: a hidden unit in W0 (one of 8 float units, or
of 256 binary ones), a class in W1. A *feature* is one input of that unit: a pixel in W0, a hidden unit in W1. The
browser has the same map; one fixture tests both.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bitmass_viz.common import html
from bitmass_viz.common.numeric import as_whole, shortened
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.formats import FORMATS, WEIGHT_BITS, NumberFormat

WORD_BITS = 32


@dataclass(frozen=True)
class Address:
    """Where one weight bit is, in every view.

    Attributes
    ----------
    layer : str
        "W0" or "W1".
    unit, feature : int
        The weight, as in ``neurons[unit, feature]``.
    bit : int
        Bit of the weight, 0 the least significant. Always 0 for BV32, whose weights are one bit.
    row, column : int
        Place in the bit view, ``bits[row, column]``. A weight's most significant bit is in its topmost row.
    word, bit_in_word : int
        Place in the data view, the layer's stored words: ``words.flat[word] >> bit_in_word & 1``.
    byte : int
        Byte in the dense buffer of both layers; the bit within it is ``stream_bit % 8``.
    stream_bit : int
        Number of weight bits before this one in the dense buffer.
    """

    layer: str
    unit: int
    feature: int
    bit: int
    row: int
    column: int
    word: int
    bit_in_word: int
    byte: int
    stream_bit: int

    def as_dict(self) -> dict[str, int | str]:
        """Return the address as a plain dictionary."""
        return asdict(self)

    def _repr_html_(self) -> str:
        rows = [
            ("which weight", f"{self.layer}: unit {self.unit}, feature {self.feature}, its bit {self.bit}"),
            ("neuron view", f"<code>.neurons[{self.unit}, {self.feature}]</code>, bit {self.bit}"),
            ("bit view", f"<code>.bits[{self.row}, {self.column}]</code>"),
            ("data view", f"<code>.words.flat[{self.word}]</code>, bit {self.bit_in_word} of the word"),
            ("in the buffer of both layers", f"byte {self.byte:,}, bit {self.stream_bit % 8} of it"),
        ]
        return html.card("Where one weight bit is", html.table(rows))


@dataclass(frozen=True)
class LayerLayout:
    """The address map of one layer.

    Parameters
    ----------
    name : str
    units, features : int
        Shape of the weight matrix.
    bits_per_weight : int
        A key of `FORMATS`.
    offset : int
        Stream bit at which the layer starts.
    """

    name: str
    units: int
    features: int
    bits_per_weight: int
    offset: int = 0

    def __post_init__(self) -> None:
        if self.bits_per_weight not in WEIGHT_BITS:
            allowed = ", ".join(map(str, WEIGHT_BITS))
            raise ValueError(f"bits_per_weight must be one of {allowed}, got {self.bits_per_weight!r}")

    @property
    def format(self) -> NumberFormat:
        """Number format of the weights."""
        return FORMATS[self.bits_per_weight]

    @property
    def row_bits(self) -> int:
        """Weight bits per unit."""
        return self.features * self.bits_per_weight

    @property
    def bit_count(self) -> int:
        """Weight bits of the layer, without padding."""
        return self.units * self.row_bits

    @property
    def words_per_row(self) -> int:
        """Stored 32-bit words per unit; the last one can end in padding."""
        return -(-self.row_bits // WORD_BITS)

    @property
    def padding_bits(self) -> int:
        """Bits at the end of each row of stored words that belong to no weight."""
        return self.words_per_row * WORD_BITS - self.row_bits

    def at(self, unit: int, feature: int, bit: int = 0) -> Address:
        """Return the address of a bit by unit, feature and bit.

        Raises
        ------
        IndexError
            If it is outside the layer.
        """
        unit = self._inside("unit", unit, self.units)
        feature = self._inside("feature", feature, self.features)
        bit = self._inside("bit", bit, self.bits_per_weight)
        in_row = feature * self.bits_per_weight + bit
        stream_bit = self.offset + unit * self.row_bits + in_row
        return Address(
            layer=self.name,
            unit=unit,
            feature=feature,
            bit=bit,
            row=unit * self.bits_per_weight + self.bits_per_weight - 1 - bit,
            column=feature,
            word=unit * self.words_per_row + in_row // WORD_BITS,
            bit_in_word=in_row % WORD_BITS,
            byte=stream_bit // 8,
            stream_bit=stream_bit,
        )

    def at_cell(self, row: int, column: int) -> Address:
        """Return the address of a bit by its place in the bit view."""
        row = self._inside("row", row, self.units * self.bits_per_weight)
        unit, below = divmod(row, self.bits_per_weight)
        return self.at(unit, column, self.bits_per_weight - 1 - below)

    def at_word(self, word: int, bit_in_word: int = 0) -> Address | None:
        """Return the address of a bit by its place in the stored words; None if it is padding."""
        word = self._inside("word", word, self.units * self.words_per_row)
        bit_in_word = self._inside("bit_in_word", bit_in_word, WORD_BITS)
        unit, word_in_row = divmod(word, self.words_per_row)
        in_row = word_in_row * WORD_BITS + bit_in_word
        if in_row >= self.row_bits:
            return None
        return self.at(unit, *divmod(in_row, self.bits_per_weight))

    def at_stream_bit(self, stream_bit: int) -> Address:
        """Return the address of a bit by its number in the dense buffer."""
        stream_bit = self._inside("stream bit", stream_bit, self.bit_count, self.offset)
        unit, in_row = divmod(stream_bit - self.offset, self.row_bits)
        return self.at(unit, *divmod(in_row, self.bits_per_weight))

    def _inside(self, what: str, value: int, count: int, first: int = 0) -> int:
        number = as_whole(value)
        if number is None or not first <= number < first + count:
            raise IndexError(
                f"{what} of {self.name} must be in {first}…{first + count - 1}, got {shortened(value)}"
            )
        return number


def layouts(units_features: list[tuple[int, int]], bits_per_weight: int) -> tuple[LayerLayout, ...]:
    """Return the layouts of consecutive layers W0, W1, …, given their (units, features)."""
    placed: list[LayerLayout] = []
    offset = 0
    for index, (units, features) in enumerate(units_features):
        layer = LayerLayout(f"W{index}", units, features, bits_per_weight, offset)
        placed.append(layer)
        offset += layer.bit_count
    return tuple(placed)


def container_layouts(arch: Architecture, bits_per_weight: int) -> tuple[LayerLayout, ...]:
    """Return the layout of a network whose hidden units fill the containers; only W0 without a hidden layer."""
    units = arch.hidden_units(bits_per_weight)
    if units == 0:
        return layouts([(arch.classes, arch.inputs)], bits_per_weight)
    return layouts([(units, arch.inputs), (arch.classes, units)], bits_per_weight)


def float32_layouts(arch: Architecture) -> tuple[LayerLayout, ...]:
    """Return the layout of a float network: one hidden unit per container, one float32 per weight."""
    return container_layouts(arch, 32)


def bv32_layouts(arch: Architecture) -> tuple[LayerLayout, ...]:
    """Return the layout of a BV32 network: 32 hidden units per container, one bit per weight."""
    return container_layouts(arch, 1)
