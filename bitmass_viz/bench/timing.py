"""Rounds of calls side by side: whatever disturbs the machine meets every side alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bitmass_viz.bench.arithmetic import Least

OURS = "ours"
DEFAULT_THREADS = "default"
UNSTEADY = 2.0


@dataclass(frozen=True)
class Side:
    """One way to do a task.

    Parameters
    ----------
    name : str
        Unique within the task.
    call : callable
        Does it, or a share of it; everything that does not belong to the task was made ready before.
    examples : int
        How many examples a call handles.
    whole : int
        How many the task has: times are scaled up to them.
    threads : int or str
        1, or "default" for the peer as it comes.
    result : callable, optional
        What the last call found, in the form that all sides share; not part of the timing.
    """

    name: str
    call: Callable[[], object]
    examples: int
    whole: int
    threads: int | str = 1
    result: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Task:
    """Something that several sides do, ours first.

    Parameters
    ----------
    name : str
        For programs, for example "sgd-1".
    what : str
        For readers.
    sides : tuple of Side
    least : Least, optional
        What the whole task takes at least, where that was counted.
    """

    name: str
    what: str
    sides: tuple[Side, ...]
    least: Least | None = None


@dataclass(frozen=True)
class Timing:
    """What the clock said of one side.

    Attributes
    ----------
    raw : list of float
        Seconds of each round, as measured.
    """

    side: str
    threads: int | str
    examples: int
    whole: int
    raw: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> list[float]:
        """Seconds that the whole task takes, a round each."""
        return [seconds * self.whole / self.examples for seconds in self.raw]

    @property
    def median(self) -> float:
        """Median of `seconds`."""
        return median(self.seconds)

    @property
    def scaled(self) -> bool:
        """Whether only a share of the task was measured."""
        return self.examples != self.whole

    @property
    def unsteady(self) -> bool:
        """Whether a round took more than twice as long as another: something else kept the machine busy."""
        return max(self.raw) > UNSTEADY * min(self.raw)


@dataclass(frozen=True)
class Comparison:
    """A task with the times of all its sides."""

    task: Task
    timings: tuple[Timing, ...]

    @property
    def ours(self) -> Timing:
        """The side that the others are compared with."""
        return self.timings[0]

    @property
    def peers(self) -> tuple[Timing, ...]:
        """The other sides."""
        return self.timings[1:]

    def ratios(self, peer: Timing) -> list[float]:
        """Return how many times as long as ours the peer took, round by round."""
        return [theirs / own for theirs, own in zip(peer.seconds, self.ours.seconds, strict=True)]

    def ratio(self, peer: Timing) -> float:
        """Return the median of the ratios, which is not the ratio of the medians."""
        return median(self.ratios(peer))


def race(
    task: Task,
    rounds: int,
    done: Callable[[], object] = lambda: None,
    clock: Callable[[], float] = time.perf_counter,
) -> Comparison:
    """Time all sides of a task in turn, as often as there are rounds.

    A call of each side comes first and is not counted: it compiles, fills caches and lets threads start. From
    round to round another side begins. As in `timeit`, the garbage collector rests meanwhile.

    Parameters
    ----------
    task : Task
    rounds : int
        1 or more.
    done : callable
        Told after the uncounted calls and after each round.
    clock : callable
        Seconds.
    """
    for side in task.sides:
        side.call()
    done()
    timings = tuple(Timing(s.name, s.threads, s.examples, s.whole) for s in task.sides)
    was_collecting = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds):
            for place in range(len(task.sides)):
                index = (place + turn) % len(task.sides)
                call = task.sides[index].call
                started = clock()
                call()
                timings[index].raw.append(clock() - started)
            done()
    finally:
        if was_collecting:
            gc.enable()
    return Comparison(task, timings)
