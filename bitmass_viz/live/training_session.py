"""What a page that trains networks can ask for, and how it is answered. No Jupyter, no thread, no event loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

from bitmass_viz.common import numeric
from bitmass_viz.live import protocol
from bitmass_viz.live.frame_window import FrameWindow
from bitmass_viz.live.pace import Pace
from bitmass_viz.live.player import Playable, Player, Update
from bitmass_viz.live.session import Session
from bitmass_viz.live.tasks import Steps, Wait, Work
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.training.run import Run

MAX_STEP = 4096
PATIENCE_SECONDS = 0.2
"""Preparing a run for longer than this shows the state "preparing"."""


class TrainingSession(Session):
    """One reader's conversation with a page that trains networks.

    Parameters
    ----------
    playable : Playable
        The first run, or runs in lockstep, to play.
    clock : callable
        Returns seconds.
    pace : Pace, optional
        Measured unless given.
    """

    AT_ONCE: ClassVar[dict[str, str]] = {
        "ack": "_on_ack",
        "play": "_on_play",
        "pause": "_on_pause",
        "here": "_on_here",
        "hidden": "_on_hidden",
        "visible": "_on_visible",
    }
    IN_TURN: ClassVar[dict[str, str]] = {
        "hello": "_on_hello",
        "step": "_on_step",
        "reset": "_on_reset",
        "set": "_on_set",
    }

    def __init__(
        self, playable: Playable, clock: Callable[[], float] = time.monotonic, pace: Pace | None = None
    ) -> None:
        super().__init__(clock)
        self._window = FrameWindow(clock)
        self._player = Player(playable, self.publish, self._window, clock, pace or Pace())
        self._play_request: object | None = None
        self._is_running = False
        self._preparing = True
        self._paused_by_hiding = False
        self._curve_ends: object = None
        self._followed = 0
        self._steps = 0
        self._diverged: set[str] = set()

    def close(self) -> None:
        """See `Session.close`."""
        self._player.pause()
        super().close()

    def named_runs(self) -> list[tuple[str, Run]]:
        """Return (label, run) for each network."""
        raise NotImplementedError

    def publish(self, update: Update) -> None:
        """Send an update to the page as one message."""
        raise NotImplementedError

    def _show_present(self) -> Steps[None]:
        """Send the current state to a page that has just connected."""
        raise NotImplementedError

    def _put_settings(self) -> None:
        """Send the values of the page's controls."""
        raise NotImplementedError

    def _on_reset(self, message: protocol.Reset) -> Steps[None]:
        raise NotImplementedError

    def _on_set(self, message: protocol.Set) -> Steps[None]:
        raise NotImplementedError

    def _settle(self) -> Steps[bool]:
        """Finish anything pending, such as a seek, before training continues; return whether that was possible."""
        yield from ()
        return True

    def _measure_change(self, message: protocol.Set) -> Steps[None]:
        """Measure what a changed option has made of the accuracy, at once unless training goes on."""
        self._player.change = self._change_of(message)
        self._player.measure_next()
        if not self._player.playing:
            self.publish((yield Work(self._player.measured_update)))

    def _answer_change(self, message: protocol.Set) -> None:
        """Note that a change was made, or refused: then the frame that the page has is as good as a new one."""
        self._player.change = self._change_of(message)
        if not self._player.playing:
            self._put(status=self._sent["status"] | {"change": self._player.change})

    def _change_of(self, message: protocol.Set) -> int:
        number = numeric.as_whole(message.get("change"))
        return self._player.change if number is None else number

    def _on_ack(self, message: protocol.Acknowledge) -> None:
        number = numeric.as_whole(message.get("seq"))
        if number is not None:
            self._window.acknowledge(number)

    def _on_here(self, message: protocol.Ping) -> None:
        """Answer a page's ping; the server also counts it as activity."""
        number = numeric.as_whole(message.get("id"))
        if number is not None:
            self._reply({"kind": "here", "id": number})

    def _on_hidden(self, _message: protocol.Hidden) -> None:
        """Pause while the page is hidden."""
        if self._plays_on():
            self._on_pause({"action": "pause"})
            self._paused_by_hiding = True

    def _on_visible(self, _message: protocol.Visible) -> None:
        """Resume if hiding the page paused training."""
        if self._paused_by_hiding:
            self._on_play({"action": "play"})

    def _on_play(self, _message: protocol.Play) -> None:
        self._paused_by_hiding = False
        if not self._player.playing:
            self._play_request = object()
            self._start_in_turn(self._play(self._play_request))

    def _on_pause(self, _message: protocol.Pause) -> None:
        self._paused_by_hiding = False
        self._play_request = None
        self._player.pause()
        self._publish_state()

    def _on_hello(self, _message: protocol.Hello) -> Steps[None]:
        self._window.acknowledge_all()
        if not self._player.playing:
            yield from self._show_present()

    def _on_step(self, message: protocol.Step) -> Steps[None]:
        self._steps += 1
        return self._step(message)

    def _step(self, message: protocol.Step) -> Steps[None]:
        self._steps -= 1
        try:
            examples = numeric.whole("A step", message.get("examples"), 1, MAX_STEP)
        except ValueError as error:
            self.notify(f"{error}.", "error")
            return
        yield from self._stop()
        yield from self._settle()
        # Of steps in quick succession only the last is measured, which takes longer than the steps themselves.
        yield from self._player.step(examples, measuring=lambda: self._steps == 0)

    def _play(self, request: object) -> Steps[None]:
        """Start playing, unless the reader has pressed pause or play again meanwhile."""
        yield from self._stop()
        yield from self._settle()
        if self._play_request is request:
            self._start_playing(self._player.play())

    def _start_playing(self, play: Steps[None], followed: int | None = None) -> None:
        self._window.acknowledge_all()
        self._is_running = True
        self._publish_state()
        self._tasks.start(self._play_out(play, followed))

    def _play_out(self, play: Steps[None], followed: int | None = None) -> Steps[None]:
        """Play to the end, of a link that is followed if it has a number.

        There is a notice if the player stopped on its own.
        """
        try:
            yield from play
        finally:
            self._is_running = False
            if self._player.abandoned:
                self.notify("Paused, because the page was not being looked at, or was cut off.")
            self._publish_state()
            if followed is not None:
                # The link may have changed a live setting on the way.
                self._put_settings()
                self._arrived(followed)

    def _warn_if_diverged(self, label: str, weights: WeightMatrices) -> None:
        """Say once for each network that its weights are no longer finite."""
        if weights.are_finite:
            self._diverged.discard(label)
        elif label not in self._diverged:
            self._diverged.add(label)
            self.notify(
                f"{label}: its weights have overflowed, because its steps are too large for this data. "
                "Choose another recipe or a smaller learning rate, and start again."
            )

    def _arrived(self, number: int) -> None:
        """Note that the page's link with this number has been followed."""
        self._followed = number
        self._put(status=self._sent["status"] | {"state": self._state(), "followed": number})

    def _stop(self) -> Steps[None]:
        """Pause, and wait until the last frame has been sent."""
        self._player.pause()
        yield Wait(lambda: not self._is_running)

    def _prepare_run(self) -> Steps[Update]:
        """Compile or load the kernels that play needs, and measure the initial accuracy."""
        prepared = False

        def show_if_slow() -> Steps[None]:
            yield Wait(lambda: prepared, PATIENCE_SECONDS)
            if not prepared:
                self._preparing = True
                self._publish_state()

        self._tasks.start(show_if_slow())
        try:
            yield Work(self._player.run.warm_up)
            update: Update = yield Work(self._player.measured_update)
            return update
        finally:
            prepared = True
            if self._preparing:
                self._preparing = False
                self._publish_state()

    def _state(self) -> protocol.PlayerState:
        if self._player.playing:
            return "playing"
        return "preparing" if self._preparing else "paused"

    def _plays_on(self) -> bool:
        """Return whether training goes on until the reader stops it: a link is followed to its end only."""
        return self._player.playing and not self._player.following

    def _publish_state(self) -> None:
        """Send what has changed of the status without a frame."""
        self._put(status=self._sent["status"] | {"state": self._state()})

    def _newer_curves(self, ends: object, curves: Callable[[], list[protocol.Curve]]) -> dict[str, Any]:
        """Return the curves as a value to send, unless their ends are still those that were sent."""
        if ends == self._curve_ends:
            return {}
        self._curve_ends = ends
        return {"curves": curves()}
