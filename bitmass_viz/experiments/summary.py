"""From a tidy table to a line for each case, and to what a program can read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.shipped import complete

if TYPE_CHECKING:
    import pandas as pd


def networks(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a reported network, as trained: neither choices nor what the bit-knife left."""
    results = table[table["stage"] == "result"]
    return results[results["cut"] == "none"] if "cut" in results else results


def summarise(table: pd.DataFrame) -> pd.DataFrame:
    """Sum up over seeds.

    Parameters
    ----------
    table : pandas.DataFrame
        As `runner.run` returns it, or a shipped file as pandas reads it, see `shipped.complete`.

    Returns
    -------
    pandas.DataFrame
        A row a case: ``name, trainer, recipe, options`` (JSON), ``bit_mass, published, mean, ci95_low, ci95_high``
        (Student-t interval of the mean), ``sd`` (n − 1), ``lowest, highest, seeds, seconds_per_epoch`` (median),
        ``dataset, epochs``.
        Accuracies are test accuracies from 0 to 1. What there is none of, such as the interval from one seed or a
        published figure, is `pandas.NA`.
    """
    grouped = networks(complete(table)).groupby("case", sort=False)
    lines = grouped.agg(
        trainer=("trainer", "first"),
        recipe=("recipe", "first"),
        options=("options", "first"),
        bit_mass=("bit_mass", "first"),
        published=("published", "first"),
        mean=("accuracy", "mean"),
        sd=("accuracy", "std"),
        lowest=("accuracy", "min"),
        highest=("accuracy", "max"),
        seeds=("seed", "count"),
        seconds_per_epoch=("seconds_per_epoch", "median"),
        dataset=("dataset", "first"),
        epochs=("epochs", "first"),
    )
    intervals = [statistics.mean(values).interval for _, values in grouped["accuracy"]]
    lines.insert(6, "ci95_low", [interval and interval.low for interval in intervals])
    lines.insert(7, "ci95_high", [interval and interval.high for interval in intervals])
    return lines.reset_index(names="name").astype(
        dict.fromkeys(["published", "ci95_low", "ci95_high", "sd"], "Float64")
    )


def split_of(table: pd.DataFrame) -> str:
    """Return the split that the reported accuracies were measured on."""
    return str(networks(table)["split"].iloc[0])


def share(value: object) -> str:
    """Write a share from 0 to 1 of `summarise` in percent; nothing where there is none."""
    return f"{value:.1%}" if isinstance(value, float) and value == value else ""


def case_lines(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return `summarise` as plain dictionaries, the interval as ``ci95: [low, high]``; None for gaps."""
    lines = []
    for line in json.loads(summarise(table).to_json(orient="records")):
        low, high = line.pop("ci95_low"), line.pop("ci95_high")
        lines.append(line | {"options": json.loads(line["options"]), "ci95": None if low is None else [low, high]})
    return lines


def main_verdicts(verdicts: Mapping[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Return the verdict of each claim's own experiment, by claim.

    Parameters
    ----------
    verdicts : mapping of str to list of dict
        By experiment, as `verdict_lines` returns them; claims whose experiment is missing are left out.
    """
    return {
        claim.id: next(verdict for verdict in verdicts[claim.experiment] if verdict["claim"] == claim.id)
        for claim in CLAIMS.values()
        if claim.experiment in verdicts
    }


def write_json(path: Path, content: object) -> None:
    """Write JSON that people can read too."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
