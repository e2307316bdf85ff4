"""E3: the optimiser ladder between SGD and AdamW, each rung at its own best rate, with both losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import published
from bitmass_viz.experiments.declaration import Case, Experiment
from bitmass_viz.experiments.figure import ClaimRow, RateSweeps
from bitmass_viz.experiments.judging import accuracies, ahead, estimated, exceeds, gap_line, seeds_of, too_wide
from bitmass_viz.experiments.statistics import Estimate
from bitmass_viz.experiments.verdict import Verdict
from bitmass_viz.trainers import TRAINERS

if TYPE_CHECKING:
    import pandas as pd

STUDYS, OURS = "squared-error", "cross-entropy"
LOSSES = {STUDYS: "squared error", OURS: "cross-entropy"}
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
    """Answer C6: with the study's loss, and beside it with ours."""
    seeds = seeds_of(results, name_of("adamw", STUDYS), name_of("sgd", STUDYS))
    bound = published("C6") / 2
    lines, answers = [], {}
    for loss, words in LOSSES.items():
        gap = _lead(results, "adamw", "sgd", loss)
        answers[loss] = exceeds(gap, bound, seeds)
        lines.append(gap_line(f"AdamW minus SGD, {words}", gap, answers[loss]))
        lines += [
            gap_line(f"{TRAINERS[rung].LABEL} minus SGD, {words}", _lead(results, rung, "sgd", loss))
            for rung in ("momentum", "rmsprop")
        ]
    of_loss = statistics.difference(
        accuracies(results, name_of("sgd", OURS)), accuracies(results, name_of("sgd", STUDYS))
    )
    lines.append(gap_line("cross-entropy minus squared error, SGD", of_loss))
    study, ours = (_lead(results, "adamw", "sgd", loss) for loss in (STUDYS, OURS))
    measured = (
        f"With squared error, the study’s loss, AdamW reads {ahead(study.value)} than SGD; with cross-entropy, "
        f"which is ours, {ahead(ours.value)}. With nothing but the loss "
        f"changed, SGD reads {ahead(of_loss.value)}."
    )
    wanting = [
        case
        for loss, gap in ((STUDYS, study), (OURS, ours))
        for case in too_wide(gap, bound, name_of("adamw", loss), name_of("sgd", loss))
    ]
    return [
        estimated("C6", answers[STUDYS], measured, study, statistics.DIFFERENCE_INTERVAL, seeds, lines, wanting)
    ]


def _lead(results: pd.DataFrame, first: str, second: str, loss: str) -> Estimate:
    return statistics.difference(
        accuracies(results, name_of(first, loss)), accuracies(results, name_of(second, loss))
    )


LADDER = Experiment(
    name="ladder",
    label="E3",
    title="The optimiser ladder",
    question="Are momentum and adaptive rates what separates AdamW from SGD, once each has its best rate?",
    criteria={
        "C6": f"Supported if AdamW leads SGD by more than {published('C6') / 2:g} points, half of the published "
        "lead (the whole 95 % interval of the mean difference), each at the rate that validation chose; not "
        "supported if the whole interval lies below that. The study’s loss, squared error, gives the answer; "
        f"that of cross-entropy, which is ours, stands beside it. Margin: {published('C6') / 2:g} points.",
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
    history="The criterion was restated after the results were known: the first version judged the "
    "study’s claim by a loss that it did not use.",
)
