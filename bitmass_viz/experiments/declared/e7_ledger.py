"""E7: the ledger. What bit-mass counts, and what it leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declaration import Case, Experiment
from bitmass_viz.experiments.figure import LedgerBars
from bitmass_viz.experiments.judging import counted, seeds_of
from bitmass_viz.experiments.verdict import Verdict
from bitmass_viz.trainers import TRAINERS

if TYPE_CHECKING:
    import pandas as pd

# Named one by one: a trainer that joins `TRAINERS` needs no new results until it is added here.
COUNTED = (
    *("sgd", "momentum", "rmsprop", "adam", "adamw", "bv32-hebbian", "bv32-uncentred"),
    *("straight-through", "bop", "linear", "binary-linear"),
)
CASES = tuple(Case(TRAINERS[name].LABEL, name, group="trainer") for name in COUNTED)


def judge(results: pd.DataFrame) -> list[Verdict]:
    """Answer C1 and C9 by counting."""
    seeds = seeds_of(results)
    weight_bits = results.groupby("trainer")["weight_bits"].first()
    one, other = int(weight_bits["sgd"]), int(weight_bits["bv32-hebbian"])
    compared = int(results["weight_bits"].sum())
    disagreeing = int(results["disagreeing_bits"].sum())

    return [
        counted(
            "C1",
            one == other == CLAIMS["C1"].value,
            f"Counted in the arrays: {one:,} bits as float32, {other:,} as BV32, without padding.",
            seeds,
        ),
        counted(
            "C9",
            disagreeing == 0,
            f"Each of {compared:,} weight bits of {len(results)} trained networks was read back from every view: "
            f"{disagreeing:,} disagree.",
            seeds,
        ),
    ]


LEDGER = Experiment(
    name="ledger",
    label="E7",
    title="What bit-mass leaves out",
    question="Which bits does a network need besides those of its weights?",
    criteria={
        "C1": "True by counting if the arrays of float32 and of BV32 hold 203,264 weight bits each.",
        "C9": "True by counting if every weight bit of every trained network is the same in all three views.",
    },
    cases=CASES,
    judge=judge,
    figure=LedgerBars(),
    measure="ledger",
    seeds=1,
)
