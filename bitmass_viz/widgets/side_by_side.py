"""Side by side: two to four networks that learn in lockstep, each in a lane with its own picture and curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import traitlets

from bitmass_viz.common import numeric
from bitmass_viz.data import Digits
from bitmass_viz.data.release_pages import release_pages
from bitmass_viz.live.controls import CONTROLS, SPEED, option_names
from bitmass_viz.live.player import Update
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.training.history import Frame
from bitmass_viz.training.lockstep import Lockstep
from bitmass_viz.training.run import Run
from bitmass_viz.widgets.base import described
from bitmass_viz.widgets.explorer import Explorer
from bitmass_viz.widgets.training_widget import TrainingWidget
from bitmass_viz.widgets.traits import STATIC, synced

SHARED = ("recipe", "seed", "hidden", SPEED)
"""Controls shared by all lanes."""
OF_A_LANE = ("trainer", "rule", "centring")
TRIO = ("adamw", "sgd", "bv32-hebbian")


class SideBySide(TrainingWidget):
    """Networks that learn in lockstep, side by side; each has a *lane* of the widget.

    Parameters
    ----------
    beside : Explorer or Digits
        Source of the digits. If an explorer's digits change, this widget follows as long as nothing was trained
        here.
    lanes : sequence of str or mapping
        Two to four trainers, by name or with options, as in ``{"trainer": "bv32-hebbian", "centring": False}``;
        with a ``"title"`` if the trainer's name does not tell the lanes apart, and ``"controls"`` (names) to
        restrict which of the lane's controls the reader can set.
    name : str
        Distinguishes several of these widgets on one page.
    controls : sequence of str
        Controls shared by all lanes, from "recipe", "seed", "hidden" and "speed".

    Raises
    ------
    TypeError
        If `beside` is neither.
    ValueError
        If there are fewer than two lanes or more than four, or one is not allowed.
    """

    _esm = STATIC / "side_by_side.js"
    _css = STATIC / "explorer.css"

    IN_TURN: ClassVar[dict[str, str]] = TrainingWidget.IN_TURN | {"near": "_on_near"}

    name = synced(traitlets.Unicode())
    lane_controls = synced(traitlets.List())
    lanes = synced(traitlets.List())

    def __init__(
        self,
        beside: Explorer | Digits,
        lanes: Sequence[str | Mapping[str, Any]] = TRIO,
        name: str = "together",
        controls: Sequence[str] = SHARED,
        **kwargs: Any,
    ) -> None:
        if not isinstance(beside, Explorer | Digits):
            raise TypeError(f"SideBySide needs an Explorer or Digits to begin with, got {beside!r:.80}")
        if not 2 <= len(lanes) <= 4:
            raise ValueError(f"lanes must be 2 to 4 trainers, got {len(lanes)}")
        for control in controls:
            if control not in SHARED:
                raise ValueError(f"controls of all lanes must be among {', '.join(SHARED)}, got {control!r:.80}")
        self._digits = beside if isinstance(beside, Digits) else beside.digits
        given = [{"trainer": lane} if isinstance(lane, str) else dict(lane) for lane in lanes]
        self._titles = [lane.pop("title", "") for lane in given]
        settable = [tuple(lane.pop("controls", OF_A_LANE)) for lane in given]
        for control in set().union(*settable):
            if control not in OF_A_LANE:
                raise ValueError(f"controls of a lane must be among {', '.join(OF_A_LANE)}, got {control!r:.80}")
        self._shared = {control: CONTROLS[control].default for control in SHARED}
        self._wanted = [self._lane(**lane) for lane in given]
        self._count = 0
        self._ready = False
        self._curves_sent: list[tuple[int, float]] = []
        lockstep = self._make()
        super().__init__(
            lockstep,
            name=name,
            controls=[CONTROLS[control].as_dict() for control in controls],
            lane_controls=[[CONTROLS[control].as_dict() for control in names] for names in settable],
            settings=dict(self._shared),
            lanes=[dict(lane) for lane in self._wanted],
            dataset=described(self._digits),
            **kwargs,
        )
        self._publish(Update(lockstep.record(), None))
        self.on_msg(self._receive)
        self._beside = beside if isinstance(beside, Explorer) else None
        if self._beside is not None:
            self._beside.observe(self._on_dataset, "dataset")
        self._find_loop()

    @classmethod
    def with_a_switch(cls, beside: Explorer | Digits) -> SideBySide:
        """Return two identical BV32 networks: one stays as it is, the other has a centring switch."""
        twice = {"trainer": "bv32-hebbian"}
        return cls(
            beside,
            [
                twice | {"title": "Left alone", "controls": ()},
                twice | {"title": "With a switch", "controls": ("centring",)},
            ],
            name="bug",
            controls=("seed", SPEED),
        )

    @property
    def runs(self) -> list[Run]:
        """The networks, in the order of their lanes."""
        return list(self._lockstep.runs)

    def _named_runs(self) -> list[tuple[str, Run]]:
        names = [title or run.trainer.LABEL for title, run in zip(self._titles, self.runs, strict=True)]
        return [(f"{name}, side by side", run) for name, run in zip(names, self.runs, strict=True)]

    @property
    def _lockstep(self) -> Lockstep:
        playable = self._player.run
        assert isinstance(playable, Lockstep)
        return playable

    def _lane(self, trainer: str, **options: Any) -> dict[str, Any]:
        """Complete a lane's settings with its trainer's defaults, and check them."""
        CONTROLS["trainer"].check(trainer)
        recipe = self._shared["recipe"]
        defaults = {o.name: o.default(recipe) for o in TRAINERS[trainer].OPTIONS if o.name in OF_A_LANE}
        for name in options:
            if name not in defaults:
                raise ValueError(f"{TRAINERS[trainer].LABEL} has no setting {name!r:.80}")
            CONTROLS[name].check(options[name])
        return {"trainer": trainer} | defaults | options

    def _make(self) -> Lockstep:
        """Create fresh runs for all lanes from the current settings."""
        self._count += 1
        shared = self._shared
        return Lockstep([self._run_of(lane, shared) for lane in self._wanted])

    def _run_of(self, lane: Mapping[str, Any], shared: Mapping[str, Any]) -> Run:
        trainer = lane["trainer"]
        arch = replace(TRAINERS[trainer].default_architecture(), hidden=shared["hidden"])
        options = {name: lane[name] for name in option_names(TRAINERS[trainer]) if name in lane}
        return Run(trainer, self._digits, arch, shared["seed"], shared["recipe"], **options)

    async def _on_near(self, _message: dict[str, Any]) -> None:
        """Prepare once the widget scrolls near the view; most readers never reach most of a page."""
        if not self._ready:
            self._ready = True
            self._publish(await self._prepare_run())

    async def _prepare_run(self) -> Update:
        update = await super()._prepare_run()
        release_pages(self._digits)
        return update

    async def _play(self, request: object) -> None:
        self._player.speed = self._shared[SPEED]
        await super()._play(request)

    async def _show_present(self) -> None:
        lockstep = self._lockstep
        frames = tuple(run.frames[-1] for run in lockstep.runs)
        self._publish(Update(frames, await self._player.work(lockstep.upcoming) if self._ready else None))

    async def _on_reset(self, _message: dict[str, Any]) -> None:
        await self._stop()
        await self._restart()

    async def _on_set(self, message: dict[str, Any]) -> None:
        name, value, lane = message.get("name"), message.get("value"), message.get("lane")
        try:
            if lane is None:
                await self._set_shared(name, value)
            else:
                await self._set_lane(name, value, lane)
        except ValueError as error:
            self._say(f"{error}.", "error")
        self.settings = dict(self._shared)
        self.lanes = [dict(each) for each in self._wanted]
        # Send them even if unchanged, because the browser's control may still show a refused value.
        self.send_state(["settings", "lanes"])

    async def _set_shared(self, name: object, value: object) -> None:
        if not isinstance(name, str) or name not in SHARED:
            raise ValueError(f"The setting must be one of {', '.join(SHARED)}, got {name!r:.80}")
        self._shared[name] = CONTROLS[name].check(value)
        if name == SPEED:
            self._player.speed = self._shared[SPEED]
            return
        if name == "recipe":
            self._wanted = [self._lane(lane["trainer"]) for lane in self._wanted]
        await self._restart()

    async def _set_lane(self, name: object, value: object, number: object) -> None:
        number = numeric.whole("The lane", number, 0, len(self._wanted) - 1)
        lane = self._wanted[number]
        if not isinstance(name, str) or name not in OF_A_LANE or (name != "trainer" and name not in lane):
            raise ValueError(f"{TRAINERS[lane['trainer']].LABEL} has no setting {name!r:.80}")
        value = CONTROLS[name].check(value)
        if CONTROLS[name].live:
            run = self._lockstep.runs[number]
            await self._player.work(lambda: run.set_option(name, value))
            self._player.measure_next()
            lane[name] = value
            if not self._player.playing:
                self._publish(await self._player.work(self._player.measured_update))
            return
        self._wanted[number] = self._lane(str(value)) if name == "trainer" else lane | {name: value}
        await self._restart()

    async def _restart(self) -> None:
        await self._stop()
        lockstep = self._player.run = await self._player.work(self._make)
        update = await self._prepare_run() if self._ready else Update(lockstep.record(), None)
        self.dataset = described(self._digits)
        self._publish(update)

    def close(self) -> None:
        """Stop following the explorer, and shut down the worker."""
        beside = getattr(self, "_beside", None)  # missing if the constructor rejected its arguments
        if beside is not None:
            beside.unobserve(self._on_dataset, "dataset")
            self._beside = None
        super().close()

    def _on_dataset(self, change: Any) -> None:
        self._follow_digits(change["owner"].digits)

    def _follow_digits(self, digits: Digits) -> None:
        """Switch to the explorer's digits, unless something has been trained here."""
        if digits is not self._digits and self._lockstep.examples == 0 and not self._player.playing:
            self._digits = digits
            if self._widget_loop.loop is not None:
                self._spawn(self._in_turn(self._restart))

    def _publish(self, update: Update) -> None:
        digit, example = b"", None
        if update.upcoming is not None:
            index, label, answers = update.upcoming
            digit = self._digits.train.images[index].tobytes()
            example = {"index": index, "label": label, "predictions": list(answers)}
        first = update.frame[0]
        with self.hold_sync():
            self.frame = np.concatenate([frame.weights.buffer for frame in update.frame]).tobytes()
            self.digit = digit
            self.status = {
                "seq": self._window.next(),
                "examples": first.examples,
                "epoch": first.epoch,
                "train_size": len(self._digits.train),
                "image": list(self._digits.train.images.shape[1:]),
                "accuracy_split": "validation",
                "example": example,
                "lanes": [self._described_lane(n, frame) for n, frame in enumerate(update.frame)],
                **self._standing(),
            }
            self._publish_curves()

    def _described_lane(self, number: int, frame: Frame) -> dict[str, Any]:
        run, weights = self.runs[number], frame.weights
        return {
            "run": f"{self._count}.{number}",
            "trainer": run.trainer.NAME,
            "label": self._titles[number] or run.trainer.LABEL,
            **weights.shape(),
            "bytes": weights.buffer.nbytes,
            "bit_mass": weights.bit_mass,
            "accuracy": frame.accuracy,
            "options": frame.options,
        }

    def _publish_curves(self) -> None:
        runs = self.runs
        ends = [run.curve[-1] if run.curve else (-self._count, 0.0) for run in runs]
        if ends == self._curves_sent:
            return
        self._curves_sent = ends
        self.curves = [
            {
                "run": f"{self._count}.{number}",
                "trainer": run.trainer.NAME,
                "label": self._titles[number] or run.trainer.LABEL,
                "active": True,
                "points": [[n, round(a, 5)] for n, a in run.curve],
            }
            for number, run in enumerate(runs)
        ]
