"""Report a finished experiment as terminal text and as files."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bitmass_viz import figures
from bitmass_viz.data import Digits
from bitmass_viz.experiments import EXPERIMENTS
from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declaration import Experiment
from bitmass_viz.experiments.outcome import Outcome, as_data, verdict_lines
from bitmass_viz.experiments.shipped import is_in_place_of_mnist
from bitmass_viz.experiments.statistics import MEAN_INTERVAL
from bitmass_viz.experiments.summary import main_verdicts, share, split_of, summarise, write_json
from bitmass_viz.experiments.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 100


def as_text(experiment: Experiment, outcome: Outcome, digits: Digits) -> str:
    """Format an outcome for a terminal: the question, one line per case, the verdicts; `digits` were learned."""
    lines = summarise(outcome.table)
    seeds, epochs = (_range(lines[column]) for column in ("seeds", "epochs"))
    interval = "1 seed, which gives no interval" if seeds == "1" else f"{seeds} seeds, with the {MEAN_INTERVAL}"
    parts = [
        f"{experiment.label} {experiment.title}: {experiment.question}",
        f"{split_of(outcome.table).capitalize()} accuracy after {epochs} epochs on {digits.label}"
        f"{' unless said otherwise' * (lines['dataset'].nunique() > 1)}, {interval}.",
    ]
    if is_in_place_of_mnist(digits.name, digits.synthetic):
        what = "these digits are synthetic" if digits.synthetic else f"these are measured on {digits.label}"
        parts.append(f"The published figures were measured on MNIST; {what}.")
    table = lines.set_index("name")[["bit_mass", "published", "mean", "ci95_low", "ci95_high", "sd"]]
    columns = dict.fromkeys(["published", "mean", "ci95_low", "ci95_high", "sd"], share)
    parts.append(table.to_string(formatters=columns | {"bit_mass": "{:,}".format}, na_rep="", index_names=False))
    parts += [_verdict_text(verdict) for verdict in outcome.verdicts]
    return "\n\n".join(parts) + "\n"


def _range(numbers: pd.Series[int]) -> str:
    """Write whole numbers from the least to the most: "10 to 30"."""
    return " to ".join(dict.fromkeys([str(numbers.min()), str(numbers.max())]))


def _verdict_text(verdict: Verdict) -> str:
    claim = CLAIMS[verdict.claim]
    head = f"{claim.id} “{claim.text}” (published: {claim.published})"
    measured = textwrap.fill(verdict.measured, WIDTH, initial_indent="  ", subsequent_indent="  ")
    said = [textwrap.fill(head, WIDTH), f"  {verdict.answer.upper()}", measured, *_table(verdict)]
    return "\n".join([*said, f"  ({verdict.how})"])


def _table(verdict: Verdict) -> list[str]:
    """Format the figures behind a verdict, a line each."""
    rows = verdict.table()
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["    " + "  ".join(map(str.ljust, row, wide)).rstrip() for row in rows]


def _by_claim(outcomes: Mapping[str, Outcome]) -> dict[str, dict[str, Any]]:
    return main_verdicts({name: verdict_lines(outcome) for name, outcome in outcomes.items()})


def closing_text(outcomes: Mapping[str, Outcome]) -> str:
    """Format the closing table: one line per claim."""
    rows = [
        f"{claim:4} {CLAIMS[claim].published:24} {verdict['answer']:16} {verdict['measured']}"
        for claim, verdict in _by_claim(outcomes).items()
    ]
    return "\n".join([f"{'':4} {'published':24} {'verdict':16} measured", *rows])


def write(experiment: Experiment, outcome: Outcome, folder: Path) -> None:
    """Write an outcome as NAME.csv, NAME.json, NAME.png and NAME.svg.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    base = folder / experiment.name
    outcome.table.to_csv(base.with_suffix(".csv"), index=False)
    write_json(base.with_suffix(".json"), as_data(experiment, outcome))
    figures.save(figures.draw(experiment, outcome.table), base)


def write_closing(outcomes: Mapping[str, Outcome], folder: Path) -> None:
    """Write the claims with their verdicts as claims.json, claims.png and claims.svg."""
    verdicts = _by_claim(outcomes)
    described = [
        {"claim": claim, "text": CLAIMS[claim].text, "published": CLAIMS[claim].published}
        | {"verdict": verdict["answer"], "measured": verdict["measured"], "seeds": verdict["seeds"]}
        for claim, verdict in verdicts.items()
    ]
    write_json(folder / "claims.json", described)
    tables = {name: outcome.table for name, outcome in outcomes.items()}
    answers = {claim: verdict["answer"] for claim, verdict in verdicts.items()}
    figures.save(figures.draw_claims(EXPERIMENTS, tables, answers), folder / "claims")
