"""MNIST on this machine: the folder $BITMASS_DATA and the user cache, verified by SHA-256."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.user_folders import cache_folder, folder_named_by
from bitmass_viz.data import stamped
from bitmass_viz.data.digits import Digits, split_digits
from bitmass_viz.data.idx import IdxError, check_images, check_labels, parse_idx, read_bytes

SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""SHA-256 of the *decompressed* files, because compression differs between mirrors."""


class FetchError(OSError):
    """MNIST is not available; the message says why for each source, and what to do."""


def data_folder() -> Path | None:
    """Return the folder named by `$BITMASS_DATA`, which is never written to, or None if it is not set."""
    return folder_named_by("BITMASS_DATA")


def unusable(folder: Path) -> str:
    """Return why a path is not usable as a folder, "is a file, …" or "is not there"; empty if it is a folder."""
    if folder.is_dir():
        return ""
    return "is a file, not a folder" if folder.exists() else "is not there"


def find_mnist() -> Path | None:
    """Return the folder that holds the four MNIST files, or None; downloads nothing.

    Files in `$BITMASS_DATA` are only checked for existence here, and verified when loaded. Those in the cache are
    verified.
    """
    folder = data_folder()
    if folder is not None and not missing_files(folder):
        return folder
    return cache_folder() if all(is_cached(name) for name in SHA256) else None


def locate(folder: Path, name: str) -> Path:
    """Return the path of an MNIST file in a folder: the compressed file, or the plain one if only that exists."""
    compressed = folder / f"{name}.gz"
    plain = folder / name
    return plain if _is_file(plain) and not _is_file(compressed) else compressed


def missing_files(folder: Path) -> list[str]:
    """Return the names of the MNIST files that are missing from a folder."""
    return [path.name for path in (locate(folder, name) for name in SHA256) if not _is_file(path)]


def read_verified(path: Path, sha256: str) -> NDArray[np.uint8]:
    """Read an IDX file and raise `IdxError` unless its decompressed bytes have this SHA-256."""
    content = read_bytes(path)
    array = parse_idx(content, str(path))
    check_sha256(content, sha256, str(path))
    return array


def check_sha256(content: bytes | bytearray, sha256: str, name: str) -> None:
    """Raise `IdxError` unless the bytes have this SHA-256."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise IdxError(f"{name} has the SHA-256 {found}; MNIST's is {sha256}, so get the file anew")


def is_cached(name: str) -> bool:
    """Return whether the cache holds this file, complete and correct."""
    path = cache_folder() / name
    if stamped.sha256_of(path) == SHA256[name]:
        return True
    try:
        check_sha256(read_bytes(path), SHA256[name], str(path))
    except (OSError, IdxError):
        return False
    with suppress(OSError):
        stamped.stamp(path, SHA256[name])
    return True


def store(name: str, content: bytes | bytearray) -> None:
    """Verify the decompressed bytes of a file and store them in the cache, atomically.

    Raises
    ------
    IdxError
        If the bytes are not those of this MNIST file.
    OSError
        If the cache cannot be written.
    """
    parse_idx(content, name)
    check_sha256(content, SHA256[name], name)
    stamped.store(cache_folder() / name, content, SHA256[name])


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def as_digits(arrays: dict[str, NDArray[np.uint8]]) -> Digits:
    """Check the four arrays, by file name, and split them."""
    pairs = []
    for part in ("train", "t10k"):
        images, labels = arrays[f"{part}-images-idx3-ubyte"], arrays[f"{part}-labels-idx1-ubyte"]
        check_images(images, f"{part}-images-idx3-ubyte")
        check_labels(labels, f"{part}-labels-idx1-ubyte", len(images))
        pairs.append((images, labels))
    return split_digits("mnist", "MNIST", synthetic=False, sha256=SHA256, learning=pairs[0], test=pairs[1])
