"""A conversation with a page: messages in, messages and work to do out. No Jupyter, no threads."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar, Literal, NamedTuple

from bitmass_viz.live import protocol
from bitmass_viz.live.tasks import Call, Steps, Tasks, Wait

MAX_WAITING = 200
"""Most unfinished tasks. An impatient reader on a slow machine reaches a few dozen."""

log = logging.getLogger(__name__)


class State(NamedTuple):
    """Values that the page keeps until others come, sent together."""

    values: dict[str, Any]
    again: bool = False
    """Whether to send them even if the page has them, because one of its controls may show another value."""


class Reply(NamedTuple):
    """A message that the page handles once, with buffers."""

    content: protocol.Reply
    buffers: list[Any]


class Effects(NamedTuple):
    """What a host has to do for a session: make calls, send messages, both in order, and wake it in time."""

    calls: list[Call]
    messages: list[State | Reply]
    wake_at: float
    """By the session's clock; infinity for never."""


class Session:
    """One reader's conversation with one part of a page.

    A host passes on what the page sends (`handle`) and the results of calls (`finish`), and calls `wake` in time.
    Each returns `Effects`. Given the same of these at the same times by `clock`, a session answers the same.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    """

    AT_ONCE: ClassVar[dict[str, str]] = {}
    """Action → method that handles it as it comes."""
    IN_TURN: ClassVar[dict[str, str]] = {}
    """Action → method that handles it as a task, once those before it are done."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tasks = Tasks(clock, self._failed)
        self._turns: list[object] = []
        self._messages: list[State | Reply] = []
        self._sent: dict[str, Any] = {}
        self._notices = 0

    def handle(self, message: dict[str, Any]) -> Effects:
        """Handle a message of the page; anything in it can be missing or wrong."""
        action = message.get("action")
        if not isinstance(action, str) or not (action in self.AT_ONCE or action in self.IN_TURN):
            self.notify(f"This page does not know the action {action!r:.80}.", "error")
        elif action in self.AT_ONCE:
            getattr(self, self.AT_ONCE[action])(message)
        elif len(self._tasks) >= MAX_WAITING:
            self.notify("Too many requests; some were skipped.", "error")
        else:
            self._start_in_turn(getattr(self, self.IN_TURN[action])(message))
        return self.wake()

    def finish(self, ticket: int, result: Any = None, error: BaseException | None = None) -> Effects:
        """Go on with the result of a call, or with the error that it raised."""
        self._tasks.finish(ticket, result, error)
        return self.wake()

    def wake(self) -> Effects:
        """Do what is to be done by now."""
        calls, wake_at = self._tasks.run()
        messages, self._messages = self._messages, []
        return Effects(calls, messages, wake_at)

    def close(self) -> None:
        """Abandon all tasks. The results of their calls must not be passed on."""
        self._tasks.close()

    @property
    def is_idle(self) -> bool:
        """Whether all tasks have finished."""
        return len(self._tasks) == 0

    def notify(self, text: str, level: Literal["info", "error"] = "info") -> None:
        """Show a notice."""
        self._notices += 1
        notice: protocol.Notice = {"id": self._notices, "level": level, "text": text}
        self._put(notice=notice)

    def clear_notice(self, level: str | None = None) -> None:
        """Remove the notice, if there is one, and it is of this level if one is given."""
        shown = self._sent.get("notice", {})
        if shown.get("text") and level in (None, shown["level"]):
            self.notify("")

    def _start_in_turn(self, steps: Steps[None]) -> None:
        """Start a task that waits for those before it, so that, say, a run is not played while it is replaced."""
        self._tasks.start(self._in_turn(steps))

    def _in_turn(self, steps: Steps[None]) -> Steps[None]:
        mine = object()
        self._turns.append(mine)
        try:
            yield Wait(lambda: self._turns[0] is mine)
            yield from steps
        finally:
            self._turns.remove(mine)

    def _failed(self, error: Exception) -> None:
        log.error("an action of the page failed", exc_info=error)
        self.notify(f"Something went wrong ({type(error).__name__}: {error}). Press reset to begin anew.", "error")

    def _put(self, **values: Any) -> None:
        """Send those values that the page does not have yet."""
        changed = {name: value for name, value in values.items() if self._sent.get(name) != value}
        if changed:
            self._sent |= changed
            self._messages.append(State(changed))

    def _put_again(self, **values: Any) -> None:
        """Send values even if the page has them."""
        self._sent |= values
        self._messages.append(State(values, again=True))

    def _reply(self, content: protocol.Reply, buffers: list[Any] | None = None) -> None:
        self._messages.append(Reply(content, buffers or []))
