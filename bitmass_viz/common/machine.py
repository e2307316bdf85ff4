"""Processors and memory that this process can use, also inside a container or a service.

Most system information in a container describes the whole machine. Its limits are in control groups, which can be
nested; the tightest one counts.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

CONTROL_GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")
"""The file that names this process's control groups."""


def processors() -> int:
    """Return the number of processors that this process can keep busy, at least 1.

    It is limited by the processors that it is allowed to run on (`taskset`, a batch system), by a control group's
    share of processor time (Docker's ``--cpus``, systemd's ``CPUQuota``, a Kubernetes limit), and by
    ``CPU_LIMIT``, which JupyterHub sets for a user's server. Fractions are rounded down.
    """
    seen = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limits = [*_quotas(), _asked_for()]
    return max(1, int(min([float(seen), *(limit for limit in limits if limit > 0)])))


def free_bytes() -> int:
    """Return the memory that is still available: the machine's, or less if a control group has a limit.

    It is negative if more is used than allowed.
    """
    import psutil

    free: int = psutil.virtual_memory().available
    for folder in _own_groups("memory"):
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
    """Return the processors that ``CPU_LIMIT`` allows; infinity if it is not set or not a number."""
    with suppress(ValueError):
        limit = float(os.environ.get("CPU_LIMIT") or "inf")
        if not math.isnan(limit):
            return limit
    return math.inf


def _quotas() -> Iterator[float]:
    """Yield each limit on processor time as a number of processors; a negative one means no limit."""
    for folder in _own_groups("cpu"):
        with suppress(OSError, ValueError, ZeroDivisionError):
            quota, period = (folder / "cpu.max").read_text().split()
            yield int(quota) / int(period)
        with suppress(OSError, ValueError, ZeroDivisionError):
            quota, period = ((folder / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
            yield int(quota) / int(period)


def _own_groups(controller: str) -> Iterator[Path]:
    """Yield the folders of this process's control groups, including the enclosing ones.

    Version 2 has a single tree, version 1 one per controller or group of controllers (``cpu,cpuacct``), and a
    hybrid system has both. Inside a container the root of a tree is often the container's own group, whatever its
    path outside.
    """
    lines: list[str] = []
    with suppress(OSError):
        lines = OWN_GROUP.read_text().splitlines()
    yield from (CONTROL_GROUPS, CONTROL_GROUPS / controller)
    for line in lines:
        _, _, named = line.partition(":")
        controllers, _, path = named.partition(":")
        if controllers and controller not in controllers.split(","):
            continue
        for root in {CONTROL_GROUPS / controllers, CONTROL_GROUPS / (controller if controllers else "unified")}:
            folder = root / path.lstrip("/")
            inside = [folder, *folder.parents]
            if ".." not in folder.parts and CONTROL_GROUPS in inside:
                yield from inside[: inside.index(CONTROL_GROUPS)]


def _following(words: Iterable[str], name: str) -> int:
    """Return the number after a name, or 0 if the name is missing."""
    words = iter(words)
    return next((int(next(words, "0")) for word in words if word == name), 0)
