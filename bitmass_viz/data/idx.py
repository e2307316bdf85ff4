"""Read the IDX format of the original MNIST files, without trusting their headers."""

from __future__ import annotations

import math
import mmap
import struct
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

IMAGE_SIDE = 28
CLASSES = 10
MAX_BYTES = 64 * 1024 * 1024
"""Size limit, above the largest MNIST file (47,040,016 bytes); larger headers and streams are rejected."""

_UNSIGNED_BYTE = 0x08
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
"""The `wbits` argument of zlib for the gzip format."""
_LONGEST_HEADER = 16
_CHUNK = 1 << 20
_PIECE = 1 << 14
_MOST_IDLE = 1 << 16
"""Most consecutive compressed bytes without output, such as names and comments in a gzip header."""


class IdxError(ValueError):
    """The file is not as expected; the message names the file, what was found and what is allowed."""


def read_idx(path: str | Path, *, max_bytes: int = MAX_BYTES) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes with one to three dimensions, plain or gzip-compressed.

    The header is checked against the actual number of bytes. Memory use follows the actual bytes, not the sizes
    claimed in a header, and never exceeds `max_bytes`.

    Parameters
    ----------
    path
        The file. Compression is detected from its first bytes, not its name.
    max_bytes
        The largest decompressed size that is accepted, header included.

    Returns
    -------
    ndarray of uint8, read-only, C-contiguous
        Shape as in the header: (n,) for labels, (n, rows, columns) for images.

    Raises
    ------
    IdxError
        If the file is not IDX, is damaged, or has fewer or more bytes than its header says.
    OSError
        If the file cannot be opened.

    References
    ----------
    Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", file formats.
    """
    return parse_idx(read_bytes(path, max_bytes=max_bytes), str(path))


def read_bytes(path: str | Path, *, max_bytes: int = MAX_BYTES) -> bytearray:
    """Return the decompressed bytes of a file, header included, after `parse_idx`'s checks on the header.

    Raises
    ------
    IdxError
        If the stream is damaged, or its header is not valid or announces more than `max_bytes`.
    """
    with Path(path).open("rb") as file:
        return decompress(file, str(path), max_bytes=max_bytes)


def decompress(file: BinaryIO, name: str, *, max_bytes: int = MAX_BYTES) -> bytearray:
    """Read a seekable binary stream, decompressing gzip, up to the size that its IDX header announces.

    Reading stops one byte beyond that size, so neither a false header nor a decompression bomb uses more memory
    than `max_bytes`.
    """
    compressed = file.read(2) == _GZIP_MAGIC
    file.seek(0)
    content, size = bytearray(), None
    for chunk in _inflated(file, name) if compressed else iter(partial(file.read, _CHUNK), b""):
        content += chunk
        if size is None and len(content) >= _LONGEST_HEADER:
            _, size = _check_header(content[:_LONGEST_HEADER], name, max_bytes)
        if size is not None and len(content) > size:
            return content[: size + 1]
    if size is None:
        _check_header(content, name, max_bytes)
    return content


def _inflated(file: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield the content of all members of a gzip file, in pieces of bounded size.

    Python's `gzip` reads names in a header byte by byte, however long they are. Here, input that yields no output
    for too long, such as an endless header or endless empty members, is rejected.
    """
    member, idle, data = zlib.decompressobj(_GZIP), 0, file.read(_PIECE)
    try:
        while data:
            inflated = member.decompress(data, _CHUNK)
            idle = 0 if inflated else idle + len(data)
            if idle > _MOST_IDLE:
                raise IdxError(f"{name} is a gzip file of {idle:,} bytes and more that hold nothing; get it anew")
            if inflated:
                yield inflated
            if member.eof:
                # A file's last block can be padded with zeros.
                data = member.unused_data.lstrip(b"\0") or file.read(_PIECE).lstrip(b"\0")
                if not data:
                    return
                member = zlib.decompressobj(_GZIP)
            else:
                data = member.unconsumed_tail or file.read(_PIECE)
    except zlib.error as error:
        raise IdxError(f"{name} is not a complete gzip file ({error}); get it anew") from error
    raise IdxError(f"{name} is not a complete gzip file (it ends too early); get it anew")


