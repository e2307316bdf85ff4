"""What one change does to pairs of cases, in pictures and in figures."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from bitmass_viz.experiments.figure import Pairs
from bitmass_viz.experiments.judging import accuracies, has
from bitmass_viz.figures.canvas import name_panel, new
from bitmass_viz.figures.marks import draw_each, draw_mean, lay_on_percent, note
from bitmass_viz.figures.style import INK, SMALL, TINY, trainer_colour
from bitmass_viz.figures.tables import result_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

SIDE = 28
CLASSES = 10
PICTURES = {"prototypes": "What was counted for each digit", "unit_weights": "The weights of ten hidden units"}
"""Column → what its pictures show."""
HEADING: Any = {"x": 0.01, "ha": "left", "fontsize": 11, "fontweight": "bold"}


def pictures(text: str) -> NDArray[np.uint8]:
    """Unpack what a measure packed: uint8 (10, 28, 28) of zeros and ones."""
    rows = np.frombuffer(base64.b64decode(text), np.uint8).reshape(CLASSES, -1)
    return np.unpackbits(rows, axis=1, count=SIDE * SIDE, bitorder="little").reshape(CLASSES, SIDE, SIDE)


def draw_pairs(kind: Pairs, table: pd.DataFrame, name: str) -> Figure:
    """Draw `experiments.figure.Pairs`: what was learned, what the changed network answers, and the accuracies."""
    results = result_rows(table)
    pairs = {name: pair for name, pair in kind.pairs.items() if has(results, *pair)}
    rule, first = next(iter(pairs.items()))
    shown = {column: pair for column in PICTURES if (pair := _pictures_of(first, results, column))}
    heights = [*([1.15] * len(shown)), 2.3, 0.6 + 0.5 * len(pairs)]
    figure = new(name, 0.5 + sum(heights))
    parts: Any = figure.subfigures(len(heights), 1, height_ratios=heights)
    for part, (column, pair) in zip(parts, shown.items(), strict=False):
        _draw_pictures(part, dict(zip(kind.labels, pair, strict=False)), numbered=column == "prototypes")
        part.suptitle(PICTURES[column], **HEADING)
    _draw_confusion(parts[-2], results[results["case"] == first[1]])
    parts[-2].suptitle(f"Answers without {kind.what}, in percent", **HEADING)
    _draw_costs(parts[-1], pairs, results)
    parts[-1].suptitle(f"Accuracy with {kind.what} (●) and without (○)", **HEADING)
    note(figure, table, f"pictures: {rule} rule, the first seed" if shown else "")
    return figure


def _pictures_of(pair: tuple[str, str], results: pd.DataFrame, column: str) -> list[NDArray[np.uint8]]:
    """Return a pair's pictures, or nothing if the table has none (they come with the first seed)."""
    if column not in results:
        return []
    found = [results.loc[results["case"] == case, column].dropna() for case in pair]
    return [pictures(packed.iloc[0]) for packed in found if len(packed)]


def _draw_pictures(part: SubFigure, pair: dict[str, NDArray[np.uint8]], *, numbered: bool) -> None:
    grid = part.subplots(len(pair), CLASSES, squeeze=False, gridspec_kw={"hspace": 0.0, "wspace": 0.02})
    two_tone = LinearSegmentedColormap.from_list("bits", [INK["nought"], INK["one"]])
    for row, (label, shown) in enumerate(pair.items()):
        for place, axes in enumerate(grid[row]):
            # Unclipped, for a clip path has another name in each SVG.
            axes.imshow(shown[place], vmin=0, vmax=1, cmap=two_tone, interpolation="nearest").set_clip_on(False)
            axes.set_xticks([])
            axes.set_yticks([])
            axes.spines[:].set_visible(False)
            if numbered and row == 0:
                axes.set_title(str(place), fontsize=SMALL, loc="center", fontweight="normal", pad=2)
        grid[row][0].set_ylabel(label, fontsize=TINY, labelpad=3, rotation=0, ha="right", va="center")


def _draw_confusion(part: SubFigure, rows: pd.DataFrame) -> None:
    axes = part.subplots()
    counts = np.sum([np.array(json.loads(text)) for text in rows["confusion"]], axis=0)
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for i, j in np.ndindex(shares.shape):
        share = shares[i, j]
        # A colour of its own with an alpha, not a mixed one, so that a dark page can put its own in its place.
        cell = Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=INK["one"], alpha=share / 100, linewidth=0)
        if share >= 0.5:
            axes.add_patch(cell)
        if share >= 5:
            colour = INK["surface"] if share > 55 else INK["ink"]
            axes.text(j, i, f"{share:.0f}", ha="center", va="center", fontsize=TINY, color=colour)
        elif i == j:
            axes.plot([j], [i], ".", color=INK["muted"], markersize=2.5)
    axes.set_xlim(-0.5, CLASSES - 0.5)
    axes.set_ylim(CLASSES - 0.5, -0.5)
    axes.set_xticks(range(CLASSES))
    axes.set_yticks(range(CLASSES))
    axes.tick_params(length=0)
    axes.set_xlabel("answer")
    axes.set_ylabel("digit")


def _draw_costs(part: SubFigure, pairs: Mapping[str, tuple[str, str]], results: pd.DataFrame) -> None:
    axes: Axes = part.subplots()
    one_class = 100 * results["one_class"].iloc[0]
    axes.axvline(one_class, color=INK["muted"], linestyle=":", linewidth=1, zorder=0)
    for row, (name, pair) in enumerate(pairs.items()):
        ends = [accuracies(results, case).mean() for case in reversed(pair)]
        axes.plot(ends, [-row, -row], color=INK["line"], linewidth=3, zorder=0)
        colours = [trainer_colour(results.loc[results["case"] == case, "trainer"].iloc[0]) for case in pair]
        draw_mean(axes, -row, accuracies(results, pair[0]), colours[0])
        # Some networks collapse entirely and others do not, so that their mean is nobody's accuracy.
        draw_each(axes, -row, accuracies(results, pair[1]), colours[1])
        constant = int((results.loc[results["case"] == pair[1], "commonest_answer"] == 1.0).sum())
        said = f"{name}: {ends[1]:.1f} → {ends[0]:.1f} %" + (f"; {constant} always the same" if constant else "")
        axes.text(1.5 + one_class, -row + 0.2, said, fontsize=SMALL, va="bottom")
    axes.text(one_class - 1, 0.62, "one class\nalways", fontsize=TINY, color=INK["muted"], ha="right", va="top")
    axes.set_xlim(-2, 100)
    axes.set_ylim(-len(pairs) + 0.5, 0.65)
    name_panel(axes, "costs", cases={case: (0.0, -row, "right") for row, (_, case) in enumerate(pairs.values())})
    lay_on_percent(axes)
