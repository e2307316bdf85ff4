"""Every control of the explorer, declared once: the page is built from this table, the kernel checks with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bitmass_viz.common import numeric
from bitmass_viz.live import protocol
from bitmass_viz.live.player import FLAT_OUT
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers import RECIPES, TRAINERS, Option, Trainer

Kind = Literal["choice", "integer", "number", "stops", "switch"]
SPEED = "speed"
STOP_AFTER = "stop_after"
OF_THE_PLAYER = (SPEED, STOP_AFTER)
"""Controls that say how to play; all others are settings of a run."""
RATE = "learning_rate"
DATA = "data"
MAX_HIDDEN = 64
"""Most containers a reader can choose. More would make frames slow and use memory that readers share."""
IN_THE_STUDY = ("sgd", "adamw", "bv32-hebbian", "bv32-uncentred")
_OTHERS = tuple(name for name in TRAINERS if name not in IN_THE_STUDY)
ON_THE_PAGE = {name: TRAINERS[name] for name in (*IN_THE_STUDY, *_OTHERS) if TRAINERS[name].HAS_HIDDEN_LAYER}
"""Trainers a reader can choose, the study's first. No linear models, because the views show two layers."""


def _described(trainer: type[Trainer]) -> str:
    return trainer.SUMMARY + ("" if trainer.NAME in IN_THE_STUDY else " Not part of the study.")


@dataclass(frozen=True)
class Choice:
    """A value that a control can take."""

    value: Any
    label: str
    help: str = ""


@dataclass(frozen=True)
class Control:
    """A control: its label, its allowed values and its default.

    Parameters
    ----------
    kind : Kind
        A list, a field for an integer, a field for a number, a slider over the choices, an on/off switch.
    trainers : tuple of str, optional
        Trainers it applies to; None for all.
    live : bool
        Whether it changes the current run instead of starting another.
    """

    name: str
    label: str
    kind: Kind
    default: Any
    help: str
    choices: tuple[Choice, ...] = ()
    low: float = 0
    high: float = 0
    trainers: tuple[str, ...] | None = None
    live: bool = False

    @property
    def allowed(self) -> str:
        """What completes the sentence “Seed must be …”."""
        if self.kind == "integer":
            return numeric.whole_between(int(self.low), int(self.high))
        if self.kind == "number":
            return numeric.real_between(self.low, self.high)
        if self.kind == "switch":
            return "on or off"
        return "one of " + ", ".join(choice.label for choice in self.choices)

    def check(self, value: Any) -> Any:
        """Return `value` if it is allowed.

        Raises
        ------
        ValueError
            If it is not; the message says what is allowed.
        """
        if self.kind == "integer":
            return numeric.whole(self.label, value, int(self.low), int(self.high))
        if self.kind == "number":
            return numeric.real(self.label, value, self.low, self.high)
        choices = (False, True) if self.kind == "switch" else [choice.value for choice in self.choices]
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            raise ValueError(f"{self.label} must be {self.allowed}, got {numeric.shortened(value)}")
        return value

    def as_dict(self) -> protocol.Control:
        """Return the declaration, JSON-ready."""
        return {
            "name": self.name,
            "label": self.label,
            "kind": self.kind,
            "default": self.default,
            "help": self.help,
            "choices": [{"value": c.value, "label": c.label, "help": c.help} for c in self.choices],
            "min": self.low,
            "max": self.high,
            "trainers": None if self.trainers is None else list(self.trainers),
            "allowed": self.allowed,
        }


def _of_trainers(name: str, label: str, kind: Kind) -> Control:
    """Make a control for an option that some trainers have."""
    having = {t.NAME: next(o for o in t.OPTIONS if o.name == name) for t in ON_THE_PAGE.values() if _has(t, name)}
    option: Option = next(iter(having.values()))
    return Control(
        name=name,
        label=label,
        kind=kind,
        default=option.default("published"),
        help=option.help,
        choices=tuple(Choice(value, str(value)) for value in option.choices),
        low=option.low,
        high=option.high,
        trainers=tuple(having),
        live=option.live,
    )