def parse_idx(content: bytes | bytearray | mmap.mmap, name: str) -> NDArray[np.uint8]:
    """Return the content of an IDX file as a read-only array, without copying; `name` is for error messages.

    Raises
    ------
    IdxError
        If the header is not that of an IDX file of unsigned bytes, or does not fit the number of bytes.
    """
    shape, size = _check_header(content[:16], name, max(len(content), MAX_BYTES))
    if len(content) != size:
        found = f"more than {size:,}" if len(content) > size else f"{len(content):,}"
        raise IdxError(
            f"{name} holds {found} bytes, but its header {_times(shape)} needs exactly {size:,}; get it anew"
        )
    return np.frombuffer(memoryview(content).toreadonly(), np.uint8, offset=size - math.prod(shape)).reshape(shape)


def as_idx(array: NDArray[np.uint8]) -> bytes:
    """Return an array as the content of an IDX file."""
    header = struct.pack(f">HBB{array.ndim}I", 0, _UNSIGNED_BYTE, array.ndim, *array.shape)
    return header + array.tobytes()


def map_idx(path: str | Path) -> NDArray[np.uint8]:
    """Memory-map an uncompressed IDX file: like `read_idx`, but processes that map the same file share memory.

    Only for files that are never changed in place, like those in the cache.
    """
    with Path(path).open("rb") as file:
        try:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise IdxError(f"{path} is empty; an IDX file starts with a header of 8 or 16 bytes") from error
    return parse_idx(content, str(path))


def check_images(images: NDArray[np.uint8], name: str) -> None:
    """Raise `IdxError` unless the array has the shape (n, 28, 28)."""
    if images.ndim != 3 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise IdxError(
            f"{name} holds an array of {_times(images.shape)}; images must be n×{IMAGE_SIDE}×{IMAGE_SIDE}"
        )


def check_labels(labels: NDArray[np.uint8], name: str, count: int) -> None:
    """Raise `IdxError` unless the array has the shape (count,) and holds labels from 0 to 9."""
    if labels.shape != (count,):
        raise IdxError(
            f"{name} holds an array of {_times(labels.shape)}; there must be {count:,} labels, one an image"
        )
    if count and labels.max() >= CLASSES:
        at = int(np.argmax(labels >= CLASSES))
        raise IdxError(
            f"{name} holds the label {labels[at]} at position {at:,}; labels must be 0 to {CLASSES - 1}"
        )


def _check_header(content: bytes | bytearray, name: str, max_bytes: int) -> tuple[tuple[int, ...], int]:
    """Return the shape, and the size of the whole file in bytes, from a header in the first 16 bytes."""
    if len(content) < 4:
        raise IdxError(f"{name} holds {len(content)} bytes; an IDX file starts with a header of 8 to 16 bytes")
    zeros, kind, dimensions = struct.unpack(">HBB", content[:4])
    if zeros != 0 or kind != _UNSIGNED_BYTE or not 1 <= dimensions <= 3:
        allowed = "0x00000801 (labels) to 0x00000803 (images)"
        raise IdxError(
            f"{name} starts with 0x{bytes(content[:4]).hex()}; an IDX file of bytes starts with {allowed}"
        )
    header = 4 + 4 * dimensions
    if len(content) < header:
        raise IdxError(f"{name} ends after {len(content)} bytes; its header alone must have {header}")
    shape = struct.unpack(f">{dimensions}I", content[4:header])
    size = header + math.prod(shape)
    if size > max_bytes:
        raise IdxError(f"{name} announces {_times(shape)} = {size:,} bytes; at most {max_bytes:,} are accepted")
    return shape, size


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(str(n) for n in shape)
