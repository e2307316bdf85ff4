"""The runs that one reader has started: one is active, and those before it can be returned to."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bitmass_viz.data import Digits
from bitmass_viz.data.idx import IMAGE_SIDE
from bitmass_viz.live import protocol
from bitmass_viz.live.controls import (
    CONTROLS,
    DATA,
    OF_THE_PLAYER,
    ON_THE_PAGE,
    RATE,
    Choice,
    controls_for,
    option_names,
)
from bitmass_viz.live.data_loading import LABELS
from bitmass_viz.live.descriptions import describe_weights
from bitmass_viz.live.permalink import left_out, origin_of
from bitmass_viz.live.tasks import Steps, Work
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.training.run import Run

MAX_RUNS = 6
MAX_RUN_BYTES = 256 << 20
"""Most runs kept, and most memory of all but the newest one; of older runs only the curve is kept."""
MAX_CURVES = 24


@dataclass
class Entry:
    """A run with its label; `run` is None once only its curve is kept."""

    id: str
    label: str
    trainer: str
    run: Run | None
    points: list[tuple[int, float]]
    data: str


class Runs:
    """The runs so far, their data sets, and the settings of the active one.

    Parameters
    ----------
    run : Run
        The first run. Later ones use, apart from the hidden layer's size, its architecture.

    Attributes
    ----------
    controls : dict of str to Control
        Controls for the reader, see `controls_for`.
    data : dict of str to Digits
        The data sets that are here, by name.
    trainers : dict of str to type of Trainer
        Trainers that the reader can choose, including the first run's.

    Raises
    ------
    ValueError
        If the views cannot show the run's weights.
    """

    def __init__(self, run: Run) -> None:
        check_shown(run)
        self.arch: Architecture = run.arch
        self.trainers = ON_THE_PAGE | {run.trainer.NAME: type(run.trainer)}
        self.data: dict[str, Digits] = {run.digits.name: run.digits}
        self.controls = controls_for(type(run.trainer), run.arch.hidden, _choices(run.digits))
        self._given = (run.trainer.NAME, run.recipe, run.options)
        self._entries: OrderedDict[tuple[Any, ...], Entry] = OrderedDict()
        self._count = 0
        self._enter(run)

    @property
    def entry(self) -> Entry:
        """The active run's entry."""
        return self._entries[self._active]

    @property
    def active(self) -> Run:
        """The active run."""
        run = self.entry.run
        assert run is not None, "the active run is never dropped"
        return run

    @property
    def digits(self) -> Digits:
        """The digits of the active run."""
        return self.active.digits

    @property
    def settings(self) -> dict[str, Any]:
        """The value of every control of a run; the default where it does not apply to the active run."""
        return _DEFAULTS | settings_of(self.active)

    def named(self) -> list[tuple[str, Run]]:
        """Return (label, run) for every run that is kept."""
        return [(entry.label, entry.run) for entry in self._entries.values() if entry.run is not None]

    def check(self, name: object, value: Any) -> tuple[str, Any]:
        """Return a control's name and its value if they are allowed for the active run.

        Raises
        ------
        ValueError
            If there is no such control, it does not apply to the trainer, or the value is not allowed.
        """
        if not isinstance(name, str) or name not in self.controls:
            raise ValueError(f"control must be one of {', '.join(self.controls)}, got {name!r:.80}")
        self._check_applies(name, self.active.trainer.NAME)
        return name, self.controls[name].check(value)

    def set(self, name: str, value: Any) -> Steps[None]:
        """Change a setting that `check` allows. One that is not live starts another run, or returns to it.

        Raises
        ------
        ValueError
            If the trainer does not allow it together with the other settings.
        """
        if self.controls[name].live:
            yield Work(partial(self.active.set_option, name, value))
            return
        wanted = self.settings | {name: value}
        if name in ("trainer", "recipe"):
            # Options belong to a trainer and its recipe, so they start from those defaults.
            wanted |= self._option_defaults(wanted)
        key = self._key(wanted)
        known = self._entries.get(key)
        if known is not None and known.run is not None:
            self._entries.move_to_end(key)
            self._active = key
        else:
            self._enter((yield from self._make(wanted)))

    def add(self, digits: Digits) -> None:
        """Add a data set that has come; a reader's own also to the choices."""
        self.data[digits.name] = digits
        control = self.controls[DATA]
        if all(choice.value != digits.name for choice in control.choices):
            choices = (*control.choices, Choice(digits.name, digits.label))
            self.controls[DATA] = replace(control, choices=choices)

    def begin(self, settings: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> Steps[list[str]]:
        """Start a run with other settings, which have each passed `Control.check`.

        It replaces the first run if nothing has been trained yet; otherwise it joins the others.

        Parameters
        ----------
        settings : mapping
            Values of controls. The trainer's other settings take the recipe's defaults.
        options : mapping, optional
            Values of options without a control, not validated yet.

        Returns
        -------
        list of str
            A sentence for each setting or option that the trainer does not have or does not allow.
        """
        main = {name: settings[name] for name in ("trainer", "recipe") if name in settings}
        wanted = self.settings | main
        wanted |= self._option_defaults(wanted)
        refused = []
        for name, value in settings.items():
            try:
                self._check_applies(name, wanted["trainer"])
                wanted[name] = value
            except ValueError as error:
                refused.append(str(error))
        allowed = {}
        known = {option.name: option for option in self.trainers[wanted["trainer"]].OPTIONS}
        for name, value in (options or {}).items():
            try:
                if name not in known:
                    raise ValueError(f"{self.trainers[wanted['trainer']].LABEL} has no option {name}")
                allowed[name] = known[name].check(value)
            except ValueError as error:
                refused.append(str(error))
        given = self._given
        if "trainer" in settings or allowed:
            self._given = (wanted["trainer"], wanted["recipe"], allowed)
        try:
            run = yield from self._make(wanted)
        except ValueError as error:
            self._given = given
            return [*refused, str(error)]
        if self.untouched:
            self._entries.clear()
        self._enter(run)
        return refused

    def reset(self) -> Steps[None]:
        """Restart the active run, dropping its curve."""
        self._enter((yield from self._make(self.settings)))

    @property
    def untouched(self) -> bool:
        """Whether there is only the first run, and it has not been trained."""
        return len(self._entries) == 1 and self.active.examples == 0

    def curve_ends(self) -> list[tuple[str, bool, int, float]]:
        """Return each curve's run, whether it is active, and its last point: enough to detect a change."""
        active = self.entry
        ends = []
        for entry in self._comparable():
            points = entry.run.curve if entry.run else entry.points
            ends.append((entry.id, entry is active, *(points[-1] if points else (-1, 0.0))))
        return ends

    def curves(self) -> list[protocol.Curve]:
        """Return the validation accuracy of every run on the active one's data so far, JSON-ready."""
        active = self.entry
        return [
            {
                "run": entry.id,
                "trainer": entry.trainer,
                "label": entry.label,
                "active": entry is active,
                "points": [[n, round(a, 5)] for n, a in (entry.run.curve if entry.run else entry.points)],
            }
            for entry in self._comparable()
        ]

    def _comparable(self) -> list[Entry]:
        """Return the runs on the active one's data: accuracies on different data cannot be compared."""
        return [entry for entry in self._entries.values() if entry.data == self.entry.data]

    def network(self) -> protocol.Network:
        """Describe what is the same in all frames of the active run, JSON-ready."""
        run = self.active
        weights = run.history.frames[-1].weights
        return {
            "run": self.entry.id,
            "trainer": run.trainer.NAME,
            "label": self.entry.label,
            **describe_weights(weights),
            "hidden": run.arch.hidden,
            "image": list(run.digits.train.images.shape[1:]),
            "train_size": len(run.digits.train),
            "accuracy_split": "validation",
            "batch_size": run.options.get("batch_size"),
            "origin": origin_of(run),
            "left_out": left_out(run),
            "taught": run.trainer.taught(),
        }

    def _check_applies(self, name: str, trainer: str) -> None:
        control = self.controls[name]
        if control.trainers is not None and trainer not in control.trainers:
            raise ValueError(f"{control.label} does not apply to {self.trainers[trainer].LABEL}")

    def _option_defaults(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        options = self.trainers[settings["trainer"]].OPTIONS
        return {o.name: o.default(settings["recipe"]) for o in options if o.name in CONTROLS}

    def _make(self, settings: Mapping[str, Any]) -> Steps[Run]:
        trainer = self.trainers[settings["trainer"]]
        digits = self.data[settings[DATA]]
        given = self._given[2] if (trainer.NAME, settings["recipe"]) == self._given[:2] else {}
        options = given | {name: settings[name] for name in option_names(trainer)}
        arch = replace(self.arch, hidden=settings["hidden"])
        make = partial(Run, trainer, digits, arch, settings["seed"], settings["recipe"], **options)
        run: Run = yield Work(make)
        check_shown(run)
        return run

    def _enter(self, run: Run) -> None:
        """Add a run in place of one with the same settings, and make it the active one."""
        self._count += 1
        self._active = self._key(settings_of(run))
        self._entries.pop(self._active, None)
        self._entries[self._active] = Entry(
            str(self._count), self._label(run), run.trainer.NAME, run, run.curve, run.digits.name
        )
        self._drop_old_runs()
        while len(self._entries) > MAX_CURVES:
            self._entries.popitem(last=False)

    def _drop_old_runs(self) -> None:
        """Reduce older runs to their curves where there are too many or they take too much memory."""
        kept = taken = 0
        for entry in reversed(self._entries.values()):
            if entry.run is None:
                continue
            kept += 1
            taken += entry.run.history.nbytes if kept > 1 else 0
            if kept > MAX_RUNS or taken > MAX_RUN_BYTES:
                entry.points, entry.run = entry.run.curve, None

    def _key(self, settings: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the settings that tell runs apart: all but the live ones."""
        fixed = [name for name in option_names(self.trainers[settings["trainer"]]) if not CONTROLS[name].live]
        return tuple(settings[name] for name in (DATA, "trainer", "recipe", "seed", "hidden", *fixed))

    def _label(self, run: Run) -> str:
        rule = f", {run.options['rule']}" if "rule" in run.options else ""
        size = f", {run.arch.hidden} containers" if run.arch != self.arch else ""
        usual = next((o.default(run.recipe) for o in run.trainer.OPTIONS if o.name == RATE), None)
        rate = f", rate {run.options[RATE]:g}" if run.options.get(RATE, usual) != usual else ""
        return f"{run.trainer.LABEL}, {run.recipe}{rule}{rate}{size}, seed {run.seed}"


_DEFAULTS = {control.name: control.default for control in CONTROLS.values() if control.name not in OF_THE_PLAYER}


def settings_of(run: Run) -> dict[str, Any]:
    """Return the values of all controls that apply to a run, JSON-ready."""
    fixed = {
        "trainer": run.trainer.NAME,
        DATA: run.digits.name,
        "recipe": run.recipe,
        "seed": run.seed,
        "hidden": run.arch.hidden,
    }
    return fixed | {name: run.options[name] for name in option_names(type(run.trainer))}


def _choices(digits: Digits) -> dict[str, str]:
    """Return name and label of the data sets that a network for these digits can learn, these first."""
    own = {digits.name: digits.label}
    return own | LABELS if digits.train.shape == (IMAGE_SIDE, IMAGE_SIDE) else own


def check_shown(run: Run) -> None:
    """Check that the page's views can show a run's weights.

    Raises
    ------
    ValueError
        If there is no hidden layer.
    """
    if not run.trainer.HAS_HIDDEN_LAYER:
        label = run.trainer.LABEL
        raise ValueError(f"the views show two layers of weights, and {label} has one; read it in run.weights.w0")
