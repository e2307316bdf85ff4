"""How much memory is free, and how to give back what can be had again at any time."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from bitmass_viz.data import Digits

CONTROL_GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")

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


def free_bytes(groups: Path = CONTROL_GROUPS, own: Path = OWN_GROUP) -> int:
    """Return how much memory programs can still take: the machine's, or less where a group of them has a limit.

    Parameters
    ----------
    groups : Path
        Where Linux shows control groups.
    own : Path
        File that names those of this process.

    Returns
    -------
    int
        Bytes; negative if more is taken than allowed.
    """
    import psutil

    free: int = psutil.virtual_memory().available
    for folder in _own_groups(groups, own):
        for limit, used, again in (
            ("memory.max", "memory.current", "inactive_file"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ):
            with suppress(OSError, ValueError):
                most = int((folder / limit).read_text())
                taken = int((folder / used).read_text())
                taken -= _following((folder / "memory.stat").read_text().split(), again)
                free = min(free, most - taken)
    return free


def _own_groups(groups: Path, own: Path) -> Iterator[Path]:
    """Yield the folders of the control groups that this process is in; each may have a limit."""
    yield groups
    yield groups / "memory"
    lines: list[str] = []
    with suppress(OSError):
        lines = own.read_text().splitlines()
    for line in lines:
        _, _, named = line.partition(":")
        controllers, _, path = named.partition(":")
        if controllers in ("", "memory"):
            folder = groups / controllers / path.lstrip("/")
            inside = [folder, *folder.parents]
            yield from inside[: inside.index(groups)] if groups in inside else ()


def _following(words: Iterable[str], name: str) -> int:
    """Return the number after a name, 0 if the name is not there."""
    words = iter(words)
    return next((int(next(words, "0")) for word in words if word == name), 0)
