"""Base widget for live training: playing, pausing, stepping, and the status sent to the page."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any, ClassVar

import numpy as np
import traitlets
from numpy.typing import NDArray

from bitmass_viz.common import numeric
from bitmass_viz.live.player import FrameWindow, Playable, Player, Update
from bitmass_viz.training.run import Run
from bitmass_viz.widgets.base import ActionWidget
from bitmass_viz.widgets.traits import synced

MAX_STEP = 4096
PATIENCE_SECONDS = 0.2
"""Preparing a run for longer than this shows the state "preparing"."""


class TrainingWidget(ActionWidget):
    """Base of the widgets that train networks.

    Parameters
    ----------
    playable : Playable
        The first run, or runs in lockstep, to play.
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

    controls = synced(traitlets.List())
    settings = synced(traitlets.Dict())
    curves = synced(traitlets.List())
    frame = synced(traitlets.Bytes())
    digit = synced(traitlets.Bytes())
    status = synced(traitlets.Dict())

    def __init__(self, playable: Playable, **kwargs: Any) -> None:
        self._window = FrameWindow()
        self._playing: asyncio.Future[None] | None = None
        self._play_request: object | None = None
        self._preparing = True
        self._paused_by_hiding = False
        super().__init__(**kwargs)
        self._player = Player(playable, self._publish, self._window, self._worker)

    def _publish(self, update: Update) -> None:
        """Send an update to the page as one message."""
        raise NotImplementedError

    async def _show_present(self) -> None:
        """Send the current state to a page that has just connected."""
        raise NotImplementedError

    def _named_runs(self) -> list[tuple[str, Run]]:
        """Return (label, run) for each network."""
        raise NotImplementedError

    async def answers(self, images: NDArray[np.uint8]) -> list[dict[str, Any]]:
        """Return the predictions of every network that has been trained at all.

        Parameters
        ----------
        images : uint8 (n, 28, 28)

        Returns
        -------
        list of dict
            Per network: ``label``, ``trainer``, ``examples`` learned, and ``answers``, the predicted labels.
        """
        found = []
        for label, run in self._named_runs():
            if run.examples > 0:
                answers = await self._player.work(partial(run.predict, images))
                network = {"label": label, "trainer": run.trainer.NAME, "examples": run.examples}
                found.append(network | {"answers": answers.tolist()})
        return found

    async def _settle(self) -> None:
        """Finish anything pending, such as a seek, before training continues."""

    def _on_ack(self, message: dict[str, Any]) -> None:
        number = numeric.as_whole(message.get("seq"))
        if number is not None:
            self._window.acknowledge(number)

    def _on_here(self, message: dict[str, Any]) -> None:
        """Answer a page's ping; the server also counts it as activity."""
        number = numeric.as_whole(message.get("id"))
        if number is not None:
            self.send({"kind": "here", "id": number})

    def _on_hidden(self, _message: dict[str, Any]) -> None:
        """Pause while the page is hidden."""
        if self._player.playing:
            self._on_pause({})
            self._paused_by_hiding = True

    def _on_visible(self, _message: dict[str, Any]) -> None:
        """Resume if hiding the page paused training."""
        if self._paused_by_hiding:
            self._on_play({})

    def _on_play(self, _message: dict[str, Any]) -> None:
        self._paused_by_hiding = False
        if not self._player.playing:
            self._play_request = object()
            self._spawn(self._in_turn(partial(self._play, self._play_request)))

    def _on_pause(self, _message: dict[str, Any]) -> None:
        self._paused_by_hiding = False
        self._play_request = None
        self._player.pause()
        self._publish_state()

    async def _on_hello(self, _message: dict[str, Any]) -> None:
        self._window.acknowledge_all()
        if not self._player.playing:
            await self._show_present()

    async def _on_step(self, message: dict[str, Any]) -> None:
        try:
            examples = numeric.whole("A step", message.get("examples"), 1, MAX_STEP)
        except ValueError as error:
            self._say(f"{error}.", "error")
            return
        await self._stop()
        await self._settle()
        await self._player.step(examples)

    async def _on_reset(self, message: dict[str, Any]) -> None:
        raise NotImplementedError

    async def _on_set(self, message: dict[str, Any]) -> None:
        raise NotImplementedError

    async def _play(self, request: object) -> None:
        """Start playing, unless the reader has pressed pause or play again meanwhile."""
        await self._stop()
        await self._settle()
        if self._play_request is request:
            self._start_playing(self._player.play())

    def _start_playing(self, play: Coroutine[Any, Any, None], **more: Any) -> None:
        self._window.acknowledge_all()
        self._playing = asyncio.ensure_future(play)
        self._publish_state()
        self._spawn(self._await_end(self._playing, **more))

    async def _await_end(self, playing: asyncio.Future[None]) -> None:
        """Update the page when playing ends, with a notice if the player stopped on its own."""
        await playing
        if self._player.abandoned:
            self._say("Paused, because the page was not being looked at, or was cut off.")
        self._publish_state()

    async def _stop(self) -> None:
        """Pause, and wait until the last frame has been sent."""
        self._player.pause()
        if self._playing is not None:
            await asyncio.wait([self._playing])

    async def _prepare_run(self) -> Update:
        """Compile or load the kernels that play needs, and measure the initial accuracy."""
        slow = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._publish_preparing)
        try:
            await self._begin_numba()
            await self._player.work(self._player.run.warm_up)
            return await self._player.work(self._player.measured_update)
        finally:
            slow.cancel()
            if self._preparing:
                self._preparing = False
                self._publish_state()

    def _publish_preparing(self) -> None:
        self._preparing = True
        self._publish_state()

    def _state(self) -> str:
        if self._player.playing:
            return "playing"
        return "preparing" if self._preparing else "paused"

    def _standing(self) -> dict[str, Any]:
        """Return the part of the status that changes without a frame."""
        return {"state": self._state()}

    def _publish_state(self) -> None:
        self.status = self.status | self._standing()

    def close(self) -> None:
        """Stop playing and shut down the worker."""
        if hasattr(self, "_player"):  # missing if the constructor rejected its arguments
            self._player.pause()
        super().close()
