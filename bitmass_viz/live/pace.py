"""How many examples to learn at a time, and when to rest because others wait for the processor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bitmass_viz.training.run import MAX_STEP

PIECE_SECONDS = 0.028
CROWDED_PIECE_SECONDS = 0.004
RESTING = 10
"""Rest per second of excess waiting, after pieces that waited for the processor longer than they worked. A single
reader never rests. Thirty readers on two cores take turns instead of all crowding the scheduler's queue, through
which every frame and every click must pass about six times."""
MAX_REST_SECONDS = 0.13
REST_KEPT = 0.97
"""Decay of the rest per piece: back off fast, recover slowly, or all kernels would resume long pieces together."""
LEAST_REST_SECONDS = 0.002
UNNOTICED_SECONDS = 0.008
"""Excess waiting that causes no rest; the thread that shows frames costs a piece some time on any machine."""
CROWDED_UNNOTICED_SECONDS = 0.003
"""The same for the short pieces of a kernel that rests."""


class Pace:
    """The pace of training, measured piece by piece.

    Attributes
    ----------
    rest : float
        Seconds to rest before the next piece; 0 unless others wait for the processor.
    """

    def __init__(self) -> None:
        self.rest = 0.0
        self._seconds_per_example = 0.0005
        self._crowd = 0.0

    def piece(self) -> int:
        """Return the number of examples to learn in one go."""
        seconds = CROWDED_PIECE_SECONDS if self.rest > 0 else PIECE_SECONDS
        return max(1, min(MAX_STEP, int(seconds / self._seconds_per_example)))

    def train(self, advance: Callable[[int], None], examples: int) -> None:
        """Call ``advance(examples)`` and note how long it takes."""
        started = time.perf_counter()
        advance(examples)
        took = time.perf_counter() - started
        # Average seconds per example, not examples per second: on a shared processor most pieces run at once and
        # a few wait long, and the mean must give those their weight.
        if took > 0:
            self._seconds_per_example += 0.5 * (took / examples - self._seconds_per_example)

    @contextmanager
    def among_others(self) -> Iterator[None]:
        """Notice how long what is done meanwhile waits for the processor, and set the rest accordingly."""
        started, worked = time.perf_counter(), time.thread_time()
        yield
        self.note_crowd(time.perf_counter() - started, time.thread_time() - worked)

    def note_crowd(self, took: float, worked: float) -> None:
        """Set the next rest from a piece's duration and its processor time, both in seconds."""
        waited = took - worked
        self._crowd += 0.1 * (waited - worked - self._crowd)
        unnoticed = CROWDED_UNNOTICED_SECONDS if self.rest > 0 else UNNOTICED_SECONDS
        wanted = min(MAX_REST_SECONDS, RESTING * (self._crowd - unnoticed))
        kept = REST_KEPT * self.rest
        self.rest = max(wanted, kept if kept > LEAST_REST_SECONDS else 0.0)
