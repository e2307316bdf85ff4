"""E6: accuracy when bits are cut off, made random, or flipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bitmass_viz.figures.style import INK, SERIES, SMALL, new, note, percent_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIELDS = (("sign", 1, 1, "sign"), ("exponent", 2, 9, "exponent"), ("mantissa", 10, 32, "mantissa"))
"""Name, first and last place counted from the top, colour."""


def bit_knife(table: pd.DataFrame) -> Figure:
    """Draw accuracy against kept bits; by plane, its entropy and accuracy without it; against flipped bits."""
    results = table[table["stage"] == "result"]
    figure = new("bit_knife", 7.6)
    first, second, third = figure.subplots(3, 1, height_ratios=[2.5, 2.6, 2.3])
    floats = list(dict.fromkeys(results.loc[results["group"] == "float32", "case"]))
    _draw_kept(first, results, floats)
    _draw_planes(second, results, floats[0])
    _draw_flips(third, results)
    note(figure, table)
    return figure


def _shade_fields(axes: Axes, *, from_top: bool) -> None:
    for name, first, last, colour in FIELDS:
        left, right = (first, last) if from_top else (32 - last, 32 - first)
        axes.axvspan(left - 0.5, right + 0.5, color=INK[colour], alpha=0.09, linewidth=0)
        axes.text((left + right) / 2, 1.01, name, transform=axes.get_xaxis_transform(), ha="center", fontsize=7.5)


def _draw_kept(axes: Axes, results: pd.DataFrame, floats: list[str]) -> None:
    for case, look in zip(floats, SERIES, strict=False):
        for cut, line, marker in (("truncate", "--", "none"), ("round", "-", look["marker"])):
            rows = results[(results["case"] == case) & (results["cut"] == cut)]
            means = 100 * rows.groupby("bit")["accuracy"].mean()
            label = case if cut == "round" else None
            axes.plot(
                means.index, means.to_numpy(), color=look["color"], linestyle=line, marker=marker, markersize=3.5,
                linewidth=1.3, label=label,
            )  # fmt: skip
    _shade_fields(axes, from_top=True)
    axes.set_xlim(0.5, 32.5)
    axes.set_ylim(0, 100)
    axes.set_xticks([1, 4, 8, 12, 16, 20, 24, 28, 32])
    percent_axis(axes.yaxis)
    axes.set_xlabel("top bits kept of each float (— rounded, - - cut off)", fontsize=SMALL)
    axes.set_title("How many of 32 bits does a float need?", pad=14)
    axes.legend(loc="lower right")


def _draw_planes(axes: Axes, results: pd.DataFrame, case: str) -> None:
    rows = results[(results["case"] == case) & (results["cut"] == "randomise plane")]
    means = rows.groupby("bit")[["accuracy", "entropy0"]].mean()
    planes = means.index.to_numpy(np.float64)
    axes.bar(
        planes, 100 * means["entropy0"], color=INK["line"], width=0.8, label="entropy of the plane, % of a bit"
    )
    axes.plot(
        planes, 100 * means["accuracy"], "o-", color=INK["trainer.adamw"], markersize=4, linewidth=1.2,
        label="accuracy with the plane random",
    )  # fmt: skip
    _shade_fields(axes, from_top=False)
    axes.set_xlim(31.5, -0.5)
    axes.set_ylim(0, 104)
    axes.set_xticks([31, 27, 23, 20, 16, 12, 8, 4, 0])
    percent_axis(axes.yaxis)
    axes.set_xlabel("bit plane, 31 is the sign", fontsize=SMALL)
    axes.set_title(f"Which bits decide? ({case})", pad=14)
    axes.legend(loc="lower right", framealpha=0.85, frameon=True, edgecolor="none", facecolor=INK["surface"])


def _draw_flips(axes: Axes, results: pd.DataFrame) -> None:
    cases = [case for case in dict.fromkeys(results["case"]) if case != "SGD, tuned"]
    for case, look in zip(cases, SERIES, strict=False):
        rows = results[(results["case"] == case) & (results["cut"] == "flip")]
        means = 100 * rows.groupby("share")["accuracy"].mean()
        axes.plot(
            100 * means.index.to_numpy(), means.to_numpy(), label=case, markersize=4, **{**look, "linewidth": 1.3}
        )
    axes.set_xscale("log")
    axes.set_xticks([0.1, 1, 10, 50], ["0.1 %", "1 %", "10 %", "50 %"])
    axes.set_ylim(0, 100)
    percent_axis(axes.yaxis)
    axes.set_xlabel("share of all weight bits flipped", fontsize=SMALL)
    axes.set_title("How much damage can the bits take?")
    axes.legend(loc="center", bbox_to_anchor=(0.4, 0.46), handlelength=3)
