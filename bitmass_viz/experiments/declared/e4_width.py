"""E4: more bits. Accuracy against bit-mass, from 1 container to 64, as floats and as bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.declaration import Answer, Case, Experiment, Verdict
from bitmass_viz.experiments.declared.e1_published import ADAMW_RATES, SHARPNESSES
from bitmass_viz.experiments.figure import ClaimRow, MassLines
from bitmass_viz.experiments.judging import (
    accuracies,
    counted,
    estimated,
    exceeds,
    points,
    seeds_of,
    with_interval,
)
from bitmass_viz.experiments.statistics import Estimate, Interval

if TYPE_CHECKING:
    import pandas as pd

WIDTHS = (1, 2, 4, 8, 16, 32, 64)
FLOAT = "float32, AdamW"
DELTA = "BV32-Hebbian, delta"
PROTOTYPE = "BV32-Hebbian, prototype"
BINARY = "binary, straight-through"
HOW: dict[str, tuple[str, str, dict[str, Any], dict[str, tuple[float, ...]]]] = {
    FLOAT: ("adamw", "tuned", {}, {"learning_rate": ADAMW_RATES}),
    DELTA: ("bv32-hebbian", "tuned", {"rule": "delta"}, {"sharpness": SHARPNESSES}),
    PROTOTYPE: ("bv32-hebbian", "published", {"rule": "prototype"}, {}),
    BINARY: ("straight-through", "tuned", {"bits": 1}, {"learning_rate": (0.01, 0.02, 0.05)}),
}
"""Trainer, recipe, options, and what is chosen on validation, of each family."""
CONTAINER_BITS = 25_408
"""Weight bits of one container: 32 × (784 + 10)."""
PAIRS = ((8, 256), (64, 2_048))
"""Float hidden units, and the binary ones that the study sets equal to them."""


def name_of(family: str, hidden: int) -> str:
    """Name the case of a family at a width."""
    return f"{family}, {hidden} container{'s' if hidden > 1 else ''}"


def _case(family: str, hidden: int) -> Case:
    trainer, recipe, options, choose = HOW[family]
    name = name_of(family, hidden)
    return Case(name, trainer, recipe, options, choose, hidden, group=family, level=float(hidden))


CASES = (
    *(_case(family, hidden) for family in HOW for hidden in WIDTHS),
    Case("linear softmax, float32", "linear", choose={"learning_rate": ADAMW_RATES}, group="linear"),
    Case("linear, 1 bit", "binary-linear", choose={"learning_rate": (0.01, 0.03, 0.1)}, group="linear"),
)


def judge(results: pd.DataFrame) -> list[Verdict]:
    """Answer C8 and C10."""
    seeds = seeds_of(results)
    return [_counted(results, seeds), _more_or_better(results, seeds)]


def _counted(results: pd.DataFrame, seeds: int) -> Verdict:
    by_case = results.groupby("case")[["units", "bit_mass"]].first().astype(int).to_dict("index")
    said, equal = [], True
    for floats, binary in PAIRS:
        one, other = by_case[name_of(FLOAT, floats)], by_case[name_of(DELTA, floats)]
        units = (one["units"], other["units"])
        equal = equal and units == (floats, binary) and one["bit_mass"] == other["bit_mass"]
        gap = statistics.difference(
            accuracies(results, name_of(DELTA, floats)), accuracies(results, name_of(FLOAT, floats))
        )
        masses = " and ".join(f"{mass:,}" for mass in dict.fromkeys((one["bit_mass"], other["bit_mass"])))
        said.append(
            f"{one['units']:,} float and {other['units']:,} binary units have {masses} weight bits each; in "
            f"accuracy BV32 delta minus AdamW is {points(gap)}"
        )
    return counted("C8", equal, "Counted: " + "; ".join(said) + ".", seeds)


def _more_or_better(results: pd.DataFrame, seeds: int) -> Verdict:
    more = {
        family: statistics.difference(
            accuracies(results, name_of(family, 64)), accuracies(results, name_of(family, 8))
        )
        for family in HOW
    }
    at_eight = {family: accuracies(results, name_of(family, 8)) for family in HOW}
    better = statistics.difference(at_eight[BINARY], at_eight[PROTOTYPE])
    compared = (*more.values(), better)
    answers = {exceeds(gap, 0.0, seeds) for gap in compared}
    answer: Answer = next(a for a in ("not supported", "undecided", "supported") if a in answers)
    intervals = [gap.interval for gap in compared if gap.interval is not None]
    widest = Interval(min(i.low for i in intervals), max(i.high for i in intervals)) if intervals else None
    said = ", ".join(f"{family} {points(gap)}" for family, gap in more.items())
    return estimated(
        "C10",
        answer,
        f"More bits, 64 containers against 8: {said}. A better use of the same 203,264 bits, straight-through "
        f"against prototype: {points(better)} "
        f"({with_interval(statistics.mean(at_eight[BINARY]))} against "
        f"{with_interval(statistics.mean(at_eight[PROTOTYPE]))}).",
        Estimate(better.value, widest, better.effect),
        statistics.DIFFERENCE_INTERVAL + " (lowest and highest bound of all comparisons)",
        seeds,
    )


WIDTH = Experiment(
    name="width",
    label="E4",
    title="More bits",
    question="How does accuracy grow with the bits, and do floats and bits grow alike?",
    criteria={
        "C8": "Counted, not estimated: supported if 8 float and 256 binary hidden units have the same number "
        "of weight bits, and 64 and 2,048 too. How accurate each is stands beside it and is judged under C5.",
        "C10": "Supported if 64 containers beat 8 in every family, and at 8 containers straight-through "
        "training beats the prototype rule on the same binary weights (all 95 % intervals above 0).",
    },
    cases=CASES,
    judge=judge,
    figure=MassLines(
        groups={FLOAT: 1, DELTA: 2, PROTOTYPE: 3, BINARY: 0},
        apart="linear",
        marks={CONTAINER_BITS * floats: f"{floats} float =\n{binary:,} binary" for floats, binary in PAIRS},
    ),
    claim_rows={"C10": ClaimRow(said="see “More bits”")},
)
