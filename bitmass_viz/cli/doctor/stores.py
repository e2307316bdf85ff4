"""Checks of files on disk: MNIST and compiled code."""

from __future__ import annotations

import os
import pkgutil
import tempfile
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

from bitmass_viz.cli.doctor.part import Part, one_line
from bitmass_viz.cli.doctor.software import works
from bitmass_viz.data import MNIST
from bitmass_viz.data.idx import IdxError


def mnist() -> Part:
    """Report where MNIST is and whether its hashes are right, or how to get it."""
    folder, cache = MNIST.data_folder(), MNIST.cache_folder()
    part = Part({"BITMASS_DATA": None if folder is None else str(folder), "cache": str(cache)})
    part.facts |= {"cache_writable": _can_write(cache), "found_in": None, "sha256_right": None}
    if not part.facts["cache_writable"]:
        part.wrong.append(
            f"The folder {cache}, which keeps MNIST and results, cannot be written; set "
            "BITMASS_CACHE to one that can."
        )
    if folder is not None:
        if missing := MNIST.missing_files(folder):
            part.wrong.append(
                f"The folder {folder} of BITMASS_DATA does not hold {missing[0]}; set it to a folder that "
                "holds the four files, or unset it."
            )
        else:
            _check(part, folder, "set BITMASS_DATA to a folder with the original, or unset it")
            return part
    if not [name for name in MNIST.sha256 if not (cache / name).is_file()]:
        _check(part, cache, "run: bitmass fetch")
    elif folder is None:
        part.remarks.append(
            "MNIST is not on this machine; the page gets it, as does: bitmass fetch. Without internet, set "
            "BITMASS_DATA to a folder that holds its four files."
        )
    return part


def compiled() -> Part:
    """Report where Numba caches compiled code, whether it can, and how much there is for this processor."""
    if not works("numba"):
        return Part({"folders": None})
    from numba.core import config

    if config.DISABLE_JIT:  # type: ignore[attr-defined]
        return Part(
            {"folders": None},
            ["NUMBA_DISABLE_JIT is 1, so that nothing is compiled and training is far too slow; unset it."],
        )
    from bitmass_viz import kernels

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for module in pkgutil.iter_modules(kernels.__path__):
            import_module(f"{kernels.__name__}.{module.name}")
        import_module("bitmass_viz.data.strokes")
    from bitmass_viz.kernels.compiling import not_kept

    if not_kept:
        return Part({"folders": [], "writable": False}, [f"{not_kept[0]}."])
    from bitmass_viz.training.warmup import dispatchers

    return _look_into(dispatchers(), config.CACHE_DIR)  # type: ignore[attr-defined]


def _look_into(functions: dict[str, Any], asked_for: str) -> Part:
    """Count the functions in the cache; `asked_for` is the folder that the user has set for it."""
    from numba.core.registry import cpu_target

    kept = {name: function for name, function in functions.items() if function.stats.cache_path is not None}
    folders = sorted({str(Path(function.stats.cache_path)) for function in kept.values()})
    part = Part({"folders": folders, "writable": True, "functions": len(functions), "for_this_processor": 0})
    processor = cpu_target.target_context.codegen().magic_tuple()
    for name, function in kept.items():
        try:
            # Numba has no public API for this; this is what it loads when a function is called.
            index = function._cache._cache_file._load_index()
            part.facts["for_this_processor"] += any(key[1] == processor for key in index)
        except Exception as error:
            part.wrong.append(
                f"The compiled {name} in {function.stats.cache_path} is damaged ({one_line(error)}); delete the "
                ".nbi and .nbc files there."
            )
    astray = [folder for folder in folders if asked_for and not Path(folder).is_relative_to(asked_for)]
    if astray:
        part.wrong.append(
            f"NUMBA_CACHE_DIR is {asked_for}, which cannot be written, so that compiled code goes to {astray[0]}; "
            "set it to a folder that can, or unset it."
        )
    if part.facts["for_this_processor"] == 0:
        part.remarks.append(
            "Nothing is compiled for this processor yet; that happens at first use, or beforehand "
            "with: bitmass warmup."
        )
    return part


def _check(part: Part, folder: Path, cure: str) -> None:
    part.facts["found_in"] = str(folder)
    try:
        for name in MNIST.sha256:
            MNIST.read_verified(folder, name)
        part.facts["sha256_right"] = True
    except (IdxError, OSError) as error:
        part.facts["sha256_right"] = False
        part.wrong.append(f"MNIST is damaged: {error}; {cure}.")


def _can_write(folder: Path) -> bool:
    """Return whether files can be created in a folder. It need not exist yet, and is not created."""
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(place))
    try:
        tempfile.TemporaryFile(dir=there).close()
    except OSError:
        return False
    return True
