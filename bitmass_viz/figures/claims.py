"""The claims against the measurements, at one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.figure import ClaimRow
from bitmass_viz.experiments.judging import accuracies
from bitmass_viz.figures.canvas import new, settle
from bitmass_viz.figures.marks import draw_mean, draw_published, lay_on_percent, note
from bitmass_viz.figures.style import INK, SMALL, style
from bitmass_viz.figures.tables import complete_table_of, result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bitmass_viz.experiments.declaration import Experiment

SYMBOL = {"supported": "✓", "not supported": "✗", "undecided": "?"}
RIGHT = 153.0
"""Where a row ends, on the axis of percentages: beyond 100 is room for figures and verdicts."""
COUNTED = ClaimRow(said="counted")
"""The row of a claim that no network need be trained for."""
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
    said: str = ""


def _measured(row: ClaimRow, published: float, results: pd.DataFrame) -> Measured:
    means = []
    for case in row.cases:
        if isinstance(case, str):
            values = accuracies(results, case)
            means.append((values, statistics.mean(values)))
        else:
            first, second = (accuracies(results, each) for each in case)
            gap = statistics.paired if row.paired else statistics.difference
            means.append((first - second, gap(first, second)))
    ways = [float(accuracies(results, case).mean()) for case in row.ways]
    ends = {"low": min(ways, default=0.0), "high": max(ways, default=0.0)}
    return Measured(means, ways, row.said.format(*(mean.value for _, mean in means), published=published, **ends))


def draw_claims(
    experiments: Mapping[str, Experiment], tables: Mapping[str, pd.DataFrame], answers: Mapping[str, str]
) -> Figure:
    """Draw a row for each claim: the published figure as an open diamond, ours with its interval, and the verdict.

    Parameters
    ----------
    experiments : mapping of str to Experiment
        By name; what each claim's row shows is declared there.
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
    rows = {c: experiments[CLAIMS[c].experiment].claim_rows.get(c, COUNTED) for c in claims}
    with style("claims"):
        figure = new("claims", 1.6 + 0.5 * len(claims))
        axes = figure.subplots()
        for place, (claim, row) in enumerate(rows.items()):
            results = result_rows(tables[CLAIMS[claim].experiment])
            published = 100 * (CLAIMS[claim].value or 0.0)
            _draw_row(axes, -float(place), claim, answers[claim], _measured(row, published, results))
        axes.set_xlim(-4, RIGHT)
        axes.set_ylim(-len(claims) + 0.6, 0.75)
        lay_on_percent(axes)
        axes.set_title("Claimed, and measured")
        measured = dict.fromkeys(CLAIMS[c].experiment for c, row in rows.items() if row is not COUNTED)
        notes = ["◇ published   ● measured   · single seeds", *(row.note for row in rows.values() if row.note)]
        note(figure, [tables[name] for name in measured or (CLAIMS[claims[0]].experiment,)], "\n".join(notes))
        return settle(figure)


def _draw_row(axes: Axes, y: float, claim: str, answer: str, found: Measured) -> None:
    if found.means or found.ways:
        axes.plot([0, 100], [y, y], color=INK["line"], linewidth=0.8, zorder=0)
    axes.text(-3, y + 0.18, f"{claim}  {CLAIMS[claim].short}", fontsize=SMALL, va="bottom", fontweight="bold")
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
