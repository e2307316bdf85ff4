"""What the verdicts of all experiments share: reading a table, deciding by an interval, saying it in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.statistics import NO_INTERVAL, Estimate, Interval
from bitmass_viz.experiments.verdict import Answer, Line, Verdict

if TYPE_CHECKING:
    import pandas as pd

MIN_SEEDS = 5
"""With fewer networks a case no interval decides anything: the answer is "undecided"."""


def accuracies(results: pd.DataFrame, case: str, column: str = "accuracy") -> NDArray[np.float64]:
    """Test accuracies of a case, or those of another column, in percent, by seed."""
    rows = results[results["case"] == case].sort_values("seed")
    return 100.0 * rows[column].to_numpy(np.float64)


def seeds_of(results: pd.DataFrame, *cases: str) -> int:
    """Return how many networks there are of some cases, of all unless given: the fewest."""
    counts = results.groupby("case")["seed"].nunique()
    return int((counts[list(cases)] if cases else counts).min())


def has(results: pd.DataFrame, *cases: str) -> bool:
    """Return whether all of some cases were trained; those on data of their own need not have been."""
    return set(cases) <= set(results["case"])


def deciding(found: Estimate, seeds: int) -> Interval | None:
    """Return the interval that may decide a claim: None if there is none, or it is from fewer than `MIN_SEEDS`."""
    return found.interval if seeds >= MIN_SEEDS else None


def reproduces(value: float, rival: float, readings: Sequence[ArrayLike], seeds: int) -> Answer:
    """Decide whether a published single run is one that a further run could have given, and whether that tells.

    Parameters
    ----------
    value, rival : float
        The published figure, and that of the other trainer.
    readings : sequence of array_like
        The runs of each reading that the study leaves open.
    seeds : int

    Returns
    -------
    Answer
        "supported" only if every reading gives the figure, and its rival can be ruled out for all of them:
        otherwise the same runs would have confirmed the rival just as well, and the figure is no more than
        "compatible".
    """
    intervals = [interval for runs in readings if (interval := deciding(statistics.single(runs), seeds))]
    if len(intervals) < len(readings):
        return "undecided"
    if not any(value in interval for interval in intervals):
        return "not supported"
    may_give = [interval for runs in readings if (interval := statistics.tolerance(runs).interval)]
    tells = all(value in interval for interval in intervals) and not any(rival in each for each in may_give)
    return "supported" if tells else "compatible"


def exceeds(found: Estimate, bound: float, seeds: int) -> Answer:
    """Decide whether a quantity is above a bound, by where its whole interval lies."""
    interval = deciding(found, seeds)
    if interval is None:
        return "undecided"
    if interval.low > bound:
        return "supported"
    return "not supported" if interval.high < bound else "undecided"


def falls_short(found: Estimate, bound: float, seeds: int) -> Answer:
    """Decide whether a quantity is below a bound, by where its whole interval lies."""
    opposite: dict[Answer, Answer] = {"supported": "not supported", "not supported": "supported"}
    answer = exceeds(found, bound, seeds)
    return opposite.get(answer, answer)


def is_equal(found: Estimate, margin: float, seeds: int) -> Answer:
    """Decide whether a difference is none: its whole interval within ±margin, or all of it outside."""
    interval = deciding(found, seeds)
    if interval is None:
        return "undecided"
    if -margin < interval.low and interval.high < margin:
        return "supported"
    return "not supported" if interval.low > margin or interval.high < -margin else "undecided"


def too_wide(found: Estimate, margin: float, *cases: str) -> tuple[str, ...]:
    """Return the cases that an estimate compares if its interval is not narrower than a margin; else none."""
    interval = found.interval
    return () if interval is not None and interval.high - interval.low < margin else cases


def agreed(answers: Sequence[Answer]) -> Answer:
    """Return the answer that all give; "undecided" if they differ."""
    return answers[0] if len(set(answers)) == 1 else "undecided"


def estimated(
    claim: str,
    answer: Answer,
    measured: str,
    found: Estimate,
    kind: str,
    seeds: int,
    lines: Sequence[Line] = (),
    wanting: Sequence[str] = (),
) -> Verdict:
    """Answer a claim by an estimate, and say so if there are too few seeds for an answer."""
    if seeds == 1:
        measured += f" One seed gives no interval, and so no answer: {MIN_SEEDS} seeds are needed."
    elif seeds < MIN_SEEDS:
        measured += f" {seeds} seeds are too few for an answer: {MIN_SEEDS} are needed."
    kind = NO_INTERVAL if found.interval is None else kind
    return Verdict(claim, answer, measured, seeds, kind, found, tuple(lines), tuple(wanting))


def counted(claim: str, holds: bool, measured: str, seeds: int, lines: Sequence[Line] = ()) -> Verdict:
    """Answer a claim that is a matter of counting, where there is nothing to estimate."""
    answer: Answer = "true by counting" if holds else "not supported"
    return Verdict(claim, answer, measured, seeds, "counted, not estimated", lines=tuple(lines))


def runs_line(what: str, values: NDArray[np.float64], answer: Answer | None = None) -> Line:
    """Return accuracies as a figure: their mean with its interval, and where a single run falls."""
    return Line(what, statistics.mean(values), answer=answer, single=statistics.single(values).interval)


def gap_line(what: str, gap: Estimate, answer: Answer | None = None) -> Line:
    """Return the difference of two means as a figure."""
    return Line(what, gap, "points", answer)


def percent(value: float) -> str:
    """Write an accuracy given in percent."""
    return f"{value:.1f} %"


def between(interval: Interval, unit: str = "%") -> str:
    """Write an interval: "74.5 and 83.4 %"."""
    return f"{interval.low:.1f} and {interval.high:.1f} {unit}"


def signed(value: float) -> str:
    """Write a difference with its sign: "+8.1 points"."""
    return f"{round(value, 1) + 0.0:+.1f} points".replace("-", "−")


def ahead(value: float) -> str:
    """Write a difference for a sentence: "8.1 points more"."""
    return f"{abs(value):.1f} points {'fewer' if value < 0 else 'more'}"