def _has(trainer: Any, name: str) -> bool:
    return any(option.name == name for option in trainer.OPTIONS)


def option_names(trainer: type[Trainer]) -> list[str]:
    """Return the names of a trainer's options that have a control."""
    return [option.name for option in trainer.OPTIONS if option.name in CONTROLS]


def data_control(labels: Mapping[str, str]) -> Control:
    """Make the control that chooses among data sets, given as name → label; the first is the default."""
    return Control(
        name=DATA,
        label="Data",
        kind="choice",
        default=next(iter(labels)),
        help="Images to learn from. The networks trained on each data set are kept.",
        choices=tuple(Choice(name, label) for name, label in labels.items()),
    )


def controls_for(trainer: type[Trainer], hidden: int, labels: Mapping[str, str]) -> dict[str, Control]:
    """Return `CONTROLS`, extended to allow the user's own trainer, a larger hidden layer and these data sets."""
    size = CONTROLS["hidden"]
    controls = {"trainer": CONTROLS["trainer"], DATA: data_control(labels)}
    controls |= CONTROLS | {"hidden": replace(size, high=max(size.high, hidden))}
    if trainer.NAME not in ON_THE_PAGE:
        trainers, own = CONTROLS["trainer"], Choice(trainer.NAME, trainer.LABEL, trainer.SUMMARY)
        controls["trainer"] = replace(trainers, choices=(own, *trainers.choices))
        for name in option_names(trainer):
            controls[name] = replace(CONTROLS[name], trainers=(trainer.NAME, *(CONTROLS[name].trainers or ())))
    return controls


CONTROLS: dict[str, Control] = {
    control.name: control
    for control in (
        Control(
            name="trainer",
            label="Trainer",
            kind="choice",
            default="bv32-hebbian",
            help="Learning algorithm. Each keeps its own progress.",
            choices=tuple(Choice(t.NAME, t.LABEL, _described(t)) for t in ON_THE_PAGE.values()),
        ),
        Control(
            name="recipe",
            label="Recipe",
            kind="choice",
            default="published",
            help="Settings of the trainer.",
            choices=tuple(Choice(name, name, text) for name, text in RECIPES.items()),
        ),
        _of_trainers("rule", "Rule", "choice"),
        _of_trainers(RATE, "Learning rate", "number"),
        Control(
            name="seed",
            label="Seed",
            kind="integer",
            default=0,
            help="Sets the first weights and the order of the examples. Same seed, same numbers.",
            high=numeric.MAX_SEED,
        ),
        Control(
            name="hidden",
            label="Containers",
            kind="integer",
            default=Architecture().hidden,
            help="Size of the hidden layer. A container is one 32-bit neuron, or 32 one-bit neurons.",
            low=1,
            high=MAX_HIDDEN,
        ),
        Control(
            name=SPEED,
            label="Speed",
            kind="stops",
            default=64,
            help="Examples per frame.",
            choices=(
                Choice(1, "1 per frame"),
                Choice(8, "8 per frame"),
                Choice(64, "64 per frame"),
                Choice(256, "256 per frame"),
                Choice(1024, "1,024 per frame"),
                Choice(FLAT_OUT, "as fast as possible"),
            ),
            live=True,
        ),
        Control(
            name=STOP_AFTER,
            label="Stop after",
            kind="choice",
            default=0,
            help="Training pauses there. Press Play to continue.",
            choices=(
                Choice(0, "never"),
                Choice(1, "1 epoch"),
                *(Choice(epochs, f"{epochs} epochs") for epochs in (2, 3, 5, 10, 20, 50)),
            ),
            live=True,
        ),
        _of_trainers("centring", "Centring", "switch"),
    )
}
