"""E9: where equal bits give equal accuracy: one-bit weights against floats, by size, training time and data."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import TYPE_CHECKING

from bitmass_viz.data import FASHION_MNIST, MNIST, PUBLISHED
from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import EQUAL_POINTS
from bitmass_viz.experiments.declaration import EPOCHS, Case, Experiment, on
from bitmass_viz.experiments.declared.e4_width import CONTAINER_BITS
from bitmass_viz.experiments.figure import GapLines
from bitmass_viz.experiments.judging import (
    MIN_SEEDS,
    accuracies,
    estimated,
    gap_line,
    has,
    is_equal,
    seeds_of,
    too_wide,
)
from bitmass_viz.experiments.statistics import Estimate
from bitmass_viz.experiments.verdict import Answer, Verdict

if TYPE_CHECKING:
    import pandas as pd

CONTAINERS = (2, 4, 8, 16, 32, 64)
BITS = (1, 4, 32)
LONG = 10
DATA = ("", FASHION_MNIST.name)
RATES = (0.01, 0.02, 0.05)
RANGES = (1.0, 2.0, 4.0)
"""Candidates for the largest weight, in units of He's standard deviation."""
FEW, FLOAT = 1, 32


def group_of(bits: int) -> str:
    """Name a format."""
    return f"{bits} bit{'s' if bits > 1 else ''}"


def name_of(bits: int, containers: int, epochs: int, data: str = "") -> str:
    """Name the case of a format, a bit-mass, a training time and a data set."""
    return on(data, f"{group_of(bits)}, {containers} containers, {epochs} epochs")


def _case(data: str, containers: int, bits: int, epochs: int) -> Case:
    searched = epochs == EPOCHS
    return Case(
        name_of(bits, containers, epochs, data),
        "straight-through",
        options={"bits": bits},
        choose={"learning_rate": RATES, "weight_range": RANGES} if searched else {},
        hidden=containers,
        group=group_of(bits),
        level=float(containers),
        data=data,
        epochs=epochs,
        chosen_like="" if searched else name_of(bits, containers, EPOCHS, data),
    )


CASES = tuple(
    _case(data, containers, bits, epochs)
    for data, containers, bits, epochs in product(DATA, CONTAINERS, BITS, (EPOCHS, LONG))
)
SERIES = tuple(product(DATA, (EPOCHS, LONG)))
"""Data set and training time of what is compared at all sizes."""


def label_of(data: str) -> str:
    """Name the data of a series, as a reader sees it."""
    return PUBLISHED[data or MNIST.name].label


def mass_of(containers: int) -> int:
    """Return the weight bits of so many containers."""
    return containers * CONTAINER_BITS


def line_of(containers: int, epochs: int = EPOCHS, data: str = "") -> str:
    """Name the line of a difference on the card."""
    return f"{label_of(data)}, {epochs} epochs, {mass_of(containers):,} bits"


def where_equal(equal: Collection[str]) -> list[str]:
    """Return a clause for each bit-mass that says on which data and after how many epochs it has an equal line."""
    clauses = []
    for containers in CONTAINERS:
        of_data: dict[str, list[str]] = {}
        for data, epochs in SERIES:
            if line_of(containers, epochs, data) in equal:
                of_data.setdefault(label_of(data), []).append(str(epochs))
        where = [f"on {label} after {' and '.join(epochs)} epochs" for label, epochs in of_data.items()]
        if where:
            clauses.append(f"with {mass_of(containers):,} bits: {', '.join(where)}")
    return clauses


def judge(results: pd.DataFrame) -> list[Verdict]:
    """Answer C5 at each size, training time and data set."""
    seeds = seeds_of(results)
    lines = []
    wanting: list[str] = []
    answers: list[Answer] = []
    gaps: list[Estimate] = []
    for data, epochs in SERIES:
        for containers in CONTAINERS:
            pair = [name_of(bits, containers, epochs, data) for bits in (FEW, FLOAT)]
            if not has(results, *pair):
                continue
            gaps.append(gap(results, containers, epochs, data))
            answers.append(is_equal(gaps[-1], EQUAL_POINTS, seeds))
            wanting += too_wide(gaps[-1], EQUAL_POINTS, *pair)
            lines.append(gap_line(line_of(containers, epochs, data), gaps[-1], answers[-1]))
    answer: Answer = next(a for a in ("not supported", "undecided", "supported") if a in answers)
    largest = max(gaps, key=lambda found: abs(found.value))
    measured = f"One-bit weights and floats differ by up to {abs(largest.value):.0f} points at equal bits."
    if seeds >= MIN_SEEDS:
        equal = [line.what for line, found in zip(lines, answers, strict=True) if found == "supported"]
        for where in where_equal(equal):
            measured += f" They are equal within {EQUAL_POINTS:g} point {where}."
        measured += _trend(results)
    kind = statistics.DIFFERENCE_INTERVAL + " (the largest of all differences)"
    return [estimated("C5", answer, measured, largest, kind, seeds, lines, wanting)]


def gap(results: pd.DataFrame, containers: int, epochs: int = EPOCHS, data: str = "") -> Estimate:
    """Return by how many points one-bit weights read more than floats."""
    pair = (name_of(bits, containers, epochs, data) for bits in (FEW, FLOAT))
    return statistics.difference(*(accuracies(results, case) for case in pair))


def _trend(results: pd.DataFrame) -> str:
    small, large = (gap(results, containers).value for containers in (CONTAINERS[0], CONTAINERS[-1]))
    if not 0 < large < small or small < EQUAL_POINTS:
        return ""
    return (
        f" The larger the network, the smaller the gap: {small:.1f} to {large:.1f} points after {EPOCHS} epochs."
    )


WHERE_IT_HOLDS = Experiment(
    name="where-it-holds",
    label="E9",
    title="Where it holds",
    question="At which sizes do equal bits give equal accuracy, and does more training or other data change that?",
    criteria={
        "C5": f"At each bit-mass, training time and data set, equal if the whole 95 % interval of the difference "
        f"between one-bit weights and floats lies within ±{EQUAL_POINTS:g} point, and unequal if all of it lies "
        "outside. The claim, which names no size, is supported if all are equal, not supported if any is unequal; "
        f"where it holds is said beside it. Margin: {EQUAL_POINTS:g} point for each difference.",
    },
    cases=CASES,
    judge=judge,
    choice_seeds=(100, 101),
    figure=GapLines(
        reference=group_of(FLOAT),
        band=EQUAL_POINTS,
        title="Lead over floats of the same bits",
    ),
    note=f"Every format was trained straight-through and had the same search: {len(RATES)} learning rates by "
    f"{len(RANGES)} largest weights, with two seeds each, at {EPOCHS} epochs. The choice is carried to {LONG} "
    "epochs. The best rate is often the lowest or the highest of the three, so a wider search could move points a "
    "little. E5 searches more rates and trains its floats with AdamW.",
)
