"""Repair command lines that documents, chats or web pages have typeset, capitalised or wrapped.

Unambiguous changes are undone; the command-line parser reports the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from pathlib import Path

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
"""Characters that replace hyphens: other hyphens, dashes, the minus sign, small and wide forms."""
SPACES = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
"""Spaces that shells do not split at, for a regular expression's character class."""
QUOTES = {"“": "”", "„": "“”", "”": "”", "‘": "’", "‚": "‘’", "’": "’", "«": "»", "»": "«", "‹": "›", "›": "‹"}
"""Typographic opening quote → possible closing quotes."""


def repaired(
    arguments: Iterable[str], commands: Collection[str], options: Callable[[str], Collection[str]]
) -> list[str]:
    """Return a command line with unambiguous typesetting changes undone.

    Parameters
    ----------
    arguments : iterable of str
        As passed by the shell.
    commands : collection of str
        Names of the commands.
    options : callable
        Returns the options of a command, such as "--seeds", by its name; those of the main command for "".
    """
    command, line = "", []
    known = set(options(""))
    verbatim = False
    for argument in arguments:
        for part in [argument] if verbatim else _parts(argument, {*commands, *known}):
            meant = part if verbatim else _meant(part, known)
            verbatim = verbatim or meant == "--"
            if not command and meant.lower() in commands:
                command = meant = meant.lower()
                known |= set(options(command))
            line.append(meant)
    return line


def _parts(argument: str, words: Collection[str]) -> list[str]:
    """Split an argument at non-breaking spaces if it starts with one of `words`."""
    bare = re.sub(rf"^[{SPACES}\s]+|[{SPACES}\s]+$", "", argument)
    if _is_file(argument):
        return [argument]
    parts = re.split(rf"[{SPACES}\s]+", bare)
    first = re.sub(rf"^[{DASHES}]+", lambda found: "--" if len(parts[0]) > 2 else "-", parts[0])
    return parts if len(parts) > 1 and first.lower() in words else [bare or argument]


def _meant(argument: str, options: Collection[str]) -> str:
    """Return an option with plain hyphens and in lower case, or another argument without typographic quotes."""
    found = re.match(rf"^[{DASHES}]+(?=[^\W\d])", argument)
    if found:
        name, equals, value = argument[found.end() :].partition("=")
        for option in (f"--{name}", f"-{name}", f"--{name.lower()}", f"-{name.lower()}"):
            if option in options:
                return f"{option}{equals}{_unquoted(value)}"
        # Passed on as an option, so the parser can suggest the right spelling.
        return f"--{argument[found.end() :]}" if get_close_matches(f"--{name}", options) else argument
    return _unquoted(argument)


def _unquoted(argument: str) -> str:
    if len(argument) > 1 and argument[-1] in QUOTES.get(argument[0], "") and not _is_file(argument):
        return argument[1:-1]
    return argument


def _is_file(argument: str) -> bool:
    try:
        return Path(argument).exists()
    except (OSError, ValueError):
        return False


def name_among(name: str, names: Iterable[str]) -> str:
    """Return the name that matches regardless of case, hyphens and spaces; without a match, `name` itself."""
    by_letters = {_letters(known): known for known in names}
    return by_letters.get(_letters(name), name)


def _letters(name: str) -> str:
    return re.sub(rf"[{DASHES}{SPACES}_\s]+", "-", name.strip()).lower()


def whole_number(text: str) -> int:
    """Parse an integer, with or without thousands separators.

    Raises
    ------
    ValueError
        If it is not an integer, or ambiguous like "1.000", which means a thousand to some and one to others.
    """
    bare = re.sub(rf"[{SPACES}\s]", " ", text).strip().replace("\u2212", "-")
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+", bare):
        raise ValueError(f"{text!r} can be read in two ways; write it without separators, such as 1000")
    if re.fullmatch(r"[+-]?\d{1,3}(([,'’_ ])\d{3})(\2\d{3})*", bare):
        bare = re.sub(r"[,'’_ ]", "", bare)
    try:
        return int(bare)
    except ValueError:
        raise ValueError(f"{text[:80]!r} is not a whole number; write it in digits alone, such as 1000") from None
