"""A figure from its beginning to its final layout, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bitmass_viz.figures.style import INK, WIDTH
from bitmass_viz.figures.svg import Panel, as_svg


class Shown(Figure):
    """A figure that a notebook shows: on paper of its own, for the ink is dark and the notebook may be, too.

    Attributes
    ----------
    panels : dict of Panel
        Named by `name_panel`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.panels: dict[str, Panel] = {}

    def _repr_html_(self) -> str:
        drawn = as_svg(self, str(self.get_label()).replace("_", " "))
        paper = f"background:{INK['surface']};color:{INK['ink']};max-width:{self.get_figwidth():g}in"
        return f'<div style="{paper};padding:.6em;font-family:sans-serif">{drawn}</div>'


def new(name: str, height: float) -> Figure:
    """Begin a figure of so many inches."""
    return Shown((WIDTH, height), layout="constrained", label=name)


def name_panel(
    axes: Axes,
    name: str,
    columns: Mapping[float, float] | None = None,
    cases: Mapping[str, tuple[float, float, str]] | None = None,
) -> None:
    """Name a panel, so that the page can draw a reader's guess into it; see `Panel`."""
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Shown)
    figure.panels[name] = Panel(axes, columns or {}, cases or {})


def settle(figure: Figure) -> Figure:
    """Lay a figure out once and for all, so that every way of writing it shows the same."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure
