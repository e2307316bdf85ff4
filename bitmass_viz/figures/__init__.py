"""The figures, one function each: what an experiment's table looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bitmass_viz.figures.bit_knife import bit_knife
from bitmass_viz.figures.bug import bug
from bitmass_viz.figures.canvas import settle
from bitmass_viz.figures.claims import draw_claims
from bitmass_viz.figures.descent import draw_descent
from bitmass_viz.figures.describe import describe
from bitmass_viz.figures.iso_bit import iso_bit
from bitmass_viz.figures.ladder import ladder
from bitmass_viz.figures.ledger import ledger
from bitmass_viz.figures.published import published
from bitmass_viz.figures.roofline import draw_roofline
from bitmass_viz.figures.seeds import draw_seeds
from bitmass_viz.figures.style import style
from bitmass_viz.figures.svg import as_svg, save
from bitmass_viz.figures.weight import draw_weight
from bitmass_viz.figures.width import width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FIGURES: dict[str, Callable[[pd.DataFrame], Figure]] = {
    function.__name__: function for function in (published, bug, ladder, width, iso_bit, bit_knife, ledger)
}
"""The function that draws each experiment, by `Experiment.figure`."""

__all__ = [
    "FIGURES",
    "as_svg",
    "describe",
    "draw",
    "draw_claims",
    "draw_descent",
    "draw_roofline",
    "draw_seeds",
    "draw_weight",
    "save",
]


def draw(name: str, table: pd.DataFrame) -> Figure:
    """Draw an experiment's table.

    Parameters
    ----------
    name : str
        `Experiment.figure`.
    table : pandas.DataFrame
        As `experiments.run` returns it, choices included, or a shipped file as pandas reads it.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no such figure, or the table is not of its experiment.
    """
    if name not in FIGURES:
        raise ValueError(f"figure must be one of {', '.join(FIGURES)}, got {name!r}")
    with style(name):
        return settle(FIGURES[name](table))
