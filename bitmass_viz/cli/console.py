"""Consoles and files that cannot show every character."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path

PLAIN = {
    "–": "-", "—": "-", "−": "-", "‑": "-", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "…": "...", "×": "x",
    "÷": "/", "±": "+/-", "→": "->", "≈": "~", "≤": "<=", "≥": ">=", "µ": "u", "°": " degrees", "·": "*", "†": "+",
    "✓": "v", "✗": "x", "\u00a0": " ", "\u202f": " ", "²": "^2", "√": "sqrt", "█": "#",
}  # fmt: skip
"""What stands for a character on a console that cannot show it."""


def show_what_can_be_shown() -> None:
    """Have a console or file that cannot take a character get a plain one in its place, and no error.

    A stream that was closed before the program began takes everything from then on, and shows nothing.
    """
    codecs.register_error("bitmass", _plain)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="bitmass")


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(PLAIN.get(character, "?") for character in missing), error.end
