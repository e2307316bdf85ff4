"""One reader's session: the digits, the settings, and every run so far. No Jupyter."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bitmass_viz.data import Digits
from bitmass_viz.live.controls import CONTROLS, ON_THE_PAGE, RATE, SPEED, controls_for, option_names
from bitmass_viz.live.permalink import left_out, origin_of
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.training.history import Frame
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


class Session:
    """The digits, the settings and the runs so far, one of which is active.

    Parameters
    ----------
    run : Run
        The first run. Later ones use its digits and, apart from the hidden layer's size, its architecture.

    Attributes
    ----------
    controls : dict of str to Control
        Controls for the reader, see `controls_for`.
    trainers : dict of str to type of Trainer
        Trainers that the reader can choose, including the first run's.

    Raises
    ------
    ValueError
        If the views cannot show the run's weights.
    """

    def __init__(self, run: Run) -> None:
        self.digits = run.digits
        check_shown(run)
        self.arch: Architecture = run.arch
        self.trainers = ON_THE_PAGE | {run.trainer.NAME: type(run.trainer)}
        self.controls = controls_for(type(run.trainer), run.arch.hidden)
        self._given = (run.trainer.NAME, run.recipe, run.options)
        self._entries: OrderedDict[tuple[Any, ...], Entry] = OrderedDict()
        self._count = 0
        self.settings: dict[str, Any] = (
            {control.name: control.default for control in CONTROLS.values()}
            | {
                "trainer": run.trainer.NAME,
                "recipe": run.recipe,
                "seed": run.seed,
                "hidden": run.arch.hidden,
            }
            | {name: run.options[name] for name in option_names(type(run.trainer))}
        )
        self._enter(run)

    @property
    def entry(self) -> Entry:
        """The active run's entry."""
        return self._entries[self._key()]

    @property
    def run(self) -> Run:
        """The active run."""
        run = self.entry.run
        assert run is not None, "the active run is never dropped"
        return run

    def named_runs(self) -> list[tuple[str, Run]]:
        """Return (label, run) for every run that is kept."""
        return [(entry.label, entry.run) for entry in self._entries.values() if entry.run is not None]

    def set(self, name: str, value: Any) -> None:
        """Change a setting. One that is not live (trainer, seed, …) starts another run, or returns to it.

        Raises
        ------
        ValueError
            If there is no such control, it does not apply to the trainer, or the value is not allowed.
        """
        if not isinstance(name, str) or name not in CONTROLS:
            raise ValueError(f"control must be one of {', '.join(CONTROLS)}, got {name!r:.80}")
        control = self.controls[name]
        self._check_applies(name, self.settings["trainer"])
        value = control.check(value)
        if name == SPEED:
            self.settings[name] = value
        elif control.live:
            self.run.set_option(name, value)
            self.settings[name] = value
        else:
            self._switch({**self.settings, name: value}, changed=name)

    def begin(self, settings: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> list[str]:
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
        main = {name: settings.get(name, self.settings[name]) for name in ("trainer", "recipe")}
        wanted = {**self.settings, **main} | self._defaults(**main)
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
            run = self._make(wanted)
        except ValueError as error:
            self._given = given
            return [*refused, str(error)]
        if self.untouched:
            self._entries.clear()
        self.settings = wanted | self._options_of(run)
        self._entries.pop(self._key(), None)
        self._enter(run)
        return refused

    def follow(self) -> None:
        """Update the settings to the active run's options, which a seek or another cell may have changed."""
        self.settings.update(self._options_of(self.run))

    def reset(self) -> None:
        """Restart the active run, dropping its curve."""
        fresh = self._make(self.settings)
        self._entries.pop(self._key())
        self._enter(fresh)

    def use(self, digits: Digits) -> None:
        """Switch to other digits. Earlier runs are dropped, since their accuracies are not comparable."""
        self.digits = digits
        self._entries.clear()
        self._enter(self._make(self.settings))

    @property
    def untouched(self) -> bool:
        """Whether there is only the first run, and it has not been trained."""
        return len(self._entries) == 1 and self.run.examples == 0

    def curve_ends(self) -> list[tuple[str, bool, int, float]]:
        """Return each curve's run, whether it is active, and its last point: enough to detect a change."""
        active = self.entry
        ends = []
        for entry in self._entries.values():
            points = entry.run.curve if entry.run else entry.points
            ends.append((entry.id, entry is active, *(points[-1] if points else (-1, 0.0))))
        return ends

    def curves(self) -> list[dict[str, Any]]:
        """Return the validation accuracy of every run so far, JSON-ready."""
        active = self.entry
        return [
            {
                "run": entry.id,
                "trainer": entry.trainer,
                "label": entry.label,
                "active": entry is active,
                "points": [[n, round(a, 5)] for n, a in (entry.run.curve if entry.run else entry.points)],
            }
            for entry in self._entries.values()
        ]

    def status(self, frame: Frame) -> dict[str, Any]:
        """Describe a frame of the active run, JSON-ready (the caller adds the sequence number and the state)."""
        run = self.run
        weights, history = frame.weights, run.history
        frames = history.frames
        position = next((i for i, kept in enumerate(frames) if kept is frame), len(frames) - 1)
        return {
            "run": self.entry.id,
            "trainer": run.trainer.NAME,
            "label": self.entry.label,
            **weights.shape(),
            "image": list(run.digits.train.images.shape[1:]),
            "hidden": run.arch.hidden,
            "train_size": len(run.digits.train),
            "accuracy_split": "validation",
            "frames": len(frames),
            **self.frame_state(frame, position),
            "bit_mass": weights.bit_mass,
            "history": history.revision,
            "origin": origin_of(run),
            "left_out": left_out(run),
            "changes": [list(change) for change in run.changes if change[0] <= frame.examples],
        }

    @staticmethod
    def frame_state(frame: Frame, position: int) -> dict[str, Any]:
        """Describe the parts of the status that differ between frames, JSON-ready; `position` is the index."""
        return {
            "examples": frame.examples,
            "epoch": frame.epoch,
            "accuracy": frame.accuracy,
            "accuracy_at": frame.accuracy_at,
            "options": frame.options,
            "position": position,
            "position_examples": frame.examples,
        }

    def _switch(self, settings: dict[str, Any], changed: str) -> None:
        if changed in ("trainer", "recipe"):
            # Options belong to a trainer and its recipe, so they start from those defaults.
            settings |= self._defaults(settings["trainer"], settings["recipe"])
        key = self._key(settings)
        known = self._entries.get(key)
        run = known.run if known is not None and known.run is not None else self._make(settings)
        self.settings = settings | self._options_of(run)
        if known is not None and known.run is not None:
            self._entries.move_to_end(key)
        else:
            self._entries.pop(key, None)
            self._enter(run)

    def _check_applies(self, name: str, trainer: str) -> None:
        control = self.controls[name]
        if control.trainers is not None and trainer not in control.trainers:
            raise ValueError(f"{control.label} does not apply to {self.trainers[trainer].LABEL}")

    def _defaults(self, trainer: str, recipe: str) -> dict[str, Any]:
        return {o.name: o.default(recipe) for o in self.trainers[trainer].OPTIONS if o.name in CONTROLS}

    def _make(self, settings: Mapping[str, Any]) -> Run:
        trainer = settings["trainer"]
        given = self._given[2] if (trainer, settings["recipe"]) == self._given[:2] else {}
        options = given | {name: settings[name] for name in option_names(self.trainers[trainer])}
        arch = replace(self.arch, hidden=settings["hidden"])
        run = Run(self.trainers[trainer], self.digits, arch, settings["seed"], settings["recipe"], **options)
        check_shown(run)
        return run

    def _enter(self, run: Run) -> None:
        self._count += 1
        entry = Entry(str(self._count), self._label(run), run.trainer.NAME, run, run.curve)
        self._entries[self._key()] = entry
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

    def _key(self, settings: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
        now = self.settings if settings is None else settings
        trainer = self.trainers[now["trainer"]]
        fixed = [o.name for o in trainer.OPTIONS if o.name in CONTROLS and not o.live]
        return (now["trainer"], now["recipe"], now["seed"], now["hidden"], *(now[name] for name in fixed))

    def _label(self, run: Run) -> str:
        rule = f", {run.options['rule']}" if "rule" in run.options else ""
        size = f", {run.arch.hidden} containers" if run.arch != self.arch else ""
        usual = self._defaults(run.trainer.NAME, run.recipe).get(RATE)
        rate = f", rate {run.options[RATE]:g}" if run.options.get(RATE, usual) != usual else ""
        return f"{run.trainer.LABEL}, {run.recipe}{rule}{rate}{size}, seed {run.seed}"

    def _options_of(self, run: Run) -> dict[str, Any]:
        return {name: run.options[name] for name in option_names(type(run.trainer))}


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
