"""A widget that is told things by its page, and does them in order."""

from __future__ import annotations

import asyncio
import importlib
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ClassVar, TypeVar

import traitlets

from bitmass_viz.common.palette import PALETTE
from bitmass_viz.data import Digits
from bitmass_viz.widgets.event_loop import WidgetLoop
from bitmass_viz.widgets.messages import MessageWidget, is_bounded
from bitmass_viz.widgets.traits import synced

T = TypeVar("T")

MAX_WAITING = 200
"""Actions that may wait for their turn. A hasty reader with a slow machine has a few dozen."""

log = logging.getLogger(__name__)


class ActionWidget(MessageWidget):
    """What widgets share that work for their page: messages become calls, and what goes wrong a sentence.

    Messages that only wish for something are heard at once, those that change something wait for their turn.
    What takes time is done by one worker thread.
    """

    AT_ONCE: ClassVar[dict[str, str]] = {}
    """Names of actions, and of the methods that answer them at once; each is given the message."""
    IN_TURN: ClassVar[dict[str, str]] = {}
    """The same for those that wait until what was asked for before them is done: coroutines."""

    palette = synced(traitlets.Dict())
    dataset = synced(traitlets.Dict())
    notice = synced(traitlets.Dict())

    def __init__(self, **kwargs: Any) -> None:
        self._worker_thread = 0
        self._worker = ThreadPoolExecutor(1, "bitmass", self._note_worker)
        self._widget_loop = WidgetLoop()
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        super().__init__(palette=PALETTE, **kwargs)

    def _note_worker(self) -> None:
        self._worker_thread = threading.get_ident()

    def _begin(self) -> None:
        """Begin what goes on in the background, once there is an event loop to do it on."""

    def _find_loop(self) -> None:
        if self._widget_loop.find():
            self._begin()

    def _receive(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """Take a message from the browser, on whatever thread it comes (see `WidgetLoop`)."""
        self._find_loop()
        if self._widget_loop.loop is None:
            return
        if not is_bounded(message):
            self._widget_loop.call(self._say, "What this page sent is too long or too deep to be read.", "error")
        elif isinstance(message, dict):
            self._widget_loop.call(self._handle, message)

    def _handle(self, message: dict[str, Any]) -> None:
        action = message.get("action")
        if not isinstance(action, str) or not (action in self.AT_ONCE or action in self.IN_TURN):
            self._say(f"This page does not know the action {action!r:.80}.", "error")
        elif action in self.AT_ONCE:
            getattr(self, self.AT_ONCE[action])(message)
        elif len(self._tasks) >= MAX_WAITING:
            self._say("Too much is being asked for at once, so some of it is left undone.", "error")
        else:
            self._spawn(self._in_turn(partial(getattr(self, self.IN_TURN[action]), message)))

    async def _in_turn(self, action: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do something after what the reader asked for before it: a run is not played while it is exchanged."""
        async with self._turn:
            await action()

    def _say(self, text: str, level: str = "info") -> None:
        self.notice = {"id": self.notice.get("id", 0) + 1, "level": level, "text": text}

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        assert self._widget_loop.loop is not None, "actions begin only once there is a loop"
        task = self._widget_loop.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an action of the page failed", exc_info=error)
            self._say(
                f"Something went wrong ({type(error).__name__}: {error}). Press reset to begin anew.", "error"
            )

    async def _work(self, call: Callable[[], T]) -> T:
        """Do something that takes time in the worker."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, call)

    async def _begin_numba(self) -> None:
        """Let Numba look through the builtins on this thread, where IPython changes them for each cell."""
        registry = await self._work(partial(importlib.import_module, "numba.core.registry"))
        _ = registry.cpu_target.target_context

    def close(self) -> None:
        """Leave undone what was asked for, and let go of the worker."""
        if hasattr(self, "_worker"):  # not if the constructor refused its arguments
            for task in self._tasks:
                task.cancel()
            self._worker.shutdown(wait=False)
        super().close()


def described(digits: Digits) -> dict[str, Any]:
    """Describe digits as every widget shows them, JSON-ready."""
    return {
        "name": digits.name,
        "label": digits.label,
        "synthetic": digits.synthetic,
        "train": len(digits.train),
        "validation": len(digits.validation),
        "test": len(digits.test),
    }
