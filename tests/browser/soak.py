"""Play for long and see what piles up: python -m tests.browser.soak [MINUTES].

Prints JSON: the memory of the server, of the kernel and of the page's JavaScript, each minute, while a network
trains flat out with the views on; and by how much it has grown since the first minute, when caches have filled.
"""

from __future__ import annotations

import json
import sys

import psutil

from tests.browser.conftest import Page, headless
from tests.browser.measure import set_flat_out
from tests.processes import kernels_of
from tests.server.explore import App

MINUTE_MS = 60_000
MB = 1 << 20


def main(minutes: int = 60) -> dict:
    """Play and return the figures."""
    samples = []
    with headless() as browser:
        app = App("--preheat", "0")
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = Page(context, app.url)
        session = context.new_cdp_session(page.page)
        server = psutil.Process(app.process.pid)
        (kernel,) = kernels_of(server)

        def sample() -> dict:
            session.send("HeapProfiler.collectGarbage")
            return {
                "server_mb": server.memory_info().rss / MB,
                "kernel_mb": kernel.memory_info().rss / MB,
                "javascript_mb": session.send("Runtime.getHeapUsage")["usedSize"] / MB,
                "frames": page.frames(),
            }

        set_flat_out(page)
        page.at("play").click()
        page.wait_for("root.dataset.state === 'playing'")
        for _ in range(minutes + 1):
            page.wait_for_timeout(MINUTE_MS)
            samples.append(sample())
            print(samples[-1], file=sys.stderr, flush=True)
        trouble = list(page.trouble)
        app.stop()
    first, last = samples[0], samples[-1]
    growth = {key: last[key] - first[key] for key in first if key != "frames"}
    return {"minutes": minutes, "growth": growth, "trouble": trouble, "samples": samples}


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:2])), indent=1))
