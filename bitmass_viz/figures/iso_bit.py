"""E5: the same bits in other formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.declared.e5_iso_bit import ALL_BINARY, BITS, BOP, DELTA, FLOAT, PROTOTYPE, name_of
from bitmass_viz.figures.style import INK, accuracies, new, note, percent_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

LOOKS = {
    FLOAT: ("s", INK["trainer.adamw"], "float32, AdamW"),
    BOP: ("v", INK["trainer.bv32-uncentred"], "Bop"),
    ALL_BINARY: ("P", INK["trainer.sgd"], "every bit compared,\ntrained by gradient"),
    DELTA: ("^", INK["trainer.bv32-hebbian"], "BV32-Hebbian, delta"),
    PROTOTYPE: ("D", INK["trainer.bv32-hebbian"], "BV32-Hebbian,\nprototype"),
}


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
        axes.text(
            2.5, places[0][1].value + 4.1, "straight-through", color=INK["trainer.sgd"], ha="center", fontsize=8.5
        )
    for case, (marker, colour, label) in LOOKS.items():
        rows = results[results["case"] == case]
        if not len(rows):
            continue
        mean = statistics.mean(accuracies(rows))
        x = len(BITS) - 1 if case == FLOAT else 0
        side = -1 if case == FLOAT else 1
        axes.plot([x, x], [mean.low, mean.high], color=colour, linewidth=4, alpha=0.5)
        axes.plot([x], [mean.value], marker, color=colour, markersize=7, zorder=4)
        axes.annotate(
            f"{label}: {mean.value:.1f}",
            (x, mean.value),
            xytext=(9 * side, -9 if case in (FLOAT, BOP) else 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center" if case not in (FLOAT, BOP) else "top",
            fontsize=8,
            color=colour,
        )
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
