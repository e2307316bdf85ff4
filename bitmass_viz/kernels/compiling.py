"""The decorator of every kernel: compiled without the GIL, cached on disk, by one process at a time."""

from __future__ import annotations

import hashlib
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
except ImportError:  # Windows, where several processes can compile the same function at once
    fcntl = None  # type: ignore[assignment]

PACKAGE = Path(__file__).parent
LOCK = "bitmass_viz.lock"
POLL_SECONDS = 0.05
TRIES = 20
PATIENCE_SECONDS = 120.0
"""Total time that a process waits for others to compile, so that one suspended process cannot block all others."""
not_kept: list[str] = []
"""A sentence on why compiled code is not cached and what to do; empty if it is cached."""
EVERYTHING = 0
"""Position in the lock file for the process that compiles everything; every function has its own position."""

_waited = 0.0
_held = 0
_compiles_everything = False


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a function like `compiled`, and repeat its code wherever another kernel calls it.

    For what is called for each example: an array is passed as seven numbers or more.
    """
    return compiled(function, forceinline=True)


def compiled(function: Callable[..., Any], **options: Any) -> Any:
    """Compile a function when it is first called, and cache the result for later processes.

    Thirty Jupyter kernels that start with an empty cache would all compile the same functions at the same time. So
    a process that finds a function missing from the cache locks it; others that need it wait, then load it. The
    system releases the lock however the process ends.

    If the cache is not writable, or its folder not safe for code (see `fault_of`), every process compiles for
    itself.
    """
    try:
        dispatcher: Any = njit(cache=True, nogil=True, **options)(function)
        if not isinstance(dispatcher, Dispatcher):  # NUMBA_DISABLE_JIT
            return dispatcher
        fault = _fault_of_cache(dispatcher.stats.cache_path)
    except RuntimeError as error:
        if "no locator" not in str(error):
            raise
        fault = "neither the package's folder nor the home folder can be written to"
    if fault is not None:
        _warn_once(fault)
        return njit(nogil=True, **options)(function)
    with suppress(AttributeError):  # another version of Numba, whose stamp is the date of the function's own file
        dispatcher._cache._cache_file._source_stamp = _hash_of_sources()
    # Numba calls this attribute, for callers in Python and in other kernels.
    dispatcher.compile = partial(_compile_once, dispatcher, dispatcher.compile)
    return dispatcher


def _compile_once(dispatcher: Any, compile_or_load: Callable[[Any], Any], signature: Any) -> Any:
    if _is_kept(dispatcher, signature):
        return compile_or_load(signature)
    with _turn(dispatcher, lambda: _is_kept(dispatcher, signature)):
        try:
            return compile_or_load(signature)
        except OSError:
            # Compiling comes before caching; if only caching failed, as on a full disk, use the compiled function.
            if dispatcher.overloads.get(_types(signature)) is None:
                raise
            return dispatcher.overloads[_types(signature)].entry_point


@contextmanager
def compiling_everything(folder: str) -> Iterator[bool]:
    """Make processes that share a cache wait for this one; yield whether this one should compile everything.

    Python can do nothing else while it compiles, so readers' kernels should not have to.

    Parameters
    ----------
    folder : str
        The cache folder, as in a kernel's ``stats.cache_path``.
    """
    global _compiles_everything
    handle = _lock_file(folder)
    for _ in range(TRIES):  # a process that tests the lock holds it briefly
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

    There is no deadlock: functions call each other in one direction only, and a process that is compiling one does
    not wait for the process that compiles everything.
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
    """Try to lock a position in a file against other processes; return whether this succeeded."""
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
    except BlockingIOError:
        return False
    except OSError:
        return True  # on a file system without locks each process compiles for itself
    return True


def _is_locked(handle: int, place: int) -> bool:
    """Return whether another process has locked a position in a file."""
    free = _try_to_lock(handle, place)
    if free:
        with suppress(OSError):
            fcntl.lockf(handle, fcntl.LOCK_UN, 1, place)
    return not free


@lru_cache
def _lock_file(folder: str) -> int | None:
    """Open a cache's lock file and keep it open: closing it would release all of this process's locks."""
    if fcntl is None:
        return None
    try:
        return os.open(Path(folder, LOCK), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None


def _is_kept(dispatcher: Any, signature: Any) -> bool:
    """Return whether the cache has a function, without loading it. Numba has no public API for this."""
    if dispatcher.overloads.get(_types(signature)) is not None:
        return True
    try:
        cache = dispatcher._cache
        name = cache._cache_file._load_index().get(cache._index_key(signature, dispatcher.targetctx.codegen()))
        return name is not None and Path(cache._cache_file._data_path(name)).exists()
    except Exception:
        # Another version of Numba, or a damaged index. The process with the lock will find out.
        return False


def _types(signature: Any) -> tuple[Any, ...]:
    """Return the types of a call's arguments; Numba passes them alone or in a signature."""
    return tuple(getattr(signature, "args", signature))


@lru_cache
def _hash_of_sources() -> str:
    """Hash the sources of all kernels: compiled code holds constants and functions of other files than its own."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(PACKAGE.glob("*.py")))).hexdigest()


@lru_cache
def _fault_of_cache(folder: str) -> str | None:
    # A folder inside the package is as safe as the package itself.
    return None if PACKAGE in Path(folder).parents else fault_of(Path(folder), contents=True)


def _warn_once(fault: str) -> None:
    if not not_kept:
        not_kept.append(
            f"Compiled code is not kept, so that each process compiles anew, because {fault}; set NUMBA_CACHE_DIR "
            "to a folder that you alone can write to"
        )
        warnings.warn(not_kept[0], stacklevel=3)
