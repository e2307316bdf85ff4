"""The result of one check of the installation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Part:
    """The findings of one check.

    Attributes
    ----------
    facts : dict
        Facts for a bug report, JSON-ready; None stands for unknown.
    wrong, remarks : list of str
        Sentences that say what to do: about faults, and about things that do not prevent work.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def one_line(error: BaseException) -> str:
    """Return an error's type and the first line of its message."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
