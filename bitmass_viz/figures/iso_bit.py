"""E5: the same bits in other formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.declared.e5_iso_bit import ALL_BINARY, BITS, BOP, DELTA, FLOAT, PROTOTYPE, name_of
from bitmass_viz.figures.style import INK, accuracies, new, note, percent_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS = {
    BOP: ("v", INK["trainer.bv32-uncentred"], "Bop"),
    ALL_BINARY: ("P", INK["trainer.sgd"], "1 bit everywhere, by gradient"),
    DELTA: ("^", INK["trainer.bv32-hebbian"], "BV32-Hebbian, delta"),
    PROTOTYPE: ("D", INK["trainer.bv32-hebbian"], "BV32-Hebbian, prototype"),
}
"""How the other trainers of one-bit weights are marked."""
LABEL_ROOM = 2.0
"""Percentage points from one label to the next, at least."""


def iso_bit(table: pd.DataFrame) -> Figure:
    """Draw accuracy by bits a weight: straight-through as a line, other trainers at their number of bits."""
    results = table[table["stage"] == "result"]
    figure = new("iso_bit", 4.3)
    axes = figure.subplots()
    found = [(x, results[results["case"] == name_of(bits)]) for x, bits in enumerate(BITS)]
    places = [(x, statistics.mean(accuracies(rows)), rows) for x, rows in found if len(rows)]
    axes.plot([x for x, _, _ in places], [m.value for _, m, _ in places], "o-", color=INK["trainer.sgd"])
    for x, mean, _ in places:
        axes.plot([x, x], [mean.low, mean.high], color=INK["trainer.sgd"], linewidth=4, alpha=0.5)
        axes.text(x, mean.value + 1.0, f"{mean.value:.1f}", ha="center", va="bottom", fontsize=8)
    if places:
        axes.text(1.5, 99.4, "straight-through", color=INK["trainer.sgd"], ha="center", va="center", fontsize=8.5)
    floats = results[results["case"] == FLOAT]
    if len(floats):
        mean = statistics.mean(accuracies(floats))
        x = len(BITS) - 1
        axes.plot([x], [mean.value], "s", color=INK["trainer.adamw"], markersize=7, zorder=4)
        axes.text(
            x, mean.value - 1.6, f"float32, AdamW: {mean.value:.1f}", ha="right", va="top", fontsize=8,
            color=INK["trainer.adamw"],
        )  # fmt: skip
    _mark_binary(axes, results, places[0][1].value if places else 100.0)
    axes.set_xticks(range(len(BITS)), [f"{bits}\n{256 // bits}" for bits in BITS])
    axes.set_xlim(-0.35, len(BITS) - 0.65)
    low = 100 * results["accuracy"].min()
    axes.set_ylim(max(0, low - 4), 102)
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    axes.set_xlabel("bits a weight, and below it hidden units: 203,264 bits each")
    axes.set_title("Test accuracy of the same number of bits")
    note(figure, table)
    return figure


def _mark_binary(axes: Axes, results: pd.DataFrame, line: float) -> None:
    """Mark the other trainers of one-bit weights beside the line, their labels far enough apart to be read."""
    found = []
    for case, look in LOOKS.items():
        rows = results[results["case"] == case]
        if len(rows):
            found.append((statistics.mean(accuracies(rows)), look))
    last = line + 0.5  # the first label stands below the line
    for mean, (marker, colour, label) in sorted(found, key=lambda entry: -entry[0].value):
        x = 0.16
        axes.plot([x, x], [mean.low, mean.high], color=colour, linewidth=4, alpha=0.5)
        axes.plot([x], [mean.value], marker, color=colour, markersize=7, zorder=4)
        y = last = min(mean.value, last - LABEL_ROOM)
        axes.plot([x + 0.1, x + 0.24], [mean.value, y], color=colour, linewidth=0.8)
        axes.text(x + 0.28, y, f"{label}: {mean.value:.1f}", va="center", fontsize=8, color=colour)
