"""Base of the widgets with a session: its host in a kernel (see `bitmass_viz.live`)."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from functools import partial
from typing import Any

from bitmass_viz.live.session import Effects, Reply, Session, State
from bitmass_viz.live.tasks import Call
from bitmass_viz.widgets.base import PageWidget


class SessionWidget(PageWidget):
    """Passes on what the page sends to a session, makes the session's calls, and sends what it answers.

    Parameters
    ----------
    session : Session
        Its first messages are the widget's first state.
    """

    def __init__(self, session: Session, **kwargs: Any) -> None:
        self.session = session
        self._calls: list[Call] = []
        self._outbox: deque[State | Reply] = deque()
        self._is_sending = False
        self._is_closed = False
        self._numba: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        super().__init__(**kwargs)
        self._perform(session.wake())
        self._listen()

    def _begin(self) -> None:
        self._wake()

    def _say(self, text: str, level: str = "info") -> None:
        self.session.say(text, level)
        self._perform(self.session.wake())

    def _handle(self, message: dict[str, Any]) -> None:
        self._perform(self.session.handle(message))

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

    def _wake(self) -> None:
        self._perform(self.session.wake())

    def _start_calls(self) -> None:
        loop = self._widget_loop.loop
        if not self._calls or loop is None:
            return
        if self._numba is None:
            self._numba = self._spawn(self._begin_numba())
            self._numba.add_done_callback(lambda _: self._start_calls())
        if self._numba.done():
            for ticket, call, apart in self._calls:
                made = loop.run_in_executor(None if apart else self._worker, call)
                made.add_done_callback(partial(self._finish_call, ticket))
            self._calls.clear()

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
        """See `PageWidget.close`."""
        if hasattr(self, "_timer"):  # missing if the constructor rejected its arguments
            self._is_closed = True
            self.session.close()
            if self._timer is not None:
                self._timer.cancel()
        super().close()
