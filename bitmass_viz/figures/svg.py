"""How a figure is written: to files that repeat byte for byte, and as an SVG that takes the page's colours."""

from __future__ import annotations

import io
import re
from pathlib import Path

from matplotlib.figure import Figure

from bitmass_viz.figures.style import DPI, INK, style

ID = re.compile(r'\bid="([^"]+)"')
TAG = re.compile(r"<[^>]+>")


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
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = TAG.sub(_rounded, svg)
    by_hex = {value: key.replace(".", "-") for key, value in reversed(INK.items())}
    svg = re.sub(
        "|".join(map(re.escape, by_hex)), lambda found: f"var(--bm-{by_hex[found.group()]}, {found.group()})", svg
    )
    escaped = description.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return svg.replace("<svg", f'<svg role="img" width="100%" aria-label="{escaped}"', 1).strip()


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
