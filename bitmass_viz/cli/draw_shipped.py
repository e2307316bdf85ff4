"""Draws the figures that come with the package, from the shipped results.

`python -m bitmass_viz.cli.draw_shipped`, after the results, a criterion or the drawing have changed.
"""

from __future__ import annotations

from pathlib import Path

from bitmass_viz.experiments import EXPERIMENTS, shipped
from bitmass_viz.experiments.summary import main_verdicts
from bitmass_viz.figures import as_svg, draw_claims, drawing

CLAIMS = "claims"
"""Name of the figure of all claims."""


def drawings() -> dict[str, str]:
    """Draw every experiment's full run, and all claims: SVG for the page, by name."""
    tables = {name: shipped.load(name) for name in EXPERIMENTS}
    drawn = {name: drawing(EXPERIMENTS[name], table) for name, table in tables.items()}
    described = shipped.described()["experiments"]
    verdicts = main_verdicts({name: found["verdicts"] for name, found in described.items()})
    answers = {claim: verdict["answer"] for claim, verdict in verdicts.items()}
    listed = ", ".join(f"{claim} {answer}" for claim, answer in answers.items())
    all_claims = as_svg(draw_claims(EXPERIMENTS, tables, answers), f"Claims against measurements: {listed}.")
    return drawn | {CLAIMS: all_claims}


def write(folder: Path = shipped.FOLDER) -> None:
    """Write all figures beside the tables that they are drawn from."""
    for name, svg in drawings().items():
        (folder / f"{name}.svg").write_text(svg + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
