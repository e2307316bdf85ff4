"""The claims against the measurements, at one look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declared import e1_published, e2_bug, e3_ladder, e5_iso_bit
from bitmass_viz.figures.style import (
    INK,
    SMALL,
    accuracies,
    draw_mean,
    draw_published,
    new,
    percent_axis,
    settle,
    style,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SYMBOL = {"supported": "✓", "not supported": "✗", "undecided": "?"}
SHORT = {
    "C1": "203,264 weight bits",
    "C2": "AdamW",
    "C3": "SGD",
    "C4": "BV32-Hebbian",
    "C5": "equal bits, equal accuracy",
    "C6": "AdamW's lead, in points",
    "C7": "cost of the bug, in points",
    "C8": "8 floats = 256 bits a pixel",
    "C9": "three equal views",
    "C10": "more bits, or better used",
}


def _values(claim: str, tables: Mapping[str, pd.DataFrame]) -> list[NDArray[np.float64]]:
    """Return what was measured for a claim, in percent or points: one array a group of seeds."""
    table = tables[CLAIMS[claim].experiment]
    results = table[table["stage"] == "result"].sort_values("seed")

    def of(case: str) -> NDArray[np.float64]:
        return accuracies(results[results["case"] == case])

    if claim == "C2":
        return [of(e1_published.ADAMW)]
    if claim == "C3":
        return [of(e1_published.SGD)]
    if claim == "C4":
        return [of(e1_published.PROTOTYPE)]
    if claim == "C5":
        cases = [*(e5_iso_bit.name_of(b) for b in e5_iso_bit.BITS), e5_iso_bit.FLOAT, e5_iso_bit.ALL_BINARY]
        return [of(case) for case in (*cases, e5_iso_bit.BOP, e5_iso_bit.DELTA, e5_iso_bit.PROTOTYPE)]
    if claim == "C6":
        return [
            of(e3_ladder.name_of("adamw", loss)) - of(e3_ladder.name_of("sgd", loss)) for loss in e3_ladder.LOSSES
        ]
    if claim == "C7":
        return [of(e2_bug.name_of("prototype", True)) - of(e2_bug.name_of("prototype", False))]
    return []


def draw_claims(tables: Mapping[str, pd.DataFrame], answers: Mapping[str, str]) -> Figure:
    """Draw a row for each claim: the published figure as an open diamond, ours with its interval, and the verdict.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        By experiment.
    answers : mapping of str to str
        By claim; claims without an answer, or whose experiment has no table, are left out.
    """
    claims = [c for c in CLAIMS if c in answers and CLAIMS[c].experiment in tables]
    with style("claims"):
        figure = new("claims", 0.8 + 0.5 * len(claims))
        axes = figure.subplots()
        for row, claim in enumerate(claims):
            y = -float(row)
            axes.axhline(y, color=INK["line"], linewidth=0.7, zorder=0)
            axes.text(-1, y + 0.2, f"{claim}  {SHORT[claim]}", fontsize=SMALL, va="bottom", fontweight="bold")
            answer = answers[claim]
            axes.text(
                118,
                y + 0.2,
                f"{SYMBOL[answer]} {answer}",
                fontsize=SMALL,
                va="bottom",
                ha="right",
                fontweight="bold",
            )
            groups = _values(claim, tables)
            for values in groups:
                draw_mean(axes, y, values, INK["trainer.sgd"])
            value = CLAIMS[claim].value
            if groups and value is not None:
                draw_published(axes, 100 * value, y)
            if not groups:
                axes.text(0, y - 0.06, "counted" if claim != "C10" else "see the figure “More bits”",
                          fontsize=7.5, va="top", color=INK["muted"])  # fmt: skip
        axes.set_xlim(-2, 119)
        axes.set_ylim(-len(claims) + 0.4, 0.8)
        axes.set_yticks([])
        axes.set_xticks(range(0, 101, 20))
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_bounds(0, 100)
        percent_axis(axes.xaxis)
        figure.supxlabel(
            "◇ published   ● measured, 95 % interval of the mean   · seeds",
            fontsize=SMALL, color=INK["muted"], x=0.01, ha="left",
        )  # fmt: skip
        return settle(figure)
