"""E2: what leaving out the centring does, in pictures and in figures."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

from bitmass_viz.experiments.declared.e2_bug import RULES, name_of
from bitmass_viz.figures.style import INK, SMALL, accuracies, draw_mean, new, note, percent_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

SIDE = 28
CLASSES = 10


def prototypes(text: str) -> NDArray[np.uint8]:
    """Unpack what a measure packed: uint8 (classes, 28, 28) of zeros and ones."""
    rows = np.frombuffer(base64.b64decode(text), np.uint8).reshape(CLASSES, -1)
    return np.unpackbits(rows, axis=1, count=SIDE * SIDE, bitorder="little").reshape(CLASSES, SIDE, SIDE)


def bug(table: pd.DataFrame) -> Figure:
    """Draw the prototypes with and without centring, the collapsed network's confusions, and the cost by rule."""
    results = table[table["stage"] == "result"]
    figure = new("bug", 6.3)
    parts: Any = figure.subfigures(3, 1, height_ratios=[1.55, 2.6, 2.15])
    top, middle, bottom = parts
    _draw_prototypes(top, results)
    _draw_confusion(middle, results)
    _draw_costs(bottom, results)
    note(figure, table)
    return figure


def _show(axes: Axes, values: NDArray[Any], **how: Any) -> None:
    """Draw numbers as a picture; unclipped, for a clip path has another name in each SVG."""
    axes.imshow(values, vmin=0, interpolation="nearest", **how).set_clip_on(False)


def _draw_prototypes(part: SubFigure, results: pd.DataFrame) -> None:
    grid = part.subplots(2, CLASSES)
    two_tone = LinearSegmentedColormap.from_list("bits", [INK["nought"], INK["one"]])
    for row, centred in enumerate((True, False)):
        packed = results.loc[results["case"] == name_of("prototype", centred), "prototypes"].dropna()
        pictures = prototypes(packed.iloc[0]) if len(packed) else np.zeros((CLASSES, SIDE, SIDE), np.uint8)
        for digit, axes in enumerate(grid[row]):
            _show(axes, pictures[digit], cmap=two_tone, vmax=1)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.spines[:].set_visible(False)
            if row == 0:
                axes.set_title(str(digit), fontsize=SMALL, loc="center", fontweight="normal", pad=2)
        grid[row][0].set_ylabel("centred" if centred else "bug", fontsize=SMALL, labelpad=3)
    part.suptitle("What was learned of each digit (seed 0)", x=0.01, ha="left", fontsize=10, fontweight="bold")


def _draw_confusion(part: SubFigure, results: pd.DataFrame) -> None:
    axes = part.subplots()
    rows = results[results["case"] == name_of("prototype", False)]
    counts = np.sum([np.array(json.loads(text)) for text in rows["confusion"]], axis=0)
    shares = 100 * counts / counts.sum(axis=1, keepdims=True)
    shade = LinearSegmentedColormap.from_list("shares", [INK["zero"], INK["accent"]])
    _show(axes, shares, cmap=shade, vmax=100, aspect="auto")
    for i, j in np.ndindex(shares.shape):
        if shares[i, j] >= 5:
            colour = INK["surface"] if shares[i, j] > 55 else INK["ink"]
            axes.text(j, i, f"{shares[i, j]:.0f}", ha="center", va="center", fontsize=7, color=colour)
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
