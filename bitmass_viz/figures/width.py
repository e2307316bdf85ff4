"""E4: accuracy against bit-mass, from 1 container to 64."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.declared.e4_width import HOW, PAIRS
from bitmass_viz.figures.style import INK, SERIES, SMALL, accuracies, new, note, percent_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def width(table: pd.DataFrame) -> Figure:
    """Draw a line for each family with intervals; equal bits stand on one upright."""
    results = table[table["stage"] == "result"]
    figure = new("width", 4.6)
    axes = figure.subplots()
    tops: dict[float, list[float]] = {}
    for family, look in zip(HOW, (SERIES[1], SERIES[2], SERIES[3], SERIES[0]), strict=True):
        rows = results[results["group"] == family]
        by_mass = [(mass, accuracies(part)) for mass, part in rows.groupby("bit_mass")]
        means = [statistics.mean(values) for _, values in by_mass]
        masses = [float(mass) for mass, _ in by_mass]  # type: ignore[arg-type]
        axes.plot(masses, [m.value for m in means], label=family, **look)
        for mass, found in zip(masses, means, strict=True):
            tops.setdefault(mass, []).append(found.value)
            if found.low == found.low:
                axes.plot([mass, mass], [found.low, found.high], color=look["color"], linewidth=3, alpha=0.6)
    paired = {25_408.0 * floats: f"{floats} floats = {binary:,} bits" for floats, binary in PAIRS}
    for mass, values in tops.items():
        axes.plot([mass, mass], [min(values), max(values)], color=INK["muted"], linewidth=0.8, zorder=0)
        if mass in paired:
            axes.text(
                mass,
                max(values) + 1.2,
                paired[mass].replace(" = ", "\n= "),
                ha="center",
                va="bottom",
                fontsize=7.5,
            )
    for case, rows in results[results["group"] == "linear"].groupby("case"):
        mass, value = rows["bit_mass"].iloc[0], accuracies(rows).mean()
        axes.plot([mass], [value], "X", color=INK["ink"], markersize=7)
        axes.annotate(
            str(case), (mass, value), xytext=(5, -11), textcoords="offset points", fontsize=7.5, color=INK["ink"]
        )
    one_class = 100 * results["one_class"].iloc[0]
    axes.axhline(one_class, color=INK["muted"], linestyle=":", linewidth=1)
    axes.text(0.01, one_class + 1, "one class always", transform=axes.get_yaxis_transform(), fontsize=7.5)
    axes.set_xscale("log")
    ticks = [1e4, 1e5, 1e6]
    axes.set_xticks(ticks, ["10 thousand", "100 thousand", "1 million"])
    axes.set_ylim(0, 104)
    axes.set_yticks(np.arange(0, 101, 20))
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    axes.set_xlabel("weight bits")
    axes.set_title("Test accuracy against bit-mass")
    axes.legend(loc="lower right", handlelength=3.2, fontsize=SMALL, bbox_to_anchor=(1, 0.12))
    note(figure, table)
    return figure
