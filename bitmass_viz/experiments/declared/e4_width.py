"""E4: more bits. Accuracy against bit-mass, from 1 container to 64, as floats and as bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import EQUAL_POINTS
from bitmass_viz.experiments.declaration import Case, Experiment
from bitmass_viz.experiments.declared.e1_published import ADAMW_RATES, SHARPNESSES
from bitmass_viz.experiments.figure import ClaimRow, MassLines
from bitmass_viz.experiments.judging import (
    MIN_SEEDS,
    accuracies,
    ahead,
    counted,
    estimated,
    exceeds,
    gap_line,
    seeds_of,
    too_wide,
)
from bitmass_viz.experiments.statistics import Estimate, Interval
from bitmass_viz.experiments.verdict import Answer, Verdict
from bitmass_viz.network.architecture import Architecture

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
    said, lines, equal = [], [], True
    for floats, binary in PAIRS:
        one, other = by_case[name_of(FLOAT, floats)], by_case[name_of(DELTA, floats)]
        units = (one["units"], other["units"])
        equal = equal and units == (floats, binary) and one["bit_mass"] == other["bit_mass"]
        masses = " and ".join(f"{mass:,}" for mass in dict.fromkeys((one["bit_mass"], other["bit_mass"])))
        said.append(f"{units[0]:,} float and {units[1]:,} binary units have {masses} weight bits each")
        lines += [
            gap_line(
                f"{binary:,} binary units ({family}) minus {floats} floats, accuracy",
                _gap(results, name_of(family, floats), name_of(FLOAT, floats)),
            )
            for family in (DELTA, BINARY)
        ]
    apart = [line for line in lines if line.found.interval is not None and 0.0 not in line.found.interval]
    accuracy = " Equal in bits, then, but not in accuracy." if len(apart) == len(lines) else ""
    return counted("C8", equal, f"{'; '.join(said)}.{accuracy}", seeds, lines)


def _gap(results: pd.DataFrame, first: str, second: str) -> Estimate:
    return statistics.difference(accuracies(results, first), accuracies(results, second))


def _more_or_better(results: pd.DataFrame, seeds: int) -> Verdict:
    more = {family: _gap(results, name_of(family, 64), name_of(family, 8)) for family in HOW}
    better = _gap(results, name_of(BINARY, 8), name_of(PROTOTYPE, 8))
    compared = {
        **{f"{family}: 64 containers minus 8": gap for family, gap in more.items()},
        "8 containers: straight-through minus prototype rule": better,
    }
    lines = [gap_line(what, gap, exceeds(gap, 0.0, seeds)) for what, gap in compared.items()]
    answers = [line.answer for line in lines]
    pairs = [
        *((name_of(family, 64), name_of(family, 8)) for family in HOW),
        (name_of(BINARY, 8), name_of(PROTOTYPE, 8)),
    ]
    wanting = [
        case
        for pair, gap in zip(pairs, compared.values(), strict=True)
        for case in too_wide(gap, EQUAL_POINTS, *pair)
    ]
    answer: Answer = next(a for a in ("not supported", "undecided", "supported") if a in answers)
    gains = answers[:-1].count("supported")
    intervals = [gap.interval for gap in compared.values() if gap.interval is not None]
    widest = Interval(min(i.low for i in intervals), max(i.high for i in intervals)) if intervals else None
    measured = "The study says that more bits or better use are needed; this tests whether each is enough."
    if seeds >= MIN_SEEDS:
        measured += (
            f" Eight times the bits raise the accuracy in {gains} of {len(more)} families beyond doubt. The same "
            f"{Architecture().bit_mass():,} bits, used better, read {ahead(better.value)}."
        )
    return estimated(
        "C10",
        answer,
        measured,
        Estimate(better.value, widest, better.effect),
        statistics.DIFFERENCE_INTERVAL + " (lowest and highest bound of all comparisons)",
        seeds,
        lines,
        wanting,
    )


WIDTH = Experiment(
    name="width",
    label="E4",
    title="More bits",
    question="How does accuracy grow with the bits, and do float and binary networks improve equally?",
    criteria={
        "C8": "True by counting if 8 float and 256 binary hidden units have the same number of weight bits, and "
        "64 and 2,048 too. That says nothing of accuracy, which stands beside it and is judged under C5.",
        "C10": "The study calls more bits or better use necessary; no experiment can show that. This one asks "
        "whether they suffice: supported if 64 containers beat 8 in every family, and at 8 containers "
        "straight-through training beats the prototype rule on the same binary weights (all 95 % intervals of the "
        f"mean differences above 0). Margin: {EQUAL_POINTS:g} point for each difference.",
    },
    cases=CASES,
    judge=judge,
    figure=MassLines(
        groups=(FLOAT, DELTA, PROTOTYPE, BINARY),
        apart="linear",
        marks={CONTAINER_BITS * floats: f"{floats} float =\n{binary:,} binary" for floats, binary in PAIRS},
    ),
    claim_rows={"C10": ClaimRow(said="see “More bits”")},
    note="The straight-through networks here have the trainer’s own limit of the weights, which E5’s search "
    "chose.",
)
