"""The full runs on MNIST that come with the package: tidy tables, verdicts, and where they are from.

`python -m bitmass_viz.experiments.shipped` runs what is missing of them and writes them again.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bitmass_viz import __version__
from bitmass_viz.experiments.declare import Experiment
from bitmass_viz.experiments.engine import Outcome
from bitmass_viz.numeric import shortened

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent / "results"
KEY = ["stage", "case"]
NEEDED = (
    "experiment", "dataset", "synthetic", "version", "epochs", "one_class", "stage", "case", "trainer", "recipe",
    "options", "group", "level", "published", "seed", "bit_mass", "split", "accuracy",
)  # fmt: skip
"""Columns that figures and summaries read of any experiment."""
ROUNDED = 6
"""Decimal places that are compared, as parsers of CSV files differ in the last bits."""
WHOLE = ("hidden", "units", "bits_per_weight", "bit_mass", "bit", "seed", "epochs")
"""Columns of whole numbers."""


@cache
def described() -> dict[str, Any]:
    """Return what was found, JSON-ready: ``provenance``, and by experiment what `summary.as_data` says.

    Needs neither pandas nor any of the tables.
    """
    content: dict[str, Any] = json.loads((FOLDER / "verdicts.json").read_text(encoding="utf-8"))
    return content


def chosen(name: str) -> dict[str, dict[str, Any]]:
    """Return the options of each case that the full run chose on the validation split."""
    return {line["name"]: line["options"] for line in described()["experiments"][name]["cases"]}


def load(name: str) -> pd.DataFrame:
    """Load the table of a full run, as `engine.run` returned it.

    Raises
    ------
    FileNotFoundError
        If no such experiment was shipped.
    """
    return _unpacked(name, _rows(name))


def complete(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with all its columns: one read from a shipped CSV file gets those that its rows share.

    Parameters
    ----------
    table : pandas.DataFrame
        As `engine.run` returned it, or all or some rows of a shipped file as pandas reads it.

    Raises
    ------
    ValueError
        If the table is neither, or has no result in it.
    """
    if not hasattr(table, "columns"):
        raise ValueError(f"table must be a pandas.DataFrame as experiments.run returns it, got {shortened(table)}")
    missing = [column for column in NEEDED if column not in table.columns]
    if missing:
        name = next((name for name in described()["experiments"] if _is_of(name, table)), None)
        if name is None:
            raise ValueError(
                f"the table has no column {missing[0]!r}; give it as experiments.run returned it, as --out wrote "
                "it (NAME.csv), or rows of a CSV file that comes with the package, as pandas reads it"
            )
        table = _unpacked(name, table)
    if not (table["stage"] == "result").any():
        raise ValueError("the table has no row whose stage is 'result', got none to show")
    return table


def _rows(name: str) -> pd.DataFrame:
    """Read what a file's rows do not share."""
    import pandas as pd

    return pd.read_csv(FOLDER / f"{name}.csv", dtype={"options": str})


def _is_of(name: str, table: pd.DataFrame) -> bool:
    """Tell whether all rows of a table are in a shipped file: only then is what its rows share true of them."""
    rows = _rows(name)
    if set(rows.columns) != set(table.columns):
        return False
    try:
        found = table.round(ROUNDED).merge(rows.round(ROUNDED).drop_duplicates(), how="left", indicator=True)
    except ValueError:  # a column of another type
        return False
    return bool((found["_merge"] == "both").all())


def _unpacked(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Add what rows of a shipped file share."""
    import pandas as pd

    shared = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    cases = pd.DataFrame(shared["cases"])
    table = rows.merge(cases, on=KEY, how="left", validate="many_to_one")
    for column, value in shared["all"].items():
        table[column] = value
    return table[shared["columns"]].astype({"level": float, "published": float})


def pack(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Take out of a table what all rows share, and what all rows of a case share: (rows, what they share)."""
    same = [c for c in table.columns if c not in KEY and table[c].nunique(dropna=False) == 1]
    per_case = table.groupby(KEY, sort=False)
    by_case = [c for c in table.columns if c not in (*same, *KEY) and per_case[c].nunique(dropna=False).max() == 1]
    cases = per_case[by_case].first().reset_index() if by_case else table[KEY].drop_duplicates()
    rows = table.drop(columns=[*same, *by_case])
    rows = rows.astype({c: "Int64" for c in WHOLE if c in rows})
    shared = {
        "columns": list(table.columns),
        "all": json.loads(table[same].iloc[:1].to_json(orient="records"))[0] if same else {},
        "cases": json.loads(cases.to_json(orient="records")),
    }
    return rows, shared


def write(outcomes: Mapping[str, Outcome], folder: Path = FOLDER) -> None:
    """Write tables, verdicts and provenance.

    Raises
    ------
    ValueError
        If a table is not of MNIST, or the experiments are of different digits.
    """
    from datetime import UTC, datetime

    import numba
    import numpy as np

    from bitmass_viz.experiments.declared import EXPERIMENTS
    from bitmass_viz.experiments.summary import as_data, write_json

    hashes = {outcome.table["data_sha256"].iloc[0] for outcome in outcomes.values()}
    if len(hashes) != 1 or any(outcome.table["synthetic"].any() for outcome in outcomes.values()):
        raise ValueError(
            f"shipped results must all be of the same MNIST files, got data of SHA-256 {sorted(hashes)}"
        )
    folder.mkdir(exist_ok=True)
    for name, outcome in outcomes.items():
        rows, shared = pack(outcome.table)
        rows.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")
        write_json(folder / f"{name}.json", shared)
    provenance = {
        "dataset": "mnist",
        "data_sha256": hashes.pop(),
        "version": __version__,
        "behaviour": {name: behaviour(EXPERIMENTS[name], outcome.table) for name, outcome in outcomes.items()},
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }
    experiments = {name: as_data(EXPERIMENTS[name], outcome) for name, outcome in outcomes.items()}
    write_json(folder / "verdicts.json", {"provenance": provenance, "experiments": experiments})


def behaviour(experiment: Experiment, table: pd.DataFrame) -> str:
    """Hash what the code makes of the networks in a table: what it says as long as the code gives these results.

    Returns
    -------
    str
        16 hexadecimal digits, from the `work.fingerprint` of each reported case.
    """
    from bitmass_viz.experiments.fingerprint import fingerprint
    from bitmass_viz.experiments.work import Job

    results = table[table["stage"] == "result"].drop_duplicates("case")
    chosen = dict(zip(results["case"], results["options"], strict=True))
    jobs = [
        Job(c.trainer, c.recipe, chosen[c.name], c.hidden, 0, experiment.epochs, experiment.measure)
        for c in experiment.cases
    ]
    found = [fingerprint(job) for job in jobs]
    return hashlib.sha256(" ".join(found).encode()).hexdigest()[:16]


def main() -> None:
    """Run every experiment in full, or take what was already measured, and write all of it."""
    from bitmass_viz.experiments import EXPERIMENTS, run

    write({name: run(name, data="mnist") for name in EXPERIMENTS})


if __name__ == "__main__":
    main()
