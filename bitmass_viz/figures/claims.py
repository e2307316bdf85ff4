"""The claims against the measurements, at one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declared import e1_published, e2_bug, e3_ladder, e5_iso_bit
from bitmass_viz.figures.canvas import new, settle
from bitmass_viz.figures.marks import draw_mean, draw_published, note
from bitmass_viz.figures.style import INK, SMALL, percent_axis, style
from bitmass_viz.figures.tables import accuracies, complete_table_of, result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SYMBOL = {"supported": "✓", "not supported": "✗", "undecided": "?"}
SHORT = {
    "C1": "203,264 weight bits",
    "C2": "AdamW",
    "C3": "SGD",
    "C4": "BV32-Hebbian",
    "C5": "equal bits, equal accuracy",
    "C6": "AdamW’s lead over SGD",
    "C7": "cost of the bug",
    "C8": "8 float = 256 binary units",
    "C9": "three equal views",
    "C10": "more bits, or better used",
}
RIGHT = 153.0
"""Where a row ends, on the axis of percentages: beyond 100 is room for figures and verdicts."""
COUNTED = ("C1", "C8", "C9")
LOOKS = ((INK["trainer.sgd"], True), (INK["trainer.adamw"], False))
"""Colour, and whether filled: of what was measured, and where there are two readings, of the second."""


@dataclass(frozen=True)
class Measured:
    """What was found for a claim.

    Attributes
    ----------
    means : list of (values, Estimate)
        Single seeds and their mean, in percent or points.
    ways : list of float
        Means of several ways to do the same, of which only the spread matters.
    said : str
        In figures, beside the strip.
    """

    means: list[tuple[NDArray[np.float64], statistics.Estimate]] = field(default_factory=list)
    ways: list[float] = field(default_factory=list)
    said: str = "counted"


def _measured(claim: str, table: pd.DataFrame) -> Measured:
    results = result_rows(table).sort_values("seed")

    def of(case: str) -> NDArray[np.float64]:
        return accuracies(results[results["case"] == case])

    value = 100 * (CLAIMS[claim].value or 0.0)
    single = {"C2": e1_published.ADAMW, "C3": e1_published.SGD, "C4": e1_published.PROTOTYPE}
    if claim in single:
        found = statistics.mean(of(single[claim]))
        return Measured([(of(single[claim]), found)], said=f"◇ {value:.1f}  ● {found.value:.1f}")
    if claim == "C5":
        straight = [e5_iso_bit.name_of(bits) for bits in e5_iso_bit.BITS]
        other = (e5_iso_bit.FLOAT, e5_iso_bit.ALL_BINARY, e5_iso_bit.BOP, e5_iso_bit.DELTA, e5_iso_bit.PROTOTYPE)
        ways = [float(of(case).mean()) for case in (*straight, *other)]
        return Measured(ways=ways, said=f"{min(ways):.1f} to {max(ways):.1f}")
    if claim == "C6":
        pairs = [
            (of(e3_ladder.name_of("adamw", loss)), of(e3_ladder.name_of("sgd", loss))) for loss in e3_ladder.LOSSES
        ]
        means = [(adamw - sgd, statistics.difference(adamw, sgd)) for adamw, sgd in pairs]
        return Measured(means, said=f"◇ +{value:.0f}  ● {means[0][1].value:+.1f}  ○ {means[1][1].value:+.1f}")
    if claim == "C7":
        centred, bare = (of(e2_bug.name_of("prototype", c)) for c in (True, False))
        found = statistics.paired(centred, bare)
        return Measured([(centred - bare, found)], said=f"◇ >{value:.0f}  ● {found.value:.1f}")
    return Measured(said="see “More bits”" if claim == "C10" else "counted")


def draw_claims(tables: Mapping[str, pd.DataFrame], answers: Mapping[str, str]) -> Figure:
    """Draw a row for each claim: the published figure as an open diamond, ours with its interval, and the verdict.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        By experiment, as `experiments.run` returns them, or shipped files as pandas reads them.
    answers : mapping of str to str
        By claim; claims without an answer, or whose experiment has no table, are left out.

    Raises
    ------
    ValueError
        If no claim is left.
    """
    claims = [c for c in CLAIMS if c in answers and CLAIMS[c].experiment in tables]
    if not claims:
        raise ValueError("there must be an answer and a table for at least one claim, got none")
    tables = {name: complete_table_of(name, table) for name, table in tables.items()}
    with style("claims"):
        figure = new("claims", 1.6 + 0.5 * len(claims))
        axes = figure.subplots()
        for row, claim in enumerate(claims):
            _draw_row(axes, -float(row), claim, answers[claim], _measured(claim, tables[CLAIMS[claim].experiment]))
        axes.set_xlim(-4, RIGHT)
        axes.set_ylim(-len(claims) + 0.6, 0.75)
        axes.set_yticks([])
        axes.set_xticks(range(0, 101, 20))
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_bounds(0, 100)
        percent_axis(axes.xaxis)
        axes.set_title("Claimed, and measured")
        read = [tables[name] for name in dict.fromkeys(CLAIMS[c].experiment for c in claims if c not in COUNTED)]
        more = "◇ published   ● measured   · single seeds"
        if "C5" in claims:
            more += "\nC5: | a way to use the same 203,264 bits"
        if "C6" in claims:
            more += "\nC6: ● with squared error, ○ with cross-entropy; C6 and C7 in points"
        note(figure, read or [tables[CLAIMS[claims[0]].experiment]], more)
        return settle(figure)


def _draw_row(axes: Axes, y: float, claim: str, answer: str, found: Measured) -> None:
    if found.means or found.ways:
        axes.plot([0, 100], [y, y], color=INK["line"], linewidth=0.8, zorder=0)
    axes.text(-3, y + 0.18, f"{claim}  {SHORT[claim]}", fontsize=SMALL, va="bottom", fontweight="bold")
    axes.text(
        RIGHT, y + 0.18, f"{SYMBOL[answer]} {answer}", fontsize=SMALL, va="bottom", ha="right", fontweight="bold"
    )
    axes.text(RIGHT, y, found.said, fontsize=SMALL, va="center", ha="right")
    for place, (values, mean) in enumerate(found.means):
        colour, filled = LOOKS[place]
        draw_mean(axes, y, values, colour, filled=filled, found=mean)
    if found.ways:
        low, high = min(found.ways), max(found.ways)
        axes.plot([low, high], [y, y], color=LOOKS[0][0], linewidth=2.2, solid_capstyle="butt")
        axes.plot(found.ways, [y] * len(found.ways), "|", color=LOOKS[0][0], markersize=11, markeredgewidth=1.0)
    value = CLAIMS[claim].value
    if found.means and value is not None:
        draw_published(axes, 100 * value, y)
