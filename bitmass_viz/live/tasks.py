"""Cooperative tasks: generators that say what they wait for. No thread, no event loop and no clock of their own.

The *host* that runs them makes their calls elsewhere, resumes them with the results, and wakes them in time.
The same tasks run in the same order in a kernel, in a browser and, with a simulated clock, in a test.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


class Work(NamedTuple):
    """Something to do elsewhere, such as training; yielding it returns the result or raises the error."""

    call: Callable[[], Any]
    apart: bool = False
    """Whether it may run beside other work, because it uses no run; all other calls are made one after another."""


class Wait(NamedTuple):
    """Waiting for a condition, but no longer than so many seconds."""

    until: Callable[[], bool]
    seconds: float = math.inf


Steps = Generator[Work | Wait, Any, T]
"""A task, or a part of one, that returns a T."""


class Call(NamedTuple):
    """A call for the host to make; it reports back with `Tasks.finish`."""

    ticket: int
    call: Callable[[], Any]
    apart: bool


def sleep(seconds: float) -> Wait:
    """Wait for some time; with 0, until the host has handled what else there is."""
    return Wait(lambda: False, seconds)


@dataclass(eq=False)
class _Task:
    steps: Steps[Any]
    wait: Wait | None
    """None while a call is being made for it."""
    until: float
    round: int


class Tasks:
    """Tasks in the order in which they were started.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    failed : callable
        Called with the error of a task that failed.
    """

    def __init__(self, clock: Callable[[], float], failed: Callable[[Exception], None]) -> None:
        self._clock = clock
        self._failed = failed
        self._tasks: list[_Task] = []
        self._working: dict[int, _Task] = {}
        self._calls: list[Call] = []
        self._tickets = itertools.count(1)
        self._round = 0

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, steps: Steps[Any]) -> None:
        """Start a task; `run` takes its first step."""
        self._tasks.append(_Task(steps, Wait(lambda: True), math.inf, self._round))

    def finish(self, ticket: int, result: Any = None, error: BaseException | None = None) -> None:
        """Resume the task whose call has been made."""
        task = self._working.pop(ticket)
        self._resume(task, (lambda: task.steps.send(result)) if error is None else lambda: task.steps.throw(error))

    def close(self) -> None:
        """End all tasks where they stand."""
        while self._tasks:
            self._tasks.pop().steps.close()
        self._working.clear()

    def run(self) -> tuple[list[Call], float]:
        """Take every step that can be taken.

        Returns
        -------
        calls : list of Call
            To be made in this order.
        wake_at : float
            When to run again at the latest, by the clock; infinity if there is nothing to wait for.
        """
        self._round += 1
        while ready := next(filter(self._is_ready, self._tasks), None):
            self._resume(ready, ready.steps.__next__)
        calls, self._calls = self._calls, []
        return calls, min((task.until for task in self._tasks if task.wait is not None), default=math.inf)

    def _is_ready(self, task: _Task) -> bool:
        if task.wait is None:
            return False
        # Time passes only between rounds, so that a task that waits for 0 s lets the host act.
        return task.wait.until() or (task.round < self._round and self._clock() >= task.until)

    def _resume(self, task: _Task, step: Callable[[], Work | Wait]) -> None:
        try:
            asked = step()
        except StopIteration:
            self._tasks.remove(task)
        except Exception as error:
            self._tasks.remove(task)
            self._failed(error)
        else:
            if isinstance(asked, Work):
                task.wait = None
                ticket = next(self._tickets)
                self._working[ticket] = task
                self._calls.append(Call(ticket, *asked))
            else:
                task.wait = asked
                task.until = self._clock() + asked.seconds
                task.round = self._round
