"""Optimisers over learning rates, and each at its best."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, NullFormatter

from bitmass_viz.experiments.figure import RateSweeps
from bitmass_viz.experiments.judging import accuracies
from bitmass_viz.figures.canvas import name_panel, new
from bitmass_viz.figures.marks import draw_mean, note
from bitmass_viz.figures.style import INK, SMALL, TINY, percent_axis, trainer_colour, trainer_look
from bitmass_viz.figures.tables import result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def draw_rate_sweeps(kind: RateSweeps, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.RateSweeps`."""
    figure = new(name, 6.9)
    first, second, third = figure.subplots(3, 1, height_ratios=[2.1, 2.1, 2.6])
    for axes, panel in zip((first, second), kind.panels, strict=True):
        _draw_sweep(axes, kind, panel, table)
    first.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.1), handlelength=3)
    second.set_xlabel("learning rate")
    _draw_best(third, kind, result_rows(table))
    trained = table[table["stage"] == "choice"]["seed"].nunique()
    means = f"validation: mean of {trained} other seeds; " if trained else ""
    note(figure, table, f"{means}ringed: the rate that validation chose")
    return figure


def _draw_sweep(axes: Axes, kind: RateSweeps, panel: str, table: pd.DataFrame) -> None:
    results = result_rows(table)
    for place, (trainer, case) in enumerate(zip(kind.labels, kind.panels[panel], strict=True)):
        choices = table[(table["stage"] == "choice") & (table["case"] == case)]
        reported = results[results["case"] == case]
        chosen = json.loads(reported["options"].iloc[0])["learning_rate"] if len(reported) else None
        rates = choices["options"].map(lambda text: json.loads(text)["learning_rate"])
        means = 100 * choices["accuracy"].groupby(rates).mean()
        look = trainer_look(trainer) | {"markersize": kind.sizes.get(trainer, 5.5), "zorder": 2 + 0.1 * place}
        axes.plot(means.index, means.to_numpy(), label=kind.labels[trainer], **look)
        if chosen is not None and chosen in means.index:
            axes.plot([chosen], [means.loc[chosen]], "o", markersize=12, markerfacecolor="none", color=INK["ink"])
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.margins(y=0.12)
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    axes.set_title(f"Validation accuracy, {panel}")


def _draw_best(axes: Axes, kind: RateSweeps, results: pd.DataFrame) -> None:
    spots: dict[str, tuple[float, float, str]] = {}
    for row, (trainer, *cases) in enumerate(zip(kind.labels, *kind.panels.values(), strict=True)):
        axes.axhline(-row, color=INK["line"], linewidth=0.8, zorder=0)
        for case, filled in zip(cases, (False, True), strict=True):
            values = accuracies(results, case)
            if len(values):
                draw_mean(axes, -row, values, trainer_colour(trainer), filled=filled)
                axes.text(
                    values.mean(), -row + 0.16, f"{values.mean():.1f}", ha="center", va="bottom", fontsize=TINY
                )
                spots[case] = (float(values.mean()), -row, "right")
    name_panel(axes, "best", cases=spots)
    axes.set_ylim(-len(kind.labels) + 0.55, 0.55)
    axes.set_yticks([-row for row in range(len(kind.labels))], list(kind.labels.values()))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=6)
    percent_axis(axes.xaxis)
    axes.set_title("Test accuracy, each at its best rate")
    axes.set_xlabel("   ".join(map(" ".join, zip("○●", kind.panels, strict=True))), fontsize=SMALL)
