"""Compile all kernels in a separate process when the server starts with an incomplete cache.

The page is served meanwhile. Jupyter kernels that need uncompiled functions wait for this process and show that
they are preparing (see `kernels.compiling`). If it is killed, they compile what they need themselves, one at a
time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

FORK = """
import os, sys
if hasattr(os, "fork") and os.fork():
    os._exit(0)
from bitmass_viz.server.precompile import main
main()
"""
"""Double fork: it is nobody's child, and nobody has to wait for it when it ends."""


@contextmanager
def compiling_beforehand() -> Iterator[None]:
    """Run a process that compiles everything, and that ends when this one does, however this one ends."""
    ours, theirs = os.pipe()
    try:
        # When this process ends its end of the pipe closes, which the other process reads as end of file.
        subprocess.run(
            [sys.executable, "-P", "-c", FORK],
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
    """Compile everything, unless the server ends first."""

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
    # Do not wait for the thread that is still reading.
    os._exit(0)
