"""Accuracy along an axis of bits: of whole networks, and of a weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.figure import FormatLine, MassLines
from bitmass_viz.experiments.judging import seeds_of
from bitmass_viz.figures.canvas import name_panel, new
from bitmass_viz.figures.marks import draw_upright, note
from bitmass_viz.figures.style import INK, TINY, percent_axis, trainer_look
from bitmass_viz.figures.tables import accuracies, means_over, result_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bitmass_viz.experiments.statistics import Estimate

LABEL_ROOM = 0.052
"""From one label to the next, at least, as a share of the axis."""


def _draw_line(axes: Axes, found: Mapping[float, Estimate], interval: Mapping[str, Any], **look: Any) -> None:
    """Draw means as a line, each with its interval."""
    axes.plot(list(found), [mean.value for mean in found.values()], **look)
    for x, mean in found.items():
        draw_upright(axes, x, mean, color=look["color"], **interval)


def draw_mass_lines(kind: MassLines, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.MassLines`."""
    results = result_rows(table)
    figure = new(name, 5.2)
    axes = figure.subplots()
    interval = {"linewidth": 3, "alpha": 0.6}
    ends: dict[float, list[float]] = {}
    for group in kind.groups:
        rows = results[results["group"] == group]
        found = means_over(rows, "bit_mass")
        _draw_line(axes, found, interval, label=group, **_look(rows))
        for mass, mean in found.items():
            ends.setdefault(mass, []).append(mean.value)
    for mass, values in ends.items():
        axes.plot([mass, mass], [min(values), max(values)], color=INK["muted"], linewidth=0.8, zorder=0)
    for mark, text in kind.marks.items():
        if mark in ends:
            axes.plot(
                [mark, mark], [max(ends[mark]), 103], color=INK["muted"], linewidth=0.8, linestyle=":", zorder=0
            )
            axes.text(mark, 103.5, text, ha="center", va="bottom", fontsize=TINY)
    for case, rows in results[results["group"] == kind.apart].groupby("case"):
        mass, mean = float(rows["bit_mass"].iloc[0]), statistics.mean(accuracies(rows))
        axes.plot([mass], [mean.value], "X", color=INK["ink"], markersize=7, zorder=4)
        draw_upright(axes, mass, mean, color=INK["ink"], **interval)
        below: dict[str, Any] = {"xytext": (0, -9), "textcoords": "offset points", "ha": "center", "va": "top"}
        if mass > min(ends, default=0.0):  # among the lines: say what it is where there is room, below all of them
            arrow = {"arrowstyle": "-", "color": INK["muted"], "linewidth": 0.7}
            below = {"xytext": (mass * 1.1, 0.55 * mean.value), "arrowprops": arrow}
        axes.annotate(str(case).replace(", ", ",\n"), (mass, mean.value), fontsize=TINY, **below)
    one_class = 100 * results["one_class"].iloc[0]
    axes.axhline(one_class, color=INK["muted"], linestyle=":", linewidth=1)
    axes.text(
        0.01, one_class - 1, "one class always", transform=axes.get_yaxis_transform(), fontsize=TINY, va="top"
    )
    axes.set_xscale("log")
    axes.set_xticks([1e4, 1e5, 1e6], ["10 thousand", "100 thousand", "1 million"])
    axes.set_xlim(5e3, 2.6e6)
    axes.set_ylim(0, 113)
    axes.spines["left"].set_bounds(0, 100)
    axes.set_yticks(np.arange(0, 101, 20))
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    levels = results[results["group"].isin(kind.groups)].groupby("level")["bit_mass"].first()
    name_panel(axes, "lines", columns=dict(zip(levels.index, levels, strict=True)))
    axes.set_xlabel("weight bits")
    axes.set_title("Test accuracy against bit-mass")
    axes.legend(loc="upper center", bbox_to_anchor=(0.46, -0.15), ncols=2, handlelength=3.2, columnspacing=1.2)
    note(figure, table, "vertical lines join networks of equal weight bits")
    return figure


