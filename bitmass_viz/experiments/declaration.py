"""What an experiment is: a claim, a grid of networks, a measure, and a criterion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from bitmass_viz.common import html
from bitmass_viz.common.numeric import whole
from bitmass_viz.data import PUBLISHED, Digits
from bitmass_viz.experiments.figure import ClaimRow, Dots, Figure
from bitmass_viz.experiments.measures import SCORES
from bitmass_viz.experiments.sources import Source
from bitmass_viz.experiments.verdict import Verdict

if TYPE_CHECKING:
    import pandas as pd

EPOCHS = 3
"""Passes through the training split, as in the study."""
MAX_EPOCHS = 10_000
MAX_SEEDS = 1000
FIRST_SEEDS, MORE_SEEDS, MOST_SEEDS = 10, 5, 30
"""Networks per case to begin with; how many are added at a time; and the most."""
STOPPING_RULE = (
    f"{FIRST_SEEDS} networks per case are trained first. Where an interval that an answer rests on is wider than "
    f"its margin, the cases that it compares get {MORE_SEEDS} more at a time, up to {MOST_SEEDS}. Only the width "
    "decides that, not the answer."
)
"""One rule for all claims; the margins stand with the criteria."""
CHOICE_SEEDS = (100, 101, 102, 103, 104)


def on(data: str, name: str) -> str:
    """Name a case that learns a data set of its own; ``""`` is what the run is on."""
    return f"{name}, {PUBLISHED[data].label}" if data else name


def plain(value: Any) -> Any:
    """Return one of NumPy's numbers as Python's, which goes into JSON; anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


@dataclass(frozen=True)
class Case:
    """One row of an experiment's grid: a kind of network, trained once for every seed.

    Parameters
    ----------
    name : str
        Unique within the experiment, as a reader sees it.
    trainer, recipe : str
    options : mapping
        Of the trainer; the recipe gives the rest.
    choose : mapping of str to tuple
        Candidates for further options. Every combination is trained with the experiment's `choice_seeds`, and the
        one with the best mean is taken, of what the experiment's `choose_by` measures.
    hidden : int, optional
        Containers in the hidden layer; the trainer's own default unless given.
    group : str
        The series that the figure draws it in.
    level : float, optional
        Where on the figure's axis.
    published : float, optional
        The study's accuracy for it, 0 to 1.
    data : str
        A published data set by name, for a case that does not learn what the run is on.
    epochs : int, optional
        The experiment's own unless given.
    chosen_like : str
        The case whose choices it takes, in place of a search of its own.
    """

    name: str
    trainer: str
    recipe: str = "tuned"
    options: Mapping[str, Any] = field(default_factory=dict)
    choose: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    hidden: int | None = None
    group: str = ""
    level: float | None = None
    published: float | None = None
    data: str = ""
    epochs: int | None = None
    chosen_like: str = ""

    def __post_init__(self) -> None:
        options = {name: plain(value) for name, value in self.options.items()}
        choose = {name: tuple(map(plain, values)) for name, values in self.choose.items()}
        given = {"options": options, "choose": choose, "hidden": plain(self.hidden), "level": plain(self.level)}
        for name, value in given.items():
            object.__setattr__(self, name, value)

    def candidates(self) -> list[dict[str, Any]]:
        """Return every combination of options to choose among; one if there is no choice."""
        values = product(*self.choose.values())
        return [{**self.options, **dict(zip(self.choose, chosen, strict=True))} for chosen in values]


@dataclass(frozen=True)
class Experiment:
    """What an experiment declares; `runner` runs it.

    Parameters
    ----------
    name : str
        On the command line.
    label : str
        In the design, "E1" to "E9".
    title, question : str
        For the reader.
    criteria : mapping of str to str
        For each claim, what decides between the answers.
    cases : tuple of Case
    judge : callable
        From the table of results to verdicts.
    measure : str
        A name in `measures.MEASURES`.
    seeds, most_seeds : int
        Networks per case to begin with, and the most that are trained to make intervals narrower.
    epochs : int
    source : Source, optional
        Makes what the networks learn, where that is not the digits; its options are among those of the cases.
    choose_by : str
        The measure that choices are made by, a name in `measures.SCORES`.
    choice_seeds : tuple of int
        Seeds of the networks that choices are made with; none of them is among those that are reported.
    figure : Figure
        How it is drawn, and told in words.
    claim_rows : mapping of str to ClaimRow
        For claims that were measured, what the figure of all claims shows.
    history : str
        What was decided only after results were known, such as criteria that were restated.
    note : str
        What a reader must know to compare its figures with those of another experiment.
    """

    name: str
    label: str
    title: str
    question: str
    criteria: Mapping[str, str]
    cases: tuple[Case, ...]
    judge: Callable[[pd.DataFrame], list[Verdict]]
    measure: str = "accuracy"
    seeds: int = FIRST_SEEDS
    most_seeds: int = MOST_SEEDS
    epochs: int = EPOCHS
    source: Source | None = None
    choose_by: str = "validation"
    choice_seeds: tuple[int, ...] = CHOICE_SEEDS
    figure: Figure = field(default_factory=Dots)
    claim_rows: Mapping[str, ClaimRow] = field(default_factory=dict)
    history: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        names = [case.name for case in self.cases]
        if len(set(names)) < len(names):
            raise ValueError(f"case names of {self.name} must be unique, got {names}")
        if self.choose_by not in SCORES:
            raise ValueError(f"choose_by must be one of {', '.join(SCORES)}, got {self.choose_by!r}")
        object.__setattr__(self, "seeds", whole("seeds", self.seeds, 1, MAX_SEEDS))
        object.__setattr__(self, "most_seeds", whole("most_seeds", self.most_seeds, 1, MAX_SEEDS))
        object.__setattr__(self, "epochs", whole("epochs", self.epochs, 1, MAX_EPOCHS))

    def epochs_of(self, case: Case) -> int:
        """Return the passes through the training split of a case."""
        return self.epochs if case.epochs is None else case.epochs

    def digits(self, load: Callable[[], Digits]) -> Digits:
        """Return what its networks learn: a sample of its source, or what `load` returns."""
        return load() if self.source is None else self.source.sample()

    def _repr_html_(self) -> str:
        criteria = [(f"<b>{escape(claim)}</b>", escape(text)) for claim, text in self.criteria.items()]
        cases = [
            (
                escape(case.name),
                f"<code>{case.trainer}</code>",
                escape(", ".join(f"{name} {value}" for name, value in case.options.items())),
                escape(", ".join(f"{name} of {values}" for name, values in case.choose.items())),
            )
            for case in self.cases
        ]
        return html.card(
            f"{self.title}: {self.question}",
            html.table(criteria, ("claim", "criterion")),
            html.table(cases, ("network", "trainer", "options", f"chosen by {self.choose_by}")),
            note=f"{self.seeds} seeds per network or more, {self.epochs} epochs. {self.history}".strip(),
        )
