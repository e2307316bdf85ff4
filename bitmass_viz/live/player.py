"""Play a run: train in a worker thread and show frames, no faster than the page acknowledges them.

Plain asyncio, no Jupyter. The event loop stays free: training runs in pieces of about 28 ms, in compiled code that
releases the GIL, and pauses between pieces when other processes wait for the processor.
"""

from __future__ import annotations

import asyncio
import math
import operator
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeVar

from bitmass_viz.training.run import MAX_STEP

T = TypeVar("T")

FLAT_OUT = 0
"""The speed setting at which training does not wait for frames."""
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
FRAME_SECONDS = 1 / 30
"""Time between frames at every other speed."""
FLAT_OUT_FRAME_SECONDS = 0.75 * PIECE_SECONDS
"""Least time between frames when flat out: below a piece's length, so every piece of training yields a frame, over
30 per second, while the page keeps up. More frames would slow down training on a shared processor."""
FRAMES_ON_THE_WAY = 60
"""Frames shown while training to the snapshot that a link leads to."""
PATIENCE_SECONDS = 0.5
"""Longest time between frames while following a link."""
IN_FLIGHT = 2
SILENCE_SECONDS = 10.0
MEASURE_EVERY_SECONDS = 0.15
CROWDED_MEASURE_EVERY_SECONDS = 1.0
MEASURE_SHARE = 0.1
"""Largest share of the time spent on measuring the validation accuracy."""


class Playable(Protocol):
    """What can be played: a `Run`, or several runs as a `Lockstep`."""

    @property
    def examples(self) -> int:
        """Examples learned so far."""

    def advance(self, examples: int) -> None:
        """Learn from the next examples."""

    def record(self) -> Any:
        """Record the current frame and return it."""

    def upcoming(self) -> Any:
        """Return the next example and the prediction for it."""

    def validate(self, stop: Callable[[], bool] = ...) -> Any:
        """Measure the validation accuracy; give up once `stop` returns True."""

    def warm_up(self) -> None:
        """Compile or load the kernels for training and measuring."""


class Update(NamedTuple):
    """A recorded frame and the next example, as `Playable.record` and `Playable.upcoming` return them.

    For a run, `upcoming` is the example's index, label and prediction; None if it was not looked up.
    """

    frame: Any
    upcoming: Any


class FrameWindow:
    """Flow control: at most two frames are sent that the page has not acknowledged."""

    def __init__(self) -> None:
        self._sent = 0
        self._acknowledged = 0
        self._waiting_since = 0.0
        self._opened = asyncio.Event()

    @property
    def open(self) -> bool:
        """Whether another frame can be sent."""
        return self._sent - self._acknowledged < IN_FLIGHT

    def next(self) -> int:
        """Return the number of the next frame, and count it as sent."""
        if self._sent == self._acknowledged:
            self._waiting_since = time.monotonic()
        self._sent += 1
        self._opened.clear()
        return self._sent

    def acknowledge(self, number: int) -> None:
        """Note that this frame and all earlier ones were drawn. Unknown numbers are ignored."""
        if self._acknowledged < number <= self._sent:
            self._acknowledged = number
            self._waiting_since = time.monotonic()
            self._opened.set()

    def acknowledge_all(self) -> None:
        """Stop waiting for earlier frames, because a page has just connected or playing begins."""
        self.acknowledge(self._sent)

    def wake(self) -> None:
        """End any `wait`, because there is nothing more to send."""
        self._opened.set()

    @property
    def silence(self) -> float:
        """Seconds since a frame was sent or acknowledged while one is outstanding; 0 if none is."""
        return 0.0 if self._sent == self._acknowledged else time.monotonic() - self._waiting_since

    async def wait(self, seconds: float) -> None:
        """Wait until a frame can be sent, but no longer than `seconds`."""
        if not self.open:
            self._opened.clear()
            try:
                await asyncio.wait_for(self._opened.wait(), seconds)
            except TimeoutError:
                return


