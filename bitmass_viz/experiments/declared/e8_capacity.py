"""E8: capacity. How many random labels networks of equal bit-mass can memorise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.declaration import Case, Experiment
from bitmass_viz.experiments.declared.e1_published import SHARPNESSES as OF_DIGITS
from bitmass_viz.experiments.declared.e5_iso_bit import BITS, name_of
from bitmass_viz.experiments.figure import CapacityLines, ClaimRow
from bitmass_viz.experiments.judging import agreed, estimated, falls_short, seeds_of
from bitmass_viz.experiments.sources import RANDOM_PATTERNS
from bitmass_viz.experiments.statistics import Estimate
from bitmass_viz.experiments.verdict import Line, Verdict
from bitmass_viz.network.architecture import Architecture

if TYPE_CHECKING:
    import pandas as pd

INPUTS = 128
CONTAINERS = (4, 8)
MAIN = 8
"""Containers of the networks whose formats are listed one by one; of the others the card has the ratio."""
SHARPNESSES = (0.4, *OF_DIGITS, 6.4)
RATES = (0.006, 0.02, 0.06, 0.2, 0.6)
PATTERNS = {
    4: (175, 350, 700, 1_400, 2_000, 2_500, 3_100),
    8: (350, 700, 1_400, 2_800, 4_000, 5_000, 6_200),
}
"""Containers → candidates for the number of patterns, the same for each format."""
EPOCHS = 8
MOST_TIMES = 1.25
"""Capacities count as equal if the largest is less than so many times the smallest."""
WORTH_COUNTING = 1.0
"""Bits; a network that memorised less counts as this, so that ratios stay finite."""
DELTA = "1 bit, BV32-Hebbian delta"
STRAIGHT_THROUGH = "straight-through"
PER_WEIGHT = 2.0
"""Bits that language models store per parameter (Allen-Zhu and Li, arXiv 2404.05405)."""
PER_BINARY_WEIGHT = 0.83
"""Random patterns, of a bit each, that a perceptron stores per binary weight (Ding and Sun; Huang)."""
MASSES = {containers: Architecture(INPUTS, containers).bit_mass() for containers in CONTAINERS}


def case_of(containers: int, what: str) -> str:
    """Name a case by its bit-mass and what its networks are."""
    return f"{MASSES[containers]:,} bits: {what}"


CASES = tuple(
    case
    for containers in CONTAINERS
    for case in (
        *(
            Case(
                case_of(containers, name_of(bits)),
                STRAIGHT_THROUGH,
                options={"bits": bits, "pixels": "signed", "decay_epochs": EPOCHS},
                choose={"learning_rate": RATES, "patterns": PATTERNS[containers]},
                hidden=containers,
                group=STRAIGHT_THROUGH,
                level=float(bits),
            )
            for bits in BITS
        ),
        Case(
            case_of(containers, DELTA),
            "bv32-hebbian",
            options={"rule": "delta"},
            choose={"sharpness": SHARPNESSES, "patterns": PATTERNS[containers]},
            hidden=containers,
            group=DELTA,
            level=1.0,
        ),
    )
)

TRIED = {len(case.candidates()) for case in CASES}


def line_of(bits: int) -> str:
    """Name the line of a format's capacity on the card."""
    return f"{MASSES[MAIN]:,} bits: {bits} {_unit(bits)} per weight"


