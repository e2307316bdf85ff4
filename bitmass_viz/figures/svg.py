"""How a figure is written: to files that repeat byte for byte, and as an SVG that takes the page's colours."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bitmass_viz.figures.style import DPI, INK, style

ID = re.compile(r'\bid="([^"]+)"')
TAG = re.compile(r"<[^>]+>")


class Panel(NamedTuple):
    """Axes into which the page can draw a reader's guess.

    Attributes
    ----------
    axes : Axes
    columns : mapping of float to float
        Level → its x in the data, where the levels are not the data's own x.
    cases : mapping of str to (float, float, str)
        Case → where a remark about it can stand: x and y in the data, and whether that is "right" of what is drawn
        of the case, or "above" its end.
    """

    axes: Axes
    columns: Mapping[float, float]
    cases: Mapping[str, tuple[float, float, str]]


def save(figure: Figure, base: Path) -> None:
    """Write a figure as base.png (200 dots an inch) and base.svg; the same figure gives the same bytes.

    Raises
    ------
    OSError
        The files cannot be written.
    """
    with style(str(figure.get_label())):
        figure.savefig(
            base.with_suffix(".png"), dpi=DPI, facecolor=INK["surface"], metadata={"Software": "bitmass_viz"}
        )
    base.with_suffix(".svg").write_text(_written(figure, facecolor=INK["surface"]), encoding="utf-8")


def as_svg(figure: Figure, description: str) -> str:
    """Return a figure as SVG for the page: it fills the width, takes the page's type, and its colours by name.

    A colour of the palette becomes ``var(--bm-ink, #1c2430)``, so that one figure serves light and dark.

    Parameters
    ----------
    figure : Figure
    description : str
        For those who cannot see it; `describe` writes one from the table.
    """
    svg = _written(figure, transparent=True)
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    svg = re.sub(r"font: ([^;\"]*?)(\d[\d.]*px) [^;\"]*", r"font: \1\2 inherit", svg)
    panels = {name: _place(panel) for name, panel in getattr(figure, "panels", {}).items()}
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = TAG.sub(_rounded, svg)
    by_hex = {value: key.replace(".", "-") for key, value in reversed(INK.items())}
    svg = re.sub(
        "|".join(map(re.escape, by_hex)), lambda found: f"var(--bm-{by_hex[found.group()]}, {found.group()})", svg
    )
    attributes = f'role="img" width="100%" aria-label="{_escaped(description)}"'
    if panels:
        attributes += f' data-panels="{_escaped(json.dumps(panels, separators=(",", ":")))}"'
    return svg.replace("<svg", f"<svg {attributes}", 1).strip()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _place(panel: Panel) -> dict[str, Any]:
    """Describe a panel in the SVG's own units: its ``box``, two points of each linear axis, columns and cases."""
    axes, figure = panel.axes, panel.axes.get_figure(root=True)
    assert figure is not None

    def to_svg(x: float, y: float) -> tuple[float, float]:
        right, up = axes.transData.transform((x, y)) / figure.dpi
        return round(72 * float(right), 2), round(72 * float(figure.get_figheight() - up), 2)

    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    (x0, y0), (x1, y1) = to_svg(left, bottom), to_svg(right, top)
    placed: dict[str, Any] = {"box": [x0, y1, x1, y0], "y": [float(bottom), y0, float(top), y1]}
    if panel.columns:
        placed["columns"] = {f"{level:g}": to_svg(x, bottom)[0] for level, x in panel.columns.items()}
    else:
        placed["x"] = [float(left), x0, float(right), x1]
    if panel.cases:
        placed["cases"] = {case: [*to_svg(x, y), side] for case, (x, y, side) in panel.cases.items()}
    return placed


def _rounded(tag: re.Match[str]) -> str:
    """Shorten a tag's coordinates: a hundredth of a point is more than a screen shows."""
    return re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}", tag[0])


def _written(figure: Figure, **how: object) -> str:
    """Write a figure as SVG. Names inside are numbered, for matplotlib's own follow the last digit of a float."""
    name = str(figure.get_label())
    buffer = io.StringIO()
    with style(name):
        figure.savefig(buffer, format="svg", metadata={"Date": None}, **how)  # type: ignore[arg-type]
    svg = buffer.getvalue()
    numbers: dict[str, str] = {}
    for found in ID.findall(svg):
        numbers.setdefault(found, f"{name}-{len(numbers)}")
    svg = ID.sub(lambda found: f'id="{numbers[found[1]]}"', svg)
    return re.sub(r'(href="#|url\(#)([^")]+)', lambda found: found[1] + numbers[found[2]], svg)
