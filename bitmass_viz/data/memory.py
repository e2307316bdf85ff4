"""How to give memory back: what is mapped from a file can be read again at any time."""

from __future__ import annotations

import mmap
from typing import Any

from bitmass_viz.data import Digits

_CAN = hasattr(mmap, "MADV_DONTNEED")


def release_pages(digits: Digits) -> None:
    """Let the pixels of memory-mapped digits leave this process's memory.

    Trainers read them once, when they prepare a split; afterwards the page looks at one image now and then. What
    is read again comes from the file, or from what the system still has of it. Digits that are not mapped stay.

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
