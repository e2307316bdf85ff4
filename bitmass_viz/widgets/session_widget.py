"""Base of the widgets with a session: its host in a kernel (see `bitmass_viz.live`)."""

from __future__ import annotations

import asyncio
import importlib
import logging
import math
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import traitlets

from bitmass_viz.common.palette import PALETTE
from bitmass_viz.live.session import Effects, Reply, Session, State
from bitmass_viz.live.tasks import Call
from bitmass_viz.widgets.event_loop import WidgetLoop
from bitmass_viz.widgets.messages import MessageWidget, is_bounded
from bitmass_viz.widgets.traits import synced

log = logging.getLogger(__name__)


class SessionWidget(MessageWidget):
    """Passes on what the page sends to a session, makes the session's calls, and sends what it answers.

    Calls are made one after another in a thread, and begin once there is an event loop.

    Parameters
    ----------
    session : Session
        Its first messages are the widget's first state.
    """

    palette = synced(traitlets.Dict())
    dataset = synced(traitlets.Dict())
    notice = synced(traitlets.Dict())

    def __init__(self, session: Session, **kwargs: Any) -> None:
        self.session = session
        self._widget_loop = WidgetLoop()
        self._worker_thread = 0
        self._worker = ThreadPoolExecutor(1, "bitmass", self._note_worker)
        self._calls: list[Call] = []
        self._outbox: deque[State | Reply] = deque()
        self._is_sending = False
        self._is_closed = False
        self._numba: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        super().__init__(palette=PALETTE, **kwargs)
        self._wake()
        self.on_msg(self._receive)
        self._find_loop()

    def _note_worker(self) -> None:
        self._worker_thread = threading.get_ident()

    def _find_loop(self) -> None:
        if self._widget_loop.find():
            self._begin()

    def _begin(self) -> None:
        """Start background work; called once an event loop is found."""
        self._wake()

    def _receive(self, _widget: Any, message: Any, buffers: Any) -> None:
        """Receive a message from the browser, on any thread (see `WidgetLoop`)."""
        self._find_loop()
        if self._widget_loop.loop is not None:
            self._widget_loop.call(self._handle, message, buffers)

    def _handle(self, message: Any, buffers: Any) -> None:
        if not is_bounded(message):
            self.session.notify("What this page sent is too long or too deep to be read.", "error")
            self._wake()
        elif isinstance(message, dict):
            self._perform(self.session.handle(message | {"buffers": buffers} if buffers else message))

    def _wake(self) -> None:
        self._perform(self.session.wake())

    def _perform(self, effects: Effects) -> None:
        """Do what the session asks for: first start its calls, so that they run while the messages are sent."""
        if self._is_closed:
            return
        self._calls += effects.calls
        self._start_calls()
        self._outbox += effects.messages
        if not self._is_sending:
            self._send_all()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if effects.wake_at < math.inf and self._widget_loop.loop is not None:
            wait = max(0.0, effects.wake_at - time.monotonic())
            self._timer = self._widget_loop.loop.call_later(wait, self._wake)

    def _start_calls(self) -> None:
        loop = self._widget_loop.loop
        if not self._calls or loop is None:
            return
        if self._numba is None:
            self._numba = loop.create_task(self._begin_numba())
            self._numba.add_done_callback(self._numba_begun)
        if self._numba.done():
            for ticket, call, apart in self._calls:
                made = loop.run_in_executor(None if apart else self._worker, call)
                made.add_done_callback(partial(self._finish_call, ticket))
            self._calls.clear()

    async def _begin_numba(self) -> None:
        """Initialise Numba's target on this thread: it iterates over builtins, which IPython changes per cell."""
        load = partial(importlib.import_module, "numba.core.registry")
        registry = await asyncio.get_running_loop().run_in_executor(self._worker, load)
        _ = registry.cpu_target.target_context

    def _numba_begun(self, begun: asyncio.Task[None]) -> None:
        if self._is_closed:
            return
        if not begun.cancelled() and (error := begun.exception()) is not None:
            log.error("Numba cannot be used", exc_info=error)
        self._start_calls()

    def _finish_call(self, ticket: int, made: asyncio.Future[Any]) -> None:
        if not (made.cancelled() or self._is_closed):
            error = made.exception()
            self._perform(self.session.finish(ticket, None if error else made.result(), error))

    def _send_all(self) -> None:
        """Send what is in the outbox, in order, even if sending it makes the session answer at once."""
        self._is_sending = True
        try:
            while self._outbox:
                message = self._outbox.popleft()
                if isinstance(message, Reply):
                    self.send(message.content, message.buffers)
                    continue
                with self.hold_sync():
                    for name, value in message.values.items():
                        setattr(self, name, value)
                if message.again:
                    self.send_state(list(message.values))
        finally:
            self._is_sending = False

    def close(self) -> None:
        """Abandon unfinished work and shut down the worker."""
        if hasattr(self, "_timer"):  # missing if the constructor rejected its arguments
            self._is_closed = True
            self.session.close()
            if self._timer is not None:
                self._timer.cancel()
            if self._numba is not None:
                self._numba.cancel()
            self._worker.shutdown(wait=False)
        super().close()
