"""How much networks memorise, against the bits of a weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bitmass_viz.experiments import statistics
from bitmass_viz.figures.canvas import name_panel, new
from bitmass_viz.figures.marks import draw_upright, note
from bitmass_viz.figures.style import INK, SMALL, trainer_look
from bitmass_viz.figures.tables import result_rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bitmass_viz.experiments.figure import CapacityLines

PAPER = {"facecolor": INK["surface"], "edgecolor": "none", "pad": 0.6}
"""Beneath words that lines would cross."""


def draw_capacity_lines(kind: CapacityLines, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.CapacityLines`."""
    results = result_rows(table)
    figure = new(name, 6.4)
    axes = figure.subplots()
    levels = sorted(results["level"].unique())
    places = {level: float(x) for x, level in enumerate(levels)}
    masses = sorted((int(mass) for mass in results["bit_mass"].unique()), reverse=True)
    for number, mass in enumerate(masses):
        _draw_mass(axes, kind, results[results["bit_mass"] == mass], places, filled=number == 0)
    most = masses[0]
    _draw_theory(axes, kind, most, places)
    axes.set_xlim(-0.4, len(places) - 0.6)
    axes.set_ylim(0, 1.06 * most)
    axes.set_xticks(list(places.values()), [f"{level:g}" for level in places])
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}")
    axes.grid(axis="y", linewidth=0.6)
    name_panel(axes, "lines", columns=places)
    axes.set_xlabel("bits per weight")
    axes.set_title("Bits of random labels memorised")
    axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.14), handlelength=2.4)
    note(figure, table, f"percent: share of the bit-mass\nline at the top: all {most:,} bits")
    return figure


def _draw_mass(
    axes: Axes, kind: CapacityLines, rows: pd.DataFrame, places: dict[float, float], *, filled: bool
) -> None:
    """Draw one bit-mass: the group as a line, and each of the others as a mark."""
    mass = int(rows["bit_mass"].iloc[0])
    for group in (kind.group, *kind.others):
        part = rows[rows["group"] == group]
        if not len(part):
            continue
        look = trainer_look(*part[["trainer", "recipe"]].iloc[0])
        if not filled:
            look |= {"markerfacecolor": INK["surface"], "linestyle": ":"}
        means = {
            places[float(str(level))]: statistics.mean(found["memorised"].to_numpy(np.float64))
            for level, found in part.groupby("level")
        }
        what = kind.others.get(group, group)
        axes.plot(list(means), [mean.value for mean in means.values()], label=f"{what}, {mass:,} bits", **look)
        for x, mean in means.items():
            draw_upright(axes, x, mean, color=look["color"], linewidth=3, alpha=0.6)
            if filled and group == kind.group:
                above: Any = {
                    "xytext": (3, 8),
                    "textcoords": "offset points",
                    "ha": "center",
                    "fontsize": SMALL,
                    "bbox": PAPER,
                }
                axes.annotate(f"{100 * mean.value / mass:.0f} %", (x, mean.value), color=look["color"], **above)


def _draw_theory(axes: Axes, kind: CapacityLines, mass: int, places: dict[float, float]) -> None:
    """Draw what a weight is said to hold, and all the bits that there are."""
    look: Any = {"color": INK["muted"], "linewidth": 1.0, "zorder": 0}
    axes.axhline(mass, **look)
    theory = {x: kind.per_weight * mass / level for level, x in places.items()}
    label = f"language models: {kind.per_weight:g} bits per weight"
    axes.plot(list(theory), list(theory.values()), linestyle=(0, (5, 2)), label=label, **look)
    if 1.0 in places:
        held = kind.per_binary_weight * mass
        axes.plot([places[1.0]], [held], "_", markersize=14, markeredgewidth=1.6, color=INK["muted"])
        beside: Any = {
            "xytext": (9, -7),
            "textcoords": "offset points",
            "va": "center",
            "fontsize": SMALL,
            "bbox": PAPER,
        }
        axes.annotate(f"perceptron:\n{kind.per_binary_weight:g} per weight", (places[1.0], held), **beside)
