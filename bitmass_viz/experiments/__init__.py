"""The study's claims as experiments, with verdicts. Nothing here imports Jupyter."""

from __future__ import annotations

from typing import Any

from bitmass_viz.experiments.claims import CLAIMS, Claim
from bitmass_viz.experiments.custom import design
from bitmass_viz.experiments.declaration import Case, Experiment
from bitmass_viz.experiments.declared import EXPERIMENTS
from bitmass_viz.experiments.finding import Finding
from bitmass_viz.experiments.knife import flipped as flip_bits
from bitmass_viz.experiments.knife import kept as keep_top_bits
from bitmass_viz.experiments.outcome import Outcome
from bitmass_viz.experiments.runner import CancelledError
from bitmass_viz.experiments.runner import run as _run
from bitmass_viz.experiments.verdict import ANSWERS, Verdict

__all__ = [
    "ANSWERS",
    "CLAIMS",
    "EXPERIMENTS",
    "CancelledError",
    "Case",
    "Claim",
    "Experiment",
    "Finding",
    "Outcome",
    "Verdict",
    "design",
    "flip_bits",
    "keep_top_bits",
    "run",
]


def run(name: str | Experiment, seeds: Any = None, **how: Any) -> Outcome:
    """Run an experiment, by its name or as declared.

    Parameters
    ----------
    name : str or Experiment
        One of `EXPERIMENTS`, such as "iso-bit", or an experiment of your own, see `design`.
    seeds : int or sequence of int, optional
    **how
        ``executor``, ``data``, ``folder``, ``progress`` and so on, see `runner.run`.

    Returns
    -------
    Outcome
        ``table, verdicts``: a tidy DataFrame with a row for each trained network, and what it says of the claims.

    Raises
    ------
    ValueError
        For an unknown experiment or a number of seeds that is not allowed.

    Examples
    --------
    >>> table, verdicts = run("iso-bit", seeds=5)  # doctest: +SKIP
    """
    if isinstance(name, Experiment):
        return _run(name, seeds, **how)
    if name not in EXPERIMENTS:
        raise ValueError(f"experiment must be one of {', '.join(EXPERIMENTS)}, got {name!r}")
    return _run(EXPERIMENTS[name], seeds, **how)
