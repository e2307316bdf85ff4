"""Accuracy over bits a weight: one group as a line, and other cases marked beside its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.figure import FormatLine
from bitmass_viz.experiments.judging import seeds_of
from bitmass_viz.experiments.statistics import Estimate
from bitmass_viz.figures.canvas import new
from bitmass_viz.figures.marks import draw_line, draw_upright, note
from bitmass_viz.figures.style import INK, SERIES, percent_axis
from bitmass_viz.figures.tables import accuracies, means_over, result_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from matplotlib.figure import Figure

INTERVAL = {"linewidth": 4, "alpha": 0.5}
LABEL_ROOM = 0.052
"""From one label to the next, at least, as a share of the axis."""


def draw_format_line(kind: FormatLine, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.FormatLine`."""
    results = result_rows(table)
    figure = new(name, 4.6)
    axes = figure.subplots()
    low, high = 100 * results["accuracy"].min(), 100 * results["accuracy"].max()
    room = max(high - low, 4.0)
    axes.set_ylim(max(0.0, low - 0.1 * room), high + 0.22 * room)
    rows = results[results["group"] == kind.group]
    units = rows.groupby("level")["units"].first()
    means = {float(x): mean for x, mean in enumerate(means_over(rows, "level").values())}
    draw_line(axes, means, INTERVAL, **SERIES[0], zorder=3)
    for x, mean in means.items():
        axes.text(x, mean.value + 0.04 * room, f"{mean.value:.1f}", ha="center", va="bottom", fontsize=8.5)
    top = max(mean.value for mean in means.values()) + 0.12 * room
    axes.text(1.5, top, kind.group, color=SERIES[0]["color"], ha="center", va="bottom")
    lowest = means[0].value  # the first label stands below the line, and each of the others below the last one
    for first, mean, look in sorted(_marked(kind, results), key=lambda mark: (mark[0], -mark[1].value)):
        label, marker, ink = look
        x = 0.18 if first else len(means) - 0.86
        draw_upright(axes, x, mean, color=INK[ink], **INTERVAL)
        axes.plot([x], [mean.value], marker, color=INK[ink], markersize=7, zorder=4)
        text: Any = {"s": f"{label}: {mean.value:.1f}", "fontsize": 8.5, "color": INK[ink]}
        if first:
            lowest = min(mean.value, lowest - LABEL_ROOM * 1.3 * room)
            axes.plot([x + 0.1, x + 0.24], [mean.value, lowest], color=INK[ink], linewidth=0.8)
            axes.text(x + 0.28, lowest, va="center", **text)
        else:
            axes.text(x, mean.value - 0.05 * room, ha="right", va="top", **text)
    axes.set_xticks(list(means), [f"{bits:g}\n{count}" for bits, count in units.items()])
    axes.set_xlim(-0.35, len(means) - 0.6)
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    axes.set_xlabel("bits a weight (above) and hidden units (below)")
    axes.set_title(kind.title)
    note(figure, table, "bars that cannot be seen are smaller than the mark" if seeds_of(results) > 1 else "")
    return figure


def _marked(kind: FormatLine, results: pd.DataFrame) -> Iterator[tuple[bool, Estimate, tuple[str, str, str]]]:
    """Yield whether a case belongs to the first level, its mean, and its look."""
    for case, look in kind.marks.items():
        rows = results[results["case"] == case]
        if len(rows):
            yield rows["level"].iloc[0] == results["level"].min(), statistics.mean(accuracies(rows)), look
