"""A figure from its beginning to its final layout, as a notebook shows it."""

from __future__ import annotations

from matplotlib.figure import Figure

from bitmass_viz.figures.style import INK, WIDTH
from bitmass_viz.figures.svg import as_svg


class Shown(Figure):
    """A figure that a notebook shows: on paper of its own, for the ink is dark and the notebook may be, too."""

    def _repr_html_(self) -> str:
        drawn = as_svg(self, str(self.get_label()).replace("_", " "))
        paper = f"background:{INK['surface']};color:{INK['ink']};max-width:{self.get_figwidth():g}in"
        return f'<div style="{paper};padding:.6em;font-family:sans-serif">{drawn}</div>'


def new(name: str, height: float) -> Figure:
    """Begin a figure of so many inches."""
    return Shown((WIDTH, height), layout="constrained", label=name)


def settle(figure: Figure) -> Figure:
    """Lay a figure out once and for all, so that every way of writing it shows the same."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure
