"""An experiment of one's own: kinds of network, and a criterion written down before they are trained."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from bitmass_viz.common.numeric import as_real, shortened, whole
from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.claims import EQUAL_POINTS
from bitmass_viz.experiments.declaration import EPOCHS, Case, Experiment
from bitmass_viz.experiments.judging import accuracies, estimated, gap_line, is_equal, seeds_of, signed
from bitmass_viz.experiments.verdict import Verdict
from bitmass_viz.network.architecture import MAX_HIDDEN
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.options import RECIPES, resolve

if TYPE_CHECKING:
    import pandas as pd

OWN = "yours"
"""In place of a claim of the study's."""
MOST_CASES = 12
MEASURED_ON = {"validation": "validation", "test": "accuracy"}


def design(
    question: str,
    cases: Mapping[str, Mapping[str, Any]],
    *,
    equal_within: float = EQUAL_POINTS,
    measured_on: Literal["validation", "test"] = "validation",
    epochs: int = EPOCHS,
    seeds: int = 5,
) -> Experiment:
    """Declare an experiment that asks whether kinds of network are equally accurate.

    Parameters
    ----------
    question : str
    cases : mapping of str to mapping
        From the name of each kind of network, two at least, to ``trainer``, and if wanted ``recipe``, ``hidden``
        (containers) and options of the trainer.
    equal_within : float
        Two accuracies count as equal if the whole 95 % interval of their difference lies within so many
        percentage points.
    measured_on : {"validation", "test"}
        "test" is for the figure at the end, when nothing will be changed any more.
    epochs : int
        1 to 100.
    seeds : int
        Networks a case, unless `run` is told otherwise.

    Returns
    -------
    Experiment
        For `run`.

    Raises
    ------
    ValueError
        If a case or a number is not allowed; the message says what is.

    Examples
    --------
    >>> mine = design(
    ...     "Are 8 floats as good as 256 bits?",
    ...     {"8 floats": {"trainer": "adamw"}, "256 bits": {"trainer": "straight-through", "bits": 1}},
    ... )
    >>> outcome = run(mine)  # doctest: +SKIP
    """
    if not isinstance(question, str) or not question.strip():
        raise ValueError(f"question must be a sentence, got {question!r}")
    if not isinstance(cases, Mapping) or not 2 <= len(cases) <= MOST_CASES:
        got = len(cases) if isinstance(cases, Mapping) else repr(cases)[:80]
        raise ValueError(f"cases must be a mapping of 2 to {MOST_CASES} kinds of network, got {got}")
    if measured_on not in MEASURED_ON:
        raise ValueError(f"measured_on must be one of {', '.join(MEASURED_ON)}, got {measured_on!r}")
    margin = as_real(equal_within)
    if margin is None or not 0 < margin <= 100:
        wrong = shortened(equal_within)
        raise ValueError(f"equal_within must be a number of points above 0 and up to 100, got {wrong}")

    def judge(results: pd.DataFrame) -> list[Verdict]:
        return [_verdict(results, first, second, margin) for first, second in combinations(cases, 2)]

    return Experiment(
        name=OWN,
        label="Yours",
        title="An experiment of your own",
        question=question,
        criteria={
            OWN: f"Supported (equal) if the whole 95 % interval of the difference lies within ±{margin:g} points; "
            "not supported if all of it lies outside; else undecided.",
        },
        cases=tuple(_case(name, settings) for name, settings in cases.items()),
        judge=judge,
        measure=MEASURED_ON[measured_on],
        seeds=seeds,
        most_seeds=seeds,
        epochs=whole("epochs", epochs, 1, 100),
    )


def _case(name: str, settings: Mapping[str, Any]) -> Case:
    """Check a case now: later it would fail in another process."""
    given = dict(settings)
    trainer, recipe, hidden = given.pop("trainer", None), given.pop("recipe", "tuned"), given.pop("hidden", None)
    if trainer not in TRAINERS:
        raise ValueError(f"trainer of {name!r} must be one of {', '.join(TRAINERS)}, got {trainer!r}")
    if recipe not in RECIPES:
        raise ValueError(f"recipe of {name!r} must be one of {', '.join(RECIPES)}, got {recipe!r}")
    kind = TRAINERS[trainer]
    if hidden is not None:
        if not kind.HAS_HIDDEN_LAYER:
            raise ValueError(f"hidden of {name!r} must be left out, got {shortened(hidden)}")
        hidden = whole(f"hidden of {name!r}", hidden, 1, MAX_HIDDEN)
    checked = resolve(trainer, kind.OPTIONS, recipe, given)
    return Case(name, trainer, recipe, {option: checked[option] for option in given}, hidden=hidden)


def _verdict(results: pd.DataFrame, first: str, second: str, margin: float) -> Verdict:
    seeds = seeds_of(results)
    gap = statistics.difference(accuracies(results, first), accuracies(results, second))
    answer, what = is_equal(gap, margin, seeds), f"{first} minus {second}"
    lines = [gap_line(what, gap, answer)]
    measured = f"{what}: {signed(gap.value)}."
    return estimated(OWN, answer, measured, gap, statistics.DIFFERENCE_INTERVAL, seeds, lines)
