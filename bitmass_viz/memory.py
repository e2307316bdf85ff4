"""How much memory is free, and how to give back what can be had again at any time."""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bitmass_viz.data import Digits

CONTROL_GROUPS = Path("/sys/fs/cgroup")

_CAN = hasattr(mmap, "MADV_DONTNEED")


def let_go(digits: Digits) -> None:
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


def free_bytes(groups: Path = CONTROL_GROUPS) -> int:
    """Return how much memory programs can still take: the machine's, or less in a container that has a limit."""
    import psutil

    free: int = psutil.virtual_memory().available
    for limit, used, again in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "total_inactive_file"),
    ):
        with suppress(OSError, ValueError):
            most = int((groups / limit).read_text())
            taken = int((groups / used).read_text())
            statistics = (groups / limit).with_name("memory.stat").read_text().split()
            taken -= _following(statistics, again)
            free = min(free, most - taken)
    return free


def _following(words: Iterable[str], name: str) -> int:
    """Return the number after a name, 0 if the name is not there."""
    words = iter(words)
    return next((int(next(words, "0")) for word in words if word == name), 0)
