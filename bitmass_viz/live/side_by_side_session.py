"""The conversation with networks side by side: two to four, each in a lane, that learn in lockstep."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import numpy as np

from bitmass_viz.common import numeric
from bitmass_viz.data import Digits
from bitmass_viz.data.release_pages import release_pages
from bitmass_viz.live import protocol
from bitmass_viz.live.controls import CONTROLS, SPEED, option_names
from bitmass_viz.live.descriptions import describe_digits, describe_weights
from bitmass_viz.live.pace import Pace
from bitmass_viz.live.player import Update
from bitmass_viz.live.runs import settings_of
from bitmass_viz.live.tasks import Steps, Work
from bitmass_viz.live.training_session import TrainingSession
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.history import Frame
from bitmass_viz.training.lockstep import Lockstep
from bitmass_viz.training.run import Run

SHARED_CONTROLS = ("recipe", "seed", "hidden", SPEED)
"""Controls shared by all lanes."""
LANE_CONTROLS = ("trainer", "rule", "centring")


class SideBySideSession(TrainingSession):
    """One reader's conversation with networks side by side.

    Parameters
    ----------
    digits : Digits
    lanes : sequence of mapping
        Each lane's trainer and options, and ``"title"``, ``"controls"`` as for `SideBySide`.
    controls : sequence of str
        Controls of all lanes, among `SHARED_CONTROLS`.
    clock, pace
        As for `TrainingSession`.

    Raises
    ------
    ValueError
        If there are fewer than two lanes or more than four, or a lane or control is not allowed.
    """

    IN_TURN: ClassVar[dict[str, str]] = TrainingSession.IN_TURN | {"near": "_on_near"}

    def __init__(
        self,
        digits: Digits,
        lanes: Sequence[Mapping[str, Any]],
        controls: Sequence[str] = SHARED_CONTROLS,
        clock: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        if not 2 <= len(lanes) <= 4:
            raise ValueError(f"lanes must be 2 to 4 trainers, got {len(lanes)}")
        given = [dict(lane) for lane in lanes]
        self.titles = [lane.pop("title", "") for lane in given]
        lane_controls = [
            described_controls(lane.pop("controls", LANE_CONTROLS), LANE_CONTROLS, "a lane") for lane in given
        ]
        self._count = 1
        self._is_ready = False
        shared = {name: CONTROLS[name].default for name in SHARED_CONTROLS}
        lockstep = _make(digits, [_lane(**lane, recipe=shared["recipe"]) for lane in given], shared)
        super().__init__(lockstep, clock, pace)
        self._put(controls=described_controls(controls, SHARED_CONTROLS, "all lanes"), lane_controls=lane_controls)
        self._put(settings=self._settings(), lanes=self._lanes())
        self._put(dataset=describe_digits(digits))
        self.publish(Update(lockstep.record(), None))

    @property
    def lockstep(self) -> Lockstep:
        """The networks."""
        playable = self._player.run
        assert isinstance(playable, Lockstep)
        return playable

    @property
    def digits(self) -> Digits:
        """The digits that the networks learn."""
        return self.lockstep.runs[0].digits

    def follow_digits(self, digits: Digits) -> None:
        """Switch to other digits, unless something has been trained here."""
        if digits is not self.digits and self.lockstep.examples == 0 and not self._player.playing:
            self._start_in_turn(self._restart(self._lanes(), self._settings(), digits))

    def named_runs(self) -> list[tuple[str, Run]]:
        """See `TrainingSession.named_runs`."""
        return [
            (f"{label}, side by side", run) for label, run in zip(self._labels(), self.lockstep.runs, strict=True)
        ]

    def _labels(self) -> list[str]:
        return [title or run.trainer.LABEL for title, run in zip(self.titles, self.lockstep.runs, strict=True)]

    def _settings(self) -> dict[str, Any]:
        run = self.lockstep.runs[0]
        return {"recipe": run.recipe, "seed": run.seed, "hidden": run.arch.hidden, SPEED: self._player.speed}

    def _lanes(self) -> list[dict[str, Any]]:
        return [
            {name: value for name, value in settings_of(run).items() if name in LANE_CONTROLS}
            for run in self.lockstep.runs
        ]

    def _on_near(self, _message: protocol.Near) -> Steps[None]:
        """Prepare once the widget scrolls near the view; most readers never reach most of a page."""
        if not self._is_ready:
            self._is_ready = True
            self.publish((yield from self._prepare_run()))

    def _prepare_run(self) -> Steps[Update]:
        update = yield from super()._prepare_run()
        release_pages(self.digits)
        return update

    def _show_present(self) -> Steps[None]:
        frames = tuple(run.history.frames[-1] for run in self.lockstep.runs)
        upcoming = (yield Work(self.lockstep.upcoming)) if self._is_ready else None
        self.publish(Update(frames, upcoming))

    def _on_reset(self, _message: protocol.Reset) -> Steps[None]:
        yield from self._restart(self._lanes(), self._settings())

    def _on_set(self, message: protocol.Set) -> Steps[None]:
        name, value, lane = message.get("name"), message.get("value"), message.get("lane")
        try:
            if lane is None:
                yield from self._set_shared(name, value)
            else:
                yield from self._set_lane(name, value, lane)
        except ValueError as error:
            self.notify(f"{error}.", "error")
        # Also where nothing has changed, because the browser's control may still show a refused value.
        self._put_again(settings=self._settings(), lanes=self._lanes())

    def _set_shared(self, name: object, value: Any) -> Steps[None]:
        if not isinstance(name, str) or name not in SHARED_CONTROLS:
            raise ValueError(f"The setting must be one of {', '.join(SHARED_CONTROLS)}, got {name!r:.80}")
        value = CONTROLS[name].check(value)
        self.clear_notice("error")
        if name == SPEED:
            self._player.speed = value
            return
        lanes = self._lanes()
        if name == "recipe":
            lanes = [_lane(lane["trainer"], recipe=value) for lane in lanes]
        yield from self._restart(lanes, self._settings() | {name: value})

    def _set_lane(self, name: object, value: Any, lane: object) -> Steps[None]:
        lanes = self._lanes()
        number = numeric.whole("The lane", lane, 0, len(lanes) - 1)
        now = lanes[number]
        if not isinstance(name, str) or name not in now:
            raise ValueError(f"{TRAINERS[now['trainer']].LABEL} has no setting {name!r:.80}")
        value = CONTROLS[name].check(value)
        self.clear_notice("error")
        if CONTROLS[name].live:
            yield Work(partial(self.lockstep.runs[number].set_option, name, value))
            self._player.measure_next()
            if not self._player.playing:
                self.publish((yield Work(self._player.measured_update)))
            return
        settings = self._settings()
        lanes[number] = _lane(value, settings["recipe"]) if name == "trainer" else now | {name: value}
        yield from self._restart(lanes, settings)

    def _restart(
        self, lanes: Sequence[Mapping[str, Any]], shared: Mapping[str, Any], digits: Digits | None = None
    ) -> Steps[None]:
        yield from self._stop()
        lockstep = self._player.run = yield Work(partial(_make, digits or self.digits, lanes, shared))
        self._count += 1
        update = (yield from self._prepare_run()) if self._is_ready else Update(lockstep.record(), None)
        self._put(dataset=describe_digits(self.digits))
        self.publish(update)

    def publish(self, update: Update) -> None:
        """See `TrainingSession.publish`."""
        digit = b""
        example: protocol.LanesExample | None = None
        if update.upcoming is not None:
            index, label, answers = update.upcoming
            digit = self.digits.train.images[index].tobytes()
            example = {"index": index, "label": label, "predictions": list(answers)}
        frames = update.frame
        network: protocol.LanesNetwork = {
            "train_size": len(self.digits.train),
            "image": list(self.digits.train.images.shape[1:]),
            "accuracy_split": "validation",
            "lanes": [self._described_lane(number, frame) for number, frame in enumerate(frames)],
        }
        status: protocol.LanesStatus = {
            "seq": self._window.next(),
            "state": self._state(),
            "examples": frames[0].examples,
            "epoch": frames[0].epoch,
            "example": example,
            "lanes": [{"accuracy": frame.accuracy, "options": frame.options} for frame in frames],
        }
        ends = [(self._count, *(run.curve[-1] if run.curve else (-1, 0.0))) for run in self.lockstep.runs]
        self._put(
            network=network,
            frame=np.concatenate([frame.weights.buffer for frame in frames]).tobytes(),
            digit=digit,
            **self._newer_curves(ends, self._curves),
            status=status,
        )

    def _described_lane(self, number: int, frame: Frame) -> protocol.LaneNetwork:
        weights = frame.weights
        return {**self._named(number), **describe_weights(weights), "bytes": weights.buffer.nbytes}

    def _curves(self) -> list[protocol.Curve]:
        return [
            {**self._named(number), "active": True, "points": [[n, round(a, 5)] for n, a in run.curve]}
            for number, run in enumerate(self.lockstep.runs)
        ]

    def _named(self, number: int) -> protocol.Named:
        return {
            "run": f"{self._count}.{number}",
            "trainer": self.lockstep.runs[number].trainer.NAME,
            "label": self._labels()[number],
        }


def described_controls(names: Sequence[str], allowed: Sequence[str], whose: str) -> list[protocol.Control]:
    """Return the controls with these names, JSON-ready, if they are allowed."""
    for name in names:
        if name not in allowed:
            raise ValueError(f"controls of {whose} must be among {', '.join(allowed)}, got {name!r:.80}")
    return [CONTROLS[name].as_dict() for name in names]


def _make(digits: Digits, lanes: Sequence[Mapping[str, Any]], shared: Mapping[str, Any]) -> Lockstep:
    """Create fresh runs for all lanes."""
    runs = []
    for lane in lanes:
        trainer = TRAINERS[lane["trainer"]]
        arch = replace(trainer.default_architecture(), hidden=shared["hidden"])
        options = {name: lane[name] for name in option_names(trainer) if name in lane}
        runs.append(Run(trainer, digits, arch, shared["seed"], shared["recipe"], **options))
    return Lockstep(runs)


def _lane(trainer: str, recipe: str, **options: Any) -> dict[str, Any]:
    """Complete a lane's settings with its trainer's defaults, and check them."""
    CONTROLS["trainer"].check(trainer)
    defaults = {o.name: o.default(recipe) for o in TRAINERS[trainer].OPTIONS if o.name in LANE_CONTROLS}
    for name in options:
        if name not in defaults:
            raise ValueError(f"{TRAINERS[trainer].LABEL} has no setting {name!r:.80}")
        CONTROLS[name].check(options[name])
    return {"trainer": trainer} | defaults | options
