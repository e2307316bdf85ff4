"""Links to networks side by side: the settings that they share, and each one's own settings and changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from bitmass_viz.live.controls import CONTROLS
from bitmass_viz.live.lanes import LANE_CONTROLS, SHARED_CONTROLS, lane_settings
from bitmass_viz.live.permalink import MAX_REFUSED, Link, origin_of, read_link
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.run import Run


class Present(NamedTuple):
    """The settings that a link changes, and the controls with which a reader could change them, too."""

    settings: Mapping[str, Any]
    lanes: Sequence[Mapping[str, Any]]
    controls: Sequence[str]
    lane_controls: Sequence[Sequence[str]]


@dataclass(frozen=True)
class LanesLink:
    """The validated content of a link to networks side by side.

    Attributes
    ----------
    shared : Link
        What all networks share; its `refused` names the ignored parts of the whole link.
    settings : dict
        Values of all shared controls.
    lanes : tuple of dict
        Each network's settings.
    changes : tuple of tuple
        Each network's changes, as in `Link`.
    """

    shared: Link
    settings: dict[str, Any]
    lanes: tuple[dict[str, Any], ...]
    changes: tuple[tuple[tuple[int, str, Any], ...], ...]

    def changes_in(self, runs: Sequence[Run]) -> dict[int, Callable[[], object]]:
        """Return calls that make the changes in the runs, by the number of examples when they are due."""

        def make(due: int) -> None:
            for run, changes in zip(runs, self.changes, strict=True):
                for at, name, value in changes:
                    if at == due:
                        run.set_option(name, value)

        return {at: partial(make, at) for changes in self.changes for at, *_ in changes}


def shared_origin(run: Run) -> dict[str, Any]:
    """Return the initial settings that all networks share and the revision of their numbers, for a link."""
    return {name: value for name, value in origin_of(run).items() if name in (*SHARED_CONTROLS, "rev")}


def lane_origin(run: Run) -> dict[str, Any]:
    """Return a network's own initial settings, for a link."""
    return {name: value for name, value in origin_of(run).items() if name in LANE_CONTROLS}


def read_lanes_link(state: Any, present: Present) -> LanesLink:
    """Validate what a page read from its address. Never raises.

    Parameters
    ----------
    state
        Anything. If it is a dict: as for `read_link`, but settings and changes of a single network are in
        ``lanes``, a list with a dict for each network.
    present : Present
        Settings that the link leaves out stay as they are.

    Returns
    -------
    LanesLink
        The usable parts.
    """
    given = dict(state) if isinstance(state, Mapping) else state
    each = given.pop("lanes", []) if isinstance(given, dict) else []
    shared = read_link(given, {name: CONTROLS[name] for name in SHARED_CONTROLS})
    refused = [*shared.refused, *_misplaced_options(shared), *(_fixed(name) for _, name, _ in shared.changes)]
    settings = dict(present.settings)
    for name, value in shared.settings.items():
        if name in present.controls or value == settings[name]:
            settings[name] = value
        else:
            refused.append(_fixed(name))
    if not isinstance(each, list) or len(each) not in (0, len(present.lanes)):
        refused.append(f"its networks side by side, because there are {len(present.lanes)} here")
        each = []
    is_same_recipe = settings["recipe"] == present.settings["recipe"]
    lanes = []
    for number, (now, own) in enumerate(zip(present.lanes, present.lane_controls, strict=True)):
        wanted = each[number] if each else {}
        if isinstance(wanted, Mapping):
            wanted = {**wanted, "at": shared.at}

        def settings_for(trainer: str, now: Mapping[str, Any] = now) -> dict[str, Any]:
            is_same = is_same_recipe and trainer == now["trainer"]
            return dict(now) if is_same else lane_settings(trainer, settings["recipe"])

        lanes.append(_read_lane(wanted, now["trainer"], settings_for, own))
        refused += lanes[-1].refused
    if len(refused) > MAX_REFUSED:
        refused[MAX_REFUSED:] = [f"and {len(refused) - MAX_REFUSED:,} more"]
    return LanesLink(
        replace(shared, refused=tuple(refused)),
        settings,
        tuple(lane.settings for lane in lanes),
        tuple(lane.changes for lane in lanes),
    )


def _read_lane(wanted: Any, now: str, settings_for: Callable[[str], dict[str, Any]], own: Sequence[str]) -> Link:
    """Validate what a link says of one network; the settings of the result are complete.

    Parameters
    ----------
    wanted
        Anything.
    now : str
        Its present trainer.
    settings_for : callable
        Returns what a trainer has unless the link says otherwise.
    own : sequence of str
        Its controls.
    """
    link = read_link(wanted, {name: CONTROLS[name] for name in LANE_CONTROLS})
    refused = [*link.refused, *_misplaced_options(link)]
    trainer = link.settings.get("trainer", now)
    if "trainer" not in own and trainer != now:
        refused.append(_fixed("trainer"))
        trainer = now
    settings = settings_for(trainer)
    for name, value in link.settings.items():
        if name == "trainer":
            continue
        if name not in settings:
            refused.append(f"{CONTROLS[name].label} does not apply to {TRAINERS[trainer].LABEL}")
        elif name in own or value == settings[name]:
            settings[name] = value
        else:
            refused.append(_fixed(name))
    changes = tuple(change for change in link.changes if change[1] in own and change[1] in settings)
    refused += [_fixed(change[1]) for change in link.changes if change not in changes]
    return replace(link, settings=settings, changes=changes, refused=tuple(refused))


def _misplaced_options(link: Link) -> list[str]:
    return [f"{name} does not apply here" for name in link.options]


def _fixed(name: str) -> str:
    return f"{CONTROLS[name].label} cannot be changed here"
