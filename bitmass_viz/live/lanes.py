"""Lanes of networks side by side: their settings, and the networks made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bitmass_viz.data import Digits
from bitmass_viz.live import protocol
from bitmass_viz.live.controls import CONTROLS, SPEED, option_names
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.lockstep import Lockstep
from bitmass_viz.training.run import Run

SHARED_CONTROLS = ("recipe", "seed", "hidden", SPEED)
"""Controls shared by all lanes."""
LANE_CONTROLS = ("trainer", "rule", "centring")


def described_controls(names: Sequence[str], allowed: Sequence[str], whose: str) -> list[protocol.Control]:
    """Return the controls with these names, JSON-ready, if they are allowed."""
    for name in names:
        if name not in allowed:
            raise ValueError(f"controls of {whose} must be among {', '.join(allowed)}, got {name!r:.80}")
    return [CONTROLS[name].as_dict() for name in names]


def make_lanes(digits: Digits, lanes: Sequence[Mapping[str, Any]], shared: Mapping[str, Any]) -> Lockstep:
    """Create fresh runs for all lanes."""
    runs = []
    for lane in lanes:
        trainer = TRAINERS[lane["trainer"]]
        arch = replace(trainer.default_architecture(), hidden=shared["hidden"])
        options = {name: lane[name] for name in option_names(trainer) if name in lane}
        runs.append(Run(trainer, digits, arch, shared["seed"], shared["recipe"], **options))
    return Lockstep(runs)


def lane_settings(trainer: str, recipe: str, **options: Any) -> dict[str, Any]:
    """Complete a lane's settings with its trainer's defaults, and check them."""
    CONTROLS["trainer"].check(trainer)
    defaults = {o.name: o.default(recipe) for o in TRAINERS[trainer].OPTIONS if o.name in LANE_CONTROLS}
    for name in options:
        if name not in defaults:
            raise ValueError(f"{TRAINERS[trainer].LABEL} has no setting {name!r:.80}")
        CONTROLS[name].check(options[name])
    return {"trainer": trainer} | defaults | options
