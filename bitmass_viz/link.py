"""A moment of a run as a link tells of it: how the run began, what was changed on the way, and how far it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bitmass_viz.controls import CONTROLS, SPEED, said
from bitmass_viz.run import Run

MAX_EXAMPLES = 5_000_000
"""Further than this a link does not lead: somebody would wait for it who only followed a link."""
MAX_CHANGES = 100
MAX_UNREAD = 10
MAX_REFUSED = 20
"""Sentences about what was left out; it is all one notice."""
_KEYS = ("at", "changes", "data", "unread")


@dataclass(frozen=True)
class Link:
    """What a link asks for, checked.

    Attributes
    ----------
    settings : dict
        Values of controls, each allowed by itself.
    at : int
        Examples after which the run stands still.
    changes : tuple of (int, str, object)
        Examples after which a live option was given a value, oldest first, none after `at`.
    data : str or None
        Name of the digits that the link was made with, if it is told.
    refused : tuple of str
        A sentence for each part of the link that was left out.
    """

    settings: dict[str, Any]
    at: int
    changes: tuple[tuple[int, str, Any], ...]
    data: str | None
    refused: tuple[str, ...]


def origin_of(run: Run) -> dict[str, Any]:
    """Return what a link needs besides the number of examples, JSON-ready: the controls' values at the start."""
    options = {name: value for name, value in run.first_options.items() if name in CONTROLS}
    begun = {"trainer": run.trainer.NAME, "recipe": run.recipe, "seed": run.seed, "hidden": run.arch.hidden}
    return begun | options


def read_link(state: Any) -> Link:
    """Check what a page read from its address.

    Parameters
    ----------
    state
        Anything. Of a dict, values of controls by their names, ``at`` (examples), ``changes`` (a list of
        [examples, name, value]), ``data`` (the digits' name) and ``unread`` (names of what the page could not
        read) are used.

    Returns
    -------
    Link
        What can be used of it; nothing raises.
    """
    if not isinstance(state, Mapping):
        return Link({}, 0, (), None, ("what this link asks for cannot be read",))
    refused = [f"{said(name, 40)} is not known" for name in state if name not in CONTROLS and name not in _KEYS]
    unread = state.get("unread", [])
    if isinstance(unread, list):
        refused += [f"{said(name, 40)} cannot be read" for name in unread[:MAX_UNREAD]]
    settings = {}
    for name, control in CONTROLS.items():
        if name in state:
            try:
                settings[name] = control.check(state[name])
            except ValueError as error:
                refused.append(str(error))
    at = state.get("at", 0)
    if not _is_count(at, MAX_EXAMPLES):
        refused.append(f"the examples must be between 0 and {MAX_EXAMPLES:,}, got {said(at, 40)}")
        at = 0
    changes: list[tuple[int, str, Any]] = []
    told = state.get("changes", [])
    for item in told[:MAX_CHANGES] if isinstance(told, list) else [told]:
        change = _read_change(item, at)
        if change is None:
            refused.append(
                f"a change on the way must be one of a live control before the end, got {said(item, 60)}"
            )
        else:
            changes.append(change)
    if isinstance(told, list) and len(told) > MAX_CHANGES:
        refused.append(f"a link tells of at most {MAX_CHANGES} changes on the way, got {len(told)}")
    changes.sort(key=lambda change: change[0])
    if len(refused) > MAX_REFUSED:
        refused[MAX_REFUSED:] = [f"and {len(refused) - MAX_REFUSED:,} more"]
    data = state.get("data")
    return Link(settings, at, tuple(changes), data[:40] if isinstance(data, str) else None, tuple(refused))


def _read_change(item: Any, end: int) -> tuple[int, str, Any] | None:
    if not isinstance(item, list) or len(item) != 3:
        return None
    at, name, value = item
    if not isinstance(name, str) or name not in CONTROLS or not CONTROLS[name].live or name == SPEED:
        return None
    try:
        return (at, name, CONTROLS[name].check(value)) if _is_count(at, end) else None
    except ValueError:
        return None


def _is_count(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
