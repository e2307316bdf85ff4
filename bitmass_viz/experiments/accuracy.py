"""How accurate each trainer is after the study's three epochs, over several seeds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bitmass_viz.architecture import Architecture
from bitmass_viz.data import Digits
from bitmass_viz.run import Run

EPOCHS = 3


@dataclass(frozen=True)
class Case:
    """A trainer as it is to be measured, and what the study published for it (a share, 0 to 1)."""

    name: str
    trainer: str
    recipe: str
    options: dict[str, Any] = field(default_factory=dict)
    published: float | None = None


CASES = (
    Case("AdamW, published recipe", "adamw", "published", published=0.813),
    Case("AdamW, tuned", "adamw", "tuned"),
    Case("SGD, published recipe", "sgd", "published", published=0.760),
    Case("SGD, published recipe, no chain rule", "sgd", "published", {"chain_rule": False}),
    Case("SGD, tuned", "sgd", "tuned"),
    Case("BV32-Hebbian, prototype", "bv32-hebbian", "published", {"rule": "prototype"}, published=0.764),
    Case("BV32-Hebbian, error-driven", "bv32-hebbian", "published", {"rule": "error-driven"}),
    Case("BV32-Hebbian, error-driven with margin", "bv32-hebbian", "tuned", {"rule": "error-driven"}),
    Case("BV32-Hebbian, delta", "bv32-hebbian", "tuned", {"rule": "delta"}),
    Case("BV32, uncentred (our reconstruction of the bug)", "bv32-uncentred", "published"),
)


def measure(
    digits: Digits,
    seeds: Sequence[int],
    cases: Sequence[Case] = CASES,
    arch: Architecture | None = None,
    epochs: int = EPOCHS,
    done: Callable[[], object] = lambda: None,
) -> pd.DataFrame:
    """Train every case with every seed.

    Parameters
    ----------
    digits : Digits
    seeds : sequence of int
    cases : sequence of Case
    arch : Architecture, optional
        784→8→10 unless given.
    epochs : int
    done : callable
        Called after each trained network.

    Returns
    -------
    pandas.DataFrame
        One row a trained network: ``case, trainer, recipe, published, seed, dataset, epochs, bit_mass,
        validation, test, seconds_per_epoch``. Accuracies are shares from 0 to 1; the test split is read once.
    """
    arch = Architecture() if arch is None else arch
    rows = []
    for case in cases:
        for seed in seeds:
            run = Run(case.trainer, digits, arch, seed, case.recipe, **case.options)
            run.warm_up()
            started = time.perf_counter()
            run.advance(epochs * len(digits.train))
            took = time.perf_counter() - started
            rows.append(
                {
                    "case": case.name,
                    "trainer": case.trainer,
                    "recipe": case.recipe,
                    "published": math.nan if case.published is None else case.published,
                    "seed": seed,
                    "dataset": digits.name,
                    "epochs": epochs,
                    "bit_mass": run.weights.bit_mass,
                    "validation": run.accuracy("validation"),
                    "test": run.accuracy("test"),
                    "seconds_per_epoch": took / epochs,
                }
            )
            done()
    return pd.DataFrame(rows)


def summarise(results: pd.DataFrame) -> pd.DataFrame:
    """Sum up over seeds.

    Parameters
    ----------
    results : pandas.DataFrame
        As `measure` returns it.

    Returns
    -------
    pandas.DataFrame
        One row a case: ``name, trainer, recipe, published, mean, sd, lowest, highest, seeds,
        seconds_per_epoch``; ``sd`` is the standard deviation between seeds (n − 1), missing for one seed.
    """
    grouped = results.groupby(["case", "trainer", "recipe"], sort=False)
    return grouped.agg(
        published=("published", "first"),
        mean=("test", "mean"),
        sd=("test", "std"),
        lowest=("test", "min"),
        highest=("test", "max"),
        seeds=("seed", "count"),
        seconds_per_epoch=("seconds_per_epoch", "median"),
    ).reset_index(names=["name", "trainer", "recipe"])
