"""What an experiment says about a claim: one of five answers, and the figures behind it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, Literal, NamedTuple

from bitmass_viz.common import html
from bitmass_viz.experiments.statistics import Estimate, Interval

Answer = Literal["supported", "compatible", "not supported", "undecided", "true by counting"]

HEADS = ("", "measured", "95 % interval of the mean", "95 % interval of single runs", "on its own")
"""Columns of the figures behind a verdict. Where a mean lies is not where a single run falls."""


class Meaning(NamedTuple):
    """How an answer is marked, and what it says."""

    symbol: str
    words: str


ANSWERS: dict[Answer, Meaning] = {
    "supported": Meaning("✓", "The measurement meets the criterion, and could have failed it."),
    "compatible": Meaning(
        "≈", "Nothing speaks against the claim, but this test could not tell it apart from its rival."
    ),
    "not supported": Meaning("✗", "The measurement fails the criterion."),
    "undecided": Meaning(
        "?", "The measurement allows either answer, or what it would have to test is not public."
    ),
    "true by counting": Meaning("=", "It follows from counting; no measurement could have said otherwise."),
}
"""All answers. Other places take their symbols and explanations from here."""


@dataclass(frozen=True)
class Line:
    """One figure behind a verdict.

    Attributes
    ----------
    what : str
        Is measured.
    found : Estimate
        A mean or a difference of means, with the interval of that; without one if it is a count.
    unit : {"%", "points", "points lost", "bits", "times"}
        Of an accuracy or a share; of a difference, which has a sign; of a loss; of a capacity; of a ratio.
    answer : Answer or None
        What this figure alone says of the claim.
    single : Interval or None
        Where 95 out of 100 further single runs fall.
    """

    what: str
    found: Estimate
    unit: Literal["%", "points", "points lost", "bits", "times"] = "%"
    answer: Answer | None = None
    single: Interval | None = None

    @property
    def value(self) -> str:
        """The figure as a reader sees it: "+8.1 points"."""
        return f"{self._written(self.found.value)} {self.unit}"

    def between(self, interval: Interval | None) -> str:
        """Return an interval as a reader sees it: "7.5 to 8.8"."""
        return f"{self._written(interval.low)} to {self._written(interval.high)}" if interval else ""

    def _written(self, value: float) -> str:
        if self.unit == "bits":
            return f"{value:,.0f}"
        rounded = round(value, 1) + 0.0  # without the minus of a zero
        return f"{rounded:{'+' if self.unit == 'points' else ''}.1f}".replace("-", "−")

    def as_dict(self) -> dict[str, Any]:
        """Describe the figure, JSON-ready: numbers, and the same as a reader sees them."""
        mean, single = self.found.interval, self.single
        return {
            "what": self.what,
            "value": self.found.value,
            "mean": mean and [mean.low, mean.high],
            "single": single and [single.low, single.high],
            "shown": [self.value, self.between(mean), self.between(single)],
            "answer": self.answer,
        }


@dataclass(frozen=True)
class Verdict:
    """What an experiment says about a claim.

    Attributes
    ----------
    claim : str
        Such as "C5".
    answer : Answer
    measured : str
        What was found, in a sentence or two.
    seeds : int
        Networks per case, the fewest of those that the answer rests on.
    kind : str
        Which kind of interval the answer rests on, or why there is none.
    estimate : Estimate or None
        The quantity that the criterion looks at, with its 95 % interval, in percentage points or as the criterion
        says; None where it was counted.
    lines : tuple of Line
        The figures behind it.
    wanting : tuple of str
        Cases of which more networks are needed before the intervals that the answer rests on are narrow enough.

    Raises
    ------
    ValueError
        If an estimate without an interval is to decide anything.
    """

    claim: str
    answer: Answer
    measured: str
    seeds: int
    kind: str
    estimate: Estimate | None = None
    lines: tuple[Line, ...] = ()
    wanting: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.answer != "undecided" and self.estimate is not None and self.estimate.interval is None:
            raise ValueError(f"without an interval the answer to {self.claim} is undecided, got {self.answer!r}")

    def as_dict(self) -> dict[str, Any]:
        """Describe the verdict, JSON-ready; None for what there is none of."""
        found = self.estimate
        interval = found and found.interval
        return {
            "claim": self.claim,
            "answer": self.answer,
            "measured": self.measured,
            "lines": [line.as_dict() for line in self.lines],
            "estimate": found and found.value,
            "low": interval and interval.low,
            "high": interval and interval.high,
            "interval": self.kind,
            "effect": found and found.effect,
            "seeds": self.seeds,
        }

    @property
    def how(self) -> str:
        """How the figure was found: the kind of interval, the number of seeds, the size of the effect."""
        parts = [self.kind, f"{self.seeds} seed{'s' if self.seeds > 1 else ''}"]
        if self.estimate is not None and self.estimate.effect is not None:
            parts.append(f"effect size d = {self.estimate.effect:.1f}")
        return "; ".join(parts)

    def table(self) -> list[tuple[str, ...]]:
        """Return the figures behind it as a reader sees them: a head, then a row each; no column is empty."""
        rows = [
            (
                line.what,
                line.value,
                line.between(line.found.interval),
                line.between(line.single),
                line.answer or "",
            )
            for line in self.lines
        ]
        used = [column for column in range(len(HEADS)) if any(row[column] for row in rows)]
        return [tuple(row[column] for column in used) for row in (HEADS, *rows)] if rows else []

    def _as_html(self) -> str:
        head, *rows = self.table() or [()]
        table = html.table([tuple(map(escape, row)) for row in rows], head) if rows else ""
        return f"<b>{escape(self.claim)}: {self.answer}.</b> {escape(self.measured)}{table}"

    def _repr_html_(self) -> str:
        return html.card("Verdict", self._as_html(), note=self.how)
