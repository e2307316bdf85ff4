"""Links to a snapshot of a run: its initial settings, the options changed on the way, and how far it trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bitmass_viz.common.numeric import as_whole, shortened
from bitmass_viz.data import NAMED, Digits
from bitmass_viz.kernels.revision import MAX_REVISION, REVISION, UNNAMED
from bitmass_viz.live.controls import CONTROLS, OF_THE_PLAYER, ON_THE_PAGE, Control
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.training.run import Run
from bitmass_viz.training.state import MAX_EXAMPLES

MAX_CHANGES = 500
MAX_UNREAD = 10
MAX_REFUSED = 20
"""Most sentences about ignored parts of a link; they share one notice."""
OPTIONS = sorted({o.name for trainer in ON_THE_PAGE.values() for o in trainer.OPTIONS} - CONTROLS.keys())
"""Options without a control that a link can name."""
_KEYS = ("at", "changes", "data", "rev", "unread")


@dataclass(frozen=True)
class Link:
    """The validated content of a link.

    Attributes
    ----------
    settings : dict
        Values of controls, each individually allowed.
    at : int
        Number of examples after which the run stops.
    changes : tuple of (int, str, object)
        Changes of live options: after how many examples (at most `at`), option, value; oldest first.
    data : str or None
        Name of the digits that the link was made with, if given.
    refused : tuple of str
        A sentence for each part of the link that was ignored.
    options : dict
        Values of options without a control, not validated: that depends on the trainer.
    revision : int
        Revision of the numbers that the link was made with.
    """

    settings: dict[str, Any]
    at: int
    changes: tuple[tuple[int, str, Any], ...]
    data: str | None
    refused: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)
    revision: int = UNNAMED

    def notice(self, refused: Sequence[str]) -> str:
        """Return what the reader should know once it is followed, without `refused` parts; "" for nothing."""
        sentences = [f"Left out of this link: {'; '.join(refused)}."] if refused else []
        if self.revision != REVISION and self.at > 0:
            sentences.append(
                "This link was made by a version that calculates slightly differently (revision "
                f"{self.revision} of the numbers, here {REVISION}), so the network may differ in detail."
            )
        return " ".join(sentences)

    def changes_in(self, run: Run) -> dict[int, Callable[[], object]]:
        """Return calls that make the changes in a run, by the number of examples when they are due."""

        def make(due: int) -> None:
            for at, name, value in self.changes:
                if at == due:
                    run.set_option(name, value)

        return {at: partial(make, at) for at, *_ in self.changes}


def origin_of(run: Run) -> dict[str, Any]:
    """Return the run's initial settings and the revision of its numbers for a link, JSON-ready.

    Options without a control are included only if they differ from the recipe's.
    """
    usual = {option.name: option.default(run.recipe) for option in run.trainer.OPTIONS}
    options = {n: value for n, value in run.first_options.items() if n in CONTROLS or value != usual[n]}
    begun = {"trainer": run.trainer.NAME, "recipe": run.recipe, "seed": run.seed, "hidden": run.arch.hidden}
    return begun | options | {"rev": run.revision}


def digits_left_out(digits: Digits) -> list[str]:
    """Return what no link can hold of some digits, in words that complete “This link leaves out …”."""
    if digits.name in NAMED:
        return []
    return [f"the data ({digits.label}): the page that opens it must have been given them"]


def left_out(run: Run) -> list[str]:
    """Return the parts of a run that no link can hold, in words that complete “This link leaves out …”."""
    missing = digits_left_out(run.digits)
    if run.trainer.NAME not in ON_THE_PAGE:
        missing.append(f"the trainer ({run.trainer.LABEL}): only a page that was given it can open the link")
    if run.arch.classes != Architecture().classes:
        missing.append(f"the number of classes, {run.arch.classes}")
    if len(run.changes) > MAX_CHANGES:
        missing.append(f"all but {MAX_CHANGES} of the {len(run.changes):,} changes made on the way")
    return missing


def other_digits(link: Link, digits: Digits) -> list[str]:
    """Return a sentence if a link was made with other digits than these."""
    if link.data in (None, digits.name.lower()):
        return []
    return [f"the data {link.data!r}, in place of which it learns {digits.label}"]


def read_link(state: Any, controls: Mapping[str, Control] = CONTROLS) -> Link:
    """Validate what a page read from its address. Never raises.

    Parameters
    ----------
    state
        Anything. If it is a dict, these entries are used: controls and trainers' options by name, ``at``
        (examples), ``changes`` (a list of [examples, name, value]), ``data`` (the digits' name), ``rev`` (revision
        of the numbers) and ``unread`` (names of the parts that the page could not parse).
    controls : mapping of str to Control
        Controls to validate settings with.

    Returns
    -------
    Link
        The usable parts.
    """
    if not isinstance(state, Mapping):
        return Link({}, 0, (), None, ("what this link asks for cannot be read",))
    known = {*controls, *_KEYS, *OPTIONS}
    refused = [f"{shortened(name, 40)} is not known" for name in state if name not in known]
    unread = state.get("unread", [])
    if isinstance(unread, list):
        refused += [f"{shortened(name, 40)} cannot be read" for name in unread[:MAX_UNREAD]]
    settings = {}
    for name, control in controls.items():
        if name in state and name not in _KEYS:
            try:
                settings[name] = control.check(state[name])
            except ValueError as error:
                refused.append(str(error))
    at = state.get("at", 0)
    if not _is_count(at, MAX_EXAMPLES):
        refused.append(f"the examples must be between 0 and {MAX_EXAMPLES:,}, got {shortened(at, 40)}")
        at = 0
    changes: list[tuple[int, str, Any]] = []
    given = state.get("changes", [])
    for item in given[:MAX_CHANGES] if isinstance(given, list) else [given]:
        change = _read_change(item, at)
        if change is None:
            refused.append(
                f"a change on the way must be one of a live control before the end, got {shortened(item, 60)}"
            )
        else:
            changes.append(change)
    if isinstance(given, list) and len(given) > MAX_CHANGES:
        refused.append(f"a link has at most {MAX_CHANGES} changes on the way, got {len(given):,}")
    changes.sort(key=lambda change: change[0])
    revision = state.get("rev", UNNAMED)
    if not (_is_count(revision, MAX_REVISION) and revision >= 1):
        refused.append(f"rev must be a whole number between 1 and {MAX_REVISION:,}, got {shortened(revision, 40)}")
        revision = UNNAMED
    if len(refused) > MAX_REFUSED:
        refused[MAX_REFUSED:] = [f"and {len(refused) - MAX_REFUSED:,} more"]
    data = state.get("data")
    return Link(
        settings,
        at,
        tuple(changes),
        data[:40] if isinstance(data, str) else None,
        tuple(refused),
        {name: state[name] for name in OPTIONS if name in state},
        revision,
    )


def _read_change(item: Any, end: int) -> tuple[int, str, Any] | None:
    if not isinstance(item, list) or len(item) != 3:
        return None
    at, name, value = item
    if not isinstance(name, str) or name not in CONTROLS or not CONTROLS[name].live or name in OF_THE_PLAYER:
        return None
    try:
        return (at, name, CONTROLS[name].check(value)) if _is_count(at, end) else None
    except ValueError:
        return None


def _is_count(value: Any, most: int) -> bool:
    number = as_whole(value)
    return number is not None and 0 <= number <= most
