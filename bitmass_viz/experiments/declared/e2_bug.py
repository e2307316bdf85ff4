"""E2: the bug. What leaving out the centring does, rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declaration import Case, Experiment, Verdict
from bitmass_viz.experiments.figure import ClaimRow, Pairs
from bitmass_viz.experiments.judging import accuracies, cost, estimated, exceeds, seeds_of, with_interval

if TYPE_CHECKING:
    import pandas as pd

RULES = ("prototype", "error-driven", "delta")
UNITS = 256


def name_of(rule: str, centred: bool) -> str:
    """Name the case of a rule with or without centring."""
    return f"{rule}, {'centred' if centred else 'uncentred'}"


PAIRS = {rule: (name_of(rule, True), name_of(rule, False)) for rule in RULES}
CASES = tuple(
    Case(
        name_of(rule, centred),
        "bv32-hebbian" if centred else "bv32-uncentred",
        "tuned" if rule == "delta" else "published",
        {"rule": rule},
        group="centred" if centred else "uncentred",
        level=float(index),
    )
    for index, rule in enumerate(RULES)
    for centred in (True, False)
)


def judge(results: pd.DataFrame) -> list[Verdict]:
    """Answer C7 with the prototype rule, and say how the other rules fare."""
    seeds = seeds_of(results)
    drops = {
        rule: statistics.paired(
            accuracies(results, name_of(rule, True)), accuracies(results, name_of(rule, False))
        )
        for rule in RULES
    }
    bare = name_of("prototype", False)
    left, whole = (
        results.loc[results["case"] == name_of("prototype", centred), "distinct_units"].astype(float)
        for centred in (False, True)
    )
    others = ", ".join(f"{rule} {cost(drops[rule])}" for rule in RULES[1:])
    drop = drops["prototype"]
    bound = 100.0 * (CLAIMS["C7"].value or 0.0)
    return [
        estimated(
            "C7",
            exceeds(drop, bound, seeds),
            f"Leaving the centring out costs the prototype rule {cost(drop)}, down to "
            f"{with_interval(statistics.mean(accuracies(results, bare)))}: of its {UNITS} hidden units "
            f"{left.mean():.0f} on average still differ (with centring {whole.mean():.0f}). With the other rules "
            f"the cost is: {others}.",
            drop,
            statistics.PAIRED_INTERVAL,
            seeds,
        )
    ]


BUG = Experiment(
    name="bug",
    label="E2",
    title="The bug: centring left out",
    question="Can one omission in the update formula cost 65 points, and what does it do to the network?",
    criteria={
        "C7": "Supported if the prototype rule, with centring and without, differs by more than 65 points "
        "(the whole 95 % interval); not supported if the whole interval lies below 65. That the missing "
        "centring is the published error is our reconstruction.",
    },
    cases=CASES,
    judge=judge,
    figure=Pairs("centring", PAIRS, labels=("centred", "bug")),
    claim_rows={"C7": ClaimRow((PAIRS["prototype"],), paired=True, said="◇ >{published:.0f}  ● {0:.1f}")},
    measure="collapse",
    seeds=20,
)
