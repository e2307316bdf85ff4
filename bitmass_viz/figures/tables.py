"""Reading an experiment's table for its figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.declaration import Experiment
from bitmass_viz.experiments.shipped import complete, data_label
from bitmass_viz.figures.style import SYNTHETIC

if TYPE_CHECKING:
    import pandas as pd


def accuracies(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Accuracies in percent."""
    return 100.0 * rows["accuracy"].to_numpy(np.float64)


def means_over(rows: pd.DataFrame, column: str) -> dict[float, statistics.Estimate]:
    """Mean accuracies in percent by the values of a column, in their order."""
    return {float(str(at)): statistics.mean(accuracies(part)) for at, part in rows.groupby(column)}


def complete_table_of(experiment: Experiment, table: pd.DataFrame) -> pd.DataFrame:
    """Return an experiment's table with all its columns, see `shipped.complete`.

    Raises
    ------
    ValueError
        If this is no experiment, or no table of it.
    """
    if not isinstance(experiment, Experiment):
        raise ValueError(
            f"experiment must be a value of experiments.EXPERIMENTS or one of your own, got {experiment!r:.80}"
        )
    whole = complete(table)
    others = [name for name in whole["experiment"].unique() if name != experiment.name]
    if others:
        raise ValueError(f"this figure draws the experiment {experiment.name!r}, got a table of {others[0]!r}")
    return whole


def data_of(rows: pd.DataFrame) -> str:
    """Return the names of a table's data, as a reader sees them."""
    if rows["synthetic"].iloc[0]:
        return SYNTHETIC
    return " and ".join(data_label(str(dataset)) for dataset in rows["dataset"].unique())


def seeds_in_words(*tables: pd.DataFrame) -> str:
    """Write how many networks the cases of some tables have: "10 to 30 seeds"."""
    counts = [count for rows in tables for count in rows.groupby("case")["seed"].nunique()]
    fewest, most = min(counts), max(counts)
    return f"{fewest} seed{'s' if fewest > 1 else ''}" if fewest == most else f"{fewest} to {most} seeds"


def result_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of reported networks, without those that choices were made with."""
    return table[table["stage"] == "result"]
