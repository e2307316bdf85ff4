"""Bits of the weights, of inference, and of training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import blended_transform_factory

from bitmass_viz.experiments.figure import LedgerBars
from bitmass_viz.figures.canvas import name_panel, new
from bitmass_viz.figures.marks import note
from bitmass_viz.figures.style import INK, SMALL
from bitmass_viz.figures.tables import result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PARTS = {
    "weight_bits": ("weights", INK["one"], ""),
    "constant_bits": ("thresholds, scales", INK["muted"], ""),
    "fixed_bits": ("codebook", INK["muted"], "xxxx"),
    "training_bits": ("training state", INK["muted"], "////"),
    "scratch_bits": ("gradients", INK["padding"], ""),
}
"""Column → what it counts, its colour, its hatch."""
TOO_LONG = 4.0
"""Bars this many times the median get an axis of their own."""


def draw_ledger_bars(_kind: LedgerBars, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.LedgerBars`, to scale within a panel."""
    results = result_rows(table).drop_duplicates("case")
    long = results["total_bits"] > TOO_LONG * results["total_bits"].median()
    panels = [rows for rows in (results[~long], results[long]) if len(rows)]
    figure = new(name, 1.5 + 0.21 * len(results) + 0.5 * len(panels))
    column = figure.subplots(len(panels), 1, squeeze=False, height_ratios=[len(rows) + 0.3 for rows in panels])[
        :, 0
    ]
    for number, (axes, rows) in enumerate(zip(column, panels, strict=True)):
        _draw_panel(axes, rows)
        ends = zip(rows["case"], rows["total_bits"], strict=True)
        cases = {case: (float(end), 0.3 - row, "above") for row, (case, end) in enumerate(ends)}
        name_panel(axes, f"bars-{number}", cases=cases)
    column[0].set_title("Bits in use during training", pad=42)
    # From the figure's left edge, below the title; it takes no room from the bars.
    edge = blended_transform_factory(figure.transFigure, column[0].transAxes)
    column[0].legend(
        ncols=3, loc="lower left", bbox_to_anchor=(0.01, 1.02), bbox_transform=edge, borderpad=0,
        columnspacing=1.2, handlelength=1.8,
    ).set_in_layout(False)  # fmt: skip
    if len(panels) > 1:
        times = panels[1]["total_bits"].max() / panels[0]["total_bits"].max()
        column[1].set_title(f"The same, {times:.0f} times smaller")
    column[-1].set_xlabel("bits")
    note(figure, table, "number: bits in use, as a multiple of the weight bits", interval="")
    return figure


def _draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    longest = float(rows["total_bits"].max())
    left = [0.0] * len(rows)
    places = [-float(row) for row in range(len(rows))]
    for column, (label, colour, hatch) in PARTS.items():
        lengths = rows[column].astype(float).tolist()
        axes.barh(
            places, lengths, 0.62, left=left, color=colour, hatch=hatch, edgecolor=INK["surface"], linewidth=0,
            label=label,
        )  # fmt: skip
        left = [start + length for start, length in zip(left, lengths, strict=True)]
    for y, (_, line) in zip(places, rows.iterrows(), strict=True):
        times = line["total_bits"] / line["weight_bits"]
        axes.text(line["total_bits"] + 0.015 * longest, y, f"{times:.1f}×", va="center", fontsize=SMALL)
    axes.set_xlim(0, 1.2 * longest)
    axes.set_ylim(places[-1] - 0.6, 0.6)
    axes.set_yticks(places, rows["case"].astype(str).tolist())
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=3)
    axes.xaxis.set_major_formatter(FuncFormatter(_in_words))


def _in_words(bits: float, _: object = None) -> str:
    if bits == 0:
        return "0"
    return f"{bits / 1e6:g} million" if bits >= 1e6 else f"{bits / 1e3:g} thousand"
