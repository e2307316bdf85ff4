"""Compile every kernel ahead of time by training and measuring every trainer on a few images.

So no list of kernels can go out of date. Numba caches compiled code on disk by argument types, which do not depend
on the number of images.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bitmass_viz.data import Digits, Split
from bitmass_viz.data.idx import IMAGE_SIDE
from bitmass_viz.data.strokes import draw_digits
from bitmass_viz.kernels.compile_stamp import note_all_compiled
from bitmass_viz.trainers import RECIPES, TRAINERS, Option
from bitmass_viz.training.run import Run

IMAGES = 20
FIRST = "bv32-hebbian"
"""The trainer that the page starts with, so it is compiled first."""


@dataclass(frozen=True)
class WarmUpResult:
    """The result of `warm_up`.

    Attributes
    ----------
    compiled, cached : list of str
        Functions, as module.name, that were compiled now, and those that were loaded from the cache.
    uncached : list of str
        Functions that Numba does not cache, so every process compiles them again.
    seconds : float
    folders : list of str
        Folders of the cache.
    """

    compiled: list[str]
    cached: list[str]
    uncached: list[str]
    seconds: float
    folders: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return asdict(self)


def warm_up(progress: bool = True) -> WarmUpResult:
    """Compile every kernel that the page and the library need and Numba's cache does not hold yet.

    Parameters
    ----------
    progress : bool
        Whether to show a progress bar.

    Raises
    ------
    ValueError
        If compiling is disabled (NUMBA_DISABLE_JIT).
    """
    from numba.core import config
    from tqdm.auto import tqdm

    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        raise ValueError("NUMBA_DISABLE_JIT is 1, which forbids all compiling; set it to 0, or leave it unset")
    started = time.perf_counter()
    digits = _few_digits()
    names = sorted(TRAINERS, key=lambda name: name != FIRST)
    for name in tqdm(names, unit="trainer", desc="Compiling", disable=not progress):
        for recipe in RECIPES:
            for options in _variants(TRAINERS[name].OPTIONS):
                use(Run(name, digits, recipe=recipe, **options))
    found = _found(time.perf_counter() - started)
    if not found.uncached:
        for folder in found.folders:
            note_all_compiled(Path(folder))
    return found


def load_compiled() -> None:
    """Load what every trainer calls by default from Numba's cache, or compile it."""
    digits = _few_digits()
    for name in TRAINERS:
        use(Run(name, digits))


def use(run: Run) -> None:
    """Exercise, once, everything in a run that calls compiled code."""
    run.warm_up()
    run.step(len(run.digits.train) + 1)
    for option in run.trainer.OPTIONS:
        if option.live:
            run.set_option(option.name, run.options[option.name])
    run.validate()
    run.upcoming()
    run.predict(run.digits.test.images)
    run.trainer.put_weights(run.weights)
    run.seek(0)


def _variants(options: tuple[Option, ...]) -> Iterator[dict[str, Any]]:
    """Yield the recipe's own options, then each value of each choice, since each can reach other kernels."""
    yield {}
    for option in options:
        values = (True, False) if option.kind == "switch" else option.choices
        yield from ({option.name: value} for value in values)


def _few_digits() -> Digits:
    """Draw a few digits; the drawing code needs compiling too."""
    splits = list[Split]()
    for seed in range(3):
        images = np.empty((IMAGES, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
        labels = np.empty(IMAGES, np.uint8)
        draw_digits(images, labels, np.random.default_rng(seed))
        splits.append(Split(images, labels))
    train, validation, test = splits
    return Digits("few", "A few pen strokes (synthetic)", True, {}, train, validation, test)


def dispatchers() -> dict[str, Any]:
    """Return every Numba function of this package that has been imported, by module and name."""
    from numba.core.dispatcher import Dispatcher

    package = __name__.split(".")[0]
    modules = [module for name, module in list(sys.modules.items()) if name.split(".")[0] == package]
    functions = [value for module in modules for value in vars(module).values() if isinstance(value, Dispatcher)]
    return {f"{f.py_func.__module__.removeprefix(f'{package}.')}.{f.py_func.__qualname__}": f for f in functions}


def _found(seconds: float) -> WarmUpResult:
    compiled, cached, uncached, folders = [], [], [], set()
    for name, function in sorted(dispatchers().items()):
        stats = function.stats
        if stats.cache_path is None:
            if function.signatures:
                uncached.append(name)
            continue
        folders.add(str(Path(stats.cache_path)))
        if stats.cache_misses:
            compiled.append(name)
        elif stats.cache_hits:
            cached.append(name)
    return WarmUpResult(compiled, cached, uncached, round(seconds, 2), sorted(folders))
