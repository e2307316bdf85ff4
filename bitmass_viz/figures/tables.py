"""Reading an experiment's table for its figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.shipped import complete

if TYPE_CHECKING:
    import pandas as pd


def accuracies(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Accuracies in percent."""
    return 100.0 * rows["accuracy"].to_numpy(np.float64)


def means_over(rows: pd.DataFrame, column: str) -> dict[float, statistics.Estimate]:
    """Mean accuracies in percent by the values of a column, in their order."""
    return {float(str(at)): statistics.mean(accuracies(part)) for at, part in rows.groupby(column)}


def complete_table_of(experiment: str, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with all its columns, see `shipped.complete`.

    Raises
    ------
    ValueError
        If the table is not one, or is of another experiment.
    """
    whole = complete(table)
    others = [name for name in whole["experiment"].unique() if name != experiment]
    if others:
        raise ValueError(f"this figure draws the experiment {experiment!r}, got a table of {others[0]!r}")
    return whole


def result_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of reported networks, without those that choices were made with."""
    return table[table["stage"] == "result"]
