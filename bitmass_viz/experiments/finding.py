"""Sentences about the full runs, for a notebook's text: nothing that was measured is typed there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bitmass_viz.experiments import shipped
from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declaration import DOUBLED
from bitmass_viz.experiments.declared import EXPERIMENTS, e4_width, e5_iso_bit, e8_capacity
from bitmass_viz.experiments.judging import MIN_SEEDS
from bitmass_viz.experiments.summary import main_verdicts
from bitmass_viz.experiments.verdict import ANSWERS
from bitmass_viz.network.architecture import Architecture


class Finding:
    """A sentence or two about the full runs, written from their results; a notebook shows it as text.

    Parameters
    ----------
    name : str
        One of `FINDINGS`.

    Raises
    ------
    ValueError
        If there is no such finding.
    """

    def __init__(self, name: str) -> None:
        if name not in FINDINGS:
            raise ValueError(f"finding must be one of {', '.join(FINDINGS)}, got {name!r}")
        self.text = FINDINGS[name]()
        """In Markdown."""

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def accuracies_of_equal_bits() -> tuple[float, float]:
    """Return the lowest and the highest mean accuracy, in percent, that E5 got from the same bits."""
    means = [100 * case["mean"] for case in shipped.described()["experiments"]["iso-bit"]["cases"]]
    return min(means), max(means)


def _verdicts() -> dict[str, dict[str, Any]]:
    found = shipped.described()["experiments"]
    return main_verdicts({name: experiment["verdicts"] for name, experiment in found.items()})


def _answer() -> str:
    low, high = accuracies_of_equal_bits()
    so = {
        "not supported": "so equal bits do not make equal accuracy: it matters how they are used",
        "supported": "so equal bits make equal accuracy, whatever the format",
    }.get(_verdicts()["C5"]["answer"], "and whether format matters is undecided")
    bits = f"{Architecture().bit_mass():,}"
    return f"The same {bits} weight bits read from {low:.0f} to {high:.0f} % of the test digits, {so}."


def _closing() -> str:
    low, high = accuracies_of_equal_bits()
    word = _yes_or_no("C5")
    small, large = Architecture().hidden, max(e4_width.WIDTHS)
    means = {case["name"]: 100 * case["mean"] for case in shipped.described()["experiments"]["width"]["cases"]}
    gaps = [
        means[e4_width.name_of(e4_width.BINARY, width)] - means[e4_width.name_of(e4_width.FLOAT, width)]
        for width in (small, large)
    ]
    trend = (
        "The larger the networks, the less the format matters: in E4 one-bit weights are "
        f"{gaps[0]:.1f} points ahead of floats at the study's size, and {gaps[1]:.1f} with {large // small} times "
        "the bits. "
    )
    if not 0 < gaps[1] < gaps[0]:
        trend = ""
    return (
        f"In size, yes: {Architecture().bit_mass():,} bits take the same room in every format. "
        f"In accuracy, {word}: they read from {low:.0f} to {high:.0f} % of the test digits, depending on how "
        f"they are cut into weights and how those are trained. {trend}{_capacity()} What the study's own "
        "binary rule makes of them stays open until its code is public."
    )


def _yes_or_no(claim: str) -> str:
    return {"not supported": "no", "supported": "yes"}.get(_verdicts()[claim]["answer"], "that is undecided")


def _capacity() -> str:
    held = {line["what"]: line["value"] for line in _verdicts()["C11"]["lines"]}
    of_formats = [held[e8_capacity.line_of(bits)] for bits in e5_iso_bit.BITS]
    return (
        f"In capacity, {_yes_or_no('C11')}: {e8_capacity.MASSES[e8_capacity.MAIN]:,} bits memorise from "
        f"{min(of_formats):,.0f} to {max(of_formats):,.0f} bits of random labels, depending on the format."
    )


def _published() -> str:
    parts = [f"{CLAIMS[claim].short} {CLAIMS[claim].published}" for claim in ("C2", "C4", "C3")]
    return f"The study reports, after three epochs of MNIST: {', '.join(parts)}."


def _verdicts_at_a_glance() -> str:
    lines = []
    for answer, meaning in ANSWERS.items():
        claims = [CLAIMS[claim] for claim, verdict in _verdicts().items() if verdict["answer"] == answer]
        if claims:
            named = ", ".join(f"{claim.id} ({claim.short})" for claim in claims)
            lines.append(f"- **{meaning.symbol} {answer.capitalize()}**: {named}. *{meaning.words}*")
    return "\n".join(lines)


def _seeds() -> str:
    by_seeds: dict[int, list[str]] = {}
    for experiment in EXPERIMENTS.values():
        if any(verdict["estimate"] is not None for verdict in _of(experiment.name)):
            by_seeds.setdefault(experiment.seeds, []).append(experiment.label)
    parts = [f"{seeds} seeds per case in {_listed(sorted(labels))}" for seeds, labels in sorted(by_seeds.items())]
    unheld = [experiment.label for experiment in EXPERIMENTS.values() if experiment.source is not None]
    doubled = [experiment.label for experiment in EXPERIMENTS.values() if DOUBLED in experiment.history]
    return (
        f"Every number comes from networks trained with several seeds: {'; '.join(parts)}. "
        f"{DOUBLED.replace('here', f'in {_listed(sorted(doubled))}')} Some "
        "criteria were restated later as well; each card says which, and why. Learning rates and all other "
        "choices were made with other seeds, on validation images; in "
        f"{_listed(unheld)}, where nothing is held out, on what the networks learn. "
        f"With fewer than {MIN_SEEDS} seeds we give no verdict."
    )


def _of(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shipped.described()["experiments"][name]["verdicts"]
    return found


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


FINDINGS: dict[str, Callable[[], str]] = {
    "answer": _answer,
    "closing": _closing,
    "published": _published,
    "verdicts": _verdicts_at_a_glance,
    "seeds": _seeds,
}
"""Name → what writes the text from the shipped results."""
