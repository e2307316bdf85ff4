"""The decorator of every kernel: compiled without the GIL, kept on disk, and by one process at a time."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from zlib import crc32

from numba import njit
from numba.core.dispatcher import Dispatcher

from bitmass_viz.common.folders import fault_of

try:
    import fcntl
except ImportError:  # Windows, where several processes may compile the same at once
    fcntl = None  # type: ignore[assignment]

PACKAGE = Path(__file__).parent
LOCK = "bitmass_viz.lock"
POLL_SECONDS = 0.05
TRIES = 20
PATIENCE_SECONDS = 120.0
"""How long a process waits in all for others that compile. One that was stopped must not stop all others."""

not_kept: list[str] = []
"""Why compiled code is not kept and what to do, one sentence; empty if it is."""

EVERYTHING = 0
"""Place in the lock file of the process that compiles everything; each function has another."""

_waited = 0.0
_held = 0
_compiles_everything = False


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function when it is first called, and keep what comes out for later processes.

    Thirty kernels that start on an empty cache would all compile the same functions at the same time, each taking
    as long as all together. So a process that finds a function missing from the cache locks it; others that need
    it wait, and then load it. The system lets go of the lock however the process ends.

    Where nothing can be kept, or a folder is not fit for code (see `fault_of`), every process compiles for itself.
    """
    try:
        dispatcher: Any = njit(cache=True, nogil=True)(function)
        if not isinstance(dispatcher, Dispatcher):  # NUMBA_DISABLE_JIT
            return dispatcher
        fault = _fault_of_cache(dispatcher.stats.cache_path)
    except RuntimeError as error:
        if "no locator" not in str(error):
            raise
        fault = "neither the package's folder nor the home folder can be written to"
    if fault is not None:
        _warn_once(fault)
        return njit(nogil=True)(function)
    # Numba calls it by this name, for callers in Python and for those in other kernels.
    dispatcher.compile = partial(_compile_once, dispatcher, dispatcher.compile)
    return dispatcher


def _compile_once(dispatcher: Any, compile_or_load: Callable[[Any], Any], signature: Any) -> Any:
    if _is_kept(dispatcher, signature):
        return compile_or_load(signature)
    with _turn(dispatcher, lambda: _is_kept(dispatcher, signature)):
        try:
            return compile_or_load(signature)
        except OSError:
            # It is compiled before it is kept; a full disk is no reason not to run it.
            if dispatcher.overloads.get(_types(signature)) is None:
                raise
            return dispatcher.overloads[_types(signature)].entry_point


@contextmanager
def compiling_everything(folder: str) -> Iterator[bool]:
    """Let processes that share a cache wait for this one, which compiles everything; yield whether it should.

    Python does not get on with anything else while it compiles, so a reader's kernel had better not do it.

    Parameters
    ----------
    folder : str
        The cache, as a kernel's ``stats.cache_path`` names it.
    """
    global _compiles_everything
    handle = _lock_file(folder)
    for _ in range(TRIES):  # a process that looks whether it is locked locks it for a moment
        _compiles_everything = handle is None or _try_to_lock(handle, EVERYTHING)
        if _compiles_everything:
            break
        time.sleep(POLL_SECONDS)
    try:
        yield _compiles_everything
    finally:
        if _compiles_everything and handle is not None:
            fcntl.lockf(handle, fcntl.LOCK_UN, 1, EVERYTHING)
        _compiles_everything = False


@contextmanager
def _turn(dispatcher: Any, is_kept: Callable[[], bool]) -> Iterator[None]:
    """Hold a function's lock, or wait until another process has compiled the function.

    Functions call each other in one direction only, and a process that compiles one does not wait for the process
    that compiles everything, so that no two wait for each other.
    """
    global _held, _waited
    handle = _lock_file(dispatcher.stats.cache_path)
    place = 1 + crc32(dispatcher.py_func.__qualname__.encode() + dispatcher.py_func.__module__.encode())
    locked = False
    while handle is not None and not locked:
        may_compile = _compiles_everything or _held or not _is_locked(handle, EVERYTHING)
        locked = bool(may_compile and _try_to_lock(handle, place))
        if not locked:
            if _waited >= PATIENCE_SECONDS or is_kept():
                break
            time.sleep(POLL_SECONDS)
            _waited += POLL_SECONDS
    _held += locked
    try:
        yield
    finally:
        _held -= locked
        if handle is not None and locked:
            with suppress(OSError):
                fcntl.lockf(handle, fcntl.LOCK_UN, 1, place)


def _try_to_lock(handle: int, place: int) -> bool:
    """Lock a place in a file against other processes, unless one has locked it."""
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks, where each process compiles for itself
    return True


def _is_locked(handle: int, place: int) -> bool:
    """Tell whether another process has locked a place in a file."""
    free = _try_to_lock(handle, place)
    if free:
        with suppress(OSError):
            fcntl.lockf(handle, fcntl.LOCK_UN, 1, place)
    return not free


@lru_cache
def _lock_file(folder: str) -> int | None:
    """Open a cache's lock file for as long as this process runs: to close it would let go of all its locks."""
    if fcntl is None:
        return None
    try:
        return os.open(Path(folder, LOCK), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None


def _is_kept(dispatcher: Any, signature: Any) -> bool:
    """Tell whether the cache has a function, without loading it. Numba has no public way to ask."""
    if dispatcher.overloads.get(_types(signature)) is not None:
        return True
    try:
        cache = dispatcher._cache
        name = cache._cache_file._load_index().get(cache._index_key(signature, dispatcher.targetctx.codegen()))
        return name is not None and Path(cache._cache_file._data_path(name)).exists()
    except Exception:
        # Another version of Numba, or a damaged index. Whoever has the lock finds out.
        return False


def _types(signature: Any) -> tuple[Any, ...]:
    """Return the types of a call's arguments, which Numba passes on alone or with the result's."""
    return tuple(getattr(signature, "args", signature))


@lru_cache
def _fault_of_cache(folder: str) -> str | None:
    # What is beside the package is as safe as the package.
    return None if PACKAGE in Path(folder).parents else fault_of(Path(folder), contents=True)


def _warn_once(fault: str) -> None:
    if not not_kept:
        not_kept.append(
            f"Compiled code is not kept, so that each process compiles anew, because {fault}; set NUMBA_CACHE_DIR "
            "to a folder that you alone can write to"
        )
        warnings.warn(not_kept[0], stacklevel=3)
