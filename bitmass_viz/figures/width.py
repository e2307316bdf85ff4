"""E4: accuracy against bit-mass, from 1 container to 64."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.declared.e4_width import HOW, PAIRS
from bitmass_viz.figures.canvas import new
from bitmass_viz.figures.marks import draw_upright, note
from bitmass_viz.figures.style import INK, SERIES, percent_axis
from bitmass_viz.figures.tables import accuracies, of_experiment, result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CONTAINER_BITS = 25_408
"""Weight bits of one container: 32 × (784 + 10)."""


@of_experiment
def width(table: pd.DataFrame) -> Figure:
    """Draw a line for each family with intervals; equal bits stand on one upright."""
    results = result_rows(table)
    figure = new("width", 5.2)
    axes = figure.subplots()
    ends: dict[float, list[float]] = {}
    for family, look in zip(HOW, (SERIES[1], SERIES[2], SERIES[3], SERIES[0]), strict=True):
        by_mass = results[results["group"] == family].groupby("bit_mass")
        found = {float(str(mass)): statistics.mean(accuracies(rows)) for mass, rows in by_mass}
        axes.plot(list(found), [mean.value for mean in found.values()], label=family, **look)
        for mass, mean in found.items():
            ends.setdefault(mass, []).append(mean.value)
            draw_upright(axes, mass, mean, color=look["color"], linewidth=3, alpha=0.6)
    for mass, values in ends.items():
        axes.plot([mass, mass], [min(values), max(values)], color=INK["muted"], linewidth=0.8, zorder=0)
    for floats, binary in PAIRS:
        mass = CONTAINER_BITS * floats
        if mass in ends:
            axes.plot(
                [mass, mass], [max(ends[mass]), 103], color=INK["muted"], linewidth=0.8, linestyle=":", zorder=0
            )
            axes.text(mass, 103.5, f"{floats} float =\n{binary:,} binary", ha="center", va="bottom", fontsize=8)
    _mark_linear(axes, results)
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


def _mark_linear(axes: Axes, results: pd.DataFrame) -> None:
    """Mark the networks without a hidden layer, for reference."""
    for case, rows in results[results["group"] == "linear"].groupby("case"):
        mass, mean = float(rows["bit_mass"].iloc[0]), statistics.mean(accuracies(rows))
        axes.plot([mass], [mean.value], "X", color=INK["ink"], markersize=7, zorder=4)
        draw_upright(axes, mass, mean, color=INK["ink"], linewidth=3, alpha=0.6)
        name = str(case).replace(", ", ",\n")
        if mass > CONTAINER_BITS:  # among the lines: say what it is where there is room, below all of them
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
