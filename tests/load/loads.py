"""Load the page many times in a row on one server, and see what piles up: python -m tests.load.loads [LOADS].

Each reader opens the page, plays a little, and leaves: most with the goodbye that a browser says, some by being
cut off. Prints JSON: the server's memory, open handles, threads and kernels after every twentieth of the loads,
each time once those who left are gone; and by how much each has grown since a quarter of them, when caches have
filled.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import psutil

from tests.load.page import Page
from tests.load.server import CULL_SECONDS
from tests.processes import kernels_of
from tests.server.explore import App

LOADS = 500
MOST = 10_000
SAMPLES = 20
CUT_OFF_EVERY = 10
FRAMES = 5
GONE_SECONDS = 60.0
MB = 1 << 20
CULLING = f"app.CULL_SECONDS, app.CULL_EVERY_SECONDS = {CULL_SECONDS}, 1"
"""Who is cut off is given up after seconds in place of minutes, so that it shows whether they come back."""


async def one(url: str, number: int) -> list[str]:
    """Be a reader; return what went wrong."""
    page = Page(url)
    try:
        await page.load()
        await page.connect()
        await page.until(lambda: page.status.get("state") == "paused", "the page is ready")
        page.say("play")
        drawn = page.drawn
        await page.until(lambda: page.drawn >= drawn + FRAMES, "frames come")
        if number % CUT_OFF_EVERY == 0:
            await page.drop()
        else:
            await page.say_goodbye()
    finally:
        await page.close()
    return page.trouble


async def sample(server: psutil.Process) -> dict[str, Any]:
    """Wait until whoever left is gone, and read what the server holds."""
    end = time.monotonic() + GONE_SECONDS
    while kernels_of(server) and time.monotonic() < end:
        await asyncio.sleep(0.2)
    with server.oneshot():
        return {
            "megabytes": round(server.memory_info().rss / MB, 1),
            "handles": server.num_fds(),
            "threads": server.num_threads(),
            "kernels": len(kernels_of(server)),
        }


async def measure(loads: int, app: App) -> dict[str, Any]:
    """Load the page so many times, one after the other."""
    server = psutil.Process(app.process.pid)
    samples, trouble = [], []
    started = time.monotonic()
    for number in range(1, loads + 1):
        trouble += [f"load {number}: {each}" for each in await one(app.url, number)]
        if number % max(1, loads // SAMPLES) == 0:
            samples.append({"loads": number} | await sample(server))
            print(samples[-1], file=sys.stderr, flush=True)
    first, last = samples[len(samples) // 4], samples[-1]
    return {
        "loads": loads,
        "seconds": round(time.monotonic() - started),
        "growth": {key: round(last[key] - first[key], 1) for key in first if key != "loads"},
        "trouble": trouble,
        "samples": samples,
    }


def main(loads: int = LOADS) -> dict[str, Any]:
    """Start a server, load the page, and return the figures."""
    if not 1 <= loads <= MOST:
        raise ValueError(f"loads must be between 1 and {MOST:,}, got {loads}")
    app = App("--preheat", "0", before=CULLING)
    try:
        return asyncio.run(measure(loads, app))
    finally:
        app.stop()


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:2])), indent=1))
