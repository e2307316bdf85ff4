"""Output to consoles and files that cannot represent every character."""

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
"""Replacements for characters that a console cannot show."""


def replace_unprintable() -> None:
    """Make standard output and error replace characters that they cannot encode, instead of raising.

    A stream that was closed before the program started is replaced by one that discards its input.
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
