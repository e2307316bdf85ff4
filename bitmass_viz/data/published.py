"""Published data sets of four IDX files, on this machine: in the folder $BITMASS_DATA or the user cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.user_folders import cache_folder, folder_named_by
from bitmass_viz.data import stamped
from bitmass_viz.data.digits import DIGIT_NAMES, Digits, split_digits
from bitmass_viz.data.idx import IdxError, check_images, check_labels, map_idx, parse_idx, read_bytes


class FetchError(OSError):
    """A data set is not available; the message says why for each source, and what to do."""


@dataclass(eq=False)
class Published:
    """A data set in the format of MNIST: 60,000 + 10,000 images of 28 × 28 in ten classes.

    Attributes
    ----------
    name, label : str
        For programs and for readers.
    folder : str
        Its folder within the cache and within $BITMASS_DATA; "" if its files may lie there themselves.
    class_names : tuple of str
    sha256 : mapping of str to str
        File → SHA-256 of its *decompressed* bytes, because compression differs between mirrors.
    compressed_bytes : mapping of str to int
        File → its size as published: for the progress bar, and to stop a mirror that sends far too much.
    mirrors : tuple of str
        Base addresses.
    """

    name: str
    label: str
    folder: str
    class_names: tuple[str, ...]
    sha256: Mapping[str, str]
    compressed_bytes: Mapping[str, int]
    mirrors: tuple[str, ...]

    @property
    def elsewhere(self) -> str:
        """Advice for when it cannot be downloaded, which completes “You can …”."""
        files = f"its four files in {self.folder}/" if self.folder else "its four files"
        return (
            f'set BITMASS_DATA to a folder that holds {files}, or use the synthetic digits: load_digits("strokes")'
        )

    def data_folder(self) -> Path | None:
        """Return its folder in `$BITMASS_DATA`, which is never written to, or None if that is not set."""
        folder = folder_named_by("BITMASS_DATA")
        if folder is None:
            return None
        own = folder / self.name
        return own if self.folder or _is(own, Path.is_dir) else folder

    def cache_folder(self) -> Path:
        """Return its folder in the user cache, which need not exist."""
        return cache_folder() / self.folder

    def _copy_of(self, name: str) -> Path:
        """Return where a file of `$BITMASS_DATA` is kept: not where downloads are, which are found without it."""
        return cache_folder() / "copies" / self.name / name

    def find(self) -> Path | None:
        """Return the folder that holds its four files, or None; downloads nothing.

        Files in `$BITMASS_DATA` are only checked for existence here, and verified when loaded. Those in the cache
        are verified.
        """
        folder = self.data_folder()
        if folder is not None and not self.missing_files(folder):
            return folder
        return self.cache_folder() if self.is_cached() else None

    def missing_files(self, folder: Path) -> list[str]:
        """Return the names of its files that are missing from a folder."""
        return [
            path.name for path in (locate(folder, name) for name in self.sha256) if not _is(path, Path.is_file)
        ]

    def read(self, folder: Path) -> Digits:
        """Read it from a folder, verified.

        Decompressed copies are kept in the user cache, if that can be written: processes that map them start
        sooner, and share their memory. A copy serves only this folder, and only until its original changes.

        Raises
        ------
        IdxError
            If a file is not as published.
        OSError
            If a file cannot be read.
        """
        return self.as_digits({name: self._read_and_keep(folder, name) for name in self.sha256})

    def _read_and_keep(self, folder: Path, name: str) -> NDArray[np.uint8]:
        path = locate(folder, name)
        with suppress(OSError):
            if stamped.is_copy(copy := self._copy_of(name), path):
                return map_idx(copy)
        content = self.read_verified(folder, name)
        with suppress(OSError):
            stamped.store_copy(copy := self._copy_of(name), path, content, self.sha256[name])
            return map_idx(copy)
        return parse_idx(content, str(path))

    def read_verified(self, folder: Path, name: str) -> bytearray:
        """Read and decompress one of its files, and raise `IdxError` unless the bytes are those published."""
        path = locate(folder, name)
        content = read_bytes(path)
        parse_idx(content, str(path))
        self._check_sha256(content, name, str(path))
        return content

    def is_cached(self, *names: str) -> bool:
        """Return whether the cache holds these files, by default all, complete and correct."""
        return all(self._is_cached(name) for name in names or self.sha256)

    def _is_cached(self, name: str) -> bool:
        path = self.cache_folder() / name
        if stamped.sha256_of(path) == self.sha256[name]:
            return True
        try:
            self._check_sha256(read_bytes(path), name, str(path))
        except (OSError, IdxError):
            return False
        with suppress(OSError):
            stamped.stamp(path, self.sha256[name])
        return True

    def store(self, name: str, content: bytes | bytearray) -> None:
        """Verify the decompressed bytes of a file and store them in the cache, atomically.

        Raises
        ------
        IdxError
            If the bytes are not those published.
        OSError
            If the cache cannot be written.
        """
        parse_idx(content, name)
        self._check_sha256(content, name, name)
        stamped.store(self.cache_folder() / name, content, self.sha256[name])

    def _check_sha256(self, content: bytes | bytearray, name: str, shown: str) -> None:
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256[name]:
            raise IdxError(
                f"{shown} has the SHA-256 {found}; {self.label}’s is {self.sha256[name]}, so get the file anew"
            )

    def as_digits(self, arrays: Mapping[str, NDArray[np.uint8]]) -> Digits:
        """Check the four arrays, by file name, and split them."""
        pairs = []
        for part in ("train", "t10k"):
            images, labels = arrays[f"{part}-images-idx3-ubyte"], arrays[f"{part}-labels-idx1-ubyte"]
            check_images(images, f"{part}-images-idx3-ubyte")
            check_labels(labels, f"{part}-labels-idx1-ubyte", len(images))
            pairs.append((images, labels))
        return split_digits(
            self.name,
            self.label,
            synthetic=False,
            sha256=self.sha256,
            learning=pairs[0],
            test=pairs[1],
            class_names=self.class_names,
        )


def unusable(folder: Path) -> str:
    """Return why a path is not usable as a folder, "is a file, …" or "is not there"; empty if it is a folder."""
    if folder.is_dir():
        return ""
    return "is a file, not a folder" if folder.exists() else "is not there"


def locate(folder: Path, name: str) -> Path:
    """Return the path of a file in a folder: the compressed file, or the plain one if only that exists."""
    compressed = folder / f"{name}.gz"
    plain = folder / name
    return plain if _is(plain, Path.is_file) and not _is(compressed, Path.is_file) else compressed


def _is(path: Path, what: Callable[[Path], bool]) -> bool:
    try:
        return what(path)
    except OSError:
        return False


MNIST = Published(
    "mnist",
    "MNIST",
    "",
    DIGIT_NAMES,
    {
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    {
        "train-images-idx3-ubyte": 9_912_422,
        "train-labels-idx1-ubyte": 28_881,
        "t10k-images-idx3-ubyte": 1_648_877,
        "t10k-labels-idx1-ubyte": 4_542,
    },
    (
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://raw.githubusercontent.com/fgnt/mnist/master/",
    ),
)
FASHION_MNIST = Published(
    "fashion-mnist",
    "Fashion-MNIST",
    "fashion-mnist",
    (
        *("T-shirt", "trousers", "pullover", "dress", "coat"),
        *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
    ),
    {
        "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
    {
        "train-images-idx3-ubyte": 26_421_880,
        "train-labels-idx1-ubyte": 29_515,
        "t10k-images-idx3-ubyte": 4_422_102,
        "t10k-labels-idx1-ubyte": 5_148,
    },
    (
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
)
"""Xiao, Rasul and Vollgraf (2017), arXiv 1708.07747."""
PUBLISHED = {data.name: data for data in (MNIST, FASHION_MNIST)}
