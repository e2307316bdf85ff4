"""E5: the same 203,264 bits, cut into weights of 1, 2, 4, 8, 16 or 32 bits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bitmass_viz.data import FASHION_MNIST
from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import EQUAL_POINTS
from bitmass_viz.experiments.declaration import Case, Experiment, on
from bitmass_viz.experiments.declared.e1_published import ADAMW_RATES, SHARPNESSES
from bitmass_viz.experiments.figure import ClaimRow, FormatLine
from bitmass_viz.experiments.judging import (
    accuracies,
    ahead,
    estimated,
    gap_line,
    has,
    is_equal,
    seeds_of,
    too_wide,
)
from bitmass_viz.experiments.verdict import Verdict
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.ledger import account

if TYPE_CHECKING:
    import pandas as pd

BITS = (1, 2, 4, 8, 16, 32)
RATES = (0.005, 0.01, 0.02, 0.05)
ADAPTIVITIES = (1e-4, 3e-4, 1e-3)
THRESHOLDS = (3e-6, 1e-5, 3e-5, 1e-4)
NARROW, WIDE = (1.0, 2.0, 4.0), (8.0, 16.0, 32.0)
WIDEST = {1: NARROW, 2: NARROW, 4: (2.0, 4.0, 8.0), 8: WIDE, 16: WIDE, 32: (16.0,)}
"""Bits per weight → candidates for the largest weight; floats, which nothing cuts off, leave no choice."""
FLOAT = "float32, AdamW"
ALL_BINARY = "1 bit everywhere, straight-through"
BOP = "1 bit, Bop"
DELTA = "1 bit, BV32-Hebbian delta"
PROTOTYPE = "1 bit, BV32-Hebbian prototype"


STRAIGHT_THROUGH = "straight-through"
DATA = ("", FASHION_MNIST.name)


def name_of(bits: int, data: str = "") -> str:
    """Name the case of straight-through training with so many bits per weight."""
    return on(data, f"{bits} bit{'s' if bits > 1 else ''}, straight-through")


OF_ONE_DATA_SET = (
    *(
        Case(
            name_of(bits),
            "straight-through",
            options={"bits": bits},
            choose={"learning_rate": RATES, "weight_range": WIDEST[bits]},
            group=STRAIGHT_THROUGH,
            level=float(bits),
        )
        for bits in BITS
    ),
    Case(FLOAT, "adamw", choose={"learning_rate": ADAMW_RATES}, group=FLOAT, level=32.0),
    Case(
        ALL_BINARY,
        "straight-through",
        options={"bits": 1, "activation": "sign", "pixels": "binary"},
        choose={"learning_rate": RATES, "weight_range": WIDEST[1]},
        group=ALL_BINARY,
        level=1.0,
    ),
    Case(BOP, "bop", choose={"adaptivity": ADAPTIVITIES, "threshold": THRESHOLDS}, group=BOP, level=1.0),
    Case(DELTA, "bv32-hebbian", "tuned", {"rule": "delta"}, {"sharpness": SHARPNESSES}, group=DELTA, level=1.0),
    Case(PROTOTYPE, "bv32-hebbian", "published", {"rule": "prototype"}, group=PROTOTYPE, level=1.0),
)
CASES = tuple(
    replace(case, name=on(data, case.name), group=on(data, case.group), data=data)
    for data in DATA
    for case in OF_ONE_DATA_SET
)


def judge(results: pd.DataFrame) -> list[Verdict]:
    """Answer C5: by format with the trainer fixed, and by trainer with the format fixed."""
    seeds = seeds_of(results, name_of(1), FLOAT)
    found = {case: accuracies(results, case) for case in results["case"].unique()}
    gap = statistics.difference(found[name_of(1)], found[FLOAT])
    wanting = list(too_wide(gap, EQUAL_POINTS, name_of(1), FLOAT))
    answer = is_equal(gap, EQUAL_POINTS, seeds)
    same_arithmetic = statistics.difference(found[ALL_BINARY], found[PROTOTYPE])
    lines = [
        gap_line("one-bit weights minus float32", gap, answer),
        gap_line("every bit compared as in BV32: gradient minus prototype rule", same_arithmetic),
    ]
    there = (name_of(1, FASHION_MNIST.name), on(FASHION_MNIST.name, FLOAT))
    if has(results, *there):
        elsewhere = statistics.difference(*(found[case] for case in there))
        lines.append(
            gap_line(
                on(FASHION_MNIST.name, "one-bit weights minus float32"),
                elsewhere,
                is_equal(elsewhere, EQUAL_POINTS, seeds),
            )
        )
        wanting += too_wide(elsewhere, EQUAL_POINTS, *there)
    low, high = spread(results)
    measured = (
        f"The same {Architecture().bit_mass():,} bits give anything from {low:.0f} to {high:.0f} %. One-bit "
        f"weights read {ahead(gap.value)} than float32. {_constants()}"
    )
    return [estimated("C5", answer, measured, gap, statistics.DIFFERENCE_INTERVAL, seeds, lines, wanting)]


def spread(results: pd.DataFrame) -> tuple[float, float]:
    """Return the lowest and the highest mean accuracy, in percent, of all ways to use the same bits."""
    means = [float(accuracies(results, case.name).mean()) for case in OF_ONE_DATA_SET]
    return min(means), max(means)


def _constants() -> str:
    """Count what each format needs besides its weights, in arrays made for the purpose."""
    arch = Architecture()
    scales = {bits: account(TRAINERS["straight-through"](arch, bits=bits)).constants for bits in BITS}
    few = {scales[bits] for bits in BITS[:-1]}
    thresholds = account(TRAINERS["bv32-hebbian"](arch)).constants
    return (
        f"Besides its weights, a network of 1 to 16 bits per weight stores {' or '.join(map(str, sorted(few)))} "
        f"scale factors, which change no answer; BV32 stores {thresholds} thresholds, and float32 "
        f"{scales[32] or 'nothing'}."
    )


ISO_BIT = Experiment(
    name="iso-bit",
    label="E5",
    title="Equal bits, other formats",
    question="Do 203,264 bits do equally well in every format?",
    criteria={
        "C5": "Supported if 203,264 bits as one-bit weights (straight-through) and as float32 (AdamW), each "
        f"at the rate that validation chose, differ by no more than {EQUAL_POINTS:g} point (the whole 95 % "
        f"interval within ±{EQUAL_POINTS:g}); not supported if the whole interval lies outside. MNIST gives the "
        f"answer, and {FASHION_MNIST.label} stands beside it. Margin: {EQUAL_POINTS:g} point for each.",
    },
    cases=CASES,
    judge=judge,
    figure=FormatLine(
        "Test accuracy of the same 203,264 bits",
        STRAIGHT_THROUGH,
        beside={on(FASHION_MNIST.name, STRAIGHT_THROUGH): f"the same on {FASHION_MNIST.label}"},
        marks={
            FLOAT: "float32, AdamW",
            ALL_BINARY: "1 bit everywhere, by gradient",
            BOP: "Bop",
            DELTA: "BV32-Hebbian, delta",
            PROTOTYPE: "BV32-Hebbian, prototype",
        },
    ),
    note="Validation chose the learning rate of every case here, and for straight-through training the limit of "
    "the weights, too, on each data set by itself.",
    claim_rows={
        "C5": ClaimRow(
            ways=tuple(case.name for case in OF_ONE_DATA_SET),
            said="{low:.1f} to {high:.1f}",
            note="C5: | a way to use the same 203,264 bits",
        )
    },
)
