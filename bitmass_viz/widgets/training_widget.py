"""A widget whose networks learn while it is looked at: playing, stepping, and how things stand."""

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
"""What takes longer to be made ready says that it is."""


class TrainingWidget(ActionWidget):
    """What widgets share that let networks learn.

    Parameters
    ----------
    playable : Playable
        What is played first.
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
        self._wish: object | None = None
        self._preparing = True
        self._stopped_unseen = False
        super().__init__(**kwargs)
        self._player = Player(playable, self._publish, self._window, self._worker)

    def _publish(self, update: Update) -> None:
        """Send one update of what is played, as one message."""
        raise NotImplementedError

    async def _show_present(self) -> None:
        """Send how things stand, to a page that has just come."""
        raise NotImplementedError

    def _named(self) -> list[tuple[str, Run]]:
        """Return the networks that there are, by the names that the reader knows them by."""
        raise NotImplementedError

    async def answers(self, images: NDArray[np.uint8]) -> list[dict[str, Any]]:
        """Ask every network that has learned something what it makes of images.

        Parameters
        ----------
        images : uint8 (n, 28, 28)

        Returns
        -------
        list of dict
            Each with the network's ``label``, its ``trainer``, the ``examples`` it has seen, and its ``answers``.
        """
        found = []
        for label, run in self._named():
            if run.examples > 0:
                answers = await self._player.work(partial(run.predict, images))
                told = {"label": label, "trainer": run.trainer.NAME, "examples": run.examples}
                found.append(told | {"answers": answers.tolist()})
        return found

    async def _settle(self) -> None:
        """Settle what must be settled before training goes on."""

    def _on_ack(self, message: dict[str, Any]) -> None:
        number = numeric.as_whole(message.get("seq"))
        if number is not None:
            self._window.acknowledge(number)

    def _on_here(self, message: dict[str, Any]) -> None:
        """Answer a page that asks whether anybody is there; the server takes it for a sign of life, too."""
        number = numeric.as_whole(message.get("id"))
        if number is not None:
            self.send({"kind": "here", "id": number})

    def _on_hidden(self, _message: dict[str, Any]) -> None:
        """Train nothing for a page that nobody looks at."""
        if self._player.playing:
            self._on_pause({})
            self._stopped_unseen = True

    def _on_visible(self, _message: dict[str, Any]) -> None:
        """Go on where a hidden page made us stop."""
        if self._stopped_unseen:
            self._on_play({})

    def _on_play(self, _message: dict[str, Any]) -> None:
        self._stopped_unseen = False
        if not self._player.playing:
            self._wish = object()
            self._spawn(self._in_turn(partial(self._play, self._wish)))

    def _on_pause(self, _message: dict[str, Any]) -> None:
        self._stopped_unseen = False
        self._wish = None
        self._player.pause()
        self._publish_state()

    async def _on_hello(self, _message: dict[str, Any]) -> None:
        self._window.forgive()
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

    async def _play(self, wish: object) -> None:
        """Begin to play, unless the reader has meanwhile pressed pause, or play again."""
        await self._stop()
        await self._settle()
        if self._wish is wish:
            self._begin_to(self._player.play())

    def _begin_to(self, play: Coroutine[Any, Any, None], **more: Any) -> None:
        self._window.forgive()
        self._playing = asyncio.ensure_future(play)
        self._publish_state()
        self._spawn(self._see_out(self._playing, **more))

    async def _see_out(self, playing: asyncio.Future[None]) -> None:
        """Tell the page when playing has ended, and why if it was not asked for."""
        await playing
        if self._player.abandoned:
            self._say("Paused, because the page was not being looked at, or was cut off.")
        self._publish_state()

    async def _stop(self) -> None:
        """Pause, and wait until the last frame of what was played has been sent."""
        self._player.pause()
        if self._playing is not None:
            await asyncio.wait([self._playing])

    async def _made_ready(self) -> Update:
        """Compile, or load from the cache, what the first press of play needs; measure where it starts from."""
        slow = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._tell_preparing)
        try:
            await self._begin_numba()
            await self._player.work(self._player.run.warm_up)
            return await self._player.work(self._player.measured_update)
        finally:
            slow.cancel()
            if self._preparing:
                self._preparing = False
                self._publish_state()

    def _tell_preparing(self) -> None:
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
        """Stop playing and let go of the worker."""
        if hasattr(self, "_player"):  # not if the constructor refused its arguments
            self._player.pause()
        super().close()
