"""What the verdicts of all experiments share: reading a table, deciding by an interval, saying it in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments.declaration import Answer, Verdict
from bitmass_viz.experiments.statistics import NO_INTERVAL, Estimate, Interval

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


def deciding(found: Estimate, seeds: int) -> Interval | None:
    """Return the interval that may decide a claim: None if there is none, or it is from fewer than `MIN_SEEDS`."""
    return found.interval if seeds >= MIN_SEEDS else None


def lies_within(value: float, found: Estimate, seeds: int) -> Answer:
    """Decide whether a published figure is one that a further seed could have given."""
    interval = deciding(found, seeds)
    if interval is None:
        return "undecided"
    return "supported" if value in interval else "not supported"


def exceeds(found: Estimate, bound: float, seeds: int) -> Answer:
    """Decide whether a quantity is above a bound, by where its whole interval lies."""
    interval = deciding(found, seeds)
    if interval is None:
        return "undecided"
    if interval.low > bound:
        return "supported"
    return "not supported" if interval.high < bound else "undecided"


def is_equal(found: Estimate, margin: float, seeds: int) -> Answer:
    """Decide whether a difference is none: its whole interval within ±margin, or all of it outside."""
    interval = deciding(found, seeds)
    if interval is None:
        return "undecided"
    if -margin < interval.low and interval.high < margin:
        return "supported"
    return "not supported" if interval.low > margin or interval.high < -margin else "undecided"


def estimated(claim: str, answer: Answer, measured: str, found: Estimate, kind: str, seeds: int) -> Verdict:
    """Answer a claim by an estimate, and say so if there are too few seeds for an answer."""
    if seeds == 1:
        measured += f" One seed gives no interval, and so no answer: {MIN_SEEDS} seeds are needed."
    elif seeds < MIN_SEEDS:
        measured += f" {seeds} seeds are too few for an answer: {MIN_SEEDS} are needed."
    return Verdict(claim, answer, measured, seeds, NO_INTERVAL if found.interval is None else kind, found)


def counted(claim: str, holds: bool, measured: str, seeds: int) -> Verdict:
    """Answer a claim that is a matter of counting, where there is nothing to estimate."""
    return Verdict(claim, "supported" if holds else "not supported", measured, seeds, "counted, not estimated")


def percent(value: float) -> str:
    """Write an accuracy given in percent."""
    return f"{value:.1f} %"


def with_interval(found: Estimate, unit: str = " %") -> str:
    """Write a figure with its interval: "71.9 % [71.5, 72.3]"."""
    return _written(found, unit, "")


def points(found: Estimate) -> str:
    """Write a difference with its sign and interval: "+8.1 points [+7.5, +8.8]"."""
    return _written(found, " points", "+")


def cost(found: Estimate) -> str:
    """Write a loss with its interval: "8.1 points [7.5, 8.8]"."""
    return with_interval(found, " points")


def _written(found: Estimate, unit: str, sign: str) -> str:
    value = f"{_rounded(found.value):{sign}.1f}{unit}"
    if found.interval is None:
        return f"{value} (no interval)"
    low, high = _rounded(found.interval.low), _rounded(found.interval.high)
    return f"{value} [{low:{sign}.1f}, {high:{sign}.1f}]"


def _rounded(value: float) -> float:
    return round(value, 1) + 0.0  # without the minus of a zero
