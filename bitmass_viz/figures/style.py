"""What all figures share: size, type, colours, and the marks for a mean with its seeds.

Every figure is as wide as a phone shows it and a page prints it, and can be read without colour: series differ in
marker and dashes, and are named where they are. No state is shared, so that figures may be drawn on any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.palette import PALETTE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

INK = PALETTE["light"]
WIDTH = 4.6
"""Inches."""
DPI = 200
SMALL = 8.5
SYNTHETIC = "synthetic pen strokes, not MNIST"
"""What must stand above every accuracy that was not measured on MNIST."""
STYLE: Any = {
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 9.5,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "text.color": INK["ink"],
    "axes.labelcolor": INK["ink"],
    "axes.titlecolor": INK["ink"],
    "axes.edgecolor": INK["muted"],
    "xtick.color": INK["muted"],
    "ytick.color": INK["muted"],
    "xtick.labelcolor": INK["ink"],
    "ytick.labelcolor": INK["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "lines.linewidth": 1.6,
    "lines.markersize": 5.5,
    "grid.color": INK["line"],
    "svg.fonttype": "none",
}
TRAINER_COLOUR = {
    "sgd": INK["trainer.sgd"],
    "adamw": INK["trainer.adamw"],
    "bv32-hebbian": INK["trainer.bv32-hebbian"],
    "bv32-uncentred": INK["trainer.bv32-uncentred"],
}
SERIES: tuple[dict[str, Any], ...] = (
    {"color": INK["trainer.sgd"], "marker": "o", "linestyle": "-"},
    {"color": INK["trainer.adamw"], "marker": "s", "linestyle": "--"},
    {"color": INK["trainer.bv32-hebbian"], "marker": "^", "linestyle": "-."},
    {"color": INK["trainer.bv32-uncentred"], "marker": "D", "linestyle": ":"},
    {"color": INK["muted"], "marker": "v", "linestyle": (0, (6, 1.5))},
)
"""How the series of a figure differ, in colour and without."""


@contextmanager
def style(name: str) -> Iterator[None]:
    """Draw or write with this style; names inside an SVG are the figure's own, and the same each time."""
    with rc_context(STYLE | {"svg.hashsalt": f"bitmass-{name}"}):
        yield


class Shown(Figure):
    """A figure that a notebook shows: on paper of its own, for the ink is dark and the notebook may be, too."""

    def _repr_html_(self) -> str:
        from bitmass_viz.figures.svg import as_svg

        drawn = as_svg(self, str(self.get_label()).replace("_", " "))
        paper = f"background:{INK['surface']};color:{INK['ink']};max-width:{self.get_figwidth():g}in"
        return f'<div style="{paper};padding:.6em;font-family:sans-serif">{drawn}</div>'


def new(name: str, height: float) -> Figure:
    """Begin a figure of so many inches."""
    return Shown((WIDTH, height), layout="constrained", label=name)


def trainer_colour(trainer: str) -> str:
    """Colour of a trainer, the same as on the page's chart."""
    return TRAINER_COLOUR.get(trainer, INK["trainer.other"])


def percent_axis(axis: Any, decimals: int = 0) -> None:
    """Label an axis of percentages."""
    axis.set_major_formatter(PercentFormatter(decimals=decimals, symbol=" %"))


def accuracies(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Accuracies in percent."""
    return 100.0 * rows["accuracy"].to_numpy(np.float64)


def of_experiment(draw: Callable[[pd.DataFrame], Figure]) -> Callable[[pd.DataFrame], Figure]:
    """Have a figure of an experiment drawn of that experiment's tables alone, complete or as they are shipped."""
    experiment = draw.__name__.replace("_", "-")

    @wraps(draw)
    def drawing(table: pd.DataFrame) -> Figure:
        return draw(complete_table_of(experiment, table))

    return drawing


def complete_table_of(experiment: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with all its columns, see `shipped.complete`.

    Raises
    ------
    ValueError
        If the table is not one, or is of another experiment.
    """
    from bitmass_viz.experiments.shipped import complete

    whole = complete(table)
    others = [name for name in whole["experiment"].unique() if name != experiment]
    if others:
        raise ValueError(f"this figure draws the experiment {experiment!r}, got a table of {others[0]!r}")
    return whole


def result_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of reported networks, without those that choices were made with."""
    return table[table["stage"] == "result"]


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


def draw_upright(axes: Axes, x: float, found: statistics.Estimate, **look: Any) -> None:
    """Draw the 95 % interval, where there is one, standing at x."""
    if found.interval is not None:
        axes.plot([x, x], [found.interval.low, found.interval.high], **look)


def draw_published(axes: Axes, value: float, y: float) -> None:
    """Mark a figure of the study's: an open diamond."""
    axes.plot(
        [value],
        [y],
        "D",
        markerfacecolor="none",
        markeredgecolor=INK["ink"],
        markeredgewidth=1.3,
        markersize=7,
        zorder=5,
    )


def note(
    figure: Figure, tables: pd.DataFrame | list[pd.DataFrame], more: str = "", interval: str = "bars"
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
    """
    results = [result_rows(table) for table in (tables if isinstance(tables, list) else [tables])]
    counts = [int(rows.groupby("case")["seed"].nunique().min()) for rows in results]
    fewest, most = min(counts), max(counts)
    synthetic = any(bool(rows["synthetic"].iloc[0]) for rows in results)
    if synthetic:
        figure.suptitle(SYNTHETIC, fontsize=SMALL, color=INK["positive"], x=0.01, ha="left", fontweight="bold")
    seeds = f"{fewest} seed{'s' if fewest > 1 else ''}" if fewest == most else f"{fewest} to {most} seeds"
    text = f"{'Synthetic digits' if synthetic else 'MNIST'}, test images, {seeds}"
    if most > 1 and interval:
        text += f"; {interval}: 95 % interval of the mean (t)"
    figure.supxlabel("\n".join(filter(None, (more, text))), fontsize=SMALL, color=INK["muted"], x=0.01, ha="left")


def settle(figure: Figure) -> Figure:
    """Lay a figure out once and for all, so that every way of writing it shows the same."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure
