"""What momentum does, drawn: optimisers on their way down a long narrow valley."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.numeric import whole
from bitmass_viz.explain.gradient import move
from bitmass_viz.figures.canvas import new, settle
from bitmass_viz.figures.style import INK, SMALL, style
from bitmass_viz.kernels.settings import Optimiser, adam, descent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STEEP = 25.0
"""The valley is so much steeper across than along: L = (x² + 25 y²) / 2."""
START = (-4.0, 1.0)
STEPS = 40
MOST_STEPS = 1000
MOST = 5
"""Optimisers in one figure."""
VALLEY: dict[str, Optimiser] = {
    "SGD": descent(rate=0.03),
    "SGD with momentum": descent(rate=0.03, first_decay=0.8),
    "Adam": adam(rate=0.25),
}
"""Rates chosen so that each of them arrives; none is tuned."""


def path(optimiser: Optimiser, steps: int = STEPS) -> NDArray[np.float64]:
    """Follow an optimiser down the valley: float64 (steps + 1, 2), the start included."""
    at, first, second = np.array(START), np.zeros(2), np.zeros(2)
    places = [at]
    for step in range(steps):
        gradient = at * np.array([1.0, STEEP])
        first, second, change = move(at, gradient, first, second, optimiser, optimiser.rate, step)
        at = at + change
        places.append(at)
    return np.array(places)


def draw_descent(optimisers: Mapping[str, Optimiser] = VALLEY, steps: int = STEPS) -> Figure:
    """Draw the way of each optimiser down the valley L = (x² + 25 y²) / 2, step by step.

    Parameters
    ----------
    optimisers : mapping of str to Optimiser
        By the name to show; at most five.
    steps : int
        1 to 1,000.

    Raises
    ------
    ValueError
        If there are too many optimisers or steps.
    """
    if not 1 <= len(optimisers) <= MOST:
        raise ValueError(f"1 to {MOST} optimisers can be drawn, got {len(optimisers)}")
    steps = whole("steps", steps, 1, MOST_STEPS)
    with style("descent"):
        return settle(_descent(optimisers, steps))


def _descent(optimisers: Mapping[str, Optimiser], steps: int) -> Figure:
    figure = new("optimisers_on_their_way_down_a_valley", 0.6 + 1.25 * len(optimisers))
    rows = np.atleast_1d(figure.subplots(len(optimisers), 1, sharex=True, sharey=True))
    x, y = np.meshgrid(np.linspace(-4.6, 1.6, 120), np.linspace(-1.3, 1.3, 60))
    for axes, (name, optimiser) in zip(rows, optimisers.items(), strict=True):
        axes.contour(x, y, (x**2 + STEEP * y**2) / 2, levels=12, colors=INK["line"], linewidths=0.8)
        places = path(optimiser, steps)
        axes.plot(*places.T, color=INK["ink"], marker="o", markersize=3, linewidth=1.2)
        axes.plot(0, 0, "+", color=INK["ink"], markersize=9)
        left = float((places[-1] ** 2 @ np.array([1.0, STEEP])) / 2)
        axes.set_title(f"{name}: after {steps} steps L = {left:.2g}", fontsize=SMALL)
        axes.set_xlim(-4.6, 1.6)
        axes.set_ylim(-1.3, 1.3)
        axes.set_yticks([-1, 0, 1])
    rows[-1].set_xlabel("weight 1, along the valley")
    rows[len(rows) // 2].set_ylabel("weight 2, across")
    return figure
