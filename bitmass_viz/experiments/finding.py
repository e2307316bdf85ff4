"""Sentences about the full runs, for a notebook's text: nothing that was measured is typed there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bitmass_viz.data import FASHION_MNIST, MNIST
from bitmass_viz.experiments import shipped
from bitmass_viz.experiments.claims import CLAIMS, EQUAL_POINTS
from bitmass_viz.experiments.declaration import STOPPING_RULE, on
from bitmass_viz.experiments.declared import EXPERIMENTS, e5_iso_bit, e8_capacity, e9_where_it_holds
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
    means = [100 * case["mean"] for case in _cases("iso-bit") if case["dataset"] == MNIST.name]
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
    small, study, large = (
        e9_where_it_holds.line_of(size)
        for size in (e9_where_it_holds.CONTAINERS[0], Architecture().hidden, e9_where_it_holds.CONTAINERS[-1])
    )
    of_line = {line["what"]: line for line in _all_verdicts("where-it-holds")[0]["lines"]}
    ahead = {what: line["shown"][0].lstrip("+") for what, line in of_line.items()}
    equal = [what for what, line in of_line.items() if line["answer"] == "supported"]
    lost = {line["what"]: line["shown"][0].removesuffix(" lost") for line in _verdicts()["C7"]["lines"]}
    found = [
        f"**Where the claim holds.** In counting: {Architecture().bit_mass():,} bits take the same room in every "
        "format, and one matrix reads the same as neurons, bits and words. In accuracy, for large networks: "
        f"one-bit weights and floats are equal within {EQUAL_POINTS:g} point "
        f"{'; '.join(e9_where_it_holds.where_equal(equal))}.",
        f"**Where it does not.** At the study’s size, the same bits read from {low:.0f} to {high:.0f} % of the "
        "test digits, depending on how they are cut into weights and how those are trained; one-bit weights are "
        f"ahead of floats by {ahead[study]} there, and by {ahead[small]} with the "
        f"fewest bits we tried ({ahead[large]} with the most). {_capacity()}",
        "**What stays open.** The study’s binary rule, until its code is public. And its bug: what we left out is "
        f"our reconstruction, and it costs {lost['prototype: accuracy']} on MNIST and "
        f"{lost[on(FASHION_MNIST.name, 'prototype') + ': accuracy']} on {FASHION_MNIST.label}.",
    ]
    if not equal:
        found[0] = found[0].split(" In accuracy")[0]
    return "\n\n".join(found)


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
    counts = [case["seeds"] for name in EXPERIMENTS for case in _cases(name) if _estimates(name)]
    unheld = [experiment.label for experiment in EXPERIMENTS.values() if experiment.source is not None]
    return (
        f"Every number comes from networks trained with several seeds, {min(counts)} to {max(counts)} per case, "
        f"by one rule for all claims. {STOPPING_RULE} The rule was written after earlier runs had been seen, so "
        "these runs use seeds that none of those had. Some criteria were restated as well; each card says which, "
        "and why. Learning rates and all other choices were made with further seeds, on validation images; in "
        f"{_listed(unheld)}, where nothing is held out, on what the networks learn. With fewer than {MIN_SEEDS} "
        "seeds we give no verdict."
    )


def _estimates(name: str) -> bool:
    """Return whether an experiment estimates anything, rather than count it."""
    return any(verdict["estimate"] is not None for verdict in _all_verdicts(name))


def _all_verdicts(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shipped.described()["experiments"][name]["verdicts"]
    return found


def _cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shipped.described()["experiments"][name]["cases"]
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
