"""Release the memory of memory-mapped digits; their pages can be read from the file again."""

from __future__ import annotations

import mmap
from typing import Any

from bitmass_viz.data import Digits

_CAN = hasattr(mmap, "MADV_DONTNEED")


def release_pages(digits: Digits) -> None:
    """Drop the pixels of memory-mapped digits from this process's memory.

    Trainers read them once, when they prepare a split; after that the page needs single images. Pages that are
    read again come from the file or the system's cache. Digits that are not memory-mapped are not affected.

    Parameters
    ----------
    digits : Digits
    """
    for split in (digits.train, digits.test):
        source: Any = split.images
        while source is not None and not isinstance(source, mmap.mmap):
            source = getattr(source, "base", None) if not isinstance(source, memoryview) else source.obj
        if source is not None and _CAN:
            source.madvise(mmap.MADV_DONTNEED)


def shown_pixels(digits: Digits, index: int) -> bytes:
    """Return the pixels of a training image to show, and release the pages of all.

    The system reads dozens of images with each one, so that a few hundred frames would bring all into memory.

    Parameters
    ----------
    digits : Digits
    index : int
    """
    pixels = digits.train.images[index].tobytes()
    release_pages(digits)
    return pixels
