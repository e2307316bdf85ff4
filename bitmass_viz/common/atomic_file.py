"""Write a file atomically: completely or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex


def check_regular(path: Path) -> None:
    """Check that a path is not a device, pipe or socket, which could block. A missing path is fine.

    Raises
    ------
    OSError
        If the path exists and is neither a file nor a folder.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(f"{path} is a device, pipe or socket; give the name of a file")


def check_writable(path: Path) -> None:
    """Check that a file can be written, before producing its content.

    Raises
    ------
    OSError
        If the folder is missing or not writable, or `path` is itself a folder or a device.
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
    """Write a temporary file in the same folder, then rename it: the old file stays until the new one is complete.

    Raises
    ------
    OSError
        If the file cannot be written. No temporary file is left.
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
