"""Send a run's history to the page, so that it can scrub through it without the kernel."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from bitmass_viz.live import protocol
from bitmass_viz.live.descriptions import describe_frame
from bitmass_viz.live.runs import Runs
from bitmass_viz.live.tasks import Steps, Tasks, sleep
from bitmass_viz.training.history import coarse_to_fine

HISTORY_BYTES = 16 << 20
HISTORY_SECONDS = 0.25
HISTORY_FRAMES = 16
"""Frames per history message; `HISTORY_BYTES` limits all of them together, the page requests any others singly."""


class HistorySender:
    """Answers requests for the active run's history, one after another.

    Parameters
    ----------
    runs : Runs
    clock : callable
        Returns seconds.
    tasks : Tasks
    reply : callable
        Sends a message with buffers.
    """

    def __init__(
        self,
        runs: Runs,
        clock: Callable[[], float],
        tasks: Tasks,
        reply: Callable[[protocol.Reply, list[Any]], None],
    ) -> None:
        self._runs, self._clock, self._tasks, self._reply = runs, clock, tasks, reply
        self._asked = self._sent = 0
        self._sent_at = -math.inf

    def request(self) -> None:
        """Send the history, and again if it was requested meanwhile, since it may have changed."""
        self._asked += 1
        if self._asked == self._sent + 1:
            self._tasks.start(self._send_all())

    def _send_all(self) -> Steps[None]:
        while self._sent < self._asked:
            asked = self._asked
            yield from self._send()
            self._sent = asked

    def _send(self) -> Steps[None]:
        """Send the run's frames, coarse steps first."""
        # Rate limit: a history can take megabytes.
        yield sleep(self._sent_at + HISTORY_SECONDS - self._clock())
        self._sent_at = self._clock()
        run, entry = self._runs.active, self._runs.entry.id
        history = run.history
        frames, revision = history.frames, history.revision
        most = max(1, HISTORY_BYTES // frames[0].weights.buffer.nbytes)
        for positions in coarse_to_fine(len(frames), HISTORY_FRAMES)[: most // HISTORY_FRAMES + 1]:
            if run.history.revision != revision:
                return
            content: protocol.History = {
                "kind": "history",
                "run": entry,
                "history": revision,
                "frames": [describe_frame(frames[position], position) for position in positions],
            }
            self._reply(content, [frames[position].weights.buffer for position in positions])
            yield sleep(0)
