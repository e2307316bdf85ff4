"""Run all benchmarks and return one JSON-ready result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from tqdm.auto import tqdm

from bitmass_viz.bench import arithmetic, everyday, limits, machine, memory, scaling
from bitmass_viz.bench.inputs import Material
from bitmass_viz.bench.peers import LeftOut
from bitmass_viz.bench.tasks import TASKS
from bitmass_viz.bench.timing import Comparison, race
from bitmass_viz.common import numeric
from bitmass_viz.data import Digits

ROUNDS = 5
MAX_ROUNDS = 1000


def run(digits: Digits, rounds: int = ROUNDS, whole: bool = False, progress: bool = True) -> dict[str, Any]:
    """Time our kernels and their peers.

    Parameters
    ----------
    digits : Digits
    rounds : int
        1 to 1,000, plus a first call of each side that is not counted.
    whole : bool
        Whether peers that process examples one by one also do whole epochs.
    progress : bool
        Whether to show a progress bar, if there is a terminal.

    Returns
    -------
    dict
        JSON-ready. Every raw time of every round is in it, in seconds.

    Raises
    ------
    ValueError
        If the number of rounds is not allowed, or a peer's bit counts differ from ours.
    """
    rounds = numeric.whole("rounds", rounds, 1, MAX_ROUNDS)
    about = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "dataset": digits.name,
        "label": digits.label,
        "synthetic": digits.synthetic,
        "sha256": dict(digits.sha256),
        "examples": len(digits.train),
        "rounds": rounds,
        "machine": machine.describe(),
        "versions": machine.versions(),
    }
    alone = everyday.tasks(digits)
    races = len(TASKS) + len(alone) + 2 * len(scaling.TRAINERS)
    with tqdm(total=races * (rounds + 1), unit="round", disable=None if progress else True) as bar:

        def timed(task: Any) -> Comparison:
            bar.set_postfix_str(task.name)
            return race(task, rounds, bar.update)

        peaks = limits.measure(rounds)
        comparisons, left_out = [], []
        material = Material(digits, whole)
        for make in TASKS:
            task, missing = make(material)
            comparisons.append(comparison_line(timed(task), peaks))
            left_out += missing
            del task
        del material
        everyday_lines = [_alone_line(timed(prepare())) for prepare in alone]
        hidden, examples = [], []
        for trainer in scaling.TRAINERS:
            hidden += scaling.hidden_lines(trainer, timed(scaling.by_hidden(digits, trainer)))
            examples += scaling.example_lines(trainer, timed(scaling.by_examples(digits, trainer)))
    try:
        resident: dict[str, float] = memory.measure(digits)
    except ValueError as error:
        resident = {}
        left_out.append(LeftOut("memory", str(error)))
    return about | {
        "threads": machine.threads(),
        "limits": peaks | {"register_bits": limits.REGISTER_BITS, "assumptions": limits.ASSUMPTIONS},
        "comparisons": comparisons,
        "everyday": everyday_lines,
        "memory_megabytes": resident,
        "scaling": {"hidden": hidden, "examples": examples},
        "left_out": [asdict(entry) for entry in _once(left_out)],
    }


def comparison_line(measured: Comparison, peaks: dict[str, float]) -> dict[str, Any]:
    """Describe a comparison, JSON-ready: ours first, then its peers with their ratios to ours."""
    task = measured.task
    line: dict[str, Any] = {"name": task.name, "what": task.what, "sides": []}
    if task.least is not None:
        seconds, decided_by = arithmetic.limit(task.least, peaks)
        line |= {
            "kind": task.least.kind,
            "operations": task.least.operations,
            "bytes_moved": task.least.bytes_moved,
            "limit_seconds": seconds,
            "limit_decided_by": decided_by,
        }
    for timing in measured.timings:
        side: dict[str, Any] = {
            "name": timing.side,
            "threads": timing.threads,
            "examples_measured": timing.examples,
            "examples": timing.whole,
            "scaled": timing.scaled,
            "unsteady": timing.unsteady,
            "raw_seconds": timing.raw,
            "seconds": timing.median,
        }
        if task.least is not None:
            side["operations_per_second"] = task.least.operations / timing.median
        if timing is not measured.ours:
            side |= {"ratios": measured.ratios(timing), "ratio": measured.ratio(timing)}
        line["sides"].append(side)
    return line


def _alone_line(measured: Comparison) -> dict[str, Any]:
    """Describe a task without peers, JSON-ready, with its rate per second."""
    ours = measured.ours
    return {
        "name": measured.task.name,
        "what": measured.task.what,
        "count": ours.examples,
        "raw_seconds": ours.raw,
        "seconds": ours.median,
        "per_second": ours.examples / ours.median,
    }


def _once(left_out: Iterable[LeftOut]) -> list[LeftOut]:
    """Drop duplicates, keeping the order."""
    return list(dict.fromkeys(left_out))
