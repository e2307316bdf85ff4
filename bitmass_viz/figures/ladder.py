"""E3: optimisers over learning rates, and each at its best."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, NullFormatter

from bitmass_viz.experiments.declared.e3_ladder import LOSSES, RUNGS, name_of
from bitmass_viz.figures.canvas import new
from bitmass_viz.figures.marks import draw_mean, note
from bitmass_viz.figures.style import INK, SERIES, SMALL, percent_axis
from bitmass_viz.figures.tables import accuracies, of_experiment, result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHORT = {"sgd": "SGD", "momentum": "momentum", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}


@of_experiment
def ladder(table: pd.DataFrame) -> Figure:
    """Draw validation accuracy against rate for both losses, and test accuracy at the rates that were chosen."""
    figure = new("ladder", 7.8)
    first, second, third = figure.subplots(3, 1, height_ratios=[2.1, 2.1, 2.6])
    for axes, loss in ((first, "squared-error"), (second, "cross-entropy")):
        _draw_sweep(axes, table, loss)
    first.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.1), handlelength=3)
    second.set_xlabel("learning rate")
    _draw_best(third, table)
    trained = table[table["stage"] == "choice"]["seed"].nunique()
    means = f"validation: mean of {trained} other seeds; " if trained else ""
    note(figure, table, f"{means}ringed: the rate that validation chose")
    return figure


def _draw_sweep(axes: Axes, table: pd.DataFrame, loss: str) -> None:
    results = result_rows(table)
    for place, (trainer, look) in enumerate(zip(RUNGS, SERIES, strict=True)):
        case = name_of(trainer, loss)
        choices = table[(table["stage"] == "choice") & (table["case"] == case)]
        reported = results[results["case"] == case]
        chosen = json.loads(reported["options"].iloc[0])["learning_rate"] if len(reported) else None
        rates = choices["options"].map(lambda text: json.loads(text)["learning_rate"])
        means = 100 * choices["accuracy"].groupby(rates).mean()
        # Adam and AdamW fall on each other: a smaller mark on a larger one shows both.
        size = 4.5 if trainer == "adamw" else 7.5 if trainer == "adam" else 5.5
        axes.plot(
            means.index, means.to_numpy(), label=SHORT[trainer], **look, markersize=size, zorder=2 + 0.1 * place
        )
        if chosen is not None and chosen in means.index:
            axes.plot([chosen], [means.loc[chosen]], "o", markersize=12, markerfacecolor="none", color=INK["ink"])
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.margins(y=0.12)
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    axes.set_title(f"Validation accuracy, {LOSSES[loss]}")


def _draw_best(axes: Axes, table: pd.DataFrame) -> None:
    results = result_rows(table)
    for row, (trainer, look) in enumerate(zip(RUNGS, SERIES, strict=True)):
        axes.axhline(-row, color=INK["line"], linewidth=0.8, zorder=0)
        for loss, filled in (("squared-error", False), ("cross-entropy", True)):
            values = accuracies(results[results["case"] == name_of(trainer, loss)])
            if len(values):
                draw_mean(axes, -row, values, str(look["color"]), filled=filled)
                axes.text(values.mean(), -row + 0.16, f"{values.mean():.1f}", ha="center", va="bottom", fontsize=8)
    axes.set_ylim(-len(RUNGS) + 0.55, 0.55)
    axes.set_yticks([-row for row in range(len(RUNGS))], [SHORT[trainer] for trainer in RUNGS])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=6)
    percent_axis(axes.xaxis)
    axes.set_title("Test accuracy, each at its best rate")
    axes.set_xlabel("○ squared error   ● cross-entropy", fontsize=SMALL)
