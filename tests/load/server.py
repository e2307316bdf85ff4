"""`bitmass explore` for the load test: it culls soon, and its kernels can be told from each other."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import threading

import psutil

from bitmass_viz.live.player import SILENCE_SECONDS
from tests.load.page import PULSE_SECONDS
from tests.processes import family, is_kernel, kernels_of, processor_seconds, runs
from tests.server.explore import App

CULL_SECONDS = 3 * int(PULSE_SECONDS)
"""A page asks for its kernel several times within it. With less, kernels that prepare for long, and hear of
nothing else, are culled under readers who look on."""
CULL_EVERY_SECONDS = 2
PING_MS = 3_000
PINGS_TO_MISS = 3
NOTICE_SECONDS = max(SILENCE_SECONDS, (2 + PINGS_TO_MISS) * PING_MS / 1000) + 2 * CULL_EVERY_SECONDS
"""A kernel that was left while it plays must first notice it; so much longer than culling takes may it stay."""
START_SECONDS = 300.0
STOP_SECONDS = 60.0
QUIET_SECONDS = 1.5
QUIET_SHARE = 0.05
"""Kernels that wait are ready when all of them together have used less than this share of a core for so long."""
QUICK = f"""
app.CULL_SECONDS, app.CULL_EVERY_SECONDS = {CULL_SECONDS}, {CULL_EVERY_SECONDS}
app.PING_MS, app.PINGS_TO_MISS = {PING_MS}, {PINGS_TO_MISS}
"""


class Server(App):
    """`bitmass explore` with short times until it culls; in a `with` block, after which none of it is left."""

    def __init__(self, *options: str, **environment: str) -> None:
        super().__init__(*options, before=QUICK, **environment)
        self.root = psutil.Process(self.process.pid)
        # Whoever does not listen makes the server wait once it has said much.
        self._listening = threading.Thread(target=self.said.extend, args=(self.process.stdout,), daemon=True)
        self._listening.start()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def kernels(self) -> list[psutil.Process]:
        """Return the processes of all kernels."""
        return [*filter(runs, kernels_of(self.root))]

    def kernel_of(self, kernel: str) -> psutil.Process | None:
        """Return the process of a kernel, known by its id; None if it is gone."""
        for process in self.kernels():
            try:
                if is_kernel(process, kernel):
                    return process
            except psutil.Error:
                continue
        return None

    async def warm(self, number: int) -> None:
        """Wait until so many kernels wait, and all of them have run the notebook."""
        before = -1.0
        async with asyncio.timeout(START_SECONDS):
            while True:
                used = processor_seconds(self.kernels())
                if len(self.kernels()) >= number and 0 <= used - before < QUIET_SHARE * QUIET_SECONDS:
                    return
                before = used
                await asyncio.sleep(QUIET_SECONDS)

    def stop(self) -> None:
        """Stop it as Ctrl-C does, and whatever does not end by that for good."""
        started = family(self.root)[1:] if runs(self.root) else []
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.said.append(f"bitmass explore had to be killed after {STOP_SECONDS:g} s\n")
            self.process.kill()
            self.process.wait()
        for process in filter(runs, psutil.wait_procs(started, timeout=1)[1]):
            self.said.append(f"a kernel was left: {process.pid}\n")
            process.kill()
        self._listening.join()
        self.process.stdout.close()
