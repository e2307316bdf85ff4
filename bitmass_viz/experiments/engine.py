"""Runs any declared experiment: choices first, then every case with every seed, on any executor."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from bitmass_viz.common import numeric
from bitmass_viz.common.numeric import as_whole, shortened, whole
from bitmass_viz.common.version import __version__
from bitmass_viz.data import Digits, load_data
from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declaration import MAX_SEEDS, Case, Experiment, plain
from bitmass_viz.experiments.executors import ctrl_c_spares_children, ctrl_c_when_asked, executor_or_processes
from bitmass_viz.experiments.fingerprint import key
from bitmass_viz.experiments.job import NETWORK, DataRef, Job, perform
from bitmass_viz.experiments.measures import SCORES
from bitmass_viz.experiments.outcome import Outcome
from bitmass_viz.experiments.shipped import is_in_place_of_mnist
from bitmass_viz.experiments.store import Rows, Store, default_folder
from bitmass_viz.experiments.verdict import Verdict
from bitmass_viz.kernels.revision import REVISION

if TYPE_CHECKING:
    import pandas as pd

ASK_SECONDS = 0.1
"""How often a running sweep asks whether it should stop."""


class CancelledError(Exception):
    """A sweep was stopped; the networks it had finished are kept."""


@dataclass
class Sweep:
    """One experiment on some digits: its jobs, and the rows they gave.

    Parameters
    ----------
    experiment : Experiment
    seeds : sequence of int
        Of the networks that are reported.
    data : DataRef
    choice_seeds : sequence of int, optional
        Of the networks that choices are made with; the experiment's own unless given.
    given : mapping of str to dict
        Options by case that need not be chosen any more.
    """

    experiment: Experiment
    seeds: Sequence[int]
    data: DataRef
    choice_seeds: Sequence[int] | None = None
    given: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    chosen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def choices(self) -> list[tuple[Case, dict[str, Any], Job]]:
        """Return the networks that choices are made with: none where a case leaves nothing to choose."""
        return [
            (case, options, self._job(case, options, seed, self.experiment.choose_by))
            for case in self.experiment.cases
            if len(case.candidates()) > 1 and case.name not in self.given
            for options in case.candidates()
            for seed in self.choice_seeds or self.experiment.choice_seeds
        ]

    def choose(self, rows: Callable[[Job], Rows]) -> None:
        """Take, for every case, the options whose networks score best on average (the first of equals)."""
        score = SCORES[self.experiment.choose_by]
        scores: dict[str, dict[str, list[float]]] = {}
        for case, options, job in self.choices():
            of_case = scores.setdefault(case.name, {})
            of_case.setdefault(json.dumps(options), []).append(rows(job)[0][score])
        for case in self.experiment.cases:
            found = scores.get(case.name)
            if case.name in self.given:
                self.chosen[case.name] = {name: plain(value) for name, value in self.given[case.name].items()}
            elif found is None:
                self.chosen[case.name] = case.candidates()[0]
            else:
                self.chosen[case.name] = json.loads(max(found, key=lambda o: sum(found[o]) / len(found[o])))

    def results(self) -> list[tuple[Case, dict[str, Any], Job]]:
        """Return the networks that are reported, once choices are made."""
        return [
            (case, self.chosen[case.name], self._job(case, self.chosen[case.name], seed, self.experiment.measure))
            for case in self.experiment.cases
            for seed in self.seeds
        ]

    def _job(self, case: Case, options: dict[str, Any], seed: int, measure: str) -> Job:
        return Job(
            case.trainer,
            case.recipe,
            json.dumps(options, sort_keys=True),
            case.hidden,
            seed,
            self.experiment.epochs,
            measure,
        )

    def table(self, digits: Digits, rows: Callable[[Job], Rows]) -> pd.DataFrame:
        """Put all rows into one tidy table, in the order of the declaration."""
        import pandas as pd  # a third of a second that a page without new results need not wait for

        shared = {
            "experiment": self.experiment.name,
            "dataset": digits.name,
            "synthetic": digits.synthetic,
            "data_sha256": self.data.sha256,
            "version": __version__,
            "revision": REVISION,
            "epochs": self.experiment.epochs,
            "one_class": _one_class(digits),
        }
        records = []
        for stage, planned in (("choice", self.choices()), ("result", self.results())):
            for case, options, job in planned:
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
                }
                records += [shared | head | row for row in rows(job)]
        return pd.DataFrame(records).astype({"level": float, "published": float})


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
        How many networks a case (seeds 0, 1, …), 1 to 1,000, or their seeds; the experiment's own number unless
        given.
    executor : concurrent.futures.Executor, optional
        Where networks are trained, for example a thread pool, or ``dask.distributed.Client().get_executor()``.
        Unless given: as many processes as there are processors.
    data : str or Digits
        Whatever `load_data` knows by name, "auto" included, or data that you have loaded.
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
    numbers = _seeds(experiment.seeds if seeds is None else seeds)
    digits = experiment.digits(lambda: data if isinstance(data, Digits) else load_data(data))
    ref = DataRef.of(digits)
    choosing = None if choice_seeds is None else _seeds(choice_seeds)
    sweep = Sweep(experiment, numbers, ref, choosing, given or {})
    store = Store(folder or default_folder(), NETWORK)

    def rows(job: Job) -> Rows:
        return store[key(job, ref)]

    choices = [job for _, _, job in sweep.choices()]
    total = len(choices) + len(experiment.cases) * len(numbers)
    lent = executor is not None
    with (
        tqdm(total=total, unit="network", desc=experiment.label, disable=None if progress else True) as bar,
        executor_or_processes(executor) as workers,
        ctrl_c_when_asked() as ctrl_c,
    ):
        done = count(1)

        def advance() -> None:
            bar.update()
            tell(next(done), total)

        def go_on() -> None:
            ctrl_c()
            if stop():
                raise CancelledError

        _train(choices, ref, store, workers, lent, advance, go_on)
        sweep.choose(rows)
        _train([job for _, _, job in sweep.results()], ref, store, workers, lent, advance, go_on)
    table = sweep.table(digits, rows)
    verdicts = experiment.judge(table[table["stage"] == "result"])
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
        return range(whole("seeds", count, 1, MAX_SEEDS))
    listed = seeds.tolist() if isinstance(seeds, np.ndarray) else seeds
    is_list = isinstance(listed, Sequence) and not isinstance(listed, str | bytes)
    numbers = [numeric.seed(seed) for seed in listed] if is_list else []  # type: ignore[union-attr]
    if not 1 <= len(numbers) <= MAX_SEEDS or len(set(numbers)) < len(numbers):
        raise ValueError(
            f"seeds must be a whole number between 1 and {MAX_SEEDS:,}, or a list of as many different seeds, "
            f"got {shortened(seeds)}"
        )
    return numbers


def _train(
    jobs: list[Job],
    data: DataRef,
    store: Store,
    workers: Executor,
    lent: bool,
    advance: Callable[[], None],
    go_on: Callable[[], None],
) -> None:
    """Have every job done that is not in the store yet; keep each as it comes. Leave a lent executor no work.

    `advance` counts a network that is done, and `go_on` raises if the sweep is to stop.
    """
    waiting: dict[Future[Rows], str] = {}
    try:
        planned: set[str] = set()
        shared: dict[str, int] = {}
        with nullcontext() if lent else ctrl_c_spares_children():
            for job in jobs:
                go_on()
                result = key(job, data)
                shared[result] = shared.get(result, 0) + 1
                if result in store:
                    advance()
                elif result not in planned:
                    planned.add(result)
                    waiting[workers.submit(perform, job, data)] = result
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
                for _ in range(shared[result]):
                    advance()
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
