"""The priority of a kernel's process."""

from __future__ import annotations

import os
from pathlib import Path

NICE = 10
"""Niceness of a kernel that has rendered its page (19 is the maximum): about a tenth of the usual CPU weight."""


def lower(pid: int) -> None:
    """Lower a process's priority below this one's, if the system can.

    Raises
    ------
    BlockingIOError
        Try again a little later: Linux allows this about ten times per second.
    """
    if not hasattr(os, "setpriority"):
        return
    try:
        nice = max(NICE, os.getpriority(os.PRIO_PROCESS, 0))
        os.setpriority(os.PRIO_PROCESS, pid, nice)
        # With autogroups, as on desktops, Linux divides the processor among sessions first.
        Path(f"/proc/{pid}/autogroup").write_text(str(nice))
    except BlockingIOError:
        raise
    except OSError:
        pass  # the process has just ended, or this system has no autogroups
