"""How much of this machine a process may use: processors and memory, also inside a container or a service.

A container sees the whole machine in most of what the system tells. Its limits are in control groups, of which a
process may be in several, one inside the other; the tightest of them counts.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

CONTROL_GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")


def processors(groups: Path | None = None, own: Path | None = None) -> int:
    """Return how many processors this process may keep busy: the machine's, or fewer where something limits them.

    Three things can: the processors it may run on (`taskset`, a batch system), a control group's share of their
    time (Docker's ``--cpus``, systemd's ``CPUQuota``, a Kubernetes limit), and ``CPU_LIMIT``, by which JupyterHub
    tells a user's server its share. A part of a processor is not counted.

    Parameters
    ----------
    groups : Path, optional
        Where Linux shows control groups.
    own : Path, optional
        File that names those of this process.

    Returns
    -------
    int
        1 or more.
    """
    seen = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limits = [*_quotas(groups or CONTROL_GROUPS, own or OWN_GROUP), _asked_for()]
    return max(1, int(min([float(seen), *(limit for limit in limits if limit > 0)])))


def free_bytes(groups: Path | None = None, own: Path | None = None) -> int:
    """Return how much memory programs can still take: the machine's, or less where a group of them has a limit.

    Parameters
    ----------
    groups : Path, optional
        Where Linux shows control groups.
    own : Path, optional
        File that names those of this process.

    Returns
    -------
    int
        Bytes; negative if more is taken than allowed.
    """
    import psutil

    free: int = psutil.virtual_memory().available
    for folder in _own_groups("memory", groups or CONTROL_GROUPS, own or OWN_GROUP):
        for limit, used, reclaimable in (
            ("memory.max", "memory.current", "inactive_file"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ):
            with suppress(OSError, ValueError):
                most = int((folder / limit).read_text())
                taken = int((folder / used).read_text())
                taken -= _following((folder / "memory.stat").read_text().split(), reclaimable)
                free = min(free, most - taken)
    return free


def _asked_for() -> float:
    """Return the processors that ``CPU_LIMIT`` allows; infinitely many if it says nothing that makes sense."""
    with suppress(ValueError):
        limit = float(os.environ.get("CPU_LIMIT") or "inf")
        if not math.isnan(limit):
            return limit
    return math.inf


def _quotas(groups: Path, own: Path) -> Iterator[float]:
    """Yield each limit on the processors' time as a number of processors; one that is negative is none."""
    for folder in _own_groups("cpu", groups, own):
        with suppress(OSError, ValueError, ZeroDivisionError):
            quota, period = (folder / "cpu.max").read_text().split()
            yield int(quota) / int(period)
        with suppress(OSError, ValueError, ZeroDivisionError):
            quota, period = ((folder / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
            yield int(quota) / int(period)


def _own_groups(controller: str, groups: Path, own: Path) -> Iterator[Path]:
    """Yield the folders of the control groups that this process is in, outer ones included.

    Version 2 has one tree for everything, version 1 one for each controller or for a few together
    (``cpu,cpuacct``), and a hybrid system both. Inside a container the root of a tree often is the container's own
    group, whatever its path outside.
    """
    lines: list[str] = []
    with suppress(OSError):
        lines = own.read_text().splitlines()
    yield from (groups, groups / controller)
    for line in lines:
        _, _, named = line.partition(":")
        controllers, _, path = named.partition(":")
        if controllers and controller not in controllers.split(","):
            continue
        for root in {groups / controllers, groups / (controller if controllers else "unified")}:
            folder = root / path.lstrip("/")
            inside = [folder, *folder.parents]
            if ".." not in folder.parts and groups in inside:
                yield from inside[: inside.index(groups)]


def _following(words: Iterable[str], name: str) -> int:
    """Return the number after a name, 0 if the name is not there."""
    words = iter(words)
    return next((int(next(words, "0")) for word in words if word == name), 0)
