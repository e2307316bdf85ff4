"""E6: the bit-knife. How many decisions is a float32."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import EQUAL_POINTS
from bitmass_viz.experiments.declaration import Case, Experiment, Verdict
from bitmass_viz.experiments.figure import Cuts
from bitmass_viz.experiments.judging import cost, estimated, exceeds, percent, seeds_of

if TYPE_CHECKING:
    import pandas as pd

KEPT = 16
FLOAT = "AdamW, tuned"
CASES = (
    Case(FLOAT, "adamw", group="float32"),
    Case("SGD, tuned", "sgd", group="float32"),
    Case("AdamW, published recipe", "adamw", "published", group="float32"),
    Case("BV32-Hebbian, delta", "bv32-hebbian", options={"rule": "delta"}, group="binary"),
    Case("BV32-Hebbian, prototype", "bv32-hebbian", "published", {"rule": "prototype"}, group="binary"),
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
    seeds = seeds_of(results)
    whole = after(results, FLOAT, "none")
    lost = statistics.paired(whole, after(results, FLOAT, "truncate", at=KEPT))
    measured = f"Dropping the lower {32 - KEPT} bits of every weight costs {cost(lost)}"
    measured += "." if lost.interval is None else f"; {_further_cuts(results, whole)}"
    answer = exceeds(lost, EQUAL_POINTS, seeds)
    return [estimated("C5", answer, measured, lost, statistics.PAIRED_INTERVAL, seeds)]


def _further_cuts(results: pd.DataFrame, whole: NDArray[np.float64]) -> str:
    fewest = next(
        (
            bits
            for bits in range(1, 33)
            if statistics.paired(whole, after(results, FLOAT, "round", at=bits)).value < EQUAL_POINTS
        ),
        32,
    )
    lowest = after(results, FLOAT, "randomise plane", at=0).mean()
    flipped = {
        case: after(results, case, "none").mean() - after(results, case, "flip", "share", 0.1).mean()
        for case in ("BV32-Hebbian, delta", "BV32-Hebbian, prototype")
    }
    said = " and ".join(f"{case.split(', ')[1]} {loss:.1f}" for case, loss in flipped.items())
    return (
        f"{fewest} bits, rounded, are the fewest that cost less than a point; randomising the lowest bit leaves "
        f"{percent(float(lowest))}. A tenth of BV32's bits flipped costs, in points: {said}."
    )


BIT_KNIFE = Experiment(
    name="bit-knife",
    label="E6",
    title="The bit-knife",
    question="Is a float32 really 32 decisions, or do most of its bits decide nothing?",
    criteria={
        "C5": f"The premise that all 32 bits of a float decide is supported if keeping only the top {KEPT} "
        f"bits of each trained weight costs more than {EQUAL_POINTS:g} point of test accuracy (the whole 95 % "
        "interval), and not supported if it costs less.",
    },
    cases=CASES,
    judge=judge,
    figure=Cuts(),
    measure="bit-knife",
)
