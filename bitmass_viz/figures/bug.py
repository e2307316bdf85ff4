"""E2: what leaving out the centring does, in pictures and in figures."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from bitmass_viz.experiments.declared.e2_bug import RULES, name_of
from bitmass_viz.figures.style import INK, SMALL, accuracies, draw_mean, new, note, percent_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

SIDE = 28
CLASSES = 10


def pictures(text: str) -> NDArray[np.uint8]:
    """Unpack what a measure packed: uint8 (10, 28, 28) of zeros and ones."""
    rows = np.frombuffer(base64.b64decode(text), np.uint8).reshape(CLASSES, -1)
    return np.unpackbits(rows, axis=1, count=SIDE * SIDE, bitorder="little").reshape(CLASSES, SIDE, SIDE)


def bug(table: pd.DataFrame) -> Figure:
    """Draw what was learned with and without centring, the confusions of the collapse, and the cost by rule."""
    results = table[table["stage"] == "result"]
    figure = new("bug", 8.0)
    parts: Any = figure.subfigures(4, 1, height_ratios=[1.5, 1.4, 2.6, 2.15])
    first, second, third, fourth = parts
    _draw_pictures(first, results, "prototypes", "What was counted for each digit", range(CLASSES))
    _draw_pictures(second, results, "unit_weights", "The weights of ten hidden units", None)
    _draw_confusion(third, results)
    _draw_costs(fourth, results)
    note(figure, table, "Pictures: prototype rule, seed 0")
    return figure


def _show(axes: Axes, values: NDArray[Any], **how: Any) -> None:
    """Draw numbers as a picture; unclipped, for a clip path has another name in each SVG."""
    axes.imshow(values, vmin=0, interpolation="nearest", **how).set_clip_on(False)


def _draw_pictures(
    part: SubFigure, results: pd.DataFrame, column: str, title: str, names: Iterable[int] | None
) -> None:
    grid = part.subplots(2, CLASSES)
    two_tone = LinearSegmentedColormap.from_list("bits", [INK["nought"], INK["one"]])
    for row, centred in enumerate((True, False)):
        packed = results.loc[results["case"] == name_of("prototype", centred), column].dropna()
        shown = pictures(packed.iloc[0]) if len(packed) else np.zeros((CLASSES, SIDE, SIDE), np.uint8)
        for place, axes in enumerate(grid[row]):
            _show(axes, shown[place], cmap=two_tone, vmax=1)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.spines[:].set_visible(False)
        if names is not None and row == 0:
            for name, axes in zip(names, grid[row], strict=True):
                axes.set_title(str(name), fontsize=SMALL, loc="center", fontweight="normal", pad=2)
        grid[row][0].set_ylabel("centred" if centred else "bug", fontsize=SMALL, labelpad=3)
    part.suptitle(title, x=0.01, ha="left", fontsize=10, fontweight="bold")


def _draw_confusion(part: SubFigure, results: pd.DataFrame) -> None:
    axes = part.subplots()
    rows = results[results["case"] == name_of("prototype", False)]
    counts = np.sum([np.array(json.loads(text)) for text in rows["confusion"]], axis=0)
    shares = 100 * counts / counts.sum(axis=1, keepdims=True)
    # One colour and more or less of it: so it can be seen on a dark page too.
    for i, j in np.ndindex(shares.shape):
        axes.add_patch(
            Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=INK["accent"], alpha=shares[i, j] / 100, linewidth=0)
        )
        if shares[i, j] >= 5:
            colour = INK["surface"] if shares[i, j] > 55 else INK["ink"]
            axes.text(j, i, f"{shares[i, j]:.0f}", ha="center", va="center", fontsize=7, color=colour)
    axes.set_xlim(-0.5, CLASSES - 0.5)
    axes.set_ylim(CLASSES - 0.5, -0.5)
    axes.set_xticks(range(CLASSES))
    axes.set_yticks(range(CLASSES))
    axes.tick_params(length=0)
    axes.set_xlabel("answer")
    axes.set_ylabel("digit")
    axes.set_title("Without centring: answers in percent, prototype rule")


def _draw_costs(part: SubFigure, results: pd.DataFrame) -> None:
    axes = part.subplots()
    for row, rule in enumerate(RULES):
        with_it, without = (accuracies(results[results["case"] == name_of(rule, c)]) for c in (True, False))
        axes.plot([without.mean(), with_it.mean()], [-row, -row], color=INK["line"], linewidth=3, zorder=0)
        draw_mean(axes, -row, with_it, INK["trainer.bv32-hebbian"])
        draw_mean(axes, -row, without, INK["trainer.bv32-uncentred"], filled=False)
        axes.text(0.5, -row + 0.2, rule, fontsize=SMALL, va="bottom")
    one_class = 100 * results["one_class"].iloc[0]
    axes.axvline(one_class, color=INK["muted"], linestyle=":", linewidth=1)
    axes.text(one_class + 0.7, -len(RULES) + 0.45, "always “1”", fontsize=7.5, color=INK["muted"])
    axes.set_xlim(0, 100)
    axes.set_ylim(-len(RULES) + 0.4, 0.65)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    percent_axis(axes.xaxis)
    axes.set_title("Accuracy with centring (●) and without (○)")
