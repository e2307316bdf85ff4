"""E6: the bit-knife. How many decisions is a float32."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import EQUAL_POINTS
from bitmass_viz.experiments.declaration import Case, Experiment
from bitmass_viz.experiments.figure import Cuts
from bitmass_viz.experiments.judging import estimated, exceeds, seeds_of, too_wide
from bitmass_viz.experiments.statistics import Estimate
from bitmass_viz.experiments.verdict import Answer, Line, Verdict

if TYPE_CHECKING:
    import pandas as pd

KEPT = 16
SHOWN_BITS = (12, 11, 10, 9, 8)
"""Bits kept around the place where accuracy begins to fall."""
SHOWN_EVEN = (6, 5, 4, 3)
"""The same on an even grid."""
EVEN_BITS = 5
"""Bits of a uniformly quantised weight that the card shows, and codes by their entropy."""
ROUNDED = "rounded to the top {} bits"
"""What a card's line says of them."""
QUANTISED = "uniformly quantised to {} bits"
FLOAT = "AdamW, tuned"
DELTA = "BV32-Hebbian, delta"
PROTOTYPE = "BV32-Hebbian, prototype"
CASES = (
    Case(FLOAT, "adamw", group="float32"),
    Case("SGD, tuned", "sgd", group="float32"),
    Case("AdamW, published recipe", "adamw", "published", group="float32"),
    Case(DELTA, "bv32-hebbian", options={"rule": "delta"}, group="binary"),
    Case(PROTOTYPE, "bv32-hebbian", "published", {"rule": "prototype"}, group="binary"),
    Case("binary, straight-through", "straight-through", options={"bits": 1}, group="binary"),
)


def after(results: pd.DataFrame, case: str, cut: str, column: str = "bit", at: float = 0) -> NDArray[np.float64]:
    """Test accuracies of a case after a cut, in percent, by seed."""
    chosen = (results["case"] == case) & (results["cut"] == cut)
    if cut != "none":
        chosen &= results[column] == at
    return 100.0 * results[chosen].sort_values("seed")["accuracy"].to_numpy(np.float64)


def judge(results: pd.DataFrame) -> list[Verdict]:
    """Answer the premise of C5: that each of a float's 32 bits counts."""
    seeds = seeds_of(results, FLOAT)
    whole = after(results, FLOAT, "none")
    lost = _cost(results, FLOAT, "truncate", at=KEPT)
    answer = exceeds(lost, EQUAL_POINTS, seeds)
    lines = [
        _line(f"without the lower {32 - KEPT} bits of every weight", lost, answer),
        *(_line(ROUNDED.format(bits), _cost(results, FLOAT, "round", at=bits)) for bits in SHOWN_BITS),
        _line("with the lowest bit of every weight random", _cost(results, FLOAT, "randomise plane", at=0)),
        *(
            _line(f"a tenth of all bits flipped: {case}", _cost(results, case, "flip", "share", 0.1))
            for case in (DELTA, PROTOTYPE)
        ),
        *_counted_lines(results),
    ]
    measured = f"Dropping the lower {32 - KEPT} bits of every weight costs {abs(round(lost.value, 1)):.1f} points."
    if lost.interval is not None:
        measured += (
            f" {_fewest(results, whole, 'round')} bits, rounded, are enough to lose less than a point. Sign and "
            "exponent take the first 9, by float32’s layout; on an even grid "
            f"{_fewest(results, whole, 'quantise')} bits are enough."
        )
    wanting = too_wide(lost, EQUAL_POINTS, FLOAT)
    return [estimated("C5", answer, measured, lost, statistics.PAIRED_INTERVAL, seeds, lines, wanting)]


def _counted_lines(results: pd.DataFrame) -> list[Line]:
    """Return what quantising costs and saves, and what training leaves as it was."""
    even = QUANTISED.format(EVEN_BITS)
    chosen = (results["case"] == FLOAT) & (results["cut"] == "quantise") & (results["bit"] == EVEN_BITS)
    coded, mass = (results.loc[chosen, column].to_numpy(np.float64) for column in ("coded_bits", "bit_mass"))
    trained = results[(results["case"] == DELTA) & (results["cut"] == "none")]
    idle, bits = (trained[column].to_numpy(np.float64) for column in ("untouched_bits", "bit_mass"))
    what = f"bits that training can never change: {DELTA}"
    return [
        *(_line(QUANTISED.format(bits), _cost(results, FLOAT, "quantise", at=bits)) for bits in SHOWN_EVEN),
        Line(f"{even} and entropy-coded: size", statistics.mean(coded), "bits"),
        Line(f"{even} and entropy-coded: of the bit-mass", statistics.mean(100 * coded / mass)),
        Line(what, Estimate(idle.mean()), "bits"),
        Line(f"{what}, of the bit-mass", Estimate((100 * idle / bits).mean())),
    ]


def _line(what: str, lost: Estimate, answer: Answer | None = None) -> Line:
    return Line(what, lost, "points lost", answer)


def _cost(results: pd.DataFrame, case: str, cut: str, column: str = "bit", at: float = 0) -> Estimate:
    return statistics.paired(after(results, case, "none"), after(results, case, cut, column, at))


def _fewest(results: pd.DataFrame, whole: NDArray[np.float64], cut: str) -> int:
    """Return the fewest bits after a cut that lose less than a point; all 32 if none of those tried do."""
    for bits in sorted(results.loc[results["cut"] == cut, "bit"].unique()):
        if statistics.paired(whole, after(results, FLOAT, cut, at=bits)).value < EQUAL_POINTS:
            return int(bits)
    return 32


BIT_KNIFE = Experiment(
    name="bit-knife",
    label="E6",
    title="Cutting bits off",
    question="Is a float32 really 32 decisions, or do most of its bits decide nothing?",
    criteria={
        "C5": f"The premise that all 32 bits of a float decide is supported if keeping only the top {KEPT} "
        f"bits of each trained weight costs more than {EQUAL_POINTS:g} point of test accuracy (the whole 95 % "
        f"interval), and not supported if it costs less. Margin: {EQUAL_POINTS:g} point.",
    },
    cases=CASES,
    judge=judge,
    figure=Cuts(),
    measure="bit-knife",
    note="Eight of the bits that are kept are float32’s exponent. An even grid spans ± the layer’s largest "
    "weight. A bit of BV32 can never change if its pixel, black or white, is the same in every training image. "
    "The straight-through network has the trainer’s own limit of the weights, as in E4; in E5 validation chooses "
    "it.",
)
