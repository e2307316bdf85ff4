"""Environment of the server's kernels: folders for IPython's profile, for bytecode and for compiled code.

All three hold code that readers' kernels run, so no other user must be able to write to them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import platformdirs

from bitmass_viz import kernels
from bitmass_viz.common.folders import fault_of, make
from bitmass_viz.common.user_folders import cache_folder

FOLDERS = ("BITMASS_DATA", "BITMASS_CACHE", "NUMBA_CACHE_DIR")
"""Variables that name a folder, to be made absolute: a kernel runs in the notebook's folder."""

OURS = "kernels_*"
"""Pattern of Numba's cache folders for this package; Numba appends a hash of the package's location."""


def kernel_environment(own: Path, warn: Callable[[str], object]) -> dict[str, str]:
    """Return environment variables that make kernels store code in safe folders.

    Folders that this user cannot write to, or that other users can, are skipped. The last resort is the server's
    temporary folder, whose content is rebuilt at each start.

    Parameters
    ----------
    own : Path
        The server's temporary folder.
    warn : callable
        Called with a sentence for each folder that is skipped as unsafe. The cache is reported even if no code is
        stored there, because its other contents could have been tampered with.
    """
    environment = {}
    for variable in FOLDERS:
        if value := os.environ.get(variable):
            environment[variable] = str(Path(value).expanduser().absolute())
    # Always new and empty: readers' kernels must not run the user's IPython start-up files.
    profile = own / "ipython"
    profile.mkdir(exist_ok=True)
    environment["IPYTHONDIR"] = str(profile)
    chosen = _FolderChooser(warn)
    cache = cache_folder().absolute()
    with suppress(OSError):  # a folder that cannot be made holds nothing to warn of
        make(cache)
        chosen.warn_once(cache, fault_of(cache))
    if sys.dont_write_bytecode and sys.pycache_prefix is None:
        # Container images often disable bytecode. Then every kernel would compile over a thousand modules again,
        # which takes longer than the rest of its start.
        folder = chosen.first(cache / "bytecode", own / "bytecode")
        environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder)}
    return environment | _numba_environment(chosen, environment.get("NUMBA_CACHE_DIR"), own)


def _numba_environment(chosen: _FolderChooser, asked: str | None, own: Path) -> dict[str, str]:
    """Return the variable for the folder of compiled code, empty if that is beside the package itself.

    The order is Numba's, with checks for safety and two more folders at the end. The package's own folder is
    trusted as the package is.
    """
    if asked and chosen.is_safe(Path(asked), OURS):
        return {"NUMBA_CACHE_DIR": asked}
    with suppress(OSError):
        make(Path(kernels.__path__[0]) / "__pycache__")
        return {"NUMBA_CACHE_DIR": ""}
    home = Path(platformdirs.user_cache_dir("numba", appauthor=False))
    folders = (home, cache_folder().absolute() / "numba", own / "numba")
    return {"NUMBA_CACHE_DIR": str(chosen.first(*folders, below=OURS))}


class _FolderChooser:
    """Chooses the first folder that is safe for code, and warns of unsafe ones."""

    def __init__(self, warn: Callable[[str], object]) -> None:
        self._warn = warn
        self._warned: set[str] = set()

    def first(self, *folders: Path, below: str = "*") -> Path:
        """Return the first safe folder, or else the last one."""
        return next((folder for folder in folders if self.is_safe(folder, below)), folders[-1])

    def is_safe(self, folder: Path, below: str = "*") -> bool:
        """Return whether a folder, and everything in it that matches `below`, is safe for code."""
        try:
            make(folder)
        except OSError:
            return False
        faults = (fault_of(each, contents=each != folder) for each in (folder, *folder.glob(below)))
        fault = next(filter(None, faults), None)
        self.warn_once(folder, fault)
        return fault is None

    def warn_once(self, folder: Path, fault: str | None) -> None:
        """Warn of a folder's fault, if any, unless that was done before."""
        if fault is not None and fault not in self._warned:
            self._warned.add(fault)
            self._warn(
                f"No code is kept in {folder}, because {fault}: who can write there decides what readers' "
                "kernels run. Make it yours alone (chown, chmod go-w), or set BITMASS_CACHE and NUMBA_CACHE_DIR "
                "to folders that are."
            )
