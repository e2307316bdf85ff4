"""What the server's kernels find around them: folders for IPython's profile, for bytecode and for compiled code.

All three hold code that a reader's kernel runs, so each must be a folder that nobody else can write to.
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
"""Variables that name a folder. A kernel runs in the notebook's, where a relative path would mean another one."""

OURS = "kernels_*"
"""Numba's folders for this package (it adds a hash of where the package is) among those for others."""


def kernel_environment(own: Path, warn: Callable[[str], object]) -> dict[str, str]:
    """Return the variables by which kernels keep code in sound folders.

    A folder that cannot be written to is passed over, and so is one that somebody else can write to. In the end
    there is always the server's own temporary folder; what is kept there is made anew at each start.

    Parameters
    ----------
    own : Path
        The server's temporary folder.
    warn : callable
        Given a sentence for each folder that is not used because it is not sound. The cache is named also if it
        has no code to keep: what else is in it, somebody else may have put there.
    """
    environment = {}
    for variable in FOLDERS:
        if value := os.environ.get(variable):
            environment[variable] = str(Path(value).expanduser().absolute())
    # Always new and empty: a reader's kernel has no use for what the user has IPython run at its start.
    profile = own / "ipython"
    profile.mkdir(exist_ok=True)
    environment["IPYTHONDIR"] = str(profile)
    chosen = _Chosen(warn)
    cache = cache_folder().absolute()
    with suppress(OSError):  # where nothing can be kept, nobody can put anything there
        make(cache)
        chosen.speak_up(cache, fault_of(cache))
    if sys.dont_write_bytecode and sys.pycache_prefix is None:
        # Images of containers often forbid bytecode, and then every kernel compiles over a thousand modules anew,
        # which takes longer than all the rest of its start.
        folder = chosen.first(cache / "bytecode", own / "bytecode")
        environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder)}
    return environment | _numba_environment(chosen, environment.get("NUMBA_CACHE_DIR"), own)


def _numba_environment(chosen: _Chosen, asked: str | None, own: Path) -> dict[str, str]:
    """Name the folder of compiled code unless it is beside the package, which is trusted as the package is.

    This is Numba's own order, which knows nothing of soundness, and with two more places at its end.
    """
    if asked and chosen.is_fit(Path(asked), OURS):
        return {"NUMBA_CACHE_DIR": asked}
    with suppress(OSError):
        make(Path(kernels.__path__[0]) / "__pycache__")
        return {"NUMBA_CACHE_DIR": ""}
    home = Path(platformdirs.user_cache_dir("numba", appauthor=False))
    folders = (home, cache_folder().absolute() / "numba", own / "numba")
    return {"NUMBA_CACHE_DIR": str(chosen.first(*folders, below=OURS))}


class _Chosen:
    """Chooses the first folder that is fit for code, and says why one that is not was passed over."""

    def __init__(self, warn: Callable[[str], object]) -> None:
        self._warn = warn
        self._said: set[str] = set()

    def first(self, *folders: Path, below: str = "*") -> Path:
        return next((folder for folder in folders if self.is_fit(folder, below)), folders[-1])

    def is_fit(self, folder: Path, below: str = "*") -> bool:
        """Tell whether code may be kept in a folder, of which all is looked at whose name matches `below`."""
        try:
            make(folder)
        except OSError:
            return False
        faults = (fault_of(each, contents=each != folder) for each in (folder, *folder.glob(below)))
        fault = next(filter(None, faults), None)
        self.speak_up(folder, fault)
        return fault is None

    def speak_up(self, folder: Path, fault: str | None) -> None:
        """Say what is wrong with a folder, unless that has been said."""
        if fault is not None and fault not in self._said:
            self._said.add(fault)
            self._warn(
                f"No code is kept in {folder}, because {fault}: who can write there decides what readers' "
                "kernels run. Make it yours alone (chown, chmod go-w), or set BITMASS_CACHE and NUMBA_CACHE_DIR "
                "to folders that are."
            )
