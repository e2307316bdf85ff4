"""Runs every experiment in full and writes the shipped results: `python -m bitmass_viz.experiments.publish`.

With the names of experiments only those are run, and their results join the others. With ``--judge`` nothing is
trained: the shipped tables are judged again, after a criterion has changed.
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
    of_digits = [outcome.table for name, outcome in outcomes.items() if EXPERIMENTS[name].source is None]
    hashes = {table["data_sha256"].iloc[0] for table in of_digits}
    if len(hashes) > 1 or any(table["synthetic"].any() for table in of_digits):
        raise ValueError(
            f"shipped results must all be of the same MNIST files, got data of SHA-256 {sorted(hashes)}"
        )
    provenance = {"dataset": "mnist", "data_sha256": next(iter(hashes), "")} | _origin()
    write_tables(outcomes, folder)
    write_verdicts(outcomes, provenance | {"behaviour": _behaviours(outcomes)}, folder)


def add(outcomes: Mapping[str, Outcome], folder: Path = FOLDER) -> None:
    """Write some experiments' results beside those that are shipped, which stay as they are.

    Raises
    ------
    ValueError
        If the shipped results are of another revision of the numbers.
    """
    provenance = shipped.described()["provenance"]
    if provenance["revision"] != REVISION:
        raise ValueError(
            f"the other results must be of revision {REVISION} of the numbers, got {provenance['revision']}; "
            "run all experiments"
        )
    write_tables(outcomes, folder)
    others = {name: _judged(name) for name in shipped.described()["experiments"] if name not in outcomes}
    everything = {name: (others | dict(outcomes))[name] for name in EXPERIMENTS if name in {*others, *outcomes}}
    apart = provenance.get("apart", {}) | dict.fromkeys(outcomes, _origin())
    behaviours = provenance["behaviour"] | _behaviours(outcomes)
    write_verdicts(everything, provenance | {"behaviour": behaviours, "apart": apart}, folder)


def _origin() -> dict[str, Any]:
    """Say what results of today are from."""
    return {
        "version": __version__,
        "revision": REVISION,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def _behaviours(outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    return {name: behaviour(EXPERIMENTS[name], outcome.table) for name, outcome in outcomes.items()}


def write_tables(outcomes: Mapping[str, Outcome], folder: Path) -> None:
    """Write each table, and beside it what its rows share."""
    folder.mkdir(exist_ok=True)
    for name, outcome in outcomes.items():
        rows, shared = pack(outcome.table)
        rows.to_csv(folder / f"{name}.csv", index=False, float_format="%.6g", lineterminator="\n")
        write_json(folder / f"{name}.json", shared)


def write_verdicts(outcomes: Mapping[str, Outcome], provenance: Mapping[str, Any], folder: Path = FOLDER) -> None:
    """Write what is said about the claims, and where the results are from."""
    experiments = {name: as_data(EXPERIMENTS[name], outcome) for name, outcome in outcomes.items()}
    write_json(folder / "verdicts.json", {"provenance": dict(provenance), "experiments": experiments})


def judge_again(folder: Path = FOLDER) -> None:
    """Judge the shipped tables by the present criteria; nothing is trained, and the tables stay as they are."""
    write_verdicts({name: _judged(name) for name in EXPERIMENTS}, shipped.described()["provenance"], folder)


def _judged(name: str) -> Outcome:
    """Judge a shipped table by the present criteria."""
    table = shipped.load(name)
    return Outcome(table, EXPERIMENTS[name].judge(table[table["stage"] == "result"]))


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
        if c.name in chosen
    ]
    found = [fingerprint(job) for job in jobs]
    return hashlib.sha256(" ".join(found).encode()).hexdigest()[:16]


def main() -> None:
    """Run every experiment in full, or those that are named, or take what was already measured, and write it."""
    parser = argparse.ArgumentParser(prog="python -m bitmass_viz.experiments.publish", description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="experiments to run; all unless given")
    parser.add_argument("--judge", action="store_true", help="train nothing: judge the shipped tables again")
    arguments = parser.parse_args()
    if arguments.judge:
        judge_again()
        return
    outcomes = {name: run(name, data="mnist") for name in arguments.names or EXPERIMENTS}
    (add if arguments.names else write)(outcomes)


if __name__ == "__main__":
    main()
