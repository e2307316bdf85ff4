"""What a run remembers of itself: frames to look at, and checkpoints to go on from.

Both are bounded. Frames thin out evenly as a run grows; the newest is always there. Checkpoints are sparser
than frames, because training is repeatable to the bit: any frame is a checkpoint and the examples after it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from bitmass_viz import pretty, shown
from bitmass_viz.trainers.base import Snapshot
from bitmass_viz.views import WeightMatrices

MAX_FRAMES = 300
MIN_FRAMES = 16
MAX_BYTES = 32 << 20
CHECKPOINT_EXAMPLES = 20_000
"""A frame further than this behind the last checkpoint brings one of its own."""


@dataclass(frozen=True)
class Frame:
    """One moment of a run.

    Attributes
    ----------
    examples : int
        Examples learned so far.
    epoch : float
        The same in passes through the training split.
    weights : WeightMatrices
    accuracy : float or None
        Latest accuracy on the validation split, 0 to 1.
    accuracy_at : int
        Number of examples at which it was measured.
    options : dict
        Live options in force, for example ``{"centring": True}``.
    """

    examples: int
    epoch: float
    weights: WeightMatrices
    accuracy: float | None
    accuracy_at: int
    options: dict[str, Any]

    def __repr__(self) -> str:
        measured = "not measured" if self.accuracy is None else f"{self.accuracy:.1%} at {self.accuracy_at:,}"
        return f"<Frame after {self.examples:,} examples ({self.epoch:.2f} epochs), validation {measured}>"

    def _repr_html_(self) -> str:
        measured = "not measured yet"
        if self.accuracy is not None:
            measured = f"{self.accuracy:.1%}, measured after {self.accuracy_at:,} examples"
        rows = [("validation accuracy", measured)]
        rows += [
            (escape(name), "on" if on is True else "off" if on is False else escape(str(on)))
            for name, on in self.options.items()
        ]
        title = f"Frame after {self.examples:,} examples ({self.epoch:.2f} epochs)"
        return pretty.card(title, pretty.table(rows), shown.pictures(self.weights.w0))


@dataclass(frozen=True)
class Checkpoint:
    """All that training changes, after so many examples."""

    examples: int
    state: Snapshot
    options: dict[str, Any]


class History:
    """Frames and checkpoints of one run, oldest first.

    Parameters
    ----------
    bytes_per_moment : int
        Memory of one frame with a checkpoint; decides how many are kept.
    """

    def __init__(self, bytes_per_moment: int) -> None:
        self.capacity = min(MAX_FRAMES, max(MIN_FRAMES, MAX_BYTES // bytes_per_moment))
        self.frames: list[Frame] = []
        self.checkpoints: list[Checkpoint] = []
        self.revision = 0
        """Counts what is recorded and forgotten: as long as it stays, the frames are the same."""
        self.stride = 0
        """Distance in examples below which a frame is provisional, once the history has been thinned."""

    def record(self, frame: Frame, checkpoint: Callable[[], Checkpoint], *, keep_checkpoint: bool = False) -> None:
        """Add the newest frame, and a checkpoint where the last one is too far back (or one is asked for).

        A frame closer to the one before it than the present spacing is provisional: the next takes its place.
        """
        self.revision += 1
        frames = self.frames
        if frames and (frames[-1].examples == frame.examples or self._is_provisional()):
            frames.pop()
            self._drop_checkpoints_between(frames[-1].examples if frames else -1, frame.examples)
        frames.append(frame)
        if keep_checkpoint or frame.examples - self._last_checkpoint() > CHECKPOINT_EXAMPLES:
            kept = self.checkpoints
            if kept and kept[-1].examples == frame.examples:
                kept.pop()
            kept.append(checkpoint())
        if len(frames) > self.capacity:
            self._thin()

    def _drop_checkpoints_between(self, kept: int, newest: int) -> None:
        """Drop what a provisional frame leaves behind, or an hour of long steps would leave thousands."""
        while self.checkpoints and kept < self.checkpoints[-1].examples < newest:
            self.checkpoints.pop()

    def _is_provisional(self) -> bool:
        frames = self.frames
        return len(frames) > 1 and frames[-1].examples - frames[-2].examples < self.stride

    def _last_checkpoint(self) -> int:
        return self.checkpoints[-1].examples if self.checkpoints else -CHECKPOINT_EXAMPLES - 1

    def _thin(self) -> None:
        newest = self.frames[-1]
        self.frames = self.frames[:-1:2]
        self.stride = max(b.examples - a.examples for a, b in zip(self.frames, self.frames[1:], strict=False))
        self.frames.append(newest)
        needed = {self._checkpoint_index(frame.examples) for frame in self.frames}
        self.checkpoints = [c for i, c in enumerate(self.checkpoints) if i in needed]

    def _checkpoint_index(self, examples: int) -> int:
        return bisect_right(self.checkpoints, examples, key=lambda c: c.examples) - 1

    def checkpoint_before(self, examples: int) -> Checkpoint:
        """Return the latest checkpoint at or before a number of examples."""
        return self.checkpoints[self._checkpoint_index(examples)]

    def forget_after(self, examples: int) -> None:
        """Drop whatever is newer than `examples`."""
        self.revision += 1
        self.frames = [f for f in self.frames if f.examples <= examples]
        self.checkpoints = [c for c in self.checkpoints if c.examples <= examples]


def coarse_to_fine(count: int, size: int) -> list[list[int]]:
    """Return the positions 0 to count − 1 in groups of a size; the first groups already cover the whole."""
    order: dict[int, None] = {0: None, count - 1: None}
    stride = 1 << count.bit_length()
    while stride > 1:
        stride //= 2
        order.update(dict.fromkeys(range(0, count, stride)))
    positions = list(order)
    return [positions[start : start + size] for start in range(0, count, size)]
