"""What all figures share: size, type and colours.

Every figure is as wide as a phone shows it and a page prints it, and can be read without colour: series differ in
marker and dashes, and are named where they are. No state is shared, so that figures may be drawn on any thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib import rc_context
from matplotlib.ticker import PercentFormatter

from bitmass_viz.common.palette import PALETTE

INK = PALETTE["light"]
WIDTH = 4.6
"""Inches."""
DPI = 200
SMALL, TINY = 10, 9
"""Points of 1/72 of an inch; a phone shows them as so many CSS pixels."""
SYNTHETIC = "synthetic pen strokes, not MNIST"
"""What must stand above every accuracy that was not measured on MNIST."""
STYLE: Any = {
    "font.size": 10.5,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 10.5,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "text.color": INK["ink"],
    "axes.labelcolor": INK["ink"],
    "axes.titlecolor": INK["ink"],
    "axes.edgecolor": INK["muted"],
    "xtick.color": INK["muted"],
    "ytick.color": INK["muted"],
    "xtick.labelcolor": INK["ink"],
    "ytick.labelcolor": INK["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "lines.linewidth": 1.6,
    "lines.markersize": 5.5,
    "grid.color": INK["line"],
    "svg.fonttype": "none",
}
MARKS = {
    "sgd": ("o", "-"),
    "adamw": ("s", "--"),
    "bv32-hebbian": ("^", "-."),
    "bv32-uncentred": ("D", ":"),
    "straight-through": ("P", "-"),
    "bop": ("v", ":"),
    "momentum": ("<", "--"),
    "rmsprop": (">", "-."),
    "adam": ("p", ":"),
    "linear": ("X", ":"),
    "binary-linear": ("X", ":"),
}
"""Trainer → its mark and its dashes, the same in every figure."""


@contextmanager
def style(name: str) -> Iterator[None]:
    """Draw or write with this style; names inside an SVG are the figure's own, and the same each time."""
    with rc_context(STYLE | {"svg.hashsalt": f"bitmass-{name}"}):
        yield


def trainer_colour(trainer: str) -> str:
    """Colour of a trainer, the same as on the page's chart."""
    return INK.get(f"trainer.{trainer}", INK["muted"])


def trainer_look(trainer: str, recipe: str = "tuned") -> dict[str, Any]:
    """Colour, mark and dashes of a trainer; of its published recipe the mark is open and the line dotted."""
    marker, dashes = MARKS.get(trainer, ("o", "-"))
    colour, published = trainer_colour(trainer), recipe == "published"
    face = INK["surface"] if published else colour
    dashes = ":" if published else dashes
    return {"color": colour, "marker": marker, "linestyle": dashes, "markerfacecolor": face}


def percent_axis(axis: Any, decimals: int = 0) -> None:
    """Label an axis of percentages."""
    axis.set_major_formatter(PercentFormatter(decimals=decimals, symbol=" %"))
