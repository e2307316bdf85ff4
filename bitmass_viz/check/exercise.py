"""Exercises: check a student's function on many inputs, and recognise typical mistakes."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from bitmass_viz.common import html

SEED = 7
RELATIVE, ABSOLUTE = 1e-6, 1e-9
"""Tolerances for comparing numbers."""
MOST_SHOWN = 24
"""Most numbers of an input that are written out."""

Arguments = tuple[Any, ...]


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer: a function that makes the mistake, and a hint for students who make it."""

    wrong: Callable[..., Any]
    hint: str


@dataclass(frozen=True)
class Checked:
    """The result of checking a function.

    Attributes
    ----------
    name : str
        Name of the exercise.
    passed : bool
    message : str
        If it failed: the failing input, the expected result and a hint, never the solution.
    """

    name: str
    passed: bool
    message: str

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return f"{'✓' if self.passed else '✗'} {self.name}: {self.message}"

    def _repr_html_(self) -> str:
        edge = "solid" if self.passed else "dotted"
        message = escape(self.message).replace("\n", "<br>")
        return (
            f'<div role="status" style="border-left:4px {edge} currentColor;padding:.2em .8em;margin:.4em 0">'
            f"<b>{'✓' if self.passed else '✗'} {escape(self.name)}</b><br>{message}</div>"
        )


@dataclass(frozen=True)
class Exercise:
    """A function for a student to write, and how to check it. Call the exercise with the student's function.

    Parameters
    ----------
    name : str
    task : str
        What the function should do, in one or two sentences.
    arguments : tuple of str
        Names of the function's arguments, in order.
    right : callable
        The reference implementation, which gives the expected results.
    cases : callable
        Yields inputs, given a random generator; the simplest first, so that the first failure is easy to read.
    mistakes : tuple of Mistake
    hint : str
        For a mistake that is not in the list.
    returns : str
        Description of the return value.
    """

    name: str
    task: str
    arguments: tuple[str, ...]
    right: Callable[..., Any]
    cases: Callable[[np.random.Generator], Iterator[Arguments]]
    mistakes: tuple[Mistake, ...]
    hint: str
    returns: str
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def call(self) -> str:
        """The function call as text, for example ``f(x, w)``."""
        return f"f({', '.join(self.arguments)})"

    def __call__(self, function: Callable[..., Any]) -> Checked:
        """Try a function on many inputs.

        Parameters
        ----------
        function : callable
            Takes what `arguments` names. Each call gets inputs of its own.

        Returns
        -------
        Checked
            Shows itself in a notebook; true if the answer is right.
        """
        if not callable(function):
            return self._failed(
                f"This needs your function itself, got {function!r:.60}. Give its name without brackets: "
                f"check.{self.name}(my_function)."
            )
        if (complaint := self._misfit(function)) is not None:
            return self._failed(complaint)
        inputs, expected = self._inputs()
        given: list[Any] = []
        failures = []
        for place, (arguments, wanted) in enumerate(zip(inputs, expected, strict=True)):
            mine = copy.deepcopy(arguments)
            try:
                result = function(*mine)
            except Exception as error:
                return self._failed(
                    f"{self._shown(arguments)}\nyour function stops with {type(error).__name__}: {error}\n"
                    f"It should return {self.returns}."
                )
            if not _same(mine, arguments):
                return self._failed(
                    f"{self._shown(arguments)}\nyour function changes what it is given. Work on a copy: "
                    "others may still need the original."
                )
            if (complaint := self._unlike(result, wanted)) is not None:
                return self._failed(f"{self._shown(arguments)}\n{complaint}")
            given.append(result)
            if not _same(result, wanted):
                failures.append(place)
        if not failures:
            return Checked(self.name, True, f"Right on all {len(inputs)} inputs that were tried.")
        first = failures[0]
        return self._failed(
            f"Wrong on {len(failures)} of {len(inputs)} inputs. {self._shown(inputs[first])}\n"
            f"your function gives {_written(given[first])}; expected is {_written(expected[first])}.\n"
            f"Hint: {self._hint(given)}"
        )

    def _failed(self, message: str) -> Checked:
        return Checked(self.name, False, message)

    def _inputs(self) -> tuple[list[Arguments], list[Any]]:
        if not self._kept:
            inputs = list(self.cases(np.random.default_rng(SEED)))
            self._kept["inputs"] = inputs
            self._kept["expected"] = [self.right(*copy.deepcopy(arguments)) for arguments in inputs]
        return self._kept["inputs"], self._kept["expected"]

    def _misfit(self, function: Callable[..., Any]) -> str | None:
        """Return a complaint if the function cannot be called with the exercise's arguments."""
        try:
            inspect.signature(function).bind(*self.arguments)
        except TypeError:
            return f"Your function is called as {self.call}, and cannot take that: look at its parameters."
        except ValueError:  # a builtin without a signature
            return None
        return None

    def _unlike(self, result: Any, wanted: Any) -> str | None:
        """Return a complaint if a result has the wrong type or shape."""
        if result is None:
            return f"your function returns nothing (None). It should return {self.returns}: is there a return?"
        if isinstance(wanted, str):
            return (
                None if isinstance(result, str) else f"your function gives {_written(result)}, not {self.returns}."
            )
        if isinstance(wanted, tuple):
            if not isinstance(result, tuple | list) or len(result) != len(wanted):
                return f"your function gives {_written(result)}; it should return {self.returns}."
            for mine, part in zip(result, wanted, strict=True):
                if (complaint := self._unlike(mine, part)) is not None:
                    return complaint
            return None
        try:
            shape = np.asarray(result, np.float64).shape
        except (TypeError, ValueError):
            return f"your function gives {_written(result)}; it should return {self.returns}."
        if shape != np.shape(wanted):
            have, should = _shape(shape), _shape(np.shape(wanted))
            return f"your function gives {have}, expected is {should}: it should return {self.returns}."
        return None

    def _hint(self, given: Sequence[Any]) -> str:
        """Return the hint of the mistake that gives the same results on every input, or the general one."""
        inputs, _ = self._inputs()
        for mistake in self.mistakes:
            if all(
                _same(result, _tried(mistake.wrong, arguments))
                for arguments, result in zip(inputs, given, strict=True)
            ):
                return mistake.hint
        return self.hint

    def _shown(self, arguments: Arguments) -> str:
        written = ", ".join(
            f"{name} = {_written(value)}" for name, value in zip(self.arguments, arguments, strict=True)
        )
        return f"For {written}"

    def __repr__(self) -> str:
        return f"<Exercise {self.name}: write {self.call}. {self.task} Then: check.{self.name}(f)>"

    def _repr_html_(self) -> str:
        call = f"<code>{escape(self.call)}</code>"
        note = f"Returns {self.returns}. Then: check.{self.name}(f)"
        return html.card(f"Exercise {self.name}", f"Write {call}. {escape(self.task)}", note=note)


