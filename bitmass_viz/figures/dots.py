"""Any experiment's accuracies: each network a dot, each kind of network a mean with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.experiments.figure import Dots
from bitmass_viz.experiments.judging import accuracies, seeds_of
from bitmass_viz.experiments.shipped import complete
from bitmass_viz.figures.canvas import new, settle
from bitmass_viz.figures.marks import draw_head, draw_mean
from bitmass_viz.figures.style import INK, SMALL, percent_axis, style, trainer_colour
from bitmass_viz.figures.tables import result_rows

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
    with style("seeds"):
        return settle(draw_dots(Dots(), complete(table), "accuracy_of_each_network"))


def draw_dots(_kind: Dots, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.Dots`."""
    results = result_rows(table)
    trainers = results.groupby("case", sort=False)["trainer"].first()
    figure = new(name, 1.1 + 0.55 * len(trainers))
    axes = figure.subplots()
    for y, (case, trainer) in enumerate(reversed(list(trainers.items()))):
        draw_mean(axes, y, accuracies(results, str(case)), trainer_colour(trainer))
        axes.text(0.0, y + 0.16, str(case), transform=axes.get_yaxis_transform(), fontsize=SMALL, va="bottom")
    axes.set_ylim(-0.55, len(trainers) - 0.35)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    percent_axis(axes.xaxis, 1)
    first = results.iloc[0]
    axes.set_title(f"{str(first['split']).capitalize()} accuracy after {first['epochs']} epochs")
    draw_head(figure, results)
    seeds = seeds_of(results)
    foot = f"{seeds} seeds each: dots; ● mean; bars: its 95 % interval (t)"
    if seeds == 1:
        foot = "● 1 seed each, which gives no interval"
    figure.supxlabel(foot, fontsize=SMALL, color=INK["muted"], x=0.01, ha="left")
    return figure
