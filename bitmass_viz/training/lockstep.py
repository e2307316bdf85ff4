"""Several networks that learn in step: the same examples in the same order for each. Knows nothing of Jupyter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bitmass_viz.training.history import Frame
from bitmass_viz.training.run import Run

MOST = 4
"""Networks beside each other; more could not be told apart on a page."""


class Lockstep:
    """Runs that are played as if they were one.

    Parameters
    ----------
    runs : sequence of Run
        One to four, on the same digits, with the same seed (so that they meet the same examples in the same order)
        and as many examples behind them.

    Raises
    ------
    ValueError
        If they cannot go in step.
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
        """Examples that each has learned from."""
        return min(run.examples for run in self.runs)

    def advance(self, examples: int) -> None:
        """Have each learn from the next examples; one that an interrupt left behind catches up."""
        end = self.examples + examples
        for run in self.runs:
            if run.examples < end:
                run.advance(end - run.examples)

    def record(self) -> tuple[Frame, ...]:
        """Record the present moment of each."""
        return tuple(run.record() for run in self.runs)

    def upcoming(self) -> tuple[int, int, tuple[int, ...]]:
        """Return the next example: its index in the training split, its label, and the answer each gives now."""
        found = [run.upcoming() for run in self.runs]
        return found[0][0], found[0][1], tuple(answer for _, _, answer in found)

    def validate(self, stop: Callable[[], bool] = lambda: False) -> tuple[float, ...] | None:
        """Measure the validation accuracy of each; None if it was abandoned. See `Run.validate`."""
        measured = []
        for run in self.runs:
            accuracy = run.validate(stop)
            if accuracy is None:
                return None
            measured.append(accuracy)
        return tuple(measured)

    def warm_up(self) -> None:
        """Compile, or load from the cache, all that training and measuring need; changes nothing."""
        for run in self.runs:
            run.warm_up()