def _tried(function: Callable[..., Any], arguments: Arguments) -> Any:
    with np.errstate(all="ignore"):
        try:
            return function(*copy.deepcopy(arguments))
        except (ArithmeticError, ValueError, IndexError):
            return "impossible here"


def _same(one: Any, other: Any) -> bool:
    """Return whether two results are the same up to rounding."""
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and one.strip() == other.strip()
    if isinstance(other, tuple):
        return (
            isinstance(one, tuple | list)
            and len(one) == len(other)
            and all(_same(a, b) for a, b in zip(one, other, strict=True))
        )
    a, b = np.asarray(one, np.float64), np.asarray(other, np.float64)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True))


def _written(value: Any) -> str:
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, tuple):
        return f"({', '.join(_written(part) for part in value)})"
    try:
        array = np.asarray(value)
        if array.dtype == object or (not np.issubdtype(array.dtype, np.number) and array.dtype != np.bool_):
            raise TypeError
    except (TypeError, ValueError):
        return repr(value)[:80]
    if array.ndim == 0:
        return _number(array.item())
    if array.ndim == 1:
        written = ", ".join(_number(x) for x in array[:MOST_SHOWN].tolist())
        return f"[{written}{', …' if len(array) > MOST_SHOWN else ''}]"
    return "[" + "; ".join(_written(row)[1:-1] for row in array[:6]) + ("; …" if len(array) > 6 else "") + "]"


def _number(value: Any) -> str:
    """Format a number with enough digits to show differences beyond the tolerance."""
    if isinstance(value, bool):
        return str(value)
    return f"{value:,}".replace("-", "−") if isinstance(value, int) else f"{value:.7g}".replace("-", "−")


def _shape(shape: tuple[int, ...]) -> str:
    return "a single number" if not shape else f"{' × '.join(map(str, shape))} numbers"
