"""Any experiment's accuracies: each network a dot, each kind of network a mean with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.experiments.figure import Dots, PublishedDots
from bitmass_viz.experiments.judging import accuracies, seeds_of
from bitmass_viz.experiments.shipped import complete
from bitmass_viz.figures.canvas import new, settle
from bitmass_viz.figures.marks import draw_foot, draw_head, draw_mean, draw_published, note
from bitmass_viz.figures.style import INK, SMALL, percent_axis, style, trainer_colour
from bitmass_viz.figures.tables import result_rows, seeds_in_words

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
    foot = f"{seeds_in_words(results)} each: dots; ● mean; bars: its 95 % interval (t)"
    if seeds_of(results) == 1:
        foot = "● 1 seed each, which gives no interval"
    draw_foot(figure, foot)
    return figure


def draw_published_dots(_kind: PublishedDots, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.PublishedDots`."""
    results = result_rows(table)
    groups = results.groupby("case", sort=False)["group"].first()
    figure = new(name, 1.25 + 0.42 * (len(groups) + 0.8 * groups.nunique()))
    axes = figure.subplots()
    low = 100 * min(results["accuracy"].min(), results["published"].min(skipna=True))
    high = 100 * max(results["accuracy"].max(), results["published"].max(skipna=True))
    span = max(high - low, 1.0)
    left, first, second = low - 0.06 * span, high + 0.2 * span, high + 0.36 * span
    axes.text(first, 0.0, "◇", ha="right", va="center", fontsize=SMALL)
    axes.text(second, 0.0, "●", ha="right", va="center", fontsize=SMALL)
    y, seen = 1.0, ""
    for case, group in groups.items():
        rows = results[results["case"] == case]
        y -= 1.0
        if group and group != seen:
            axes.text(left, y, group.capitalize(), fontsize=SMALL, va="center", fontweight="bold")
            y -= 0.8
            seen = group
        axes.text(left, y + 0.15, str(case).replace(f", {group}", ""), fontsize=SMALL, va="bottom")
        axes.plot([left, high + 0.04 * span], [y, y], color=INK["line"], linewidth=0.8, zorder=0)
        values = accuracies(results, str(case))
        draw_mean(axes, y, values, trainer_colour(rows["trainer"].iloc[0]))
        axes.text(second, y, f"{values.mean():.1f}", ha="right", va="center", fontweight="bold", fontsize=SMALL)
        claimed = 100 * rows["published"].iloc[0]
        if claimed == claimed:
            draw_published(axes, claimed, y)
            axes.text(first, y, f"{claimed:.1f}", ha="right", va="center", fontsize=SMALL)
    one_class = 100 * results["one_class"].iloc[0]
    reached = left < one_class < high
    if reached:
        axes.axvline(one_class, color=INK["muted"], linestyle=":", linewidth=1, zorder=0)
    axes.set_xlim(left, second)
    axes.set_ylim(y - 0.45, 0.4)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_bounds(left, high + 0.04 * span)
    axes.set_xticks([tick for tick in axes.get_xticks() if left <= tick <= high + 0.04 * span])
    percent_axis(axes.xaxis)
    axes.set_title(f"Test accuracy after {results['epochs'].iloc[0]} epochs")
    rest = f"always the commonest digit: {one_class:.4g} % ({'dotted line' if reached else 'off the chart'})"
    note(figure, table, f"◇ published   ● mean of the seeds   · single seeds\n{rest}")
    return figure
