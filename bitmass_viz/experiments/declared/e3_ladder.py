"""E3: the optimiser ladder between SGD and AdamW, each rung at its own best rate, with both losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declaration import Case, Experiment, Verdict
from bitmass_viz.experiments.figure import ClaimRow, RateSweeps
from bitmass_viz.experiments.judging import accuracies, estimated, exceeds, points, seeds_of
from bitmass_viz.trainers import TRAINERS

if TYPE_CHECKING:
    import pandas as pd

LOSSES = {"squared-error": "squared error", "cross-entropy": "cross-entropy"}
PLAIN_RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
MOMENTUM_RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
ADAPTIVE_RATES = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02)
RUNGS = {
    "sgd": PLAIN_RATES,
    "momentum": MOMENTUM_RATES,
    "rmsprop": ADAPTIVE_RATES,
    "adam": ADAPTIVE_RATES,
    "adamw": ADAPTIVE_RATES,
}


def name_of(trainer: str, loss: str) -> str:
    """Name the case of an optimiser with a loss."""
    return f"{TRAINERS[trainer].LABEL}, {LOSSES[loss]}"


# The network is the published one throughout (leaky ReLU, its first weights): only optimiser, rate, loss change.
CASES = tuple(
    Case(
        name_of(trainer, loss),
        trainer,
        "published",
        {"loss": loss} | ({"schedule": "constant", "clip_norm": 0.0} if trainer == "adamw" else {}),
        choose={"learning_rate": rates},
        group=LOSSES[loss],
        level=float(rung),
    )
    for loss in LOSSES
    for rung, (trainer, rates) in enumerate(RUNGS.items())
)


def judge(results: pd.DataFrame) -> list[Verdict]:
    """Answer C6."""
    seeds = seeds_of(results)
    half = 50.0 * (CLAIMS["C6"].value or 0.0)
    gaps = {
        loss: statistics.difference(
            accuracies(results, name_of("adamw", loss)), accuracies(results, name_of("sgd", loss))
        )
        for loss in LOSSES
    }
    answers = [exceeds(gap, half, seeds) for gap in gaps.values()]
    if "not supported" in answers:
        answer = answers[answers.index("not supported")]
    else:
        answer = "undecided" if "undecided" in answers else "supported"
    of_loss = statistics.difference(
        accuracies(results, name_of("sgd", "cross-entropy")), accuracies(results, name_of("sgd", "squared-error"))
    )
    said = ", ".join(f"{points(gap)} with {LOSSES[loss]}" for loss, gap in gaps.items())
    first = gaps["squared-error"]
    return [
        estimated(
            "C6",
            answer,
            f"AdamW minus SGD, each at its own best rate: {said}. Changing nothing but the loss gives plain SGD "
            f"{points(of_loss)}.",
            first,
            statistics.DIFFERENCE_INTERVAL,
            seeds,
        )
    ]


LADDER = Experiment(
    name="ladder",
    label="E3",
    title="The optimiser ladder",
    question="Are momentum and adaptive rates what separates AdamW from SGD, once each has its best rate?",
    criteria={
        "C6": f"Supported if AdamW leads SGD by more than {50 * (CLAIMS['C6'].value or 0):g} points, half of "
        "the published +5, with both losses (the whole 95 % interval), each at the rate that validation "
        "chose; not supported if with either loss the whole interval lies below that.",
    },
    cases=CASES,
    judge=judge,
    figure=RateSweeps(
        panels={words: tuple(name_of(trainer, loss) for trainer in RUNGS) for loss, words in LOSSES.items()},
        labels={"sgd": "SGD", "momentum": "momentum", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"},
        sizes={"adam": 7.5, "adamw": 4.5},
    ),
    claim_rows={
        "C6": ClaimRow(
            tuple((name_of("adamw", loss), name_of("sgd", loss)) for loss in LOSSES),
            said="◇ +{published:.0f}  ● {0:+.1f}  ○ {1:+.1f}",
            note="C6: ● with squared error, ○ with cross-entropy; C6 and C7 in points",
        )
    },
    seeds=20,  # with ten, the interval held both answers; E1 and E2 follow suit
)
