"""What all figures share: size, type, colours, marks for a mean with its seeds, and how they are written.

Every figure is as wide as a phone shows it and a page prints it, and can be read without colour: series differ in
marker and dashes, and are named where they are. No state is shared, so that figures may be drawn on any thread.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.palette import PALETTE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

INK = PALETTE["light"]
WIDTH = 4.6
"""Inches."""
DPI = 200
SMALL = 8.5
STYLE: Any = {
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 9.5,
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
TRAINER_COLOUR = {
    "sgd": INK["trainer.sgd"],
    "adamw": INK["trainer.adamw"],
    "bv32-hebbian": INK["trainer.bv32-hebbian"],
    "bv32-uncentred": INK["trainer.bv32-uncentred"],
}
SERIES: tuple[dict[str, Any], ...] = (
    {"color": INK["trainer.sgd"], "marker": "o", "linestyle": "-"},
    {"color": INK["trainer.adamw"], "marker": "s", "linestyle": "--"},
    {"color": INK["trainer.bv32-hebbian"], "marker": "^", "linestyle": "-."},
    {"color": INK["trainer.bv32-uncentred"], "marker": "D", "linestyle": ":"},
    {"color": INK["muted"], "marker": "v", "linestyle": (0, (6, 1.5))},
)
"""How the series of a figure differ, in colour and without."""


@contextmanager
def style(name: str) -> Iterator[None]:
    """Draw or write with this style; names inside an SVG are the figure's own, and the same each time."""
    with rc_context(STYLE | {"svg.hashsalt": f"bitmass-{name}"}):
        yield


def new(name: str, height: float) -> Figure:
    """Begin a figure of so many inches."""
    return Figure((WIDTH, height), layout="constrained", label=name)


def trainer_colour(trainer: str) -> str:
    """Colour of a trainer, the same as on the page's chart."""
    return TRAINER_COLOUR.get(trainer, INK["trainer.other"])


def percent_axis(axis: Any, decimals: int = 0) -> None:
    """Label an axis of percentages."""
    axis.set_major_formatter(PercentFormatter(decimals=decimals, symbol=" %"))


def accuracies(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Accuracies in percent."""
    return 100.0 * rows["accuracy"].to_numpy(np.float64)


def draw_mean(axes: Axes, y: float, values: NDArray[np.float64], colour: str, *, filled: bool = True) -> None:
    """Mark single seeds as faint dots and their mean with its 95 % interval, lying along x."""
    if len(values) > 1:
        spread = np.linspace(-0.12, 0.12, len(values))
        axes.plot(values, y + spread, ".", color=colour, markersize=4, alpha=0.5, markeredgewidth=0)
    found = statistics.mean(values)
    if found.low == found.low:
        axes.plot([found.low, found.high], [y, y], color=colour, linewidth=2.2, solid_capstyle="butt")
        for end in (found.low, found.high):
            axes.plot([end, end], [y - 0.13, y + 0.13], color=colour, linewidth=1.2)
    face = colour if filled else INK["surface"]
    axes.plot([found.value], [y], "o", color=colour, markerfacecolor=face, markersize=6, zorder=4)


def draw_published(axes: Axes, value: float, y: float) -> None:
    """Mark a figure of the study's: an open diamond."""
    axes.plot(
        [value], [y], "D", markerfacecolor=INK["surface"], markeredgecolor=INK["ink"], markersize=6.5, zorder=5
    )


def note(figure: Figure, table: pd.DataFrame, more: str = "") -> None:
    """Say at the foot how many seeds there are, of what data, and which interval."""
    results = table[table["stage"] == "result"]
    seeds = int(results.groupby("case")["seed"].nunique().min())
    data = "synthetic pen strokes, not MNIST" if results["synthetic"].iloc[0] else "MNIST"
    bars = "; bars: 95 % interval of the mean (t)" if seeds > 1 else ""
    text = f"{data}, test images, {seeds} seed{'s' if seeds > 1 else ''}{bars}"
    figure.supxlabel("\n".join(filter(None, (more, text))), fontsize=SMALL, color=INK["muted"], x=0.01, ha="left")


def settle(figure: Figure) -> Figure:
    """Lay a figure out once and for all, so that every way of writing it shows the same."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return figure


def _svg(figure: Figure, **how: Any) -> str:
    """Write a figure as SVG. Names inside are numbered, for matplotlib's own follow the last digit of a float."""
    name = str(figure.get_label())
    buffer = io.StringIO()
    with style(name):
        figure.savefig(buffer, format="svg", metadata={"Date": None}, **how)
    svg = buffer.getvalue()
    numbers: dict[str, str] = {}
    for found in re.findall(r'\bid="([^"]+)"', svg):
        numbers.setdefault(found, f"{name}-{len(numbers)}")
    svg = re.sub(r'\bid="([^"]+)"', lambda found: f'id="{numbers[found[1]]}"', svg)
    return re.sub(r'(href="#|url\(#)([^")]+)', lambda found: found[1] + numbers[found[2]], svg)


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
    base.with_suffix(".svg").write_text(_svg(figure, facecolor=INK["surface"]), encoding="utf-8")


def as_svg(figure: Figure, description: str) -> str:
    """Return a figure as SVG for the page: it fills the width, takes the page's type, and its colours by name.

    A colour of the palette becomes ``var(--bm-ink, #1c2430)``, so that one figure serves light and dark.

    Parameters
    ----------
    figure : Figure
    description : str
        For those who cannot see it.
    """
    svg = _svg(figure, transparent=True)
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    svg = re.sub(r"font: ([^;\"]*?)(\d[\d.]*px) [^;\"]*", r"font: \1\2 inherit", svg)
    svg = re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found[0]):.2f}", svg)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    by_hex = {value: key.replace(".", "-") for key, value in reversed(INK.items())}
    svg = re.sub(
        "|".join(map(re.escape, by_hex)), lambda found: f"var(--bm-{by_hex[found.group()]}, {found.group()})", svg
    )
    escaped = description.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return svg.replace("<svg", f'<svg role="img" width="100%" aria-label="{escaped}"', 1).strip()
