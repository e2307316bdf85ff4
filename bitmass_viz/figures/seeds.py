"""Any experiment's accuracies: each network a dot, each kind of network a mean with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.figures.canvas import new, settle
from bitmass_viz.figures.marks import draw_mean
from bitmass_viz.figures.style import INK, SMALL, percent_axis, style, trainer_colour
from bitmass_viz.figures.style import SYNTHETIC as NOT_MNIST
from bitmass_viz.figures.tables import accuracies, result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def draw_seeds(table: pd.DataFrame) -> Figure:
    """Draw a strip for each kind of network: single seeds, mean, and the 95 % interval of the mean.

    Parameters
    ----------
    table : pandas.DataFrame
        As `experiments.run` returns it, or a shipped file as pandas reads it.
    """
    from bitmass_viz.experiments.shipped import complete

    with style("seeds"):
        return settle(_seeds(complete(table)))


def _seeds(table: pd.DataFrame) -> Figure:
    results = result_rows(table)
    cases = list(results["case"].unique())
    figure = new("accuracy_of_each_network", 1.1 + 0.55 * len(cases))
    axes = figure.subplots()
    for y, case in enumerate(reversed(cases)):
        rows = results[results["case"] == case]
        draw_mean(axes, y, accuracies(rows), trainer_colour(rows["trainer"].iloc[0]))
        axes.text(0.0, y + 0.16, case, transform=axes.get_yaxis_transform(), fontsize=SMALL, va="bottom")
    axes.set_ylim(-0.55, len(cases) - 0.35)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    percent_axis(axes.xaxis, 1)
    first = results.iloc[0]
    axes.set_title(f"{str(first['split']).capitalize()} accuracy after {first['epochs']} epochs")
    if first["synthetic"]:
        figure.suptitle(NOT_MNIST, fontsize=SMALL, color=INK["positive"], x=0.01, ha="left", fontweight="bold")
    seeds = int(results.groupby("case")["seed"].nunique().min())
    foot = f"{seeds} seeds each: dots; ● mean; bars: its 95 % interval (t)"
    if seeds == 1:
        foot = "● 1 seed each, which gives no interval"
    figure.supxlabel(foot, fontsize=SMALL, color=INK["muted"], x=0.01, ha="left")
    return figure
