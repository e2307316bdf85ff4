"""The claims against the measurements, at one look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import CLAIMS, Claim
from bitmass_viz.experiments.figure import ClaimRow
from bitmass_viz.experiments.judging import accuracies
from bitmass_viz.experiments.verdict import ANSWERS, Answer
from bitmass_viz.figures.canvas import new, settle
from bitmass_viz.figures.marks import draw_mean, draw_published, lay_on_percent, note
from bitmass_viz.figures.style import INK, SMALL, style, trainer_colour
from bitmass_viz.figures.tables import complete_table_of, result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bitmass_viz.experiments.declaration import Experiment


RIGHT = 153.0
"""Where a row ends, on the axis of percentages: beyond 100 is room for figures and verdicts."""
COUNTED = ClaimRow(said="counted")
"""The row of a claim that no network need be trained for."""


def draw_claims(
    experiments: Mapping[str, Experiment], tables: Mapping[str, pd.DataFrame], answers: Mapping[str, Answer]
) -> Figure:
    """Draw a row for each claim: the published figure as an open diamond, ours with its interval, and the verdict.

    Parameters
    ----------
    experiments : mapping of str to Experiment
        By name; what each claim's row shows is declared there.
    tables : mapping of str to pandas.DataFrame
        By experiment, as `experiments.run` returns them, or shipped files as pandas reads them.
    answers : mapping of str to Answer
        By claim; claims without an answer, or whose experiment has no table, are left out.

    Raises
    ------
    ValueError
        If no claim is left.
    """
    claims = [claim for claim in CLAIMS.values() if claim.id in answers and claim.experiment in tables]
    if not claims:
        raise ValueError("there must be an answer and a table for at least one claim, got none")
    tables = {name: complete_table_of(experiments[name], table) for name, table in tables.items()}
    rows = [experiments[claim.experiment].claim_rows.get(claim.id, COUNTED) for claim in claims]
    with style("claims"):
        figure = new("claims", 1.6 + 0.5 * len(claims))
        axes = figure.subplots()
        for place, (claim, row) in enumerate(zip(claims, rows, strict=True)):
            results = result_rows(tables[claim.experiment])
            _draw_row(axes, -float(place), claim, answers[claim.id], row, results)
        axes.set_xlim(-4, RIGHT)
        axes.set_ylim(-len(claims) + 0.6, 0.75)
        lay_on_percent(axes)
        axes.set_title("Claimed, and measured")
        trained = {claim.experiment for claim, row in zip(claims, rows, strict=True) if row.cases or row.ways}
        notes = ["◇ published   ● measured   · single seeds", *(row.note for row in rows if row.note)]
        note(figure, [tables[name] for name in trained or {claims[0].experiment}], "\n".join(notes))
        return settle(figure)


def _draw_row(axes: Axes, y: float, claim: Claim, answer: Answer, row: ClaimRow, results: pd.DataFrame) -> None:
    if row.cases or row.ways:
        axes.plot([0, 100], [y, y], color=INK["line"], linewidth=0.8, zorder=0)
    means = [_mean(results, case, row) for case in row.cases]
    for case, (values, mean), filled in zip(row.cases, means, (True, False), strict=False):
        draw_mean(axes, y, values, _colour(results, case), filled=filled, found=mean)
    ways = [float(accuracies(results, case).mean()) for case in row.ways]
    ends = {"low": min(ways, default=0.0), "high": max(ways, default=0.0)}
    if ways:
        axes.plot(list(ends.values()), [y, y], color=INK["ink"], linewidth=2.2, solid_capstyle="butt")
        axes.plot(ways, [y] * len(ways), "|", color=INK["ink"], markersize=11, markeredgewidth=1.0)
    published = 100 * (claim.value or 0.0)
    if means and published:
        draw_published(axes, published, y)
    look: Any = {"fontsize": SMALL, "va": "bottom", "fontweight": "bold"}
    axes.text(-3, y + 0.18, f"{claim.id}  {claim.short}", **look)
    axes.text(RIGHT, y + 0.18, f"{ANSWERS[answer].symbol} {answer}", ha="right", **look)
    said = row.said.format(*(mean.value for _, mean in means), published=published, **ends)
    axes.text(RIGHT, y, said, fontsize=SMALL, va="center", ha="right")


def _colour(results: pd.DataFrame, case: str | tuple[str, str]) -> str:
    """Return the colour of a case's trainer; a difference of two is no trainer's."""
    if not isinstance(case, str):
        return INK["ink"]
    return trainer_colour(str(results.loc[results["case"] == case, "trainer"].iloc[0]))


def _mean(
    results: pd.DataFrame, case: str | tuple[str, str], row: ClaimRow
) -> tuple[NDArray[np.float64], statistics.Estimate]:
    """Return single seeds with their mean, in percent or points."""
    if isinstance(case, str):
        values = accuracies(results, case)
        return values, statistics.mean(values)
    first, second = (accuracies(results, each) for each in case)
    return first - second, (statistics.paired if row.paired else statistics.difference)(first, second)
