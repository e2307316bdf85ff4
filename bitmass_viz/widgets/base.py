"""Base widgets: messages from the page, a worker thread, and methods for actions, at once or queued."""

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
from bitmass_viz.live.session import MAX_WAITING
from bitmass_viz.widgets.event_loop import WidgetLoop
from bitmass_viz.widgets.messages import MessageWidget, is_bounded
from bitmass_viz.widgets.traits import synced

T = TypeVar("T")

log = logging.getLogger(__name__)


class PageWidget(MessageWidget):
    """A widget that its page sends messages to; slow work runs in one worker thread."""

    palette = synced(traitlets.Dict())
    dataset = synced(traitlets.Dict())
    notice = synced(traitlets.Dict())

    def __init__(self, **kwargs: Any) -> None:
        self._worker_thread = 0
        self._worker = ThreadPoolExecutor(1, "bitmass", self._note_worker)
        self._widget_loop = WidgetLoop()
        self._tasks: set[asyncio.Task[Any]] = set()
        super().__init__(palette=PALETTE, **kwargs)

    def _note_worker(self) -> None:
        self._worker_thread = threading.get_ident()

    def _listen(self) -> None:
        """Receive the page's messages from now on; called once the widget is complete."""
        self.on_msg(self._receive)
        self._find_loop()

    def _begin(self) -> None:
        """Start background work; called once an event loop is found."""

    def _find_loop(self) -> None:
        if self._widget_loop.find():
            self._begin()

    def _receive(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """Receive a message from the browser, on any thread (see `WidgetLoop`)."""
        self._find_loop()
        if self._widget_loop.loop is None:
            return
        if not is_bounded(message):
            self._widget_loop.call(self._say, "What this page sent is too long or too deep to be read.", "error")
        elif isinstance(message, dict):
            self._widget_loop.call(self._handle, message)

    def _handle(self, message: dict[str, Any]) -> None:
        """Handle a message of the page, on the loop's thread."""
        raise NotImplementedError

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
        """Run a slow call in the worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, call)

    async def _begin_numba(self) -> None:
        """Initialise Numba's target on this thread: it iterates over builtins, which IPython changes per cell."""
        registry = await self._work(partial(importlib.import_module, "numba.core.registry"))
        _ = registry.cpu_target.target_context

    def close(self) -> None:
        """Cancel what is left undone and shut down the worker."""
        if hasattr(self, "_worker"):  # missing if the constructor rejected its arguments
            for task in self._tasks:
                task.cancel()
            self._worker.shutdown(wait=False)
        super().close()


class ActionWidget(PageWidget):
    """A widget that handles each of its page's actions by a method; errors become a notice on the page."""

    AT_ONCE: ClassVar[dict[str, str]] = {}
    """Action → method that handles it immediately; it receives the message."""
    IN_TURN: ClassVar[dict[str, str]] = {}
    """Action → coroutine method that handles it once earlier queued actions are done."""

    def __init__(self, **kwargs: Any) -> None:
        self._turn = asyncio.Lock()
        super().__init__(**kwargs)

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
        """Run an action after those queued before it."""
        async with self._turn:
            await action()
