"""How weights and their addresses show themselves in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz import pretty

if TYPE_CHECKING:
    from bitmass_viz.views import Address, WeightMatrix

PICTURES = 8
"""Units whose weights are drawn."""
HEAD = ("view", "as an array", "which begins with")


def pictures(weights: WeightMatrix, most: int = PICTURES) -> str:
    """Return HTML that draws the weights of the first units, a picture each."""
    first, layer = weights.neurons[:most], weights.layout
    drawn = pretty.pictures(first, [f"{layer.name} of unit {j}" for j in range(len(first))])
    left = layer.units - len(first)
    return f"<div>{drawn}{f' … {left:,} more units' if left else ''}</div>"


def matrix(weights: WeightMatrix) -> str:
    """Return HTML of one layer: its three views, and pictures."""
    title = f"{weights.layout.name}: {weights.layout.bit_count:,} weight bits, seen in three ways"
    return pretty.card(title, pretty.table(_rows(weights), HEAD), pictures(weights))


def matrices(number_format: str, layers: list[WeightMatrix]) -> str:
    """Return HTML of all layers of a network."""
    bits = sum(layer.layout.bit_count for layer in layers)
    title = f"{bits:,} weight bits ({number_format}) in {-(-bits // 8):,} bytes, seen in three ways"
    rows = [row for layer in layers for row in _rows(layer)]
    return pretty.card(title, pretty.table(rows, HEAD), pictures(layers[0]))


def address(place: Address) -> str:
    """Return HTML of where one weight bit is."""
    rows = [
        ("which weight", f"{place.layer}: unit {place.unit}, feature {place.feature}, its bit {place.bit}"),
        ("neuron view", f"<code>.neurons[{place.unit}, {place.feature}]</code>, bit {place.bit}"),
        ("bit view", f"<code>.bits[{place.row}, {place.column}]</code>"),
        ("data view", f"<code>.words.flat[{place.word}]</code>, bit {place.bit_in_word} of the word"),
        ("in the buffer of both layers", f"byte {place.byte:,}, bit {place.stream_bit % 8} of it"),
    ]
    return pretty.card("Where one weight bit is", pretty.table(rows))


def _rows(weights: WeightMatrix) -> list[tuple[str, ...]]:
    """Return a row for each view: its name, its shape, and how it begins."""
    layer, numbers = weights.layout, weights.neurons
    padding = f", {layer.padding_bits} bits of padding a row" if layer.padding_bits else ""
    begins = [pretty.numbers(row[0], most).partition(" …")[0] for row, most in ((numbers, 4), (weights.bits, 12))]
    words = " ".join(f"{word:08x}" for word in weights.words[0, :3])
    shapes = {
        "neurons": (f"{layer.units:,} × {layer.features:,} {numbers.dtype}", begins[0]),
        "bits": (f"{layer.units * layer.bits_per_weight:,} × {layer.features:,} bits", begins[1]),
        "words": (f"{layer.units:,} × {layer.words_per_row:,} uint32{padding}", words),
    }
    return [(f"{layer.name} <code>.{name}</code>", shape, f"{begin} …") for name, (shape, begin) in shapes.items()]
