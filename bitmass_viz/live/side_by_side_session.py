"""The conversation with networks side by side: two to four, each in a lane, that learn in lockstep."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np

from bitmass_viz.common import numeric
from bitmass_viz.data import Digits
from bitmass_viz.data.release_pages import shown_pixels
from bitmass_viz.live import protocol
from bitmass_viz.live.controls import CONTROLS, SPEED
from bitmass_viz.live.descriptions import describe_digits, describe_weights
from bitmass_viz.live.lanes import (
    LANE_CONTROLS,
    SHARED_CONTROLS,
    described_controls,
    lane_settings,
    make_lanes,
)
from bitmass_viz.live.lanes_permalink import LanesLink, Present, lane_origin, read_lanes_link, shared_origin
from bitmass_viz.live.pace import Pace
from bitmass_viz.live.permalink import left_out, other_digits
from bitmass_viz.live.player import Update
from bitmass_viz.live.runs import settings_of
from bitmass_viz.live.tasks import Steps, Work
from bitmass_viz.live.training_session import TrainingSession
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.history import Frame
from bitmass_viz.training.lockstep import Lockstep
from bitmass_viz.training.run import Run


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

    IN_TURN: ClassVar[dict[str, str]] = TrainingSession.IN_TURN | {"near": "_on_near", "follow": "_on_follow"}

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
        self._controls = tuple(controls)
        self._lane_controls = [[control["name"] for control in lane] for lane in lane_controls]
        self._link: tuple[LanesLink, int] | None = None
        self._count = 1
        self._is_ready = False
        shared = {name: CONTROLS[name].default for name in SHARED_CONTROLS}
        lockstep = make_lanes(digits, [lane_settings(**lane, recipe=shared["recipe"]) for lane in given], shared)
        super().__init__(lockstep, clock, pace)
        self._put(controls=described_controls(controls, SHARED_CONTROLS, "all lanes"), lane_controls=lane_controls)
        self._put_settings()
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
        """Switch to other digits, unless something has been trained here on those that were wanted."""
        if digits is self.digits:
            return
        link, self._link = self._link, None
        if link is not None and link[0].shared.data == digits.name.lower():
            self._start_in_turn(self._follow(*link, digits))
        elif self.lockstep.examples == 0 and not self._player.playing:
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

    def _put_settings(self) -> None:
        self._put(settings=self._settings(), lanes=self._lanes())

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
                yield from self._set_lane(name, value, lane, message)
        except ValueError as error:
            self.notify(f"{error}.", "error")
        # Also where nothing has changed, because the browser's control may still show a refused value.
        self._put_again(settings=self._settings(), lanes=self._lanes())
        self._answer_change(message)

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
            lanes = [lane_settings(lane["trainer"], recipe=value) for lane in lanes]
        yield from self._restart(lanes, self._settings() | {name: value})

    def _set_lane(self, name: object, value: Any, lane: object, message: protocol.Set) -> Steps[None]:
        lanes = self._lanes()
        number = numeric.whole("The lane", lane, 0, len(lanes) - 1)
        now = lanes[number]
        if not isinstance(name, str) or name not in now:
            raise ValueError(f"{TRAINERS[now['trainer']].LABEL} has no setting {name!r:.80}")
        value = CONTROLS[name].check(value)
        self.clear_notice("error")
        if CONTROLS[name].live:
            yield Work(partial(self.lockstep.runs[number].set_option, name, value))
            yield from self._measure_change(message)
            return
        settings = self._settings()
        lanes[number] = lane_settings(value, settings["recipe"]) if name == "trainer" else now | {name: value}
        yield from self._restart(lanes, settings)

    def _on_follow(self, message: protocol.Follow) -> Steps[None]:
        """Follow a link, as `ExplorerSession` does."""
        present = Present(self._settings(), self._lanes(), self._controls, self._lane_controls)
        link = read_lanes_link(message.get("state"), present)
        number = numeric.as_whole(message.get("id")) or 1
        if message.get("navigated") is True or (self.lockstep.examples == 0 and not self._player.playing):
            yield from self._follow(link, number)
        else:
            self._arrived(number)

    def _follow(self, link: LanesLink, number: int, digits: Digits | None = None) -> Steps[None]:
        self._play_request = None
        self._is_ready = True
        yield from self._restart(link.lanes, link.settings, digits)
        self._player.speed = link.settings[SPEED]
        self._put_settings()
        shared = link.shared
        others = other_digits(shared, self.digits)
        # They may still come (see `follow_digits`).
        self._link = (link, number) if others else None
        refused = [*shared.refused, *others]
        if notice := shared.notice(refused):
            self.notify(notice, "error" if refused else "info")
        else:
            self.clear_notice()
        changes = link.changes_in(self.lockstep.runs)
        if shared.at or changes:
            self._play_request = object()
            self._start_playing(self._player.follow(shared.at, changes), followed=number)
        else:
            self._arrived(number)

    def _restart(
        self, lanes: Sequence[Mapping[str, Any]], shared: Mapping[str, Any], digits: Digits | None = None
    ) -> Steps[None]:
        yield from self._stop()
        lockstep = self._player.run = yield Work(partial(make_lanes, digits or self.digits, lanes, shared))
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
            digit = shown_pixels(self.digits, index)
            example = {"index": index, "label": label, "predictions": list(answers)}
        frames = update.frame
        network: protocol.LanesNetwork = {
            "train_size": len(self.digits.train),
            "image": list(self.digits.train.images.shape[1:]),
            "accuracy_split": "validation",
            "lanes": [self._described_lane(number, frame) for number, frame in enumerate(frames)],
        }
        first, *_ = runs = self.lockstep.runs
        origin: protocol.LanesOrigin = {
            "shared": shared_origin(first),
            "lanes": [lane_origin(run) for run in runs],
            "left_out": left_out(first),
        }
        status: protocol.LanesStatus = {
            "seq": self._window.next(),
            "state": self._state(),
            "followed": self._followed,
            "change": self._player.change,
            "examples": frames[0].examples,
            "epoch": frames[0].epoch,
            "example": example,
            "lanes": [
                {
                    "accuracy": frame.accuracy,
                    "options": frame.options,
                    "changes": [list(change) for change in run.changes if change[0] <= frame.examples],
                }
                for run, frame in zip(self.lockstep.runs, frames, strict=True)
            ],
        }
        ends = [(self._count, *(run.curve[-1] if run.curve else (-1, 0.0))) for run in self.lockstep.runs]
        self._put(
            network=network,
            origin=origin,
            frame=np.concatenate([frame.weights.buffer for frame in frames]).tobytes(),
            digit=digit,
            **self._newer_curves(ends, self._curves),
            status=status,
        )
        for label, frame in zip(self._labels(), frames, strict=True):
            self._warn_if_diverged(label, frame.weights)

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