def draw_format_line(kind: FormatLine, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.FormatLine`."""
    results = result_rows(table)
    figure = new(name, 4.6)
    axes = figure.subplots()
    interval = {"linewidth": 4, "alpha": 0.5}
    drawn = results[results["group"].isin((kind.group, *kind.beside)) | results["case"].isin(kind.marks)]
    low, high = 100 * drawn["accuracy"].min(), 100 * drawn["accuracy"].max()
    room = max(high - low, 4.0)
    axes.set_ylim(max(0.0, low - 0.1 * room), high + 0.22 * room)
    rows = results[results["group"] == kind.group]
    units = rows.groupby("level")["units"].first()
    means = {float(x): mean for x, mean in enumerate(means_over(rows, "level").values())}
    look = _look(rows)
    _draw_line(axes, means, interval, **look, zorder=3)
    for x, mean in means.items():
        axes.text(x, mean.value + 0.04 * room, f"{mean.value:.1f}", ha="center", va="bottom", fontsize=TINY)
    for group, label in kind.beside.items():
        _draw_beside(axes, results[results["group"] == group], label, interval)
    top = max((mean.value for mean in means.values()), default=high) + 0.12 * room
    axes.text(1.5, top, kind.group, color=look["color"], ha="center", va="bottom")
    lowest = (
        means[0].value if means else high
    )  # the first label stands below the line, and each of the others below the last one
    for first, mean, look in sorted(_marked(kind, results), key=lambda mark: (mark[0], -mark[1].value)):
        label, colour = look.pop("label"), look["color"]
        x = 0.18 if first else len(means) - 0.86
        draw_upright(axes, x, mean, color=colour, **interval)
        axes.plot([x], [mean.value], **look | {"markersize": 7, "zorder": 4})
        text: Any = {"s": f"{label}: {mean.value:.1f}", "fontsize": TINY, "color": colour}
        if first:
            lowest = min(mean.value, lowest - LABEL_ROOM * 1.3 * room)
            axes.plot([x + 0.1, x + 0.24], [mean.value, lowest], color=colour, linewidth=0.8)
            axes.text(x + 0.28, lowest, va="center", **text)
        else:
            axes.text(x, mean.value - 0.05 * room, ha="right", va="top", **text)
    axes.set_xticks(list(means), [f"{bits:g}\n{count}" for bits, count in units.items()])
    axes.set_xlim(-0.35, len(means) - 0.6)
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    name_panel(axes, "lines", columns=dict(zip(units.index, means, strict=True)))
    axes.set_xlabel("bits per weight (above) and hidden units (below)")
    axes.set_title(kind.title)
    note(figure, table, "where no bar shows, it is smaller than the mark" if seeds_of(results) > 1 else "")
    return figure


def _draw_beside(axes: Axes, rows: pd.DataFrame, label: str, interval: Mapping[str, Any]) -> None:
    """Draw another group as a thinner line, with its name above its middle."""
    found = {float(x): mean for x, mean in enumerate(means_over(rows, "level").values())}
    if not found:
        return
    look = _look(rows) | {"linewidth": 1.0, "linestyle": ":", "markersize": 4}
    _draw_line(axes, found, interval, **look, zorder=2)
    for x, mean in found.items():
        axes.annotate(
            f"{mean.value:.1f}",
            (x, mean.value),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=TINY,
        )
    middle = found[min(found, key=lambda x: abs(x - 1.5))].value
    axes.annotate(label, (1.5, middle), xytext=(0, -9), textcoords="offset points", ha="center", va="top")


def _look(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the look of rows that share a trainer and a recipe."""
    return trainer_look(*rows[["trainer", "recipe"]].iloc[0]) if len(rows) else {"color": INK["ink"]}


def _marked(kind: FormatLine, results: pd.DataFrame) -> Iterator[tuple[bool, Estimate, dict[str, Any]]]:
    """Yield whether a case belongs to the first level, its mean, and its look and label."""
    for case, label in kind.marks.items():
        rows = results[results["case"] == case]
        if len(rows):
            first = rows["level"].iloc[0] == results["level"].min()
            yield first, statistics.mean(accuracies(rows)), _look(rows) | {"label": label}
