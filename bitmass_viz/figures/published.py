"""E1: every seed of every trainer, beside the published figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.figures.style import (
    INK,
    SMALL,
    accuracies,
    draw_mean,
    draw_published,
    new,
    note,
    percent_axis,
    trainer_colour,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def published(table: pd.DataFrame) -> Figure:
    """Draw a strip for each case: single seeds, mean, interval, and an open diamond for the published figure."""
    results = table[table["stage"] == "result"]
    cases = list(dict.fromkeys(results["case"]))
    figure = new("published", 0.9 + 0.46 * len(cases))
    axes = figure.subplots()
    low = min(100 * results["accuracy"].min(), 100 * results["published"].min(skipna=True))
    high = max(100 * results["accuracy"].max(), 100 * results["published"].max(skipna=True))
    room = 0.16 * (high - low)
    for row, case in enumerate(cases):
        rows = results[results["case"] == case]
        values = accuracies(rows)
        y = -float(row)
        axes.text(low - 0.3 * room, y + 0.24, case, fontsize=SMALL, va="bottom")
        axes.axhline(y, color=INK["line"], linewidth=0.8, zorder=0)
        draw_mean(axes, y, values, trainer_colour(rows["trainer"].iloc[0]))
        axes.text(high + 0.3 * room, y, f"{values.mean():.1f}", va="bottom", fontweight="bold", fontsize=SMALL)
        figure_published = 100 * rows["published"].iloc[0]
        if figure_published == figure_published:
            draw_published(axes, figure_published, y)
    axes.set_xlim(low - 0.4 * room, high + room)
    axes.set_ylim(-len(cases) + 0.6, 0.75)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    percent_axis(axes.xaxis)
    axes.set_title("Test accuracy after three epochs")
    note(figure, table, "◇ published   ● mean, with its value   · single seeds")
    return figure
