"""Accuracy when bits are cut off, made random, or flipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bitmass_viz.experiments.figure import Cuts
from bitmass_viz.figures.canvas import name_panel, new
from bitmass_viz.figures.marks import note
from bitmass_viz.figures.style import INK, SMALL, TINY, percent_axis, trainer_look
from bitmass_viz.figures.tables import accuracies, means_over, result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIELDS = (("sign", "one", 1, 1), ("exponent", "exponent", 2, 9), ("mantissa", "mantissa", 10, 32))
"""Name, colour, and first and last place counted from the top."""
ONE_SIZE = "sign and one size a layer"


def draw_cuts(_kind: Cuts, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.Cuts`: accuracy by kept bits; by plane, with its entropy; by flipped bits."""
    results = result_rows(table)
    cases = results.groupby("case", sort=False)[["group", "trainer", "recipe"]].first()
    looks = {
        str(case): trainer_look(line["trainer"], line["recipe"]) | {"markersize": 4, "linewidth": 1.3}
        for case, line in cases.iterrows()
    }
    floats = [str(case) for case, group in cases["group"].items() if group == "float32"]
    figure = new(name, 7.6)
    first, second, third = figure.subplots(3, 1, height_ratios=[2.7, 2.5, 2.3])
    _draw_kept(first, results, {case: looks[case] for case in floats})
    _draw_planes(second, results, floats[0])
    _draw_flips(third, results, looks)
    note(figure, table, interval="bands")
    return figure


def _draw_means(axes: Axes, rows: pd.DataFrame, column: str, scale: float = 1.0, **look: Any) -> None:
    """Draw a line of means over a column, with the band of their intervals."""
    found = means_over(rows, column)
    at = [x * scale for x in found]
    axes.plot(at, [mean.value for mean in found.values()], **look)
    intervals = [mean.interval for mean in found.values() if mean.interval is not None]
    if len(intervals) == len(at):
        low, high = [i.low for i in intervals], [i.high for i in intervals]
        axes.fill_between(at, low, high, color=look["color"], alpha=0.18, linewidth=0)


def _shade_fields(axes: Axes, *, from_top: bool) -> None:
    for name, colour, first, last in FIELDS:
        left, right = (first, last) if from_top else (32 - last, 32 - first)
        axes.axvspan(left - 0.5, right + 0.5, color=INK[colour], alpha=0.12, linewidth=0, zorder=0)
        # The sign's field is narrower than its name.
        place, ha = (right + 0.5, "right") if name == "sign" else ((left + right) / 2, "center")
        look: Any = {"fontsize": TINY, "color": INK["muted"], "ha": ha}
        axes.text(place, 1.02, name, transform=axes.get_xaxis_transform(), **look)
        if name != "sign":
            edge = left - 0.5 if from_top else right + 0.5
            axes.axvline(edge, color=INK["muted"], linewidth=0.6, linestyle=(0, (1, 2)), zorder=0)


def _draw_kept(axes: Axes, results: pd.DataFrame, looks: dict[str, dict[str, Any]]) -> None:
    for case, look in looks.items():
        rows = results[results["case"] == case]
        _draw_means(axes, rows[rows["cut"] == "round"], "bit", label=case, **look | {"linestyle": "-"})
        bare = look | {"marker": "", "linestyle": (0, (3, 1.5)), "linewidth": 1.0}
        _draw_means(axes, rows[rows["cut"] == "truncate"], "bit", **bare)
        dotted = look | {"marker": "", "linestyle": (0, (1, 1)), "linewidth": 1.8}
        _draw_means(axes, rows[rows["cut"] == "quantise"], "bit", **dotted)
        sized = accuracies(rows[rows["cut"] == ONE_SIZE])
        if len(sized):
            axes.plot([1], [sized.mean()], **look | {"marker": "*", "markersize": 9, "linestyle": ""}, zorder=4)
    name_panel(axes, "kept")
    _shade_fields(axes, from_top=True)
    axes.set_xlim(0.5, 32.5)
    axes.set_ylim(0, 100)
    axes.set_xticks([1, 4, 8, 12, 16, 20, 24, 28, 32])
    percent_axis(axes.yaxis)
    axes.set_xlabel(
        "top bits kept of each float: rounded ──, cut off - -\nbits of an even grid ····\n"
        "★ the sign, and one size for all of a layer",
        fontsize=SMALL,
    )
    axes.set_title("How many of 32 bits does a float need?", pad=15)
    axes.legend(loc="lower right")


def _draw_planes(axes: Axes, results: pd.DataFrame, case: str) -> None:
    rows = results[(results["case"] == case) & (results["cut"] == "randomise plane")]
    entropy = 100 * rows.groupby("bit")["entropy0"].mean()
    planes = entropy.index.to_numpy(np.float64)
    axes.bar(
        planes, entropy.to_numpy(), color=INK["line"], width=0.8, label="entropy of the plane in W0, % of a bit"
    )
    trainer = str(results.loc[results["case"] == case, "trainer"].iloc[0])
    look = trainer_look(trainer) | {"markersize": 4, "linewidth": 1.3, "linestyle": "-"}
    _draw_means(axes, rows, "bit", label="accuracy with this plane random", **look)
    _shade_fields(axes, from_top=False)
    axes.set_xlim(31.5, -0.5)
    axes.set_ylim(0, 102)
    axes.set_xticks([31, 27, 23, 20, 16, 12, 8, 4, 0])
    percent_axis(axes.yaxis)
    axes.set_xlabel("bit plane, from the sign (31) to the last bit (0)", fontsize=SMALL)
    axes.set_title(f"Which bits decide? ({case})", pad=15)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.3), ncols=1, borderpad=0)


def _draw_flips(axes: Axes, results: pd.DataFrame, looks: dict[str, dict[str, Any]]) -> None:
    for case, look in looks.items():
        rows = results[(results["case"] == case) & (results["cut"] == "flip")]
        floats = case in set(results.loc[results["group"] == "float32", "case"])
        _draw_means(axes, rows, "share", 100.0, label=case, **look | {"linestyle": "--" if floats else "-"})
    axes.set_xscale("log")
    axes.set_xticks([0.1, 1, 10, 50], ["0.1 %", "1 %", "10 %", "50 %"])
    axes.set_ylim(0, 100)
    axes.grid(axis="y", linewidth=0.6)
    percent_axis(axes.yaxis)
    axes.set_xlabel("share of all weight bits flipped; floats - -, binary weights ──", fontsize=SMALL)
    axes.set_title("How much damage can the bits take?")
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.28), ncols=2, columnspacing=1.0, handlelength=2.5)
