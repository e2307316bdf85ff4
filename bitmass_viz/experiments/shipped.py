"""The full runs on MNIST that come with the package: tidy tables, verdicts, and where they are from."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bitmass_viz.common.numeric import shortened
from bitmass_viz.data import MNIST, PUBLISHED
from bitmass_viz.experiments.sources import SOURCES
from bitmass_viz.kernels.revision import REVISION, UNNAMED
from bitmass_viz.trainers import TRAINERS

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).parent / "results"
KEY = ["stage", "case"]
NEEDED = (
    "experiment", "dataset", "synthetic", "version", "epochs", "one_class", "stage", "case", "trainer", "recipe",
    "options", "group", "level", "published", "seed", "bit_mass", "split", "accuracy",
)  # fmt: skip
"""Columns that figures and summaries read of any experiment."""
SVG_HEAD = 4096
"""Characters of a figure's file that hold its first tag, description included."""
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


def provenance(name: str = "") -> dict[str, Any]:
    """Return where the shipped results are from, with their revision of the numbers and the installed one.

    Parameters
    ----------
    name : str
        Of an experiment, which may have been run apart from the others or on other data.
    """
    found = described()
    whole = {"revision": UNNAMED, "label": "MNIST"} | found["provenance"] | {"installed_revision": REVISION}
    apart = whole.pop("apart", {})
    if not name:
        return whole
    of = found["experiments"][name]
    data = {"dataset": of["dataset"], "data_sha256": of["data_sha256"], "label": data_label(of["dataset"])}
    return whole | apart.get(name, {}) | data


def data_label(dataset: str) -> str:
    """Return the name of a run's data, as a reader sees it."""
    named = SOURCES.get(dataset) or PUBLISHED.get(dataset)
    return named.label if named else dataset


def is_in_place_of_mnist(dataset: str, synthetic: bool) -> bool:
    """Return whether a run's data stand where the study had MNIST, and are not MNIST."""
    return dataset not in SOURCES and (synthetic or dataset != MNIST.name)


def chosen(name: str) -> dict[str, dict[str, Any]]:
    """Return the options of each case that the full run chose on the validation split."""
    return {line["name"]: line["options"] for line in described()["experiments"][name]["cases"]}


def networks(bits: Sequence[int]) -> list[dict[str, Any]]:
    """Return what the full runs of E1 and E5 measured on MNIST of networks of some formats, all of equal bit-mass.

    Parameters
    ----------
    bits : sequence of int
        Bits per weight of the formats.

    Returns
    -------
    list of dict
        By accuracy: "name", "bit_mass", "bits" per weight, "mean" test accuracy (0 to 1) and "seeds". A network
        that is in several experiments is taken from the one with the most seeds.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in ("iso-bit", "published"):
        for case in described()["experiments"][name]["cases"]:
            of_case = case["options"].get("bits", TRAINERS[case["trainer"]].FORMAT.bits)
            network = {name: case[name] for name in ("name", "bit_mass", "mean", "seeds")} | {"bits": of_case}
            key = json.dumps([case["trainer"], case["recipe"], case["options"]], sort_keys=True)
            if (
                case["dataset"] == MNIST.name
                and of_case in bits
                and case["seeds"] > found.get(key, {"seeds": 0})["seeds"]
            ):
                found[key] = network
    return sorted(found.values(), key=lambda network: network["mean"])


def cases(name: str) -> list[dict[str, Any]]:
    """Return what the rows of each case of a full run share, with its name as "case"."""
    return list(_shared(name)["cases"])


def drawing(name: str) -> str:
    """Return the figure of a full run, or of all "claims", as an SVG that takes the page's colours.

    It was drawn beforehand: a page shows it at once, and needs no matplotlib.

    Raises
    ------
    FileNotFoundError
        If no such figure was shipped.
    """
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def drawing_size(name: str) -> tuple[float, float]:
    """Return width and height of a figure, for a page that keeps its place until it is there."""
    with (FOLDER / f"{name}.svg").open(encoding="utf-8") as file:
        found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', file.read(SVG_HEAD))
    if found is None:
        raise ValueError(f"{name}.svg must begin with an svg element that has a viewBox, got none")
    return float(found[1]), float(found[2])


def load(name: str) -> pd.DataFrame:
    """Load the table of a full run, as `runner.run` returned it.

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
        As `runner.run` returned it, or all or some rows of a shipped file as pandas reads it.

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


def _shared(name: str) -> dict[str, Any]:
    """Read what a file's rows share."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return content


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

    shared = _shared(name)
    cases = pd.DataFrame(shared["cases"])
    table = rows.merge(cases, on=KEY, how="left", validate="many_to_one")
    for column, value in shared["all"].items():
        table[column] = value
    return table[shared["columns"]].astype({"level": float, "published": float})
