"""Large files in the user's cache, each with a stamp: its hash, size and modification time when it was hashed.

Hashing 55 MB at every start would take longer than reading them. So a file is hashed once, and any change to it
invalidates the stamp. In a folder that other users can write to, where they could forge a stamp, none is believed.

A copy of a file that lies elsewhere, perhaps compressed, has a second stamp: the size and time of its original.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from bitmass_viz.common.atomic_file import write_atomically
from bitmass_viz.common.folders import fault_of, make


def store(path: Path, content: bytes | bytearray, sha256: str) -> None:
    """Write a file, atomically, and its stamp.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    make(path.parent)
    write_atomically(path, content)
    stamp(path, sha256)


def store_copy(path: Path, original: Path, content: bytes | bytearray, sha256: str) -> None:
    """Write a copy of a file, of this content, unless it is there already, and both stamps.

    Raises
    ------
    OSError
        If the folder cannot be written, or others can write there.
    """
    if fault := fault_of(path.parent):
        raise PermissionError(fault)
    if sha256_of(path) != sha256:
        store(path, content, sha256)
    _write(_original_stamp_path(path), original, sha256)


def stamp(path: Path, sha256: str) -> None:
    """Write the stamp of a file with this hash."""
    _write(_stamp_path(path), path, sha256)


def sha256_of(path: Path) -> str | None:
    """Return a file's hash as its stamp has it; None if there is no file, or no stamp of it to be believed."""
    return _read(_stamp_path(path), path)


def is_copy(path: Path, original: Path) -> bool:
    """Return whether a file is a copy of another as that is now, according to its stamps."""
    sha256 = sha256_of(path)
    return sha256 is not None and sha256 == _read(_original_stamp_path(path), original)


def _write(stamp_path: Path, path: Path, sha256: str) -> None:
    write_atomically(stamp_path, json.dumps(_describe(path, sha256)).encode())


def _read(stamp_path: Path, path: Path) -> str | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        found = json.loads(stamp_path.read_text())
        sha256: str = found["sha256"]
        if found == _describe(path, sha256) and fault_of(stamp_path.parent) is None:
            return sha256
    return None


def _describe(path: Path, sha256: str) -> dict[str, str | int]:
    status = path.stat()
    return {"sha256": sha256, "size": status.st_size, "mtime_ns": status.st_mtime_ns}


def _stamp_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.stamp")


def _original_stamp_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.original.stamp")
