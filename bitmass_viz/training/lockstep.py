"""Train several networks in lockstep: each learns from the same examples in the same order. No Jupyter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bitmass_viz.training.history import Frame
from bitmass_viz.training.run import Run

MOST = 4
"""Networks side by side; more would be hard to tell apart on the page."""


class Lockstep:
    """Several runs played as one.

    Parameters
    ----------
    runs : sequence of Run
        One to four, with the same digits, the same seed (hence the same order of examples) and the same number
        of examples learned.

    Raises
    ------
    ValueError
        If they differ in one of these.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        if not 1 <= len(runs) <= MOST:
            raise ValueError(f"1 to {MOST} runs can go in step, got {len(runs)}")
        for what, kinds in (
            ("digits", {id(run.digits) for run in runs}),
            ("seed", {run.seed for run in runs}),
            ("number of examples", {run.examples for run in runs}),
        ):
            if len(kinds) > 1:
                raise ValueError(
                    f"runs that go in step must have the same {what}, got {', '.join(map(str, runs))}"
                )
        self.runs = tuple(runs)

    @property
    def examples(self) -> int:
        """Examples that every run has learned from."""
        return min(run.examples for run in self.runs)

    def advance(self, examples: int) -> None:
        """Train each run on the next examples; a run that an interrupt left behind catches up."""
        end = self.examples + examples
        for run in self.runs:
            if run.examples < end:
                run.advance(end - run.examples)

    def record(self) -> tuple[Frame, ...]:
        """Record a frame of each run."""
        return tuple(run.record() for run in self.runs)

    def upcoming(self) -> tuple[int, int, tuple[int, ...]]:
        """Return the next example: its index in the training split, its label, and each run's prediction."""
        found = [run.upcoming() for run in self.runs]
        return found[0][0], found[0][1], tuple(answer for _, _, answer in found)

    def validate(self, stop: Callable[[], bool] = lambda: False) -> tuple[float, ...] | None:
        """Measure the validation accuracy of each run; None if `stop` cut it short. See `Run.validate`."""
        measured = []
        for run in self.runs:
            accuracy = run.validate(stop)
            if accuracy is None:
                return None
            measured.append(accuracy)
        return tuple(measured)

    def warm_up(self) -> None:
        """Compile the kernels for training and measuring, or load them from the cache; changes no weight."""
        for run in self.runs:
            run.warm_up()
