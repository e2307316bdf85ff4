"""A stamp file that records that everything is compiled for this machine, readable without importing numba."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bitmass_viz.common.atomic_file import write_atomically

STAMP = "bitmass_viz.json"
PACKAGE = Path(__file__).parents[1]
SOURCES = ("kernels", "trainers")
"""Folders of the compiled functions, and of the code that determines their argument types."""
SETTINGS = ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")


def is_all_compiled(numba_folder: str) -> bool:
    """Return whether a cache holds all compiled code that this version of the package needs on this machine.

    Parameters
    ----------
    numba_folder : str
        ``NUMBA_CACHE_DIR``; empty for the folder inside the package.
    """
    folders = Path(numba_folder).glob("kernels_*") if numba_folder else [PACKAGE / "kernels" / "__pycache__"]
    for folder in folders:
        with suppress(OSError, ValueError, KeyError, TypeError):
            stamp = json.loads((folder / STAMP).read_text("utf-8"))
            if stamp["of"] == _identity() and all((folder / name).exists() for name in stamp["files"]):
                return True
    return False


def note_all_compiled(folder: Path) -> None:
    """Write the stamp to a cache folder that holds everything, if the folder is writable."""
    files = sorted(path.name for path in folder.glob("*.nb[ci]"))
    stamp = {"of": _identity(), "files": files}
    with suppress(OSError):
        write_atomically(folder / STAMP, json.dumps(stamp).encode())


def _identity() -> str:
    """Return a hash of everything that the validity of compiled code depends on."""
    known = hashlib.sha256()
    for part in (str(PACKAGE), sys.version, platform.machine(), *_versions(), *_processor()):
        known.update(part.encode() + b"\0")
    for variable in SETTINGS:
        known.update(os.environ.get(variable, "").encode() + b"\0")
    for folder in SOURCES:
        for path in sorted((PACKAGE / folder).glob("*.py")):
            known.update(path.read_bytes())
    return known.hexdigest()


def _versions() -> Iterable[str]:
    for package in ("numba", "llvmlite", "numpy"):
        try:
            yield version(package)
        except PackageNotFoundError:
            yield "none"


def _processor() -> Iterable[str]:
    """Yield the first processor's name and instruction sets, as reported by Linux."""
    with suppress(OSError):
        first = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").partition("\n\n")[0]
        yield from re.findall(r"^(?:model name|model|flags|Features)\s*:.*$", first, re.MULTILINE)
    yield platform.processor()
