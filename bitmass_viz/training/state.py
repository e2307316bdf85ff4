"""The complete state of a run, as one immutable value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bitmass_viz.kernels.revision import REVISION
from bitmass_viz.trainers.base import Trainer
from bitmass_viz.training.history import History

CURVE_POINTS = 600
MAX_EXAMPLES = 10**12
"""No saved run and no link goes further than this."""


@dataclass(frozen=True)
class RunState:
    """The complete state of a run after some number of examples. Immutable.

    Attributes
    ----------
    trainer : Trainer
    history : History
    curve : tuple of (int, float)
        Examples and accuracy on the validation split, oldest first.
    changes : tuple of (int, str, object)
        Examples, live option and value of each change, oldest first.
    revision : int
        Revision of the numbers that the run began with; see `kernels.revision`.
    """

    trainer: Trainer
    history: History
    curve: tuple[tuple[int, float], ...] = ()
    changes: tuple[tuple[int, str, Any], ...] = ()
    revision: int = REVISION

    @property
    def examples(self) -> int:
        """Examples learned so far."""
        return self.trainer.examples

    @property
    def measured(self) -> tuple[int, float | None]:
        """The latest measurement: after how many examples, and the accuracy; None if an option changed since."""
        at, accuracy = self.curve[-1] if self.curve else (0, None)
        return (at, None) if self.changes and self.changes[-1][0] > at else (at, accuracy)

    @property
    def is_newest(self) -> bool:
        """Whether no recorded frame is newer; False after `Run.seek` went back."""
        return not self.history.frames or self.history.frames[-1].examples <= self.examples

    def without_future(self) -> RunState:
        """Return the state without anything newer, because training continues from here."""
        if self.is_newest:
            return self
        now = self.examples
        return replace(
            self,
            history=self.history.until(now),
            curve=tuple(point for point in self.curve if point[0] <= now),
            changes=tuple(change for change in self.changes if change[0] <= now),
        )
