"""Questions before the article's results. Every number in them comes from the full runs that are shipped."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from bitmass_viz.experiments import shipped
from bitmass_viz.experiments.claims import EQUAL_POINTS
from bitmass_viz.experiments.declaration import EPOCHS
from bitmass_viz.experiments.declared import (
    e2_bug,
    e3_ladder,
    e4_width,
    e5_iso_bit,
    e6_bit_knife,
    e8_capacity,
    e9_where_it_holds,
)
from bitmass_viz.live.prediction.questions import Choice, Curve, Number
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.widgets.named_question import Mark, Named


def _means(experiment: str) -> dict[str, float]:
    """Mean test accuracy of each case, in percent."""
    return {case["name"]: 100 * case["mean"] for case in shipped.described()["experiments"][experiment]["cases"]}


def _accuracies(question: str, levels: tuple[int, ...], label: str, low: float) -> Curve:
    """Ask for a test accuracy, in percent, at each level."""
    return Curve(
        question,
        x=levels,
        x_scale="log",
        low=low,
        high=100,
        x_label=label,
        y_label="test accuracy",
        y_unit="%",
    )


def _uncentred() -> Named:
    centred, uncentred = e2_bug.PAIRS["prototype"]
    means = _means("bug")
    question = (
        f"With centring, networks of the simplest rule (prototype) read {means[centred]:.0f} % of the test digits "
        "on average. What percentage do they read without it?"
    )
    return Named(
        Number(question, low=0, high=100, unit="%"),
        means[uncentred],
        "Each circle in the figure is one network: some give every digit the same answer, others keep a little of "
        "what they could.",
        Mark("costs", uncentred),
    )


def _formats() -> Named:
    means = _means("iso-bit")
    question = (
        "Cut the same bits into weights of 1, 2, 4, 8, 16 or 32 bits, all trained in the same way. How many test "
        "digits does each format read? Draw it."
    )
    return Named(
        _accuracies(question, e5_iso_bit.BITS, "bits per weight", low=50),
        [round(means[e5_iso_bit.name_of(bits)], 2) for bits in e5_iso_bit.BITS],
        "Fewer bits per weight leave room for more hidden units, which at this size is worth more than precision.",
        Mark("lines"),
    )


def _loss() -> Named:
    means = _means("ladder")
    start = e3_ladder.name_of("sgd", e3_ladder.STUDYS)
    changes = {
        "Momentum": e3_ladder.name_of("momentum", e3_ladder.STUDYS),
        "A step size for every weight (RMSprop)": e3_ladder.name_of("rmsprop", e3_ladder.STUDYS),
        "Another loss (cross-entropy)": e3_ladder.name_of("sgd", e3_ladder.OURS),
    }
    question = (
        f"At its best learning rate, plain SGD reads {means[start]:.0f} % with the study’s loss, squared error. "
        "Which of these changes helps it most?"
    )
    momentum, rmsprop, loss = (f"{means[case]:.1f} %" for case in changes.values())
    return Named(
        Choice(question, list(changes)),
        max(changes, key=lambda answer: means[changes[answer]]),
        f"From {means[start]:.1f} %, momentum takes it to {momentum}, a step size for every weight to {rmsprop}, "
        f"and cross-entropy to {loss}.",
        Mark(cases=changes),
    )


def _width() -> Named:
    means = _means("width")
    widths = e4_width.WIDTHS
    truth = [round(means[e4_width.name_of(e4_width.PROTOTYPE, width)], 2) for width in widths]
    question = (
        "BV32-Hebbian grows from 32 hidden units (1 container) to 2,048 (64 containers), with the prototype rule. "
        "How many test digits does it read? Draw it."
    )
    return Named(
        _accuracies(question, widths, "number of containers", low=0),
        truth,
        f"With {widths[-1]} times the bits it reads {truth[-1] - truth[0]:.1f} points more. The other networks in "
        "the figure have the same bits at each width, and use them differently.",
        Mark("lines"),
    )


def _where_it_holds() -> Named:
    (verdict,) = shipped.described()["experiments"]["where-it-holds"]["verdicts"]
    lines = {line["what"]: line for line in verdict["lines"]}
    sizes = {
        f"{containers} containers ({e9_where_it_holds.mass_of(containers):,} bits)": containers
        for containers in e9_where_it_holds.CONTAINERS
    }
    of = {answer: lines[e9_where_it_holds.line_of(containers)] for answer, containers in sizes.items()}
    few = e9_where_it_holds.FEW
    marks = {answer: e9_where_it_holds.name_of(few, size, EPOCHS) for answer, size in sizes.items()}
    none = "At none of these"
    (first, least), (last, most) = (list(of.items())[end] for end in (0, -1))
    return Named(
        Choice(
            "One-bit weights and floats get the same bits, on MNIST. What is the smallest size at which they are "
            f"equally accurate, within {EQUAL_POINTS:g} point?",
            [*sizes, none],
        ),
        next((answer for answer, line in of.items() if line["answer"] == "supported"), none),
        f"One-bit weights lead by {least['shown'][0].lstrip('+')} with {first}, and by "
        f"{most['shown'][0].lstrip('+')} with {last}.",
        Mark(cases=marks),
    )


def _kept_bits() -> Named:
    (verdict,) = shipped.described()["experiments"]["bit-knife"]["verdicts"]
    lost = {line["what"]: line["value"] for line in verdict["lines"]}
    costs = {bits: lost[e6_bit_knife.ROUNDED.format(bits)] for bits in e6_bit_knife.SHOWN_BITS}
    fewest = min(bits for bits, cost in costs.items() if cost < EQUAL_POINTS)
    return Named(
        Number(
            "How many of its 32 bits must each weight of a trained float network keep, if it may lose less than "
            "one point of accuracy?",
            low=1,
            high=32,
            unit="bits",
        ),
        fewest,
        f"Rounded to {fewest} bits it loses {costs[fewest]:.1f} points, to {fewest - 1} bits "
        f"{costs[fewest - 1]:.1f}. One bit is the sign and eight are the exponent.",
        Mark("kept"),
    )


def _capacity() -> Named:
    mass = e8_capacity.MASSES[e8_capacity.MAIN]
    per_label = math.log2(Architecture().classes)
    question = (
        f"How many random labels can {mass:,} bits hold? Written down, {mass / per_label:,.0f}: with ten classes "
        f"a label takes {per_label:.1f} bits. How many does a network remember, if the bits are cut into weights "
        "of 1, 2, 4, 8, 16 or 32? Draw it, in bits."
    )
    (verdict,) = shipped.described()["experiments"]["capacity"]["verdicts"]
    lines = {line["what"]: line["value"] for line in verdict["lines"]}
    truth = [round(lines[e8_capacity.line_of(bits)]) for bits in e5_iso_bit.BITS]
    most = max(truth)
    return Named(
        Curve(
            question,
            x=e5_iso_bit.BITS,
            x_scale="log",
            low=0,
            high=mass,
            x_label="bits per weight",
            y_label="labels remembered",
            y_unit="bits",
        ),
        truth,
        f"At best they remember {most / per_label:,.0f} labels, {most:,} bits: {100 * most / mass:.0f} % of what "
        "the same bits could hold as plain memory.",
        Mark("lines"),
    )


def _while_learning() -> Named:
    trainers = {
        "8 floats, SGD": "sgd",
        "8 floats, AdamW": "adamw",
        "256 binary units, BV32-Hebbian": "bv32-hebbian",
        "256 binary units, straight-through": "straight-through",
    }
    lines: dict[str, dict[str, Any]] = {line["case"]: line for line in shipped.cases("ledger")}
    of = {answer: lines[TRAINERS[trainer].LABEL] for answer, trainer in trainers.items()}
    *times, last = (f"{line['total_bits'] / line['weight_bits']:.1f}" for line in of.values())
    return Named(
        Choice(
            "These four have the same number of weight bits. Which needs the fewest bits while it learns?",
            list(of),
        ),
        min(of, key=lambda answer: of[answer]["total_bits"]),
        f"In this order, they have {', '.join(times)} and {last} bits in use for each weight bit.",
        Mark(cases={answer: line["case"] for answer, line in of.items()}),
    )


EVIDENCE: dict[str, Callable[[], Named]] = {
    "evidence/uncentred": _uncentred,
    "evidence/formats": _formats,
    "evidence/loss": _loss,
    "evidence/width": _width,
    "evidence/where-it-holds": _where_it_holds,
    "evidence/kept-bits": _kept_bits,
    "evidence/capacity": _capacity,
    "evidence/while-learning": _while_learning,
}
"""Makers of the questions."""
