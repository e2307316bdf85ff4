"""What one check of the set-up gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Part:
    """What one check found.

    Attributes
    ----------
    facts : dict
        What a bug report needs, JSON-ready. None is what could not be found out.
    wrong, remarks : list of str
        One sentence each, with what to do. What is wrong hinders work; a remark does not.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def one_line(error: BaseException) -> str:
    """Return an error's kind and the first line of its message."""
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
