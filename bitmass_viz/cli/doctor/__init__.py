"""`bitmass doctor`: facts for a bug report, what is wrong with an installation, and how to fix it.

A broken installation must not break its own check. So each check is isolated, and a package that may be broken is
imported here only after another process has tried it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bitmass_viz.cli.doctor import machine, software, stores
from bitmass_viz.cli.doctor.part import Part, one_line

__all__ = ["as_text", "examine"]

CHECKS: dict[str, Callable[[], Part]] = {
    "bitmass_viz": software.installation,
    "packages": software.packages,
    "machine": machine.computer,
    "mnist": stores.mnist,
    "compiled": stores.compiled,
    "page": software.page,
    "port": machine.port,
}


def examine() -> dict[str, Any]:
    """Examine the installation and return the findings, JSON-ready.

    Returns
    -------
    dict
        "ok" (bool), "wrong" and "remarks" (lists of sentences), and the facts of each of `CHECKS` under its name.
    """
    parts = {name: _isolated(name, check) for name, check in CHECKS.items()}
    wrong = [sentence for part in parts.values() for sentence in part.wrong]
    remarks = [sentence for part in parts.values() for sentence in part.remarks]
    facts = {name: part.facts for name, part in parts.items()}
    return {"ok": not wrong, "wrong": wrong, "remarks": remarks} | facts


def as_text(found: dict[str, Any]) -> str:
    """Return the findings of `examine` as text, for reading and for a bug report."""
    lines = []
    for name in CHECKS:
        lines.append(name)
        width = max(map(len, found[name]), default=0)
        lines += [f"  {key:{width}}  {_in_words(value)}" for key, value in found[name].items()]
    for title, sentences in (("Wrong", found["wrong"]), ("Remarks", found["remarks"])):
        if sentences:
            lines += ["", f"{title}:", *(f"- {sentence}" for sentence in sentences)]
    count = len(found["wrong"])
    closing = (
        "Nothing is wrong." if found["ok"] else f"{count} {'thing is' if count == 1 else 'things are'} wrong."
    )
    return "\n".join([*lines, "", closing])


def _isolated(name: str, check: Callable[[], Part]) -> Part:
    try:
        return check()
    except Exception as error:
        return Part(wrong=[f"The check of {name} broke off ({one_line(error)}); please report that."])


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "unknown" if value is None else str(value)
