"""A run's history: frames to look at, and checkpoints to resume from.

Both are bounded. Frames thin out evenly as a run grows; the newest is always kept. Checkpoints are sparser than
frames: training is repeatable to the bit, so any frame can be rebuilt from the checkpoint before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from typing import Any

from bitmass_viz.common import html
from bitmass_viz.network import display
from bitmass_viz.network.weights import WeightMatrices
from bitmass_viz.trainers.base import Snapshot

MAX_FRAMES = 300
MIN_FRAMES = 16
MAX_BYTES = 32 << 20
MAX_CHECKPOINT_BYTES = 128 << 20
MIN_CHECKPOINTS = 2
CHECKPOINT_EXAMPLES = 20_000
"""A frame further than this from the last checkpoint gets its own checkpoint."""


@dataclass(frozen=True)
class Frame:
    """A snapshot of a run.

    Attributes
    ----------
    examples : int
        Examples learned so far.
    epoch : float
        Passes through the training split so far.
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
        return html.card(title, html.table(rows), display.pictures(self.weights.w0))


@dataclass(frozen=True)
class Checkpoint:
    """Everything that training changes, as it was after so many examples; immutable."""

    examples: int
    state: Snapshot
    options: dict[str, Any]

    @property
    def nbytes(self) -> int:
        """Memory used, in bytes."""
        return sum(array.nbytes for array in self.state.values())


@dataclass(frozen=True)
class History:
    """Frames and checkpoints of one run, oldest first. Immutable: `record` returns a new history.

    Attributes
    ----------
    capacity : int
        How many frames are kept; see `capacity_for`.
    frames : tuple of Frame
    checkpoints : tuple of Checkpoint
    stride : int
        Distance in examples below which a frame is provisional; 0 until the history is first thinned.
    revision : int
        Goes up whenever frames are recorded or dropped; the same number means the same frames.
    """

    capacity: int
    frames: tuple[Frame, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    stride: int = 0
    revision: int = 0

    def record(
        self, frame: Frame, checkpoint: Callable[[], Checkpoint], *, keep_checkpoint: bool = False
    ) -> History:
        """Return a history with a newer frame, and its checkpoint if one is due or `keep_checkpoint` is set.

        A frame closer to the one before it than the stride is provisional: the next frame replaces it.
        """
        frames, checkpoints = self.frames, self.checkpoints
        if frames and (frames[-1].examples == frame.examples or self._is_provisional()):
            frames = frames[:-1]
            # A dropped frame's checkpoint goes too, or an hour of long steps would leave thousands.
            kept = frames[-1].examples if frames else -1
            while checkpoints and kept < checkpoints[-1].examples < frame.examples:
                checkpoints = checkpoints[:-1]
        last = checkpoints[-1].examples if checkpoints else -CHECKPOINT_EXAMPLES - 1
        if keep_checkpoint or frame.examples - last > CHECKPOINT_EXAMPLES:
            checkpoints = (*(checkpoints[:-1] if last == frame.examples else checkpoints), checkpoint())
        longer = replace(self, frames=(*frames, frame), checkpoints=checkpoints, revision=self.revision + 1)
        if len(longer.frames) > self.capacity:
            longer = longer._thinned()
        most = max(MIN_CHECKPOINTS, MAX_CHECKPOINT_BYTES // checkpoints[-1].nbytes)
        if len(longer.checkpoints) > most:
            # Keep every other one and the last. The first always stays, and any frame can be rebuilt from it.
            longer = replace(longer, checkpoints=(*longer.checkpoints[:-1:2], longer.checkpoints[-1]))
        return longer

    def _is_provisional(self) -> bool:
        frames = self.frames
        return len(frames) > 1 and frames[-1].examples - frames[-2].examples < self.stride

    def _thinned(self) -> History:
        frames = self.frames[:-1:2]
        stride = max(b.examples - a.examples for a, b in pairwise(frames))
        frames = (*frames, self.frames[-1])
        needed = {self._checkpoint_index(frame.examples) for frame in frames}
        checkpoints = tuple(c for i, c in enumerate(self.checkpoints) if i in needed)
        return replace(self, frames=frames, stride=stride, checkpoints=checkpoints)

    def _checkpoint_index(self, examples: int) -> int:
        return bisect_right(self.checkpoints, examples, key=lambda c: c.examples) - 1

    def index_at(self, examples: int) -> int:
        """Return the index of the latest frame at or before a number of examples."""
        return bisect_right(self.frames, examples, key=lambda frame: frame.examples) - 1

    def checkpoint_before(self, examples: int) -> Checkpoint:
        """Return the latest checkpoint at or before a number of examples."""
        return self.checkpoints[self._checkpoint_index(examples)]

    @property
    def nbytes(self) -> int:
        """Memory used by frames and checkpoints, in bytes."""
        frames = sum(frame.weights.buffer.nbytes for frame in self.frames)
        return frames + sum(checkpoint.nbytes for checkpoint in self.checkpoints)

    def until(self, examples: int) -> History:
        """Return a history without anything newer than `examples`."""
        return replace(
            self,
            frames=tuple(f for f in self.frames if f.examples <= examples),
            checkpoints=tuple(c for c in self.checkpoints if c.examples <= examples),
            revision=self.revision + 1,
        )


def capacity_for(bytes_per_frame: int) -> int:
    """Return how many frames to keep if a frame and its checkpoint take `bytes_per_frame`."""
    return min(MAX_FRAMES, max(MIN_FRAMES, MAX_BYTES // bytes_per_frame))


def coarse_to_fine(count: int, size: int) -> list[list[int]]:
    """Return the positions 0 to count − 1 in groups of `size`, coarse first: early groups span the whole range."""
    order: dict[int, None] = {0: None, count - 1: None}
    stride = 1 << count.bit_length()
    while stride > 1:
        stride //= 2
        order.update(dict.fromkeys(range(0, count, stride)))
    positions = list(order)
    return [positions[start : start + size] for start in range(0, count, size)]
