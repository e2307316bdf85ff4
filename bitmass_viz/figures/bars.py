"""Bits of the weights, of inference, and of training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter

from bitmass_viz.experiments.figure import Bars
from bitmass_viz.figures.canvas import new
from bitmass_viz.figures.marks import note
from bitmass_viz.figures.style import INK, SMALL
from bitmass_viz.figures.tables import result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TOO_LONG = 4.0
"""Bars this many times the median get an axis of their own."""


def draw_bars(kind: Bars, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.Bars`, to scale within a panel."""
    results = result_rows(table).drop_duplicates("case")
    long = results[kind.total] > TOO_LONG * results[kind.total].median()
    panels = [rows for rows in (results[~long], results[long]) if len(rows)]
    figure = new(name, 1.6 + 0.42 * len(results) + 0.5 * len(panels))
    column = figure.subplots(len(panels), 1, squeeze=False, height_ratios=[len(rows) + 0.3 for rows in panels])[
        :, 0
    ]
    for axes, rows in zip(column, panels, strict=True):
        _draw_panel(axes, kind, rows)
    column[0].set_title(kind.title, pad=42)
    column[0].legend(
        *_keys(column[0]), ncols=3, loc="lower left", bbox_to_anchor=(-0.02, 1.0), borderpad=0, columnspacing=1.2,
        handlelength=1.8,
    )  # fmt: skip
    if len(panels) > 1:
        times = panels[1][kind.total].max() / panels[0][kind.total].max()
        column[1].set_title(f"The same, at a scale {times:.0f} times smaller", fontsize=9.5)
    column[-1].set_xlabel("bits")
    note(figure, table, "number: bits in use, as a multiple of the weight bits", interval="")
    return figure


def _keys(axes: Axes) -> tuple[list[object], list[str]]:
    handles, labels = axes.get_legend_handles_labels()
    return list(handles), list(labels)


def _draw_panel(axes: Axes, kind: Bars, rows: pd.DataFrame) -> None:
    longest = float(rows[kind.total].max())
    left = [0.0] * len(rows)
    places = [-float(row) for row in range(len(rows))]
    for column, part in kind.parts.items():
        lengths = rows[column].astype(float).tolist()
        axes.barh(
            places, lengths, 0.36, left=left, color=INK[part.colour], hatch=part.hatch, edgecolor=INK["surface"],
            linewidth=0, label=part.label,
        )  # fmt: skip
        left = [start + length for start, length in zip(left, lengths, strict=True)]
    for y, (_, line) in zip(places, rows.iterrows(), strict=True):
        times = line[kind.total] / line["weight_bits"]
        axes.text(line[kind.total] + 0.015 * longest, y, f"{times:.1f}×", va="center", fontsize=SMALL)
        axes.text(0, y + 0.22, str(line["case"]), va="bottom", fontsize=SMALL)
    axes.set_xlim(0, 1.13 * longest)
    axes.set_ylim(places[-1] - 0.4, 0.75)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(FuncFormatter(_in_words))


def _in_words(bits: float, _: object = None) -> str:
    if bits == 0:
        return "0"
    return f"{bits / 1e6:g} million" if bits >= 1e6 else f"{bits / 1e3:g} thousand"
