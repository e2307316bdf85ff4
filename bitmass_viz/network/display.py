"""HTML display of weights in notebooks."""

from __future__ import annotations

from typing import Any, Protocol

from numpy.typing import NDArray

from bitmass_viz.common import html
from bitmass_viz.network.layout import LayerLayout

PICTURES = 8
"""Number of units whose weights are drawn."""
HEAD = ("view", "as an array", "which begins with")


class ThreeViews(Protocol):
    """A layer to display, see `WeightMatrix`."""

    layout: LayerLayout

    @property
    def neurons(self) -> NDArray[Any]:
        """The weights as numbers."""

    @property
    def bits(self) -> NDArray[Any]:
        """Every weight bit."""

    @property
    def words(self) -> NDArray[Any]:
        """The stored words."""


def pictures(weights: ThreeViews, most: int = PICTURES) -> str:
    """Return HTML with a picture of the weights of each of the first units."""
    first, layer = weights.neurons[:most], weights.layout
    drawn = html.pictures(first, [f"{layer.name} of unit {j}" for j in range(len(first))])
    left = layer.units - len(first)
    return f"<div>{drawn}{f' … {left:,} more units' if left else ''}</div>"


def matrix(weights: ThreeViews) -> str:
    """Return HTML of one layer: its three views, and pictures of its weights."""
    title = f"{weights.layout.name}: {weights.layout.bit_count:,} weight bits, seen in three ways"
    return html.card(title, html.table(_rows(weights), HEAD), pictures(weights))


def matrices(number_format: str, layers: list[ThreeViews]) -> str:
    """Return HTML of all layers of a network."""
    bits = sum(layer.layout.bit_count for layer in layers)
    title = f"{bits:,} weight bits ({number_format}) in {-(-bits // 8):,} bytes, seen in three ways"
    rows = [row for layer in layers for row in _rows(layer)]
    return html.card(title, html.table(rows, HEAD), pictures(layers[0]))


def _rows(weights: ThreeViews) -> list[tuple[str, ...]]:
    """Return a table row for each view: its name, its shape, and its first values."""
    layer, numbers = weights.layout, weights.neurons
    padding = f", {layer.padding_bits} bits of padding a row" if layer.padding_bits else ""
    begins = [html.numbers(row[0], most).partition(" …")[0] for row, most in ((numbers, 4), (weights.bits, 12))]
    words = " ".join(f"{word:08x}" for word in weights.words[0, :3])
    shapes = {
        "neurons": (f"{layer.units:,} × {layer.features:,} {numbers.dtype}", begins[0]),
        "bits": (f"{layer.units * layer.bits_per_weight:,} × {layer.features:,} bits", begins[1]),
        "words": (f"{layer.units:,} × {layer.words_per_row:,} uint32{padding}", words),
    }
    return [(f"{layer.name} <code>.{name}</code>", shape, f"{begin} …") for name, (shape, begin) in shapes.items()]
