"""Runs any declared experiment: choices first, then every case with every seed, on any executor."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common import numeric
from bitmass_viz.common.numeric import as_whole, shortened, whole
from bitmass_viz.common.version import __version__
from bitmass_viz.data import MNIST, Digits, load_data
from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declaration import MAX_SEEDS, MORE_SEEDS, Case, Experiment, plain
from bitmass_viz.experiments.executors import ctrl_c_spares_children, ctrl_c_when_asked, executor_or_processes
from bitmass_viz.experiments.fingerprint import key
from bitmass_viz.experiments.job import NETWORK, DataRef, Job, perform
from bitmass_viz.experiments.measures import FIRST_SEED, SCORES
from bitmass_viz.experiments.outcome import Outcome
from bitmass_viz.experiments.shipped import data_label, is_in_place_of_mnist
from bitmass_viz.experiments.store import Rows, Store, default_folder
from bitmass_viz.experiments.verdict import Verdict
from bitmass_viz.kernels.revision import REVISION

if TYPE_CHECKING:
    import pandas as pd

ASK_SECONDS = 0.1
"""How often a running sweep asks whether it should stop."""


class CancelledError(Exception):
    """A sweep was stopped; the networks it had finished are kept."""


class Planned(NamedTuple):
    """A network of a sweep."""

    case: Case
    options: dict[str, Any]
    job: Job
    data: DataRef

    @property
    def key(self) -> str:
        """The name that its result is stored under."""
        return key(self.job, self.data)


@dataclass
class Sweep:
    """One experiment on some data: its networks, and the rows they gave.

    Parameters
    ----------
    experiment : Experiment
    digits : mapping of str to Digits
        What the run is on, as "", and what cases name; other cases are left out.
    seeds : sequence of int, optional
        Of the networks that are reported; unless given, as many as the experiment begins with, and more on demand.
    choice_seeds : sequence of int, optional
        Of the networks that choices are made with; the experiment's own unless given.
    given : mapping of str to dict
        Options by case that need not be chosen any more.
    """

    experiment: Experiment
    digits: Mapping[str, Digits]
    seeds: Sequence[int] | None = None
    choice_seeds: Sequence[int] | None = None
    given: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chosen: dict[str, dict[str, Any]] = {}
        self.cases = [case for case in self.experiment.cases if case.data in self.digits]
        self.refs = {name: DataRef.of(digits) for name, digits in self.digits.items()}
        seeds = _first(self.experiment.seeds) if self.seeds is None else self.seeds
        self.reported: dict[str, Sequence[int]] = {case.name: seeds for case in self.cases}

    @cached_property
    def choices(self) -> list[Planned]:
        """Return the networks that choices are made with: none where a case leaves nothing to choose."""
        return [
            self._planned(case, options, seed, self.experiment.epochs_of(case), self.experiment.choose_by)
            for case in self.cases
            if len(case.candidates()) > 1 and case.name not in self.given
            for options in case.candidates()
            for seed in self.choice_seeds or self.experiment.choice_seeds
        ]

    def choose(self, rows: Callable[[Planned], Rows]) -> None:
        """Take, for every case, the options whose networks score best on average (the first of equals)."""
        score = SCORES[self.experiment.choose_by]
        scores: dict[str, dict[str, list[float]]] = {}
        for planned in self.choices:
            of_case = scores.setdefault(planned.case.name, {})
            of_case.setdefault(json.dumps(planned.options), []).append(rows(planned)[0][score])
        # Cases that take another's choice come last, wherever they are declared.
        for case in sorted(self.cases, key=lambda case: bool(case.chosen_like)):
            found = scores.get(case.name)
            if case.name in self.given:
                self.chosen[case.name] = {name: plain(value) for name, value in self.given[case.name].items()}
            elif case.chosen_like:
                self.chosen[case.name] = self.chosen[case.chosen_like]
            elif found is None:
                self.chosen[case.name] = case.candidates()[0]
            else:
                self.chosen[case.name] = json.loads(max(found, key=lambda o: sum(found[o]) / len(found[o])))

    def results(self) -> list[Planned]:
        """Return the networks that are reported, once choices are made."""
        return [
            self._planned(
                case, self.chosen[case.name], seed, self.experiment.epochs_of(case), self.experiment.measure
            )
            for case in self.cases
            for seed in self.reported[case.name]
        ]

    def count(self) -> int:
        """Return how many networks are planned as far as is known by now."""
        return len(self.choices) + sum(map(len, self.reported.values()))

    def add_seeds(self, verdicts: Sequence[Verdict]) -> bool:
        """Plan more networks of the cases that verdicts want more of; return whether there are any.

        See `declaration.STOPPING_RULE`. Seeds that were asked for stay as they are.
        """
        wanting = {case for verdict in verdicts for case in verdict.wanting} if self.seeds is None else set()
        before = self.count()
        for case in wanting:
            have = len(self.reported[case])
            self.reported[case] = _first(max(have, min(have + MORE_SEEDS, self.experiment.most_seeds)))
        return self.count() > before

    def _planned(self, case: Case, options: dict[str, Any], seed: int, epochs: int, measure: str) -> Planned:
        of_trainer = json.dumps(options, sort_keys=True)
        job = Job(case.trainer, case.recipe, of_trainer, case.hidden, seed, epochs, measure)
        return Planned(case, options, job, self.refs[case.data])

    def table(self, rows: Callable[[Planned], Rows]) -> pd.DataFrame:
        """Put all rows into one tidy table, in the order of the declaration."""
        import pandas as pd  # a third of a second that a page without new results need not wait for

        shared = {"experiment": self.experiment.name, "version": __version__, "revision": REVISION}
        of_data = {
            name: {
                "dataset": digits.name,
                "synthetic": digits.synthetic,
                "data_sha256": self.refs[name].sha256,
                "one_class": _one_class(digits),
            }
            for name, digits in self.digits.items()
        }
        records = []
        for stage, networks in (("choice", self.choices), ("result", self.results())):
            for planned in networks:
                case, options, job, _ = planned
                head = {
                    "stage": stage,
                    "case": case.name,
                    "trainer": case.trainer,
                    "recipe": case.recipe,
                    "options": json.dumps(options, sort_keys=True),
                    "group": case.group,
                    "level": case.level,
                    "published": case.published,
                    "seed": job.seed,
                    "epochs": job.epochs,
                }
                records += [shared | of_data[case.data] | head | row for row in rows(planned)]
        return pd.DataFrame(records).astype({"level": float, "published": float})


def _first(count: int) -> range:
    """Return the seeds of so many networks."""
    return range(FIRST_SEED, FIRST_SEED + count)


def _one_class(digits: Digits) -> float:
    """Test accuracy of always answering the commonest class of the training split."""
    return float((digits.test.labels == digits.train.per_class.argmax()).mean())


def run(
    experiment: Experiment,
    seeds: int | Sequence[int] | NDArray[np.integer] | None = None,
    *,
    executor: Executor | None = None,
    data: str | Digits = "auto",
    folder: Path | None = None,
    progress: bool = True,
    tell: Callable[[int, int], object] = lambda done, total: None,
    stop: Callable[[], bool] = lambda: False,
    choice_seeds: Sequence[int] | None = None,
    given: Mapping[str, dict[str, Any]] | None = None,
) -> Outcome:
    """Run an experiment, or finish one that was interrupted.

    Parameters
    ----------
    experiment : Experiment
    seeds : int or sequence of int, optional
        How many networks per case (their seeds from `measures.FIRST_SEED` on), 1 to 1,000, or their seeds. Unless
        given, as many as `declaration.STOPPING_RULE` asks for.
    executor : concurrent.futures.Executor, optional
        Where networks are trained, for example a thread pool, or ``dask.distributed.Client().get_executor()``.
        Unless given: as many processes as there are processors.
    data : str or Digits
        Whatever `load_data` knows by name, "auto" included, or data that you have loaded. Cases that name data of
        their own are trained beside the others where a name stands for MNIST.
        Not looked at if the experiment has a source of its own.
    folder : Path, optional
        Where finished networks are kept and looked for; the user cache unless given.
    progress : bool
        Whether to show a progress bar.
    tell : callable
        Called with the numbers of networks done and planned, after each.
    stop : callable
        Asked now and then; True cancels.
    choice_seeds : sequence of int, optional
        Seeds of the networks that choices are made with; the experiment's own unless given.
    given : mapping of str to dict, optional
        Options by case that were chosen before, for example `shipped.chosen`; nothing is chosen for those.

    Returns
    -------
    Outcome
        ``table``: a row a trained network (several where the measure says so), with ``stage`` ("choice" or
        "result"), ``case, trainer, recipe, options, seed, split, accuracy`` (0 to 1), the data set and its hash,
        the version, and ``seconds_per_epoch`` of wall time. ``verdicts``: one for each claim.

    Raises
    ------
    ValueError
        If `seeds` is out of range, or a process has other digits.
    CancelledError
        If `stop` said so.
    OSError
        If the folder cannot be written to, or a process died; what was finished is kept.
    """
    from tqdm.auto import tqdm  # slow to import, and most sessions show no progress bar

    numbers, choosing = (None if given is None else _seeds(given) for given in (seeds, choice_seeds))
    digits = experiment.digits(lambda: data if isinstance(data, Digits) else load_data(data))
    others = {} if isinstance(data, Digits) or digits.name != MNIST.name else _others(experiment)
    sweep = Sweep(experiment, {"": digits} | others, numbers, choosing, given or {})
    store = Store(folder or default_folder(), NETWORK)

    def rows(planned: Planned) -> Rows:
        return store[planned.key]

    lent = executor is not None
    with (
        tqdm(unit="network", desc=experiment.label, disable=None if progress else True) as bar,
        executor_or_processes(executor) as workers,
        ctrl_c_when_asked() as ctrl_c,
    ):
        done: set[tuple[str, str]] = set()

        def advance(planned: Planned) -> None:
            done.add((planned.case.name, planned.key))
            bar.total = sweep.count()
            bar.update(len(done) - bar.n)
            tell(len(done), bar.total)

        def go_on() -> None:
            ctrl_c()
            if stop():
                raise CancelledError

        _train(sweep.choices, store, workers, lent, advance, go_on)
        sweep.choose(rows)
        while True:
            _train(sweep.results(), store, workers, lent, advance, go_on)
            table = sweep.table(rows)
            verdicts = experiment.judge(table[table["stage"] == "result"])
            if not sweep.add_seeds(verdicts):
                break
    if is_in_place_of_mnist(digits.name, digits.synthetic):
        verdicts = [_on_other_data(verdict, digits) for verdict in verdicts]
    return Outcome(table, verdicts)


def _on_other_data(verdict: Verdict, digits: Digits) -> Verdict:
    """Say of a verdict that it comes from other data, and withhold it where figures on MNIST are in question."""
    withheld = verdict.claim in CLAIMS and CLAIMS[verdict.claim].needs_mnist
    if not withheld:
        return replace(verdict, measured=f"On {digits.label}: {verdict.measured}")
    return replace(
        verdict,
        answer="undecided",
        measured=f"On {digits.label}, which is no evidence about figures on MNIST: {verdict.measured}",
        lines=tuple(replace(line, answer=None) for line in verdict.lines),
    )


def _seeds(seeds: int | Sequence[int] | NDArray[np.integer]) -> Sequence[int]:
    count = as_whole(seeds)
    if count is not None:
        return _first(whole("seeds", count, 1, MAX_SEEDS))
    listed = seeds.tolist() if isinstance(seeds, np.ndarray) else seeds
    is_list = isinstance(listed, Sequence) and not isinstance(listed, str | bytes)
    numbers = [numeric.seed(seed) for seed in listed] if is_list else []  # type: ignore[union-attr]
    if not 1 <= len(numbers) <= MAX_SEEDS or len(set(numbers)) < len(numbers):
        raise ValueError(
            f"seeds must be a whole number between 1 and {MAX_SEEDS:,}, or a list of as many different seeds, "
            f"got {shortened(seeds)}"
        )
    return numbers


def _others(experiment: Experiment) -> dict[str, Digits]:
    """Load the data that cases name."""
    found = {}
    for name in sorted({case.data for case in experiment.cases} - {""}):
        try:
            found[name] = load_data(name)
        except OSError as error:
            warnings.warn(f"{experiment.label} leaves out its cases on {data_label(name)}: {error}", stacklevel=3)
    return found


def _train(
    networks: list[Planned],
    store: Store,
    workers: Executor,
    lent: bool,
    advance: Callable[[Planned], None],
    go_on: Callable[[], None],
) -> None:
    """Train every network that is not in the store yet, the longest first; keep each as it comes.

    A lent executor is left no work. `advance` counts a network that is done, and `go_on` raises if the sweep is to
    stop.
    """
    waiting: dict[Future[Rows], str] = {}
    try:
        missing: dict[str, list[Planned]] = {}
        for planned in networks:
            go_on()
            if planned.key in store:
                advance(planned)
            else:
                missing.setdefault(planned.key, []).append(planned)
        with nullcontext() if lent else ctrl_c_spares_children():
            for result in sorted(missing, key=lambda result: -missing[result][0].job.size):
                go_on()
                first = missing[result][0]
                waiting[workers.submit(perform, first.job, first.data)] = result
        while waiting:
            go_on()
            finished, _ = wait(waiting, timeout=ASK_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                result = waiting.pop(future)
                try:
                    store.add(result, future.result())
                except BrokenExecutor as error:
                    why = f"a process that trains networks ended too early{_exit_codes(error)}, perhaps because"
                    raise OSError(f"{why} memory ran out; {_kept(store)}") from error
                except MemoryError as error:
                    raise OSError(f"memory ran out while a network was trained; {_kept(store)}") from error
                for planned in missing[result]:
                    advance(planned)
    except BaseException:
        if lent:
            for future in waiting:
                future.cancel()
        raise


def _kept(store: Store) -> str:
    return f"{len(store)} networks are kept: run the same again to go on from there"


def _exit_codes(error: BrokenExecutor) -> str:
    """Return what loky says of the processes that ended, or nothing."""
    found = re.search(r"exit codes of the workers are {(.+)}", str(error))
    return f" ({found[1]})" if found else ""