class Player:
    """Play, pause and step a run.

    Parameters
    ----------
    run : Playable
        Can be replaced while paused.
    show : callable
        Called on the event loop with each update: while `window` is open, and at the end.
    window : FrameWindow
    worker : Executor
        A single thread; everything that touches the run happens there.
    """

    def __init__(
        self, run: Playable, show: Callable[[Update], None], window: FrameWindow, worker: Executor
    ) -> None:
        self.run = run
        self.speed = 64
        self.playing = False
        self.abandoned = False
        """Whether playing stopped because frames were no longer acknowledged."""
        self._show = show
        self._window = window
        self._worker = worker
        self._busy = asyncio.Lock()
        self._pace = 0.0005
        self._crowd = 0.0
        self._rest = 0.0
        self._unshown: Update | None = None
        self._shown_at = 0.0
        self._measured_at = 0.0
        self._measuring_took = 0.0

    async def work(self, call: Callable[[], T]) -> T:
        """Call a function that uses the run, in the worker, between two pieces of training."""
        async with self._busy:
            return await asyncio.get_running_loop().run_in_executor(self._worker, call)

    def play(self) -> Coroutine[Any, Any, None]:
        """Start playing; await the returned coroutine, which ends when playing does.

        Frames are shown until paused, or until none has been acknowledged for 10 seconds. `pause` takes effect
        from this call on, even before the first piece of training.
        """
        self.playing = True
        self.abandoned = False
        return self._play()

    def follow(self, end: int, changes: Mapping[int, Callable[[], object]]) -> Coroutine[Any, Any, None]:
        """Start training up to `end` examples, showing frames on the way; await the result as with `play`.

        Parameters
        ----------
        changes
            Calls to make on the way, by number of examples.
        """
        self.playing = True
        self.abandoned = False
        return self._follow(end, changes)

    async def _follow(self, end: int, changes: Mapping[int, Callable[[], object]]) -> None:
        stops = {*changes, end}
        stops.update(range(0, end, max(1, -(-end // FRAMES_ON_THE_WAY))))
        try:
            for stop in sorted(stops):
                while self.playing and self.run.examples < stop:
                    piece = min(self._piece(), stop - self.run.examples)
                    await self.work(partial(self._advance, piece))
                    if self._window.open and time.monotonic() - self._shown_at > PATIENCE_SECONDS:
                        self._shown_at = time.monotonic()
                        self._show(await self.work(self.measured_update))
                if not self.playing:
                    break
                if stop in changes:
                    await self.work(changes[stop])
                update = await self.work(self.measured_update)
                if self._window.open:
                    self._shown_at = time.monotonic()
                    self._show(update)
        finally:
            self.playing = False
        self._show(await self.work(self.measured_update))

    async def _play(self) -> None:
        try:
            while self.playing:
                if self._window.silence > SILENCE_SECONDS:
                    self.abandoned = True
                    break
                if self.speed == FLAT_OUT:
                    await self._flat_out()
                else:
                    await self._paced(self.speed)
        finally:
            self.playing = False
            self._unshown = None
        if not self.abandoned:
            self._show(await self.work(self.measured_update))

    def pause(self) -> None:
        """Stop after the current piece of training."""
        self.playing = False
        self._window.wake()

    async def step(self, examples: int) -> None:
        """Train on some examples and show the frame."""
        left = examples
        while left > 0:
            piece = min(left, self._piece())
            await self.work(partial(self._advance, piece))
            left -= piece
        self._show(await self.work(self.measured_update))

    async def _flat_out(self) -> None:
        """Train one piece, and meanwhile show the frame of the one before."""
        if self._rest > 0:
            self._show_unshown()
            await asyncio.sleep(self._rest)
            # The page and the server that delivers frames to it wait for the processor too.
            await self._window.wait(MAX_REST_SECONDS)
        training = asyncio.ensure_future(
            self.work(partial(self._piece_of_play, self._piece(), self._frame_is_due))
        )
        # Let the worker start before this thread is busy with the frame.
        await asyncio.sleep(0)
        self._show_unshown()
        self._unshown = await training

    def _show_unshown(self) -> None:
        update, self._unshown = self._unshown, None
        if update is not None:
            self._shown_at = time.monotonic()
            self._show(update)

    async def _paced(self, examples: int) -> None:
        self._unshown = None
        left = examples
        while left > 0 and self.playing:
            piece = min(left, self._piece())
            left -= piece
            update = await self.work(partial(self._piece_of_play, piece, partial(operator.eq, left, 0)))
            if update is not None:
                await asyncio.sleep(max(self._rest, self._shown_at + FRAME_SECONDS - time.monotonic()))
                if self.playing:
                    await self._window.wait(SILENCE_SECONDS)
                self._shown_at = time.monotonic()
                if self._window.open:
                    self._show(update)

    def _frame_is_due(self) -> bool:
        return self._window.open and time.monotonic() - self._shown_at >= FLAT_OUT_FRAME_SECONDS

    def _piece(self) -> int:
        seconds = CROWDED_PIECE_SECONDS if self._rest > 0 else PIECE_SECONDS
        return max(1, min(MAX_STEP, int(seconds / self._pace)))

    def _advance(self, examples: int) -> None:
        started = time.perf_counter()
        self.run.advance(examples)
        took = time.perf_counter() - started
        # Average seconds per example, not examples per second: on a shared processor most pieces run at once and
        # a few wait long, and the mean must give those their weight.
        if took > 0:
            self._pace += 0.5 * (took / examples - self._pace)

    def _piece_of_play(self, examples: int, due: Callable[[], bool]) -> Update | None:
        started, worked = time.perf_counter(), time.thread_time()
        self._advance(examples)
        every = CROWDED_MEASURE_EVERY_SECONDS if self._rest > 0 else MEASURE_EVERY_SECONDS
        wait = max(every, self._measuring_took / MEASURE_SHARE)
        if time.monotonic() - self._measured_at > wait:
            self._measure()
        update = Update(self.run.record(), self.run.upcoming()) if due() else None
        self._note_crowd(time.perf_counter() - started, time.thread_time() - worked)
        return update

    def _note_crowd(self, took: float, worked: float) -> None:
        """Set the next rest from a piece's duration and its processor time, both in seconds."""
        waited = took - worked
        self._crowd += 0.1 * (waited - worked - self._crowd)
        unnoticed = CROWDED_UNNOTICED_SECONDS if self._rest > 0 else UNNOTICED_SECONDS
        wanted = min(MAX_REST_SECONDS, RESTING * (self._crowd - unnoticed))
        kept = REST_KEPT * self._rest
        self._rest = max(wanted, kept if kept > LEAST_REST_SECONDS else 0.0)

    def measure_next(self) -> None:
        """Measure the validation accuracy after the next piece, because a changed option has just altered it."""
        self._measured_at, self._measuring_took = -math.inf, 0.0

    def _measure(self) -> None:
        started = time.monotonic()
        self.run.validate(stop=lambda: not self.playing)
        self._measured_at = time.monotonic()
        self._measuring_took = self._measured_at - started

    def measured_update(self) -> Update:
        """Measure the validation accuracy and return the current frame with it. Call it in the worker."""
        self.run.validate()
        return Update(self.run.record(), self.run.upcoming())
