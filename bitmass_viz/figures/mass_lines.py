"""Accuracy against bit-mass, a line a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.figure import MassLines
from bitmass_viz.figures.canvas import new
from bitmass_viz.figures.marks import draw_line, draw_upright, note
from bitmass_viz.figures.style import INK, SERIES, percent_axis
from bitmass_viz.figures.tables import accuracies, means_over, result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INTERVAL = {"linewidth": 3, "alpha": 0.6}


def draw_mass_lines(kind: MassLines, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.MassLines`."""
    results = result_rows(table)
    figure = new(name, 5.2)
    axes = figure.subplots()
    ends: dict[float, list[float]] = {}
    for group, place in kind.groups.items():
        found = means_over(results[results["group"] == group], "bit_mass")
        draw_line(axes, found, INTERVAL, label=group, **SERIES[place])
        for mass, mean in found.items():
            ends.setdefault(mass, []).append(mean.value)
    for mass, values in ends.items():
        axes.plot([mass, mass], [min(values), max(values)], color=INK["muted"], linewidth=0.8, zorder=0)
    for mark, text in kind.marks.items():
        if mark in ends:
            axes.plot(
                [mark, mark], [max(ends[mark]), 103], color=INK["muted"], linewidth=0.8, linestyle=":", zorder=0
            )
            axes.text(mark, 103.5, text, ha="center", va="bottom", fontsize=8)
    _mark_apart(axes, results[results["group"] == kind.apart], min(ends))
    one_class = 100 * results["one_class"].iloc[0]
    axes.axhline(one_class, color=INK["muted"], linestyle=":", linewidth=1)
    axes.text(0.01, one_class - 1, "one class always", transform=axes.get_yaxis_transform(), fontsize=8, va="top")
    axes.set_xscale("log")
    axes.set_xticks([1e4, 1e5, 1e6], ["10 thousand", "100 thousand", "1 million"])
    axes.set_xlim(5e3, 2.6e6)
    axes.set_ylim(0, 113)
    axes.spines["left"].set_bounds(0, 100)
    axes.set_yticks(np.arange(0, 101, 20))
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    axes.set_xlabel("weight bits")
    axes.set_title("Test accuracy against bit-mass")
    axes.legend(loc="upper center", bbox_to_anchor=(0.46, -0.15), ncols=2, handlelength=3.2, columnspacing=1.2)
    note(figure, table, "uprights: equal weight bits, as floats and as bits")
    return figure


def _mark_apart(axes: Axes, results: pd.DataFrame, narrowest: float) -> None:
    """Mark each case for reference."""
    for case, rows in results.groupby("case"):
        mass, mean = float(rows["bit_mass"].iloc[0]), statistics.mean(accuracies(rows))
        axes.plot([mass], [mean.value], "X", color=INK["ink"], markersize=7, zorder=4)
        draw_upright(axes, mass, mean, color=INK["ink"], **INTERVAL)
        name = str(case).replace(", ", ",\n")
        if mass > narrowest:  # among the lines: say what it is where there is room, below all of them
            axes.annotate(
                name,
                (mass, mean.value),
                xytext=(mass * 1.1, 0.55 * mean.value),
                fontsize=8,
                arrowprops={"arrowstyle": "-", "color": INK["muted"], "linewidth": 0.7},
            )
        else:
            axes.annotate(name, (mass, mean.value), xytext=(0, -9), textcoords="offset points", fontsize=8,
                          ha="center", va="top")  # fmt: skip
