"""Time per example, by size of the hidden layer and by number of examples."""

from __future__ import annotations

from functools import partial
from typing import Any

from bitmass_viz.bench import ours
from bitmass_viz.bench.timing import Comparison, Side, Task
from bitmass_viz.data import Digits

HIDDEN_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
TENTHS = (1, 2, 4, 6, 8, 10)
TRAINERS = ("sgd", "bv32-hebbian")
BATCH = 64
FEWEST, MOST = 10 * BATCH, 200 * BATCH
"""Bounds on the examples per call: fewer if each takes longer."""


def by_hidden(digits: Digits, trainer: str) -> Task:
    """Return a task with one side per size of the hidden layer, named by its number of containers."""

    def side(hidden: int) -> Side:
        examples = max(FEWEST, MOST // hidden // BATCH * BATCH)
        run = ours.ready(trainer, digits, BATCH, hidden)
        return Side(str(hidden), partial(run.advance, examples), examples, examples)

    return Task(f"hidden-{trainer}", "cost against hidden size", tuple(side(hidden) for hidden in HIDDEN_SIZES))


def by_examples(digits: Digits, trainer: str) -> Task:
    """Return a task with one side per number of examples, up to the whole training split."""
    run = ours.ready(trainer, digits, BATCH)
    counts = sorted({max(1, len(digits.train) * tenths // 10) for tenths in TENTHS})
    sides = tuple(Side(str(count), partial(run.advance, count), count, count) for count in counts)
    return Task(f"examples-{trainer}", "cost against examples", sides)


def hidden_lines(trainer: str, measured: Comparison) -> list[dict[str, Any]]:
    """Return a line per size, JSON-ready: seconds per example, and per example and container."""
    return [
        line | {"hidden": hidden, "seconds_per_example_and_container": line["seconds_per_example"] / hidden}
        for hidden, line in zip(HIDDEN_SIZES, example_lines(trainer, measured), strict=True)
    ]


def example_lines(trainer: str, measured: Comparison) -> list[dict[str, Any]]:
    """Return a line per number of examples, JSON-ready."""
    return [
        {
            "trainer": trainer,
            "examples": timing.examples,
            "raw_seconds": timing.raw,
            "seconds": timing.median,
            "seconds_per_example": timing.median / timing.examples,
        }
        for timing in measured.timings
    ]
