"""E3: optimisers over learning rates, and each at its best."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from matplotlib.ticker import MultipleLocator

from bitmass_viz.experiments.declared.e3_ladder import LOSSES, RUNGS, name_of
from bitmass_viz.figures.style import INK, SERIES, SMALL, accuracies, draw_mean, new, note, percent_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHORT = {"sgd": "SGD", "momentum": "momentum", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}


def ladder(table: pd.DataFrame) -> Figure:
    """Draw validation accuracy against rate for both losses, and test accuracy at the rates that were chosen."""
    figure = new("ladder", 7.4)
    first, second, third = figure.subplots(3, 1, height_ratios=[2.1, 2.1, 2.2])
    for axes, loss in ((first, "squared-error"), (second, "cross-entropy")):
        _draw_sweep(axes, table, loss)
    first.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.1), handlelength=3)
    second.set_xlabel("learning rate")
    _draw_best(third, table)
    note(figure, table, "○ around a mark: the rate that validation chose")
    return figure


def _draw_sweep(axes: Axes, table: pd.DataFrame, loss: str) -> None:
    for trainer, look in zip(RUNGS, SERIES, strict=True):
        case = name_of(trainer, loss)
        choices = table[(table["stage"] == "choice") & (table["case"] == case)]
        results = table[(table["stage"] == "result") & (table["case"] == case)]
        chosen = json.loads(results["options"].iloc[0])["learning_rate"] if len(results) else None
        rates = choices["options"].map(lambda text: json.loads(text)["learning_rate"])
        means = 100 * choices["accuracy"].groupby(rates).mean()
        axes.plot(means.index, means.to_numpy(), label=SHORT[trainer], **look)
        if chosen is not None and chosen in means.index:
            axes.plot([chosen], [means.loc[chosen]], "o", markersize=11, markerfacecolor="none", color=INK["ink"])
    axes.set_xscale("log")
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    axes.set_title(f"Validation accuracy, {LOSSES[loss]}")


def _draw_best(axes: Axes, table: pd.DataFrame) -> None:
    results = table[table["stage"] == "result"]
    for row, (trainer, look) in enumerate(zip(RUNGS, SERIES, strict=True)):
        axes.axhline(-row, color=INK["line"], linewidth=0.8, zorder=0)
        for loss, filled in (("squared-error", False), ("cross-entropy", True)):
            values = accuracies(results[results["case"] == name_of(trainer, loss)])
            if len(values):
                draw_mean(axes, -row, values, str(look["color"]), filled=filled)
    axes.set_yticks([-row for row in range(len(RUNGS))], [SHORT[trainer] for trainer in RUNGS])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MultipleLocator(5))
    percent_axis(axes.xaxis)
    axes.set_title("Test accuracy, each at its best rate")
    axes.set_xlabel("○ squared error   ● cross-entropy", fontsize=SMALL)
