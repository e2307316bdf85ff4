"""What the verdicts of all experiments share: reading a table, deciding by an interval, saying it in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments.declare import Answer, Verdict
from bitmass_viz.experiments.statistics import Estimate

if TYPE_CHECKING:
    import pandas as pd

MIN_SEEDS = 5
"""With fewer networks a case no interval decides anything: the answer is "undecided"."""


def accuracies(results: pd.DataFrame, case: str) -> NDArray[np.float64]:
    """Test accuracies of a case, in percent, by seed."""
    rows = results[results["case"] == case].sort_values("seed")
    return 100.0 * rows["accuracy"].to_numpy(np.float64)


def seeds_of(results: pd.DataFrame) -> int:
    """Return how many networks a case has, the fewest of all."""
    return int(results.groupby("case")["seed"].nunique().min())


def lies_within(value: float, interval: Estimate, seeds: int) -> Answer:
    """Decide whether a published figure is one that a further seed could have given."""
    if seeds < MIN_SEEDS or math.isnan(interval.low):
        return "undecided"
    return "supported" if interval.low <= value <= interval.high else "not supported"


def exceeds(interval: Estimate, bound: float, seeds: int) -> Answer:
    """Decide whether a quantity is above a bound, by where its whole interval lies."""
    if seeds < MIN_SEEDS or math.isnan(interval.low):
        return "undecided"
    if interval.low > bound:
        return "supported"
    return "not supported" if interval.high < bound else "undecided"


def is_equal(interval: Estimate, margin: float, seeds: int) -> Answer:
    """Decide whether a difference is none: its whole interval within ±margin, or all of it outside."""
    if seeds < MIN_SEEDS or math.isnan(interval.low):
        return "undecided"
    if -margin < interval.low and interval.high < margin:
        return "supported"
    return "not supported" if interval.low > margin or interval.high < -margin else "undecided"


def counted(claim: str, holds: bool, measured: str, seeds: int) -> Verdict:
    """Answer a claim that is a matter of counting, where there is nothing to estimate."""
    answer: Answer = "supported" if holds else "not supported"
    return Verdict(
        claim, answer, measured, math.nan, math.nan, math.nan, "counted, not estimated", math.nan, seeds
    )


def percent(value: float) -> str:
    """Write an accuracy given in percent."""
    return f"{value:.1f} %"


def with_interval(found: Estimate, unit: str = " %") -> str:
    """Write a figure with its interval: "71.9 % [71.5, 72.3]"."""
    value, low, high = (_rounded(x) for x in (found.value, found.low, found.high))
    return f"{value:.1f}{unit}" + ("" if math.isnan(low) else f" [{low:.1f}, {high:.1f}]")


def points(found: Estimate) -> str:
    """Write a difference with its sign and interval: "+8.1 points [7.5, 8.8]"."""
    value, low, high = (_rounded(x) for x in (found.value, found.low, found.high))
    return f"{value:+.1f} points" + ("" if math.isnan(low) else f" [{low:+.1f}, {high:+.1f}]")


def cost(found: Estimate) -> str:
    """Write a loss with its interval: "8.1 points [7.5, 8.8]"."""
    return with_interval(found, " points")


def _rounded(value: float) -> float:
    return round(value, 1) + 0.0  # without the minus of a zero
