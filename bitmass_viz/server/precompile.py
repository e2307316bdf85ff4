"""Compile everything beside the server, when it starts on a cache that does not have it yet.

The page is served meanwhile. Kernels that need what is not there yet wait for this process, and say that they are
preparing (see `kernels.compiling`). If it is killed, they compile what they need themselves, one after the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

BEGIN = """
import os, sys
if hasattr(os, "fork") and os.fork():
    os._exit(0)
from bitmass_viz.server.precompile import main
main()
"""
"""All of the server's own children are kernels, so this process is a child of one that ends at once."""


@contextmanager
def compiling_beforehand() -> Iterator[None]:
    """Have a process compile everything, and end with this one, however this one ends."""
    ours, theirs = os.pipe()
    try:
        # What this process holds of the pipe is closed when it ends, and the other one reads that.
        subprocess.run(
            [sys.executable, "-P", "-c", BEGIN],
            stdin=ours,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )
        yield
    finally:
        os.close(ours)
        os.close(theirs)


def main() -> None:
    """Compile everything, unless the process that started this one ends before."""

    def end_with_the_server() -> None:
        os.read(sys.stdin.fileno(), 1)
        os._exit(1)

    threading.Thread(target=end_with_the_server, daemon=True).start()
    from bitmass_viz.kernels.compiling import compiling_everything
    from bitmass_viz.kernels.sums import class_vectors
    from bitmass_viz.training.warmup import warm_up

    with compiling_everything(class_vectors.stats.cache_path) as is_the_first:
        if is_the_first:
            warm_up(progress=False)
    # The thread that still reads need not be waited for.
    os._exit(0)
