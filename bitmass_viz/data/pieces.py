"""Cut digits into compressed files, so that a page can start to train on the first and load the others meanwhile.

Before compression a file holds a byte per label, then the images row by row, with either one byte per pixel or
one bit (set if the pixel is +1 to a binary network; bit 0 first, and each image begins at a new byte).
``engine/src/data/pieces.js`` loads them.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.data import Digits
from bitmass_viz.data.idx import CLASSES
from bitmass_viz.kernels.random_numbers import example_order
from bitmass_viz.kernels.settings import PIXEL_THRESHOLD

FIRST = 1_000
"""Training images in the first piece: enough to begin with, and there within a second on a phone."""
STEP = {8: 5_000, 1: 10_000}
"""Images in the other pieces, by bits per pixel: few requests, and little is lost when a connection breaks."""
FOLDER = "digits"
LEVEL = 7
"""Of the compression: 9 saves another half per cent, and takes fifteen times as long."""

_GZIP_HEADER = b"\x1f\x8b\x08" + bytes(5) + b"\x02\xff"
"""Without time, name and system, which `gzip` sets differently from version to version."""


class Pieces(NamedTuple):
    """A data set in pieces.

    Attributes
    ----------
    entry : dict
        What a site's manifest says about the data set, ready for JSON: "name", "label", "synthetic", "image" (rows
        and columns), "classes", "class_names", the number of images in "train", "validation" and "test", "sha256"
        of the original parts, "pieces" and "one_bit_pieces" in the order in which to load them, the total "bytes"
        and "one_bit_bytes" of their files, and "test_pieces", which only an accuracy on the test images needs.
        A piece has "split", "start" (the position of its first image in the split), "count", "bits" per pixel,
        "file", and the "bytes" and "sha256" of that file.
    files : dict of bytes
        The files that the pieces name. A name holds the start of the file's hash, so its content never changes.
    """

    entry: dict[str, Any]
    files: dict[str, bytes]


def cut(digits: Digits, classes: int = CLASSES, bits: Sequence[int] = (8, 1), level: int = LEVEL) -> Pieces:
    """Cut a data set into pieces; the same digits give the same bytes.

    The training images are in the order of seed 0's first epoch: image `i` of the pieces is image
    ``example_order(0, 0, n)[i]`` of `digits`, so a network with that seed learns the first piece first.
    Validation and test images keep their order.

    Parameters
    ----------
    digits : Digits
        Images of any size.
    classes : int
        Number of classes: 1 to 256.
    bits : sequence of int
        Bits per pixel to cut pieces of: 8, 1 or both.
    level : int
        Of the compression: 0 (none), 1 (fastest) to 9.

    Returns
    -------
    Pieces

    Raises
    ------
    ValueError
        If a label is not below `classes`.
    """
    splits = {name: getattr(digits, name) for name in ("train", "validation", "test")}
    most = max(int(split.labels.max()) for split in splits.values())
    if most >= classes:
        raise ValueError(f"labels of {classes} classes must be 0 to {classes - 1}, got {most}; give `classes`")
    pieces = {each: _pieces(digits, each, level) if each in bits else [] for each in STEP}
    test = _in_order(digits, "test", 8, level) if 8 in bits else []
    listed = {each: [piece for piece, _ in found] for each, found in pieces.items()}
    entry = {
        "name": digits.name,
        "label": digits.label,
        "synthetic": digits.synthetic,
        "image": list(digits.train.images.shape[1:]),
        "classes": classes,
        "class_names": list(digits.class_names),
        **{name: len(split) for name, split in splits.items()},
        "sha256": dict(digits.sha256),
        "bytes": sum(piece["bytes"] for piece in listed[8]),
        "one_bit_bytes": sum(piece["bytes"] for piece in listed[1]),
        "pieces": listed[8],
        "one_bit_pieces": listed[1],
        "test_pieces": [piece for piece, _ in test],
    }
    made = [*pieces[8], *pieces[1], *test]
    return Pieces(entry, {piece["file"]: content for piece, content in made})


def _pieces(digits: Digits, bits: int, level: int) -> list[tuple[dict[str, Any], bytes]]:
    """Return the pieces with so many bits per pixel, and the content of their files."""
    train = len(digits.train)
    order = example_order(0, 0, train)
    first, *others = [
        _piece(digits, "train", start, order[start:stop], bits, level)
        for start, stop in _cuts(train, STEP[bits], FIRST)
    ]
    return [first, *_in_order(digits, "validation", bits, level), *others]


def _in_order(digits: Digits, name: str, bits: int, level: int) -> list[tuple[dict[str, Any], bytes]]:
    """Return the pieces of a split that keeps its order."""
    return [
        _piece(digits, name, start, np.arange(start, stop), bits, level)
        for start, stop in _cuts(len(getattr(digits, name)), STEP[bits])
    ]


def _cuts(n: int, step: int, first: int = 0) -> Iterable[tuple[int, int]]:
    """Return start and end of the parts of n images, cut at `first` and at every multiple of `step`."""
    return pairwise(sorted({0, min(first, n), *range(step, n, step), n}))


def _piece(
    digits: Digits, name: str, start: int, chosen: NDArray[np.int64], bits: int, level: int
) -> tuple[dict[str, Any], bytes]:
    split = getattr(digits, name)
    pixels = split.images[chosen].reshape(len(chosen), -1)
    if bits == 1:
        pixels = np.packbits(pixels > PIXEL_THRESHOLD, axis=1, bitorder="little")
    content = _compressed(split.labels[chosen].tobytes() + pixels.tobytes(), level)
    sha256 = hashlib.sha256(content).hexdigest()
    data = re.sub(r"[^a-z0-9]+", "-", digits.name.lower()).strip("-") or "data"
    piece = {
        "split": name,
        "start": start,
        "count": len(chosen),
        "bits": bits,
        # Not ".gz": some web servers have the browser decompress such a file, which then has another hash.
        "file": f"{FOLDER}/{data}-{name}-{bits}bit-{start:05}-{sha256[:12]}.bin",
        "bytes": len(content),
        "sha256": sha256,
    }
    return piece, content


def _compressed(content: bytes, level: int) -> bytes:
    """Return the content in gzip's format, which browsers decompress."""
    deflate = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    trailer = struct.pack("<LL", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    return _GZIP_HEADER + deflate.compress(content) + deflate.flush() + trailer