def judge(results: pd.DataFrame) -> list[Verdict]:
    """Answer C11: by the largest and the smallest capacity at each bit-mass."""
    seeds = seeds_of(results, *(case for containers in CONTAINERS for case in _extremes(results, containers)))
    ratios = {containers: _largest_to_smallest(results, containers) for containers in CONTAINERS}
    answers = [falls_short(ratio, MOST_TIMES, seeds) for ratio in ratios.values()]
    lines = [
        Line(f"{MASSES[containers]:,} bits: largest ÷ smallest capacity", ratio, "times", answer)
        for (containers, ratio), answer in zip(ratios.items(), answers, strict=True)
    ]
    found = {bits: statistics.mean(memorised(results, case_of(MAIN, name_of(bits)))) for bits in BITS}
    lines += [Line(line_of(bits), held, "bits") for bits, held in found.items()]
    hebbian = statistics.mean(memorised(results, case_of(MAIN, DELTA)))
    lines.append(Line(f"{MASSES[MAIN]:,} bits: BV32-Hebbian, delta", hebbian, "bits"))
    least, most = (choose(BITS, key=lambda bits: found[bits].value) for choose in (min, max))
    low, high, mass = found[least].value, found[most].value, MASSES[MAIN]
    measured = (
        f"The same {mass:,} bits hold {low:,.0f} bits of random labels with {least} {_unit(least)} per weight, "
        f"and {high:,.0f} with {most}. That is {100 * low / mass:.0f} and {100 * high / mass:.0f} % of the "
        f"bit-mass; per weight it is {low * least / mass:.1f} and {high * most / mass:.1f} bits."
    )
    wanting = [case for mass in CONTAINERS if _is_wide(ratios[mass]) for case in _extremes(results, mass)]
    kind = statistics.RATIO_INTERVAL
    return [estimated("C11", agreed(answers), measured, ratios[MAIN], kind, seeds, lines, wanting)]


def _is_wide(ratio: Estimate) -> bool:
    return ratio.interval is None or ratio.interval.high > MOST_TIMES * ratio.interval.low


def _extremes(results: pd.DataFrame, containers: int) -> list[str]:
    """Return the cases with the largest and the smallest capacity at a bit-mass."""
    cases = [case_of(containers, name_of(bits)) for bits in BITS]
    return [choose(cases, key=lambda case: float(memorised(results, case).mean())) for choose in (max, min)]


def _largest_to_smallest(results: pd.DataFrame, containers: int) -> Estimate:
    largest, smallest = (memorised(results, case) for case in _extremes(results, containers))
    return statistics.ratio(np.maximum(largest, WORTH_COUNTING), np.maximum(smallest, WORTH_COUNTING))


def memorised(results: pd.DataFrame, case: str) -> NDArray[np.float64]:
    """Return the bits that a case's networks have memorised, by seed."""
    rows = results[results["case"] == case].sort_values("seed")
    return rows["memorised"].to_numpy(np.float64)


def _unit(bits: int) -> str:
    return "bit" if bits == 1 else "bits"


CAPACITY = Experiment(
    name="capacity",
    label="E8",
    title="Capacity",
    question="How many random labels can the same bits memorise, in every format?",
    criteria={
        "C11": f"Supported if, at both bit-masses ({' and '.join(f'{m:,}' for m in MASSES.values())} bits), "
        f"the largest capacity of the six formats is less than {MOST_TIMES:g} times the smallest (the whole 95 % "
        "interval of their ratio); not supported if it is more at each; else undecided. Capacity is the most bits "
        "of random labels that a format memorises, N (log₂ 10 − H₂(a) − (1 − a) log₂ 9) for N patterns of which "
        "the share a is answered right, with the best N and learning rate. All six are trained straight-through; "
        f"BV32-Hebbian, another trainer, stands beside them. Margin: a factor of {MOST_TIMES:g}.",
    },
    cases=CASES,
    judge=judge,
    measure="memorised",
    epochs=EPOCHS,
    source=RANDOM_PATTERNS,
    choose_by="memorised",
    choice_seeds=(100,),
    figure=CapacityLines(
        STRAIGHT_THROUGH,
        others={DELTA: "BV32-Hebbian, delta"},
        per_weight=PER_WEIGHT,
        per_binary_weight=PER_BINARY_WEIGHT,
    ),
    claim_rows={"C11": ClaimRow(said="see “Capacity”")},
    note=f"Every case had the same search: {' or '.join(map(str, TRIED))} networks, seven numbers of patterns by "
    f"{len(RATES)} learning rates (for BV32, as many values of its sharpness). The choice is made on the patterns "
    "that are learned, because nothing is held out: memory is what is measured, and capacity is a maximum. It is "
    "made with other patterns, labels and seeds than those reported, so the maximum is not a lucky draw. Every "
    f"network sees {EPOCHS * 50_000:,} patterns, and the learning rate falls to 0 along a cosine. More training "
    "and more numbers of patterns would raise the figures somewhat: they are what these trainers reach, not "
    "bounds.",
    history="The largest number of patterns, and the lowest and the highest rate, were added after the first "
    "results, because the best had been at the edge of what was tried. The criterion stayed as it was.",
)
