"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex


def check_regular(path: Path) -> None:
    """See that what a path leads to, if there is anything, is a file, and not a device or pipe to wait for.

    Raises
    ------
    OSError
        If it is something else than a file or folder.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(f"{path} is a device, pipe or socket; give the name of a file")


def check_writable(path: Path) -> None:
    """See that a file can be written, before there is anything to write.

    Raises
    ------
    OSError
        If there is no such folder, it may not be written to, or `path` is a folder or a device itself.
    """
    check_regular(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give the name of a file in it, such as {path / 'page.html'}")
    folder = path.parent
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder} to write {path.name} to; make it, or give another")
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{path} cannot be written: the folder {folder} is not yours to write to")


def write_atomically(path: Path, content: bytes | bytearray) -> None:
    """Write a file beside its place, and then put it there: what was there stays until all of it is written.

    Raises
    ------
    OSError
        If it cannot be written. Nothing is left behind.
    """
    check_writable(path)
    temporary = path.with_name(f".{token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
