"""The figures: what an experiment's table looks like, as its declaration describes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bitmass_viz.experiments import figure as kinds
from bitmass_viz.figures.canvas import settle
from bitmass_viz.figures.capacity import draw_capacity_lines
from bitmass_viz.figures.claims import draw_claims
from bitmass_viz.figures.cuts import draw_cuts
from bitmass_viz.figures.descent import draw_descent
from bitmass_viz.figures.dots import draw_dots, draw_published_dots, draw_seeds
from bitmass_viz.figures.gap_lines import draw_gap_lines
from bitmass_viz.figures.ledger_bars import draw_ledger_bars
from bitmass_viz.figures.lines import draw_format_line, draw_mass_lines
from bitmass_viz.figures.pairs import draw_pairs
from bitmass_viz.figures.rate_sweeps import draw_rate_sweeps
from bitmass_viz.figures.roofline import draw_roofline
from bitmass_viz.figures.style import style
from bitmass_viz.figures.svg import as_svg, save
from bitmass_viz.figures.tables import complete_table_of, data_of, result_rows, seeds_in_words
from bitmass_viz.figures.weight import draw_weight

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from bitmass_viz.experiments.declaration import Experiment

KINDS: dict[type[kinds.Figure], Callable[[Any, pd.DataFrame, str], Figure]] = {
    kinds.Dots: draw_dots,
    kinds.PublishedDots: draw_published_dots,
    kinds.Pairs: draw_pairs,
    kinds.RateSweeps: draw_rate_sweeps,
    kinds.MassLines: draw_mass_lines,
    kinds.FormatLine: draw_format_line,
    kinds.CapacityLines: draw_capacity_lines,
    kinds.GapLines: draw_gap_lines,
    kinds.Cuts: draw_cuts,
    kinds.LedgerBars: draw_ledger_bars,
}
"""The function that draws each kind of figure."""

__all__ = [
    "as_svg",
    "describe",
    "draw",
    "draw_claims",
    "draw_descent",
    "draw_roofline",
    "draw_seeds",
    "draw_weight",
    "drawing",
    "save",
]


def draw(experiment: Experiment, table: pd.DataFrame) -> Figure:
    """Draw an experiment's table.

    Parameters
    ----------
    experiment : Experiment
        Such as ``experiments.EXPERIMENTS["iso-bit"]``, or one of your own.
    table : pandas.DataFrame
        As `experiments.run` returns it, choices included, or a shipped file as pandas reads it.

    Raises
    ------
    ValueError
        If the table is not of this experiment.
    """
    table, kind, name = complete_table_of(experiment, table), experiment.figure, experiment.name.replace("-", "_")
    with style(name):
        return settle(KINDS[type(kind)](kind, table, name))


def describe(experiment: Experiment, table: pd.DataFrame) -> str:
    """Say in one or two sentences what an experiment's figure shows, for those who cannot see it; see `draw`."""
    results = result_rows(complete_table_of(experiment, table))
    return f"{experiment.figure.in_words(results)} Means of {seeds_in_words(results)}, {data_of(results)}."


def drawing(experiment: Experiment, table: pd.DataFrame) -> str:
    """Draw an experiment's table as SVG for the page, with its description; see `draw`."""
    return as_svg(draw(experiment, table), f"{experiment.title}. {describe(experiment, table)}")
