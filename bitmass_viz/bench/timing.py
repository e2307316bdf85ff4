"""Time several sides in alternating rounds, so that disturbances of the machine affect all of them equally."""

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
        Does the task, or a share of it; all preparation is done beforehand.
    examples : int
        Number of examples per call.
    whole : int
        Number of examples of the whole task, to which times are scaled up.
    threads : int or str
        1, or "default" for a peer's own default.
    result : callable, optional
        Returns the result of the last call, in a form common to all sides; not timed.
    """

    name: str
    call: Callable[[], object]
    examples: int
    whole: int
    threads: int | str = 1
    result: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Task:
    """A task with several sides, ours first.

    Parameters
    ----------
    name : str
        Identifier, for example "sgd-1".
    what : str
        Description for readers.
    sides : tuple of Side
    least : Least, optional
        Lower bound of the whole task, if it was counted.
    """

    name: str
    what: str
    sides: tuple[Side, ...]
    least: Least | None = None


@dataclass(frozen=True)
class Timing:
    """The measured times of one side.

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
        """Seconds for the whole task, one number per round."""
        return [seconds * self.whole / self.examples for seconds in self.raw]

    @property
    def median(self) -> float:
        """Median of `seconds`."""
        return median(self.seconds)

    @property
    def scaled(self) -> bool:
        """Whether only a share of the task was timed."""
        return self.examples != self.whole

    @property
    def unsteady(self) -> bool:
        """Whether a round took more than twice as long as another: something else kept the machine busy."""
        return max(self.raw) > UNSTEADY * min(self.raw)


@dataclass(frozen=True)
class Comparison:
    """A task with the timings of all its sides."""

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
        """Return the peer's time divided by ours, per round."""
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
    """Time all sides of a task in turn, in each of several rounds.

    An uncounted first call of each side compiles, fills caches and starts threads. The order rotates from round to
    round. As in `timeit`, the garbage collector is off meanwhile.

    Parameters
    ----------
    task : Task
    rounds : int
        At least 1.
    done : callable
        Called after the uncounted calls and after each round.
    clock : callable
        Returns seconds.
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
