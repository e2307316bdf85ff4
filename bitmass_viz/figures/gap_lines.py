"""How far formats are apart at equal bits, against the bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.shipped import data_label
from bitmass_viz.figures.canvas import name_panel, new
from bitmass_viz.figures.marks import draw_upright, note
from bitmass_viz.figures.style import INK, SMALL, TINY, trainer_colour
from bitmass_viz.figures.tables import accuracies, result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bitmass_viz.experiments.figure import GapLines

LINEAR = 2.0
"""Points around 0 in which the axis is linear; beyond, each step is a multiple."""
TICKS = (-50, -20, -10, -5, -2, -1, 0, 1, 2, 5, 10, 20, 50)
MARKERS = ("o", "s", "^")
DASHES = ("-", (0, (4, 2)), ":")


def draw_gap_lines(kind: GapLines, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.GapLines`."""
    results = result_rows(table)
    data = list(results["dataset"].unique())
    figure = new(name, 1.5 + 2.5 * len(data))
    panels: Any = figure.subplots(len(data), 1, sharex=True, squeeze=False)
    for number, (axes, dataset) in enumerate(zip(panels[:, 0], data, strict=True)):
        cases = _draw_panel(axes, kind, results[results["dataset"] == dataset])
        title = axes.set_title(f"{data_label(str(dataset))}, points", fontsize=SMALL, fontweight="normal")
        if number == 0:
            title.set(text=f"{kind.title}\n{title.get_text()}")
        name_panel(axes, f"gaps-{number}", cases=cases)
    _lay_out(panels[:, 0], kind, results)
    note(figure, table, f"band: equal within ±{kind.band:g} point", of="difference (Welch)")
    return figure


def _draw_panel(axes: Axes, kind: GapLines, rows: pd.DataFrame) -> dict[str, tuple[float, float, str]]:
    """Draw the differences on one data set; return where those of each case stand that are written out."""
    places = {}
    axes.axhspan(-kind.band, kind.band, color=INK["line"], linewidth=0, zorder=0)
    axes.axhline(0.0, color=INK["muted"], linewidth=0.8, zorder=0)
    colour = trainer_colour(str(rows["trainer"].iloc[0]))
    others = [group for group in rows["group"].unique() if group != kind.reference]
    for marker, group in zip(MARKERS, others, strict=False):
        for dashes, (epochs, of_epochs) in zip(DASHES, rows.groupby("epochs"), strict=False):
            found = {
                level: statistics.difference(
                    accuracies(part[part["group"] == group]), accuracies(part[part["group"] == kind.reference])
                )
                for level, part in of_epochs.groupby("level")
            }
            first = group == others[0]
            look: Any = {"color": colour if first else INK["muted"], "linestyle": dashes, "marker": marker}
            axes.plot(
                [float(str(level)) for level in found],
                [gap.value for gap in found.values()],
                label=f"{group}, {epochs} epochs",
                markerfacecolor=look["color"] if dashes == "-" else INK["surface"],
                **look,
            )
            of_group = of_epochs[of_epochs["group"] == group].groupby("level")["case"].first()
            for level, gap in found.items():
                draw_upright(axes, float(str(level)), gap, color=look["color"], linewidth=3, alpha=0.5)
                if first and dashes == "-":
                    places[str(of_group[level])] = (float(str(level)), gap.value, "right")
                    beside: Any = {"xytext": (5, 6), "textcoords": "offset points", "fontsize": TINY}
                    axes.annotate(
                        f"{gap.value:+.1f}".replace("-", "−"),
                        (float(str(level)), gap.value),
                        color=colour,
                        **beside,
                    )
    return places


def _lay_out(panels: Any, kind: GapLines, results: pd.DataFrame) -> None:
    masses = results.groupby("level")["bit_mass"].first()
    for axes in panels:
        axes.set_xscale("log", base=2)
        axes.set_yscale("symlog", linthresh=LINEAR)
        axes.set_yticks(TICKS, [f"{tick:+d}".replace("-", "−") if tick else "0" for tick in TICKS])
        axes.set_yticks([], minor=True)
        low, high = axes.dataLim.intervaly
        axes.set_ylim(min(1.3 * low, -1.3 * kind.band), max(2.4 * high, 1.6 * kind.band))
        axes.set_xlim(0.85 * masses.index.min(), 1.35 * masses.index.max())
        axes.grid(axis="y", linewidth=0.6)
    last = panels[-1]
    last.set_xticks(list(masses.index), [f"{level:g}\n{_short(mass)}" for level, mass in masses.items()])
    last.set_xticks([], minor=True)
    last.set_xlabel("containers (above) and weight bits (below)")
    last.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.34), ncols=2, handlelength=2.6, columnspacing=1.2)


def _short(bits: int) -> str:
    return f"{bits / 1e6:.1f} M" if bits >= 1e6 else f"{bits / 1e3:.0f} k"
