"""Play a run: train piece by piece and show frames, no faster than the page acknowledges them.

The session stays free for the reader meanwhile: a piece takes about 28 ms, in compiled code that releases the GIL.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, Protocol

from bitmass_viz.live.frame_window import FrameWindow
from bitmass_viz.live.pace import MAX_REST_SECONDS, PIECE_SECONDS, Pace
from bitmass_viz.live.stopwatch import Stopwatch
from bitmass_viz.live.tasks import Steps, Wait, Work, sleep

FLAT_OUT = 0
"""The speed setting at which training does not wait for frames."""
FRAME_SECONDS = 1 / 30
"""Time between frames at every other speed."""
FLAT_OUT_FRAME_SECONDS = 0.75 * PIECE_SECONDS
"""Least time between frames when flat out: below a piece's length, so every piece of training yields a frame, over
30 per second, while the page keeps up. More frames would slow down training on a shared processor."""
FRAMES_ON_THE_WAY = 60
"""Frames shown while training to the snapshot that a link leads to."""
PATIENCE_SECONDS = 0.5
"""Longest time between frames while following a link."""
SILENCE_SECONDS = 10.0
MEASURE_EVERY_SECONDS = 0.15
CROWDED_MEASURE_EVERY_SECONDS = 1.0
MEASURE_SHARE = 0.1
"""Largest share of the time spent on measuring the validation accuracy."""
PROMPT_SECONDS = 1.0
"""Where a link is followed, measuring may take this long although training takes less."""


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


class Player:
    """Play, pause and step a run. Its methods that return `Steps` are to be run as tasks.

    Parameters
    ----------
    run : Playable
        Can be replaced while paused. It is used only in `Work`.
    show : callable
        Called with each update: while `window` is open, and at the end.
    window : FrameWindow
    clock : callable
        Returns seconds.
    pace : Pace

    Attributes
    ----------
    speed : int
        Examples from one frame to the next, or `FLAT_OUT`.
    playing : bool
    following : bool
        Whether playing means training up to a given end; false once `play` is called.
    abandoned : bool
        Whether playing stopped because frames were no longer acknowledged.
    end : float
        Playing stops at this number of examples, unless it began there or later. Infinity for no end.
    ended : bool
        Whether playing stopped for that reason.
    stopwatch : Stopwatch
        Times the training; to be replaced with the run.
    change : int
        Number of the page's last change that was made in the run, or refused.
    """

    def __init__(
        self,
        run: Playable,
        show: Callable[[Update], None],
        window: FrameWindow,
        clock: Callable[[], float],
        pace: Pace,
    ) -> None:
        self.run = run
        self.speed = 64
        self.playing = False
        self.following = False
        self.abandoned = False
        self.end = math.inf
        self.ended = False
        self.stopwatch = Stopwatch()
        self.change = 0
        self._begun_at = 0
        self._show = show
        self._window = window
        self._clock = clock
        self._pace = pace
        self._unshown: Update | None = None
        self._shown_at = -math.inf
        self._measured_at = -math.inf
        self._measured_after = 0
        self._measuring_took = 0.0
        self._followed_from = self._measured_for = 0.0

    def play(self) -> Steps[None]:
        """Start playing: show frames until paused, or until none has been acknowledged for 10 seconds.

        `pause` takes effect from this call on, even before the first piece of training.
        """
        self.playing = True
        self.following = self.abandoned = self.ended = False
        self._begun_at = self.run.examples
        return self._play()

    def follow(self, end: int, changes: Mapping[int, Callable[[], object]]) -> Steps[None]:
        """Start training up to `end` examples, showing frames on the way.

        Parameters
        ----------
        changes
            Calls to make on the way, by number of examples.
        """
        self.playing = self.following = True
        self.abandoned = self.ended = False
        return self._follow(end, changes)

    def pause(self) -> None:
        """Stop after the current piece of training."""
        self.playing = False

    def step(self, examples: int, measuring: Callable[[], bool] = lambda: True) -> Steps[None]:
        """Train on some examples and show the frame, with its accuracy if `measuring` then returns True."""
        left = examples
        while left > 0:
            piece = min(left, self._pace.piece())
            yield Work(partial(self._train, piece))
            left -= piece
        self._show((yield Work(self.measured_update if measuring() else self._update)))

    def measure_next(self) -> None:
        """Measure the validation accuracy after the next piece, because a changed option has just altered it."""
        self._measured_at, self._measuring_took = -math.inf, 0.0

    def measured_update(self) -> Update:
        """Measure the validation accuracy and return the current frame with it; to be called as `Work`."""
        self.run.validate()
        self._measured_after = self.run.examples
        return self._update()

    def _update(self) -> Update:
        return Update(self.run.record(), self.run.upcoming())

    def _play(self) -> Steps[None]:
        try:
            while self.playing:
                if self._window.silence > SILENCE_SECONDS:
                    self.abandoned = True
                    break
                yield from self._flat_out() if self.speed == FLAT_OUT else self._paced(self.speed)
        finally:
            self.playing = False
            self._unshown = None
        if not self.abandoned:
            self._show((yield Work(self.measured_update)))

    def _follow(self, end: int, changes: Mapping[int, Callable[[], object]]) -> Steps[None]:
        stops = {*changes, end}
        stops.update(range(0, end, max(1, -(-end // FRAMES_ON_THE_WAY))))
        self._followed_from, self._measured_for = self._clock(), 0.0
        try:
            for stop in sorted(stops):
                while self.playing and self.run.examples < stop:
                    piece = min(self._pace.piece(), stop - self.run.examples)
                    yield Work(partial(self._train, piece))
                    if self._window.open and self._clock() - self._shown_at > PATIENCE_SECONDS:
                        self._show_now((yield from self._on_the_way()))
                if not self.playing:
                    break
                if stop in changes:
                    yield Work(changes[stop])
                update = yield from self._on_the_way()
                if self._window.open:
                    self._show_now(update)
        finally:
            self.playing = False
        self._show((yield Work(self.measured_update)))

    def _on_the_way(self) -> Steps[Update]:
        """Return the current frame, with its accuracy unless measuring has taken half as long as all else."""
        started = self._clock()
        if self._measured_for > max(PROMPT_SECONDS, (started - self._followed_from) / 3):
            return (yield Work(self._update))
        update: Update = yield Work(self.measured_update)
        self._measured_for += self._clock() - started
        return update

    def _flat_out(self) -> Steps[None]:
        """Train one piece, and meanwhile show the frame of the one before."""
        if self._pace.rest > 0:
            self._show_unshown()
            yield sleep(self._pace.rest)
            # The page and the server that delivers frames to it wait for the processor too.
            yield from self._until_open(MAX_REST_SECONDS)
        # The host makes the call before it sends the frame.
        self._show_unshown()
        piece = self._until_end(self._pace.piece())
        self._unshown = yield Work(partial(self._piece_of_play, piece, self._frame_is_due))
        self._stop_at_end()

    def _paced(self, examples: int) -> Steps[None]:
        self._unshown = None
        left = self._until_end(examples)
        while left > 0 and self.playing:
            piece = min(left, self._pace.piece())
            left -= piece
            change = self.change
            update = yield Work(partial(self._piece_of_play, piece, partial(operator.eq, left, 0)))
            if update is not None:
                yield sleep(max(self._pace.rest, self._shown_at + FRAME_SECONDS - self._clock()))
                if self.playing:
                    yield from self._until_open(SILENCE_SECONDS)
                self._shown_at = self._clock()
                # A frame from before a change does not pass for one from after it.
                if self._window.open and self.change == change:
                    self._show(update)
        self._stop_at_end()

    def _until_end(self, examples: int) -> int:
        """Return how many of some examples to learn before playing stops."""
        left = self.end - self.run.examples
        return int(min(examples, left)) if left > 0 else examples

    def _stop_at_end(self) -> None:
        if self.playing and self._begun_at < self.end <= self.run.examples:
            self.playing, self.ended = False, True

    def _until_open(self, seconds: float) -> Steps[None]:
        """Wait until a frame can be sent, but no longer than `seconds` or until paused."""
        yield Wait(lambda: self._window.open or not self.playing, seconds)

    def _show_now(self, update: Update) -> None:
        self._shown_at = self._clock()
        self._show(update)

    def _show_unshown(self) -> None:
        update, self._unshown = self._unshown, None
        if update is not None:
            self._show_now(update)

    def _frame_is_due(self) -> bool:
        return self._window.open and self._clock() - self._shown_at >= FLAT_OUT_FRAME_SECONDS

    def _train(self, examples: int) -> None:
        started = self._clock()
        self._pace.train(self.run.advance, examples)
        self.stopwatch.note(examples, self._clock() - started)

    def _piece_of_play(self, examples: int, due: Callable[[], bool]) -> Update | None:
        with self._pace.among_others():
            self._train(examples)
            if self._measure_is_due():
                self._measure()
            return self._update() if due() else None

    def _measure_is_due(self) -> bool:
        every = CROWDED_MEASURE_EVERY_SECONDS if self._pace.rest > 0 else MEASURE_EVERY_SECONDS
        waited = self._clock() - self._measured_at
        # A network changes most at first: its accuracy goes from chance to 70 % before much time has passed.
        grown = not self._measured_after <= self.run.examples < 2 * self._measured_after
        return grown or waited > max(every, self._measuring_took / MEASURE_SHARE)

    def _measure(self) -> None:
        started = self._clock()
        self.run.validate(stop=lambda: not self.playing)
        self._measured_at = self._clock()
        self._measured_after = self.run.examples
        self._measuring_took = self._measured_at - started
