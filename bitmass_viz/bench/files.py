"""Write a run's results to a folder: bench.json with everything, bench.csv with every round, and the figure."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

COLUMNS = ("task", "side", "threads", "round", "examples_measured", "examples", "raw_seconds", "seconds", "ratio")


def write(found: Mapping[str, Any], folder: Path) -> None:
    """Write bench.json, bench.csv, roofline.png and roofline.svg.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    from bitmass_viz import figures
    from bitmass_viz.experiments.summary import write_json

    write_json(folder / "bench.json", found)
    with (folder / "bench.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(found))
    figures.save(figures.draw_roofline(found), folder / "roofline")


def rows(found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a row per round and side; ``seconds`` are for all ``examples``, scaled up if only a part was timed."""
    for line in found["comparisons"]:
        for side in line["sides"]:
            shared = {key: side[key] for key in ("threads", "examples_measured", "examples")}
            yield from _rounds(line["name"], side["name"], shared, side["raw_seconds"], side.get("ratios"))
    for line in found["everyday"]:
        yield from _rounds(line["name"], "ours", _alone(line["count"]), line["raw_seconds"])
    for key in ("hidden", "examples"):
        for line in found["scaling"][key]:
            task, side = (
                f"{key}-{line['trainer']}",
                f"{line[key]} {'containers' if key == 'hidden' else 'examples'}",
            )
            yield from _rounds(task, side, _alone(line["examples"]), line["raw_seconds"])


def _alone(examples: int) -> dict[str, int]:
    return {"threads": 1, "examples_measured": examples, "examples": examples}


def _rounds(
    task: str, side: str, shared: Mapping[str, Any], raw: list[float], ratios: list[float] | None = None
) -> Iterator[dict[str, Any]]:
    scale = shared["examples"] / shared["examples_measured"]
    for turn, seconds in enumerate(raw):
        ratio = None if ratios is None else ratios[turn]
        yield {
            "task": task, "side": side, **shared, "round": turn + 1, "raw_seconds": seconds,
            "seconds": seconds * scale, "ratio": ratio,
        }  # fmt: skip
