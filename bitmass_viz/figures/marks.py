"""Marks that all figures share: a mean with its seeds, an interval, a published figure, the note at the foot."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.shipped import data_label, is_in_place_of_mnist
from bitmass_viz.figures.style import INK, SMALL, SYNTHETIC, percent_axis
from bitmass_viz.figures.tables import data_of, result_rows, seeds_in_words

if TYPE_CHECKING:
    import pandas as pd


EACH_WIDTH = 1.0
"""Percentage points within which two marks of single networks would hide one another."""
FOOT_CHARACTERS = 55
"""As many as a figure is wide."""


def draw_mean(
    axes: Axes,
    y: float,
    values: NDArray[np.float64],
    colour: str,
    *,
    filled: bool = True,
    found: statistics.Estimate | None = None,
) -> None:
    """Mark the mean with its 95 % interval, lying along x, and the single seeds as dots beneath.

    `found` is for a mean whose interval is not that of the values themselves, such as of a difference.
    """
    if len(values) > 1:
        spread = np.resize([-0.05, 0.05, 0.0], len(values))
        axes.plot(values, y - 0.26 + spread, ".", color=colour, markersize=3.6, alpha=0.6, markeredgewidth=0)
    found = found or statistics.mean(values)
    if found.interval is not None:
        low, high = found.interval.low, found.interval.high
        axes.plot([low, high], [y, y], color=colour, linewidth=2.2, solid_capstyle="butt")
        for end in (low, high):
            axes.plot([end, end], [y - 0.11, y + 0.11], color=colour, linewidth=1.2)
    face = colour if filled else INK["surface"]
    axes.plot([found.value], [y], "o", color=colour, markerfacecolor=face, markersize=6, zorder=4)


def draw_each(axes: Axes, y: float, values: NDArray[np.float64], colour: str) -> None:
    """Mark every network, lying along x; those that would hide one another stand on top of each other."""
    stacked: list[tuple[float, int]] = []
    for value in sorted(values):
        taken = {height for other, height in stacked if abs(other - value) < EACH_WIDTH}
        height = next(free for free in range(len(values)) if free not in taken)
        stacked.append((float(value), height))
    look: Any = {"markerfacecolor": "none", "markeredgecolor": colour, "markersize": 3.6, "markeredgewidth": 0.9}
    axes.plot([x for x, _ in stacked], [y - 0.055 * height for _, height in stacked], "o", zorder=3, **look)


def draw_upright(axes: Axes, x: float, found: statistics.Estimate, **look: Any) -> None:
    """Draw the 95 % interval, where there is one, standing at x."""
    if found.interval is not None:
        axes.plot([x, x], [found.interval.low, found.interval.high], **look)


def lay_on_percent(axes: Axes) -> None:
    """Have rows lie over an axis from 0 to 100 percent, with room for words beyond."""
    axes.set_yticks([])
    axes.set_xticks(range(0, 101, 20))
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_bounds(0, 100)
    percent_axis(axes.xaxis)


def draw_head(figure: Figure, results: pd.DataFrame) -> bool:
    """Say above a figure that its images are no MNIST, if so; return whether they are synthetic."""
    dataset, synthetic = str(results["dataset"].iloc[0]), bool(results["synthetic"].any())
    if is_in_place_of_mnist(dataset, synthetic):
        say_other_data(figure, SYNTHETIC if synthetic else f"{data_label(dataset)}, not MNIST")
    return synthetic


def say_other_data(figure: Figure, what: str = SYNTHETIC) -> None:
    """Say above a figure that its images are no MNIST."""
    figure.suptitle(what, fontsize=SMALL, color=INK["ink"], x=0.01, ha="left", fontweight="bold")


def draw_published(axes: Axes, value: float, y: float) -> None:
    """Mark a figure of the study's: an open diamond."""
    look: Any = {"markerfacecolor": "none", "markeredgecolor": INK["ink"], "markeredgewidth": 1.3, "markersize": 7}
    axes.plot([value], [y], "D", zorder=5, **look)


def note(
    figure: Figure,
    tables: pd.DataFrame | list[pd.DataFrame],
    more: str = "",
    interval: str = "bars",
    of: str = "mean (t)",
) -> None:
    """Say at the foot how many seeds there are, of what data, and which interval; at the head if it is no MNIST.

    Parameters
    ----------
    figure : Figure
    tables : DataFrame or list of DataFrame
    more : str
        Further lines, before that.
    interval : str
        What shows the interval; none is drawn if empty.
    of : str
        What it is the interval of.
    """
    results = [result_rows(table) for table in (tables if isinstance(tables, list) else [tables])]
    what = sorted({data_of(rows) + ", test images" * (rows["split"].iloc[0] == "test") for rows in results})
    synthetic = any(draw_head(figure, rows) for rows in results)
    source = f"{'Synthetic digits, test images' if synthetic else ' and '.join(what)}, {seeds_in_words(*results)}"
    several = any(rows["seed"].nunique() > 1 for rows in results)
    shown = [f"{interval}: 95 % interval of the {of}"] if several and interval else []
    draw_foot(figure, *more.splitlines(), source, *shown)


def draw_foot(figure: Figure, *lines: str) -> None:
    """Write remarks at the foot, each on lines of its own that are no wider than the figure."""
    wrapped = "\n".join(textwrap.fill(line, FOOT_CHARACTERS) for line in lines)
    figure.supxlabel(wrapped, fontsize=SMALL, color=INK["muted"], x=0.01, ha="left")
