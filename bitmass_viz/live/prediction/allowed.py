"""Validate the arguments of questions, and answers to them. Anything not allowed raises ValueError."""

from __future__ import annotations

import math

from bitmass_viz.common import numeric
from bitmass_viz.live.prediction.amounts import plain


def check_text(name: str, value: object, blank: bool = False) -> None:
    """Check that a value is a string, and not blank unless `blank` allows it."""
    if not isinstance(value, str) or not (blank or value.strip()):
        raise ValueError(f"{name} must be {'a text' if blank else 'a text that is not blank'}, got {value!r:.80}")


def finite(name: str, value: object) -> float:
    """Return a finite number as a float."""
    number = numeric.as_real(value)
    if number is None:
        raise ValueError(f"{name} must be a finite number, got {numeric.shortened(value, 40)}")
    return number


def between(name: str, value: object, low: float, high: float) -> float:
    """Return a number within bounds as a float."""
    number = finite(name, value)
    if not low <= number <= high:
        raise ValueError(f"{name} must be between {plain(low)} and {plain(high)}, got {plain(number)}")
    return number


def check_order(low: float, high: float) -> None:
    """Check that `low` is less than `high`."""
    if not (low < high and math.isfinite(high - low)):
        raise ValueError(f"low must be less than high, got {plain(low)} and {plain(high)}")


def listed(name: str, value: object) -> list[object]:
    """Return the values of a list, an array or any other iterable but text, bytes and dicts."""
    if not isinstance(value, str | bytes | dict):
        try:
            return list(value)  # type: ignore[call-overload]
        except TypeError:
            pass
    raise ValueError(f"{name} must be a list of numbers, got {value!r:.80}")
