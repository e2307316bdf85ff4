"""E7: bits of the weights, of inference, and of training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.figures.style import INK, SMALL, new, note

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def ledger(table: pd.DataFrame) -> Figure:
    """Draw for each trainer how many bits the weights, inference and training take, on a log axis."""
    results = table[table["stage"] == "result"].drop_duplicates("case")
    figure = new("ledger", 1.3 + 0.4 * len(results))
    axes = figure.subplots()
    for row, (_, line) in enumerate(results.iterrows()):
        weights, inference, total = (float(line[c]) for c in ("weight_bits", "inference_bits", "total_bits"))
        axes.plot([weights, total], [-row, -row], color=INK["line"], linewidth=4, solid_capstyle="butt", zorder=0)
        axes.plot([inference], [-row], "|", color=INK["exponent"], markersize=13, markeredgewidth=2.2)
        axes.plot([weights], [-row], "s", color=INK["one"], markersize=6)
        axes.plot([total], [-row], "o", color=INK["positive"], markersize=6.5)
        axes.text(total * 1.15, -row, f"{total / weights:.1f}×", va="center", fontsize=SMALL)
        axes.text(weights, -row + 0.22, str(line["case"]), fontsize=SMALL, va="bottom")
    axes.set_xscale("log")
    low, high = results["weight_bits"].min(), results["total_bits"].max()
    axes.set_xlim(low / 1.3, high * 2.4)
    axes.set_ylim(-len(results) + 0.5, 0.8)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks([1e4, 1e5, 1e6, 1e7], ["10 thousand", "100 thousand", "1 million", "10 million"])
    axes.set_xlabel("bits")
    axes.set_title("■ weights   | inference   ● while it learns")
    note(figure, table, "number: bits in use while it learns, as a multiple of the weight bits")
    return figure
