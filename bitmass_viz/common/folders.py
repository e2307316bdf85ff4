"""Folders that are safe to run code from, and temporary folders that are removed with their process.

IPython runs files in its profile, Python runs cached bytecode, and Numba cached machine code. Anyone else who can
write there decides what runs in a reader's kernel.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks, so nothing is cleaned up there
    fcntl = None  # type: ignore[assignment]

PREFIX = "bitmass-viz-"
MAX_LINKS = 40


def fault_of(folder: Path, contents: bool = False) -> str | None:
    """Return why it is not safe to run code from a folder, which need not exist yet.

    A folder is safe if it, every folder above it, and every symbolic link on the way belong to this user or to
    root, and nobody else can write there. Sticky parent folders such as ``/tmp`` are fine: others can add files,
    but not replace existing ones. A group counts as others unless this user is its only member.

    Parameters
    ----------
    folder : Path
    contents : bool
        Whether to check everything in the folder too.

    Returns
    -------
    str or None
        A clause that names the fault; None if the folder is safe, or the system has no file owners (Windows).
    """
    if not hasattr(os, "geteuid"):
        return None
    try:
        steps = list(_steps(folder.absolute()))
        last = steps[-1][0] if folder.exists() else None
        for step, status in steps:
            # A link's own mode means nothing: the folder that holds it decides who can replace it.
            shared = stat.S_ISLNK(status.st_mode) or (step != last and status.st_mode & stat.S_ISVTX)
            if fault := _fault_of_owner(step, status) or (None if shared else _fault_of_mode(step, status)):
                return fault
        for inside in folder.rglob("*") if contents else ():
            with suppress(FileNotFoundError):  # removed by another process, or a dangling link
                status = inside.stat()
                if fault := _fault_of_owner(inside, status) or _fault_of_mode(inside, status):
                    return fault
    except OSError as error:
        return f"{folder} cannot be looked at ({error.strerror or error})"
    return None


def make(folder: Path) -> None:
    """Create a folder and its missing parents, accessible only to this user.

    Raises
    ------
    OSError
        If the folder cannot be created or written to.
    """
    missing = [place for place in (folder, *folder.parents) if not os.path.lexists(place)]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()


@contextmanager
def folder_of_this_process() -> Iterator[Path]:
    """Create a temporary folder that only this user can read, and remove it at the end.

    A killed process leaves its folder behind, so the next process removes folders whose owner has ended. To tell,
    each process locks its folder. The system releases a lock however the process ends, and unlike process ids
    locks also work across containers that share the temporary folder.
    """
    place = Path(tempfile.gettempdir())
    _remove_leftovers(place)
    # Named differently until it is locked, or a process that starts now would remove it as a leftover.
    folder = Path(tempfile.mkdtemp(prefix=f"new-{PREFIX}"))
    with ExitStack() as until_the_end:
        with suppress(OSError):
            until_the_end.enter_context(_locked(folder))
        folder = folder.rename(place / folder.name.removeprefix("new-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock without waiting for it; does nothing on systems without such locks.

    Raises
    ------
    OSError
        If another process holds it.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _remove_leftovers(place: Path) -> None:
    if fcntl is None:
        return
    for folder in place.glob(f"{PREFIX}*"):
        # OSError: in use, removed by another process, or on a file system without locks.
        with suppress(OSError):
            status = folder.lstat()
            if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid():
                with _locked(folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _fault_of_owner(path: Path, status: os.stat_result) -> str | None:
    # The owner of the root folder controls everything anyway. In a user namespace that owner appears as "nobody",
    # as do all users outside it.
    if status.st_uid in (0, os.geteuid(), os.lstat(path.anchor).st_uid):
        return None
    return f"{path} belongs to another user ({_name_of(status.st_uid)})"


def _fault_of_mode(path: Path, status: os.stat_result) -> str | None:
    if status.st_mode & stat.S_IWOTH:
        return f"every user can write to {path}"
    if status.st_mode & stat.S_IWGRP and not _is_only_ours(status.st_gid):
        return f"other members of its group can write to {path}"
    return None


def _steps(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield every folder and link on the way to an absolute path, from the root, as far as they exist."""
    here, ahead, links = Path(folder.anchor), list(folder.parts[1:]), 0
    yield here, here.lstat()
    while ahead:
        name = ahead.pop(0)
        if name == "..":
            here = here.parent
            continue
        try:
            status = (here / name).lstat()
        except FileNotFoundError:
            return
        yield here / name, status
        if not stat.S_ISLNK(status.st_mode):
            here /= name
            continue
        links += 1
        if links > MAX_LINKS:
            raise OSError("too many links")
        target = (here / name).readlink()
        if target.is_absolute():
            here = Path(target.anchor)
        ahead = [part for part in target.parts if part != target.anchor] + ahead


@lru_cache
def _is_only_ours(group: int) -> bool:
    """Return whether a group has no members but this user and root, like the private groups of many systems."""
    import grp
    import pwd

    ours = {0, os.geteuid()}
    if any(user.pw_gid == group and user.pw_uid not in ours for user in pwd.getpwall()):
        return False
    try:
        members = grp.getgrgid(group).gr_mem
    except KeyError:
        members = []
    names = {user.pw_name for user in pwd.getpwall() if user.pw_uid in ours}
    return names.issuperset(members)


def _name_of(user: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"number {user}"
