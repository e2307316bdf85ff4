"""Runs every experiment in full and writes the shipped results: `python -m bitmass_viz.experiments.publish`.

With ``--judge`` nothing is trained: the shipped tables are judged again, after a criterion has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from bitmass_viz.common.version import __version__
from bitmass_viz.experiments import EXPERIMENTS, run, shipped
from bitmass_viz.experiments.declaration import Experiment
from bitmass_viz.experiments.fingerprint import fingerprint
from bitmass_viz.experiments.job import Job
from bitmass_viz.experiments.outcome import Outcome, as_data
from bitmass_viz.experiments.shipped import FOLDER, KEY, WHOLE
from bitmass_viz.experiments.summary import write_json
from bitmass_viz.kernels.revision import REVISION

if TYPE_CHECKING:
    import pandas as pd


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
        "revision": REVISION,
        "behaviour": {name: behaviour(EXPERIMENTS[name], outcome.table) for name, outcome in outcomes.items()},
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }
    write_verdicts(outcomes, provenance, folder)


def write_verdicts(outcomes: Mapping[str, Outcome], provenance: Mapping[str, Any], folder: Path = FOLDER) -> None:
    """Write what is said about the claims, and where the results are from."""
    experiments = {name: as_data(EXPERIMENTS[name], outcome) for name, outcome in outcomes.items()}
    write_json(folder / "verdicts.json", {"provenance": dict(provenance), "experiments": experiments})


def judge_again(folder: Path = FOLDER) -> None:
    """Judge the shipped tables by the present criteria; nothing is trained, and the tables stay as they are."""
    outcomes = {}
    for name, experiment in EXPERIMENTS.items():
        table = shipped.load(name)
        outcomes[name] = Outcome(table, experiment.judge(table[table["stage"] == "result"]))
    write_verdicts(outcomes, shipped.described()["provenance"], folder)


def behaviour(experiment: Experiment, table: pd.DataFrame) -> str:
    """Hash what the code makes of the networks in a table: what it says as long as the code gives these results.

    Returns
    -------
    str
        16 hexadecimal digits, from the `work.fingerprint` of each reported case.
    """
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
    parser = argparse.ArgumentParser(prog="python -m bitmass_viz.experiments.publish", description=main.__doc__)
    parser.add_argument("--judge", action="store_true", help="train nothing: judge the shipped tables again")
    if parser.parse_args().judge:
        judge_again()
    else:
        write({name: run(name, data="mnist") for name in EXPERIMENTS})


if __name__ == "__main__":
    main()
