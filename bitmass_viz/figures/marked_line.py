"""One group as a line over its levels, and other cases marked at its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.figure import Mark, MarkedLine
from bitmass_viz.experiments.judging import accuracies, seeds_of
from bitmass_viz.figures.canvas import new
from bitmass_viz.figures.marks import draw_line, draw_upright, note
from bitmass_viz.figures.style import INK, SERIES, percent_axis
from bitmass_viz.figures.tables import means_over, result_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INTERVAL = {"linewidth": 4, "alpha": 0.5}
LABEL_ROOM = 0.052
"""From one label to the next, at least, as a share of the axis."""


def draw_marked_line(kind: MarkedLine, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.MarkedLine`."""
    results = result_rows(table)
    figure = new(name, 4.6)
    axes = figure.subplots()
    low, high = 100 * results["accuracy"].min(), 100 * results["accuracy"].max()
    room = max(high - low, 4.0)
    axes.set_ylim(max(0.0, low - 0.1 * room), high + 0.22 * room)
    places = {level: float(place) for place, level in enumerate(kind.ticks)}
    found = means_over(results[results["group"] == kind.group], "level")
    means = {places[level]: mean for level, mean in found.items()}
    draw_line(axes, means, INTERVAL, **SERIES[0], zorder=3)
    for x, mean in means.items():
        axes.text(x, mean.value + 0.04 * room, f"{mean.value:.1f}", ha="center", va="bottom", fontsize=8.5)
    if means:
        top = max(mean.value for mean in means.values()) + 0.12 * room
        axes.text(1.5, top, kind.group, color=SERIES[0]["color"], ha="center", va="bottom")
    for mean, mark in _found(results, kind.last):
        beside, under = len(places) - 0.86, mean.value - 0.05 * room
        _draw_mark(axes, beside, mean, mark)
        said = f"{mark.label}: {mean.value:.1f}"
        axes.text(beside, under, said, ha="right", va="top", fontsize=8.5, color=INK[mark.colour])
    last = means[0].value if 0 in means else high  # the first label stands below the line
    for mean, mark in _found(results, kind.first):
        _draw_mark(axes, 0.18, mean, mark)
        y = last = min(mean.value, last - LABEL_ROOM * 1.3 * room)  # far enough apart to be read
        colour = INK[mark.colour]
        axes.plot([0.28, 0.42], [mean.value, y], color=colour, linewidth=0.8)
        axes.text(0.46, y, f"{mark.label}: {mean.value:.1f}", va="center", fontsize=8.5, color=colour)
    axes.set_xticks(list(places.values()), list(kind.ticks.values()))
    axes.set_xlim(-0.35, len(places) - 0.6)
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    axes.set_xlabel(kind.axis)
    axes.set_title(kind.title)
    note(figure, table, kind.note if seeds_of(results) > 1 else "")
    return figure


def _found(results: pd.DataFrame, marks: Mapping[str, Mark]) -> list[tuple[statistics.Estimate, Mark]]:
    """Return those that there are results of, the most accurate first."""
    found = [(accuracies(results, case), mark) for case, mark in marks.items()]
    means = [(statistics.mean(values), mark) for values, mark in found if len(values)]
    return sorted(means, key=lambda entry: -entry[0].value)


def _draw_mark(axes: Axes, x: float, mean: statistics.Estimate, mark: Mark) -> None:
    draw_upright(axes, x, mean, color=INK[mark.colour], **INTERVAL)
    axes.plot([x], [mean.value], mark.marker, color=INK[mark.colour], markersize=7, zorder=4)
