"""E5: the same bits in other formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.declared.e5_iso_bit import ALL_BINARY, BITS, BOP, DELTA, FLOAT, PROTOTYPE, name_of
from bitmass_viz.figures.canvas import new
from bitmass_viz.figures.marks import draw_upright, note
from bitmass_viz.figures.style import INK, SERIES, percent_axis
from bitmass_viz.figures.tables import accuracies, of_experiment, result_rows

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
LABEL_ROOM = 0.052
"""From one label to the next, at least, as a share of the axis."""


@of_experiment
def iso_bit(table: pd.DataFrame) -> Figure:
    """Draw accuracy by bits a weight: straight-through as a line, other trainers at their number of bits."""
    results = result_rows(table)
    figure = new("iso_bit", 4.6)
    axes = figure.subplots()
    low, high = 100 * results["accuracy"].min(), 100 * results["accuracy"].max()
    room = max(high - low, 4.0)
    axes.set_ylim(max(0.0, low - 0.1 * room), high + 0.22 * room)
    found = {x: accuracies(results[results["case"] == name_of(bits)]) for x, bits in enumerate(BITS)}
    means = {x: statistics.mean(values) for x, values in found.items() if len(values)}
    axes.plot(list(means), [mean.value for mean in means.values()], **SERIES[0], zorder=3)
    for x, mean in means.items():
        draw_upright(axes, x, mean, color=INK["trainer.sgd"], linewidth=4, alpha=0.5)
        axes.text(x, mean.value + 0.04 * room, f"{mean.value:.1f}", ha="center", va="bottom", fontsize=8.5)
    if means:
        top = max(mean.value for mean in means.values()) + 0.12 * room
        axes.text(1.5, top, "straight-through", color=INK["trainer.sgd"], ha="center", va="bottom")
    floats = accuracies(results[results["case"] == FLOAT])
    if len(floats):
        mean, beside = statistics.mean(floats), len(BITS) - 0.86
        draw_upright(axes, beside, mean, color=INK["trainer.adamw"], linewidth=4, alpha=0.5)
        axes.plot([beside], [mean.value], "s", color=INK["trainer.adamw"], markersize=7, zorder=4)
        said = f"float32, AdamW: {mean.value:.1f}"
        under = mean.value - 0.05 * room
        axes.text(beside, under, said, ha="right", va="top", fontsize=8.5, color=INK["trainer.adamw"])
    _mark_binary(axes, results, means[0].value if 0 in means else high, LABEL_ROOM * 1.3 * room)
    axes.set_xticks(range(len(BITS)), [f"{bits}\n{256 // bits}" for bits in BITS])
    axes.set_xlim(-0.35, len(BITS) - 0.6)
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    axes.set_xlabel("bits a weight (above) and hidden units (below)")
    axes.set_title("Test accuracy of the same 203,264 bits")
    note(figure, table, "bars that cannot be seen are smaller than the mark" if len(floats) > 1 else "")
    return figure


def _mark_binary(axes: Axes, results: pd.DataFrame, line: float, room: float) -> None:
    """Mark the other trainers of one-bit weights beside the line, their labels far enough apart to be read."""
    found = []
    for case, look in LOOKS.items():
        rows = results[results["case"] == case]
        if len(rows):
            found.append((statistics.mean(accuracies(rows)), look))
    last = line  # the first label stands below the line
    for mean, (marker, colour, label) in sorted(found, key=lambda entry: -entry[0].value):
        x = 0.18
        draw_upright(axes, x, mean, color=colour, linewidth=4, alpha=0.5)
        axes.plot([x], [mean.value], marker, color=colour, markersize=7, zorder=4)
        y = last = min(mean.value, last - room)
        axes.plot([x + 0.1, x + 0.24], [mean.value, y], color=colour, linewidth=0.8)
        axes.text(x + 0.28, y, f"{label}: {mean.value:.1f}", va="center", fontsize=8.5, color=colour)
