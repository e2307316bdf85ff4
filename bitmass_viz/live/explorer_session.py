"""The conversation with an explorer: one network at a time, its history, other settings, links and files."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from bitmass_viz.common import numeric
from bitmass_viz.data import MNIST, FetchError
from bitmass_viz.data.release_pages import shown_pixels
from bitmass_viz.live import protocol
from bitmass_viz.live.controls import DATA, SPEED, STOP_AFTER
from bitmass_viz.live.data_loading import LABELS, DataLoading
from bitmass_viz.live.descriptions import describe_digits, describe_frame
from bitmass_viz.live.exported_files import exported
from bitmass_viz.live.history_sender import HistorySender
from bitmass_viz.live.own_images import OwnImages
from bitmass_viz.live.pace import Pace
from bitmass_viz.live.permalink import Link, other_digits, read_link
from bitmass_viz.live.player import Update
from bitmass_viz.live.runs import Runs
from bitmass_viz.live.stopwatch import Stopwatch
from bitmass_viz.live.tasks import Steps, Wait, Work, sleep
from bitmass_viz.live.training_session import TrainingSession
from bitmass_viz.training.history import Frame
from bitmass_viz.training.rebuilding import ReplayError
from bitmass_viz.training.run import Run

SETTLE_SECONDS = 0.15
"""After the scrubber has rested this long on a frame, the run seeks to it."""
CATCH_UP_SECONDS = 0.05
"""Least time between frames of a run that other code trains, such as another cell."""


class ExplorerSession(TrainingSession):
    """One reader's conversation with an explorer.

    Parameters
    ----------
    run : Run
        The first run; the reader can start others on the same digits.
    get_mnist : bool
        Whether to download MNIST in the background and offer it when ready.
    clock, pace
        As for `TrainingSession`.

    Raises
    ------
    ValueError
        If the views cannot show the run's weights (see `check_shown`).
    """

    AT_ONCE: ClassVar[dict[str, str]] = TrainingSession.AT_ONCE | {
        "export": "_on_export",
        "history": "_on_history",
        "own-images": "_on_own_images",
    }
    IN_TURN: ClassVar[dict[str, str]] = TrainingSession.IN_TURN | {
        "show": "_on_show",
        "follow": "_on_follow",
    }

    def __init__(
        self,
        run: Run,
        get_mnist: bool = False,
        clock: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        self.runs = Runs(run)
        super().__init__(run, clock, pace)
        self._get_mnist = get_mnist
        self._loading = DataLoading(self._put_progress)
        self._wanted = ""
        """Name of the data set that the reader has chosen and that is not here yet."""
        self._link: tuple[Link, int, bool] | None = None
        self._stop_after = 0
        self._end_notice = 0
        self._preview: Frame | None = None
        self._shown = run.frames[-1]
        self._histories = HistorySender(self.runs, clock, self._tasks, self._reply)
        self._caught_up_at = -math.inf
        self._is_catching_up = False
        self._own = OwnImages(self.runs.data)
        self._put_controls()
        self._put_settings()
        self.publish(Update(run.frames[-1], None))

    def begin(self) -> None:
        """Prepare the first run and show its starting point; get MNIST if that is wanted."""
        self._start_in_turn(self._prepare_first_run())
        if self._get_mnist and MNIST.name not in self.runs.data:
            self._tasks.start(self._load(MNIST.name))

    def catch_up(self) -> None:
        """Show what other code has done to the run, if not too often: a loop of steps outruns any page."""
        if self._player.playing or self._is_catching_up:
            return
        wait = self._caught_up_at + CATCH_UP_SECONDS - self._clock()
        if wait > 0:
            self._is_catching_up = True
            self._tasks.start(self._catch_up_after(wait))
            return
        self._caught_up_at = self._clock()
        self._preview = None
        self._put_settings()
        self.publish(Update(self._present_frame(), None if self._preparing else self.runs.active.upcoming()))

    def named_runs(self) -> list[tuple[str, Run]]:
        """See `TrainingSession.named_runs`."""
        return self.runs.named()

    def _catch_up_after(self, seconds: float) -> Steps[None]:
        yield sleep(seconds)
        self._is_catching_up = False
        self.catch_up()

    def _on_export(self, message: protocol.Export) -> None:
        """Send a file to download."""
        shown = {name: self._sent["status"][name] for name in (*describe_frame(self._shown, 0), "changes")}
        try:
            file, content = exported(message.get("what"), self.runs, self._shown, self._sent["network"] | shown)
        except ValueError as error:
            self.notify(f"{error}.", "error")
        else:
            self._reply(file, [content])

    def _on_own_images(self, message: protocol.TakeImages) -> None:
        """Take images in, and switch to them once they are complete."""
        try:
            digits = self._own.take(message)
        except ValueError as error:
            self.notify(f"{error}.", "error")
            return
        if digits is not None:
            self.clear_notice("error")
            self.runs.add(digits)
            self._put_controls()
            self._start_in_turn(self._choose(digits.name))

    def _choose(self, name: str) -> Steps[None]:
        """Switch to a data set that is here."""
        self._wanted = ""
        yield from self._set_other_run(DATA, name)

    def _on_history(self, _message: protocol.GetHistory) -> None:
        self._histories.request()

    def _on_reset(self, _message: protocol.Reset) -> Steps[None]:
        yield from self._stop()
        self._preview = None
        yield from self.runs.reset()
        yield from self._enter_run()

    def _on_set(self, message: protocol.Set) -> Steps[None]:
        try:
            name, value = self.runs.check(message.get("name"), message.get("value"))
        except ValueError as error:
            self.notify(f"{error}.", "error")
        else:
            self.clear_notice("error")
            if name == SPEED:
                self._player.speed = value
            elif name == STOP_AFTER:
                self._stop_after = value
                self._set_end()
            elif name == DATA and value not in self.runs.data:
                self._wanted = value
                if self._loading.running != value:
                    self._tasks.start(self._load(value))
            elif self.runs.controls[name].live:
                yield from self._set_live(name, value, message)
            else:
                yield from self._choose(value) if name == DATA else self._set_other_run(name, value)
        # Also where nothing has changed, because the browser's control may still show a refused value.
        self._put_again(settings=self._settings())
        self._answer_change(message)

    def _set_live(self, name: str, value: Any, message: protocol.Set) -> Steps[None]:
        yield from self._settle()
        yield from self._change(name, value)
        yield from self._measure_change(message)

    def _set_other_run(self, name: str, value: Any) -> Steps[None]:
        before = self.runs.entry
        request = self._play_request if self._plays_on() else None
        yield from self._stop()
        yield from self._settle()
        yield from self._change(name, value)
        if self.runs.entry is not before:
            yield from self._enter_run()
        if request is not None and self._play_request is request:
            yield from self._play(request)

    def _change(self, name: str, value: Any) -> Steps[None]:
        """Change a setting, with a notice if the trainer does not allow it."""
        try:
            yield from self.runs.set(name, value)
        except ValueError as error:
            self.notify(f"{error}.", "error")

    def _on_show(self, message: protocol.Show) -> Steps[None]:
        index = numeric.as_whole(message.get("frame"))
        yield from self._stop()
        frames = self.runs.active.history.frames
        if index is None or not 0 <= index < len(frames):
            given = numeric.shortened(message.get("frame"))
            self.notify(f"The history has frames 0 to {len(frames) - 1}, got {given}.", "error")
            yield from self._show_present()
            return
        self._preview = frame = frames[index]
        self.publish(Update(frame, None))
        self._tasks.start(self._seek_if_still_shown(frame))

    def _seek_if_still_shown(self, frame: Frame) -> Steps[None]:
        """Seek to the frame that the scrubber shows, if it stays there."""
        yield sleep(SETTLE_SECONDS)
        yield from self._in_turn(self._seek_to_preview(frame))

    def _seek_to_preview(self, frame: Frame) -> Steps[None]:
        if self._preview is frame and (yield from self._settle()):
            yield from self._show_present()

    def _settle(self) -> Steps[bool]:
        """Seek to the frame that the scrubber shows, if there is one; return False if it cannot be rebuilt."""
        frame, self._preview = self._preview, None
        run = self.runs.active
        if frame is not None and frame in run.history.frames:
            try:
                yield Work(partial(run.seek, frame))
            except ReplayError:
                self.notify(
                    "This snapshot is shown as it was saved, but training cannot continue from it: trained again "
                    f"here, it has other weights. Training continues from {run.examples:,} examples.",
                    "error",
                )
                return False
            self._put_settings()
        return True

    def _on_follow(self, message: protocol.Follow) -> Steps[None]:
        """Follow a link, once its data set is here if this session can load it.

        The page numbers its links; the status names the last one handled. The link that the page was opened with
        is ignored once something has been trained; a link that the reader navigated to later never is.
        """
        link = read_link(message.get("state"), self.runs.controls)
        number = numeric.as_whole(message.get("id")) or 1
        navigated = message.get("navigated") is True
        if link.data in LABELS and link.data not in self.runs.data and (navigated or not self._is_busy()):
            label = LABELS[link.data]
            self._link = (link, number, navigated)
            self.notify(f"This link leads to a network trained on {label}. It opens once {label} has loaded.")
            self._tasks.start(self._load(link.data))
        else:
            yield from self._follow(link, number, navigated)

    def _is_busy(self) -> bool:
        """Whether the reader has begun something."""
        return self._player.playing or not self.runs.untouched

    def _follow(self, link: Link, number: int, navigated: bool) -> Steps[None]:
        waited, self._link = self._link is not None, None
        if not navigated and self._is_busy():
            if waited:
                self.clear_notice()
            self._arrived(number)
            return
        self._play_request = None
        yield from self._stop()
        self._preview = None
        data = {DATA: link.data} if link.data in self.runs.data else {}
        refused = [*link.refused, *(yield from self.runs.begin(link.settings | data, link.options))]
        refused += other_digits(link, self.runs.digits)
        notice = link.notice(refused)
        if notice:
            self.notify(notice, "error" if refused else "info")
        else:
            self.clear_notice()
        self._player.speed = link.settings.get(SPEED, self._player.speed)
        self._stop_after = link.settings.get(STOP_AFTER, self._stop_after)
        yield from self._enter_run()
        if link.at or link.changes:
            self._play_request = object()
            play = self._player.follow(link.at, link.changes_in(self.runs.active))
            self._start_playing(play, followed=number)
        else:
            self._arrived(number)

    def _start_playing(self, play: Steps[None], followed: int | None = None) -> None:
        if self._end_notice == self._notices:
            self.clear_notice("info")
        super()._start_playing(play, followed)

    def _play_out(self, play: Steps[None], followed: int | None = None) -> Steps[None]:
        try:
            yield from super()._play_out(play, followed)
        finally:
            if self._player.ended:
                counted = "1 epoch" if self._stop_after == 1 else f"{self._stop_after} epochs"
                self.notify(f"Stopped after {counted}, as set. Press Play to continue.")
                self._end_notice = self._notices

    def _prepare_first_run(self) -> Steps[None]:
        self.publish((yield from self._prepare_run()))

    def _enter_run(self) -> Steps[None]:
        self._player.run = self.runs.active
        if self._loading.described["data"] == self.runs.digits.name:
            self._loading.withdraw()
        self._player.stopwatch = Stopwatch()
        self._set_end()
        update = yield from self._prepare_run()
        self._put_settings()
        self.publish(update)

    def _set_end(self) -> None:
        epochs = self._stop_after
        self._player.end = epochs * len(self.runs.digits.train) if epochs else math.inf

    def _present_frame(self) -> Frame:
        """Return the latest frame at or before the run's position."""
        run = self.runs.active
        return run.history.frames[run.history.index_at(run.examples)]

    def _show_present(self) -> Steps[None]:
        upcoming = yield Work(self.runs.active.upcoming)
        self.publish(Update(self._present_frame(), upcoming))

    def publish(self, update: Update) -> None:
        """See `TrainingSession.publish`."""
        self._shown = frame = update.frame
        digit = b""
        example: protocol.Example | None = None
        if update.upcoming is not None:
            index, label, prediction = update.upcoming
            digit = shown_pixels(self.runs.digits, index)
            example = {"index": index, "label": label, "prediction": prediction}
        run = self.runs.active
        history = run.history
        seconds = self._player.stopwatch.seconds_per_example
        status: protocol.Status = {
            "seq": self._window.next(),
            "state": self._state(),
            "followed": self._followed,
            "change": self._player.change,
            **describe_frame(frame, history.index_at(frame.examples)),
            "frames": len(history.frames),
            "history": history.revision,
            "changes": [list(change) for change in run.changes if change[0] <= frame.examples],
            "example": example,
            "epoch_seconds": None if seconds is None else seconds * len(run.digits.train),
        }
        self._put(
            dataset=self._described_digits(),
            network=self.runs.network(),
            frame=frame.weights.tobytes(),
            digit=digit,
            **self._newer_curves(self.runs.curve_ends(), self.runs.curves),
            status=status,
        )
        self._warn_if_diverged(self.runs.entry.label, frame.weights)

    def _settings(self) -> dict[str, Any]:
        chosen = {DATA: self._wanted} if self._wanted else {}
        return self.runs.settings | {SPEED: self._player.speed, STOP_AFTER: self._stop_after} | chosen

    def _put_settings(self) -> None:
        self._put(settings=self._settings())

    def _put_controls(self) -> None:
        self._put(controls=[control.as_dict() for control in self.runs.controls.values()])

    def _described_digits(self) -> protocol.Dataset:
        return {**describe_digits(self.runs.digits), "fetch": self._loading.described}

    def _put_progress(self) -> None:
        """Send how the loading of a data set stands, and leave the rest to the next frame."""
        self._put(dataset=self._sent["dataset"] | {"fetch": self._loading.described})

    def _load(self, name: str) -> Steps[None]:
        """Load a data set, and use it if the reader chose it, a link waits for it, or nothing has begun yet."""
        yield Wait(lambda: not self._loading.running)
        if name not in self.runs.data:
            self._tasks.start(self._loading.report(name))
            try:
                self.runs.add((yield from self._loading.load(name)))
            except FetchError as error:
                if self._wanted == name:
                    self._wanted = ""
                    self.notify(f"{error}.", "error")
                    self._put_settings()
        if self._link is not None and self._link[0].data == name:
            yield from self._in_turn(self._follow(*self._link))
        elif name in self.runs.data:
            yield from self._in_turn(self._use(name))

    def _use(self, name: str) -> Steps[None]:
        """Switch to a data set that has come, unless the reader is busy with another."""
        if self._wanted == name:
            yield from self._choose(name)
        elif not self._is_busy():
            yield from self.runs.begin({DATA: name})
            self._preview = None
            yield from self._enter_run()
