"""Validate numbers from outside the package, with consistent error messages.

Python's and NumPy's integers and reals are accepted everywhere; booleans, NaN and infinities nowhere.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

MAX_SEED = 2**53 - 1
"""The largest seed: the largest integer that JavaScript, and so JSON and links, represent exactly."""


def as_whole(value: object) -> int | None:
    """Return an integer as `int`; None for anything else, including booleans and floats."""
    return int(value) if isinstance(value, Integral) and not isinstance(value, bool) else None


def as_real(value: object) -> float | None:
    """Return a finite real number as `float`; None for anything else, including booleans."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def whole(name: str, value: object, low: int, high: int) -> int:
    """Return `value` as an `int` from `low` to `high`, inclusive.

    Raises
    ------
    ValueError
        If it is not one; the message says what is allowed.
    """
    number = as_whole(value)
    if number is None or not low <= number <= high:
        raise ValueError(f"{name} must be {whole_between(low, high)}, got {shortened(value)}")
    return number


def whole_between(low: int, high: int) -> str:
    """Return what completes the sentence “… must be” for `whole`."""
    return f"a whole number between {low:,} and {high:,}"


def real(name: str, value: object, low: float, high: float) -> float:
    """Return `value` as a `float` from `low` to `high`, inclusive.

    Raises
    ------
    ValueError
        If it is not one; the message says what is allowed.
    """
    number = as_real(value)
    if number is None or not low <= number <= high:
        raise ValueError(f"{name} must be {real_between(low, high)}, got {shortened(value)}")
    return number


def real_between(low: float, high: float) -> str:
    """Return what completes the sentence “… must be” for `real`."""
    return f"a number between {low:g} and {high:g}"


def seed(value: object) -> int:
    """Return `value` as a seed, an integer from 0 to `MAX_SEED`.

    Raises
    ------
    ValueError
        If it is not one.
    """
    return whole("seed", value, 0, MAX_SEED)


def shortened(value: Any, length: int = 80) -> str:
    """Return the repr of a value for an error message, cut to `length`; its type if it has no repr."""
    try:
        return f"{value!r:.{length}}"
    except (ValueError, RecursionError):  # an integer with thousands of digits, deeply nested lists
        return f"a value of type {type(value).__name__}"
