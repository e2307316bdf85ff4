"""What an experiment gives: its table and its verdicts, as a notebook shows them and as JSON."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from bitmass_viz.common import html
from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.declaration import Experiment
from bitmass_viz.experiments.summary import case_lines, share, split_of, summarise
from bitmass_viz.experiments.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd


class Outcome(NamedTuple):
    """What an experiment gives: a tidy table, and what it says about the claims."""

    table: pd.DataFrame
    verdicts: list[Verdict]

    def summary(self) -> pd.DataFrame:
        """Sum up over seeds: a row a case, see `summary.summarise`."""
        return summarise(self.table)

    def __repr__(self) -> str:
        lines = self.summary()[["name", "bit_mass", "mean", "ci95_low", "ci95_high", "seeds"]]
        shares = dict.fromkeys(["mean", "ci95_low", "ci95_high"], share)
        answers = [f"{verdict.claim}: {verdict.answer}. {verdict.measured}" for verdict in self.verdicts]
        return "\n".join([lines.to_string(index=False, formatters=shares, na_rep=""), *answers])

    def _repr_html_(self) -> str:
        lines = case_lines(self.table)
        rows = [
            (
                escape(line["name"]),
                f"{line['bit_mass']:,}",
                f"{line['mean']:.1%}",
                f"{line['ci95'][0]:.1%} to {line['ci95'][1]:.1%}" if line["ci95"] else "",
                f"{line['published']:.1%}" if line["published"] is not None else "",
            )
            for line in lines
        ]
        shared = self.table[self.table["stage"] == "result"].iloc[0]
        measured = f"{split_of(self.table)} accuracy, mean"
        head = ("network", "weight bits", measured, "95 % interval of the mean", "published")
        verdicts = "".join(f"<p style='margin:.3em 0'>{verdict._as_html()}</p>" for verdict in self.verdicts)
        epochs = sorted({line["epochs"] for line in lines})
        sets = sorted({line["dataset"] for line in lines})
        what = [" and ".join(sets), f"{' and '.join(map(str, epochs))} epochs", f"version {shared['version']}"]
        note = f"Measured: {', '.join(what)}."
        if shared["synthetic"]:
            note += " These digits are synthetic: compare with no figure measured on MNIST."
        seeds = min(line["seeds"] for line in lines)
        more = " or more" if any(line["seeds"] > seeds for line in lines) else ""
        title = f"{seeds} seed{'s' if seeds > 1 else ''}{more} per network"
        return html.card(title, html.table(rows, head), verdicts, note=note)


def as_data(experiment: Experiment, outcome: Outcome) -> dict[str, Any]:
    """Describe an outcome, JSON-ready: what was asked, on which data, what came out."""
    table = outcome.table
    shared = table.iloc[0]
    return {
        "name": experiment.name,
        "label": experiment.label,
        "title": experiment.title,
        "question": experiment.question,
        "criteria": dict(experiment.criteria),
        "history": experiment.history,
        "note": experiment.note,
        "dataset": str(shared["dataset"]),
        "synthetic": bool(shared["synthetic"]),
        "data_sha256": str(shared["data_sha256"]),
        "version": str(shared["version"]),
        "epochs": int(shared["epochs"]),
        "split": split_of(table),
        "interval": statistics.MEAN_INTERVAL,
        "cases": case_lines(table),
        "verdicts": verdict_lines(outcome),
    }


def verdict_lines(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the verdicts as plain dictionaries; None for what there is nothing to say of."""
    return [verdict.as_dict() for verdict in outcome.verdicts]
