"""Processes that tests and measurements start, and what they use of the machine."""

from collections.abc import Iterable
from contextlib import suppress

import psutil

MEGABYTE = 1e6


def family(process: psutil.Process) -> list[psutil.Process]:
    """Return a process and all that it has started."""
    return [process, *process.children(recursive=True)]


def kernels_of(server: psutil.Process) -> list[psutil.Process]:
    """Return the kernels of a server: its children, and what the one among them that forks kernels has forked."""
    found = []
    for child in server.children():
        with suppress(psutil.Error):
            found += child.children() if "--fork-server" in child.cmdline() else [child]
    return found


def is_kernel(process: psutil.Process, kernel: str) -> bool:
    """Tell whether a process is the kernel of this id, which its name or its command begins or holds."""
    return process.name() == f"kernel-{kernel[:8]}" or kernel in " ".join(process.cmdline())


def runs(process: psutil.Process) -> bool:
    """Tell whether a process has not ended yet, be it that nobody has asked for its exit code."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def processor_seconds(processes: Iterable[psutil.Process], ended: bool = False) -> float:
    """Return the processor time that processes have used so far, with `ended` also what their children had."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system + ended * (times.children_user + times.children_system)
    return total


def megabytes(processes: Iterable[psutil.Process]) -> dict[str, int]:
    """Return the memory of processes together: their share of what is shared (PSS), and their own alone (USS)."""
    pss = uss = count = 0
    for process in processes:
        try:
            found = process.memory_full_info()
        except psutil.Error:
            continue
        pss, uss, count = pss + found.pss, uss + found.uss, count + 1
    return {"pss": round(pss / MEGABYTE), "uss": round(uss / MEGABYTE), "processes": count}
