"""Questions that can be answered before the truth is known: with a number, a choice, or a curve.

Each validates its own arguments and answers, and words the verdict on a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from bitmass_viz.common import numeric
from bitmass_viz.live.prediction.allowed import between, check_order, check_text, finite, listed
from bitmass_viz.live.prediction.amounts import amount, difference, fitting_decimals, plain

SCALES = ("linear", "log")
MAX_DECIMALS = 9
MIN_POINTS, MAX_POINTS = 2, 64


class Question(Protocol):
    """Interface of all questions. Anything not allowed raises ValueError."""

    KIND: ClassVar[str]

    @property
    def text(self) -> str:
        """The question."""

    def guess(self, value: object) -> Any:
        """Return a validated guess."""

    def truth(self, value: object, given: bool = False) -> Any:
        """Return the validated truth; one `given` in advance must be within the bounds of a guess."""

    def wanted(self) -> str:
        """Return the expected form of an answer, as a sentence."""

    def shown(self, answer: Any) -> str:
        """Return a guess or the truth as text."""

    def verdict(self, guess: Any, truth: Any) -> str:
        """Return a sentence that compares the guess, or None, with the truth."""

    def as_dict(self) -> dict[str, Any]:
        """Return the question for the browser, JSON-ready."""


@dataclass(frozen=True)
class Number:
    """A question whose answer is a number.

    Parameters
    ----------
    text : str
        The question.
    low, high : float
        Bounds of a guess.
    unit : str
        Unit of the number.
    decimals : int
        Decimals shown, 0 to `MAX_DECIMALS`.
    """

    KIND: ClassVar[str] = "number"

    text: str
    low: float
    high: float
    unit: str = ""
    decimals: int = 0

    def __post_init__(self) -> None:
        check_text("question", self.text)
        _keep(self, low=finite("low", self.low), high=finite("high", self.high))
        check_order(self.low, self.high)
        check_text("unit", self.unit, blank=True)
        _keep(self, decimals=numeric.whole("decimals", self.decimals, 0, MAX_DECIMALS))

    def guess(self, value: object) -> float:
        """See `Question`."""
        return between("the guess", value, self.low, self.high)

    def truth(self, value: object, given: bool = False) -> float:
        """See `Question`."""
        return between("the truth", value, self.low, self.high) if given else finite("the truth", value)

    def wanted(self) -> str:
        """See `Question`."""
        return f"A number from {plain(self.low)} to {plain(self.high, self.unit)}."

    def shown(self, answer: float) -> str:
        """See `Question`."""
        return amount(answer, self.decimals, self.unit)

    def verdict(self, guess: float | None, truth: float) -> str:
        """See `Question`."""
        if guess is None:
            return f"It is {self.shown(truth)}."
        off = difference(guess, truth, self.decimals)
        if off == 0:
            return f"You said {self.shown(guess)}, and that is right."
        counted = self.decimals == 0 and len(self.unit) > 2 and self.unit.isalpha() and self.unit.endswith("s")
        below, above = ("too few", "too many") if counted else ("too low", "too high")
        points = " points" if self.unit == "%" else ""
        return (
            f"You said {self.shown(guess)}; it is {self.shown(truth)}: "
            f"{amount(abs(off), self.decimals)}{points} {below if off < 0 else above}."
        )

    def as_dict(self) -> dict[str, Any]:
        """See `Question`."""
        return asdict(self) | {"kind": self.KIND}


@dataclass(frozen=True)
class Choice:
    """A multiple-choice question.

    Parameters
    ----------
    text : str
        The question.
    answers : sequence of str
        At least two, all different.
    """

    KIND: ClassVar[str] = "choice"

    text: str
    answers: Sequence[str]

    def __post_init__(self) -> None:
        check_text("question", self.text)
        if isinstance(self.answers, str) or not isinstance(self.answers, Sequence):
            raise ValueError(f"answers must be a list of texts, got {self.answers!r:.80}")
        for answer in self.answers:
            check_text("each of the answers", answer)
        _keep(self, answers=tuple(str(answer) for answer in self.answers))
        if len(self.answers) < 2:
            raise ValueError(f"answers must be at least two to choose from, got {len(self.answers)}")
        for answer in self.answers:
            if self.answers.count(answer) > 1:
                raise ValueError(f"answers must all be different, got {answer!r:.80} more than once")

    def guess(self, value: object) -> str:
        """See `Question`."""
        return self._one_of("the guess", value)

    def truth(self, value: object, given: bool = False) -> str:
        """See `Question`."""
        return self._one_of("the truth", value)

    def wanted(self) -> str:
        """See `Question`."""
        return f"One of: {'; '.join(self.answers)}."

    def shown(self, answer: str) -> str:
        """See `Question`."""
        return answer

    def verdict(self, guess: str | None, truth: str) -> str:
        """See `Question`."""
        if guess is None:
            return f"It is “{truth}”."
        if guess == truth:
            return f"You said “{guess}”, and that is right."
        return f"You said “{guess}”; it is “{truth}”."

    def as_dict(self) -> dict[str, Any]:
        """See `Question`."""
        return {"kind": self.KIND, "text": self.text, "answers": list(self.answers)}

    def _one_of(self, what: str, value: object) -> str:
        if not isinstance(value, str) or value not in self.answers:
            allowed = ", ".join(repr(answer) for answer in self.answers)
            raise ValueError(f"{what} must be one of {allowed}, got {value!r:.80}")
        return str(value)


@dataclass(frozen=True)
class Curve:
    """A question whose answer is a curve: a value for each of several points.

    Parameters
    ----------
    text : str
        The question.
    x : sequence of float
        `MIN_POINTS` to `MAX_POINTS` points in ascending order; above 0 on a logarithmic scale.
    low, high : float
        Bounds of the values.
    x_label, y_label : str
        Axis labels.
    x_scale : {"linear", "log"}
        Scale of the x axis.
    y_unit : str
        Unit of the values.
    """

    KIND: ClassVar[str] = "curve"

    text: str
    x: Sequence[float]
    low: float
    high: float
    x_label: str
    y_label: str
    x_scale: str = "linear"
    y_unit: str = ""

    def __post_init__(self) -> None:
        check_text("question", self.text)
        _keep(self, x=tuple(finite("each x", x) for x in listed("x", self.x)))
        _keep(self, low=finite("low", self.low), high=finite("high", self.high))
        if not MIN_POINTS <= len(self.x) <= MAX_POINTS:
            raise ValueError(f"x must have {MIN_POINTS} to {MAX_POINTS} points, got {len(self.x)}")
        if any(a >= b for a, b in zip(self.x, self.x[1:], strict=False)):
            raise ValueError(f"x must ascend, got {self.x!r:.80}")
        check_order(self.low, self.high)
        check_text("x_label", self.x_label)
        check_text("y_label", self.y_label)
        check_text("y_unit", self.y_unit, blank=True)
        if self.x_scale not in SCALES:
            raise ValueError(f"x_scale must be one of {', '.join(SCALES)}, got {self.x_scale!r:.80}")
        if self.x_scale == "log" and self.x[0] <= 0:
            raise ValueError(f"each x must be above 0 on a log scale, got {plain(self.x[0])}")

    @property
    def decimals(self) -> int:
        """Decimals shown for values."""
        return fitting_decimals(self.low, self.high)

    def guess(self, value: object) -> list[float]:
        """See `Question`."""
        return [between("each value of the guess", y, self.low, self.high) for y in self._values("guess", value)]

    def truth(self, value: object, given: bool = False) -> list[float]:
        """See `Question`."""
        values, each = self._values("truth", value), "each value of the truth"
        return [between(each, y, self.low, self.high) if given else finite(each, y) for y in values]

    def wanted(self) -> str:
        """See `Question`."""
        points = ", ".join(plain(x) for x in self.x)
        low, high = plain(self.low), plain(self.high, self.y_unit)
        return f"A curve: {self.y_label}, from {low} to {high}, where {self.x_label} is {points}."

    def shown(self, answer: Sequence[float]) -> str:
        """See `Question`."""
        return "; ".join(f"{self._amount(y)} at {plain(x)}" for x, y in zip(self.x, answer, strict=True))

    def verdict(self, guess: Sequence[float] | None, truth: Sequence[float]) -> str:
        """See `Question`."""
        if guess is None:
            return f"It goes from {self._amount(truth[0])} to {self._amount(truth[-1])}."
        gaps = [abs(difference(g, t, self.decimals)) for g, t in zip(guess, truth, strict=True)]
        widest = max(range(len(gaps)), key=gaps.__getitem__)
        if gaps[widest] == 0:
            return "Your curve is right at every point."
        unit = "points" if self.y_unit == "%" else self.y_unit
        mean = amount(sum(gaps, Decimal()) / len(gaps), self.decimals, unit)
        at, drawn, true = plain(self.x[widest]), self._amount(guess[widest]), self._amount(truth[widest])
        return (
            f"On average your curve is {mean} off. The gap is widest where {self.x_label} is {at}: "
            f"you drew {drawn}, it is {true}."
        )

    def as_dict(self) -> dict[str, Any]:
        """See `Question`."""
        return asdict(self) | {"kind": self.KIND, "x": list(self.x), "decimals": self.decimals}

    def _amount(self, y: float) -> str:
        return amount(y, self.decimals, self.y_unit)

    def _values(self, what: str, value: object) -> list[object]:
        values = listed(f"the {what}", value)
        points = len(self.x)
        if len(values) != points:
            raise ValueError(f"the {what} must have a value for each of the {points} points, got {len(values)}")
        return values


def _keep(question: object, **checked: Any) -> None:
    """Replace attributes of a frozen question by their validated values."""
    for name, value in checked.items():
        object.__setattr__(question, name, value)
