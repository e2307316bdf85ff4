"""Measure the start, as figures and ratios, never as pass or fail: python -m tests.browser.startup [ROUNDS].

Prints JSON: how long a page takes to its first drawn frame and until it can be played, from a cold and from a
preheated kernel, and without any, from a plain web server (the article's site), against a plain Voilà page that
holds one ipywidgets slider, opened in turn; and what a cold kernel of ours takes of the processor and holds in
memory, and what for. Every page is opened by a browser that has seen none of it before. Numba's cache is warm,
since a first opening, which is not counted, has filled it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser

import bitmass_viz as bm
from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.server.kernel_pool import REFILL_SECONDS
from bitmass_viz.site import build, write_folder
from tests.browser.conftest import headless
from tests.browser.measure import set_flat_out
from tests.conftest import ROOT
from tests.processes import family, kernels_of, processor_seconds
from tests.server.explore import App, write_notebook
from tests.waiting import wait_for_line

EXAMPLES = 150_000
EPOCHS = f"""
async () => {{
  const seen = document.querySelector('[data-testid=examples-seen]');
  const count = () => parseInt(seen.innerText.replaceAll(/[^0-9 ]/g, ''));
  const from = count();
  const started = performance.now();
  document.querySelector('[data-testid=play]').click();
  while (count() - from < {EXAMPLES}) await new Promise(resolve => setTimeout(resolve, 2));
  return (performance.now() - started) / (count() - from) * {EXAMPLES};
}}
"""
SLIDER = ".widget-slider"
DRAWN = "[data-testid=explorer]:not([data-frames='0'])[data-frames]"
READY = '[data-testid=explorer][data-state="paused"]'
QUIET_SECONDS = REFILL_SECONDS + 1
QUIET_SHARE = 0.03
"""A server is at rest when it and its kernels have used less than this share of a core for so long."""
WINDOW_SECONDS = 1.5
"""A new window of Chromium loads hundreds of scripts for its own address bar, which readers have open before."""
IMPORTS = (
    "IPython",
    "zmq",
    "ipykernel.kernelapp",
    "numpy",
    "llvmlite.binding",
    "numba",
    "bitmass_viz",
    "bitmass_viz.widgets",
)
"""What a kernel of ours imports to show the page."""
LATER = ("pandas", "matplotlib.pyplot", "scipy.stats")
"""What it imports when a figure of the evidence is drawn, or an experiment judged."""
LOADING = """
import json, sys, time

def held():
    found = dict(line.split(":") for line in open("/proc/self/status"))
    return {key: round(int(found[key].split()[0]) / 1024, 1) for key in ("VmRSS", "RssAnon", "RssFile")}

lines, before = [dict(what="python", ms=0, **held())], held()

def do(what, call):
    global before
    started = time.perf_counter()
    result = call()
    took, now = time.perf_counter() - started, held()
    lines.append(dict(what=what, ms=round(1000 * took), **{key: round(now[key] - before[key], 1) for key in now}))
    before = now
    return result

now, later = (names.split() for names in sys.argv[1:])
for name in now:
    do("import " + name, lambda: __import__(name))
import bitmass_viz as bm
digits = do("load_digits", lambda: bm.load_digits("auto", download=False))
run = do("Run", lambda: bm.Run("bv32-hebbian", digits))
do("warm_up", run.warm_up)
do("validate", run.validate)
do("three epochs", lambda: run.train(epochs=3, progress=False))
for name in later:
    do("import " + name, lambda: __import__(name))
print(json.dumps(lines))
"""


class SliderApp(App):
    """Plain Voilà with a notebook of one slider."""

    def __init__(self, folder: Path) -> None:
        path = write_notebook(folder / "slider.ipynb", "import ipywidgets\nipywidgets.IntSlider()")
        self.url = "http://127.0.0.1:8877/"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "voila", "--no-browser", "--port=8877", str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        wait_for_line(self.process.stdout, "Voil[aà] is running")


class Files:
    """A plain web server, and no kernel behind it."""

    def __init__(self, folder: Path, page: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        found = wait_for_line(self.process.stdout, r"port (\d+)")
        self.url = f"http://127.0.0.1:{found[1]}/{page}"


def without_a_kernel(folder: Path) -> dict[str, Files]:
    """Write the article as a site, and serve it."""
    write_folder(folder / "site", build(explainer_notebook()).files)
    return {"site": Files(folder / "site", "index.html")}


class Opened:
    """A page of its own browser context; its times count from the moment its URL was entered."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 800})
        self.page = self.context.new_page()
        self.page.wait_for_timeout(1000 * WINDOW_SECONDS)
        self._started = time.perf_counter()
        self.page.goto(url, wait_until="commit")

    def seconds_to(self, selector: str) -> float:
        """Wait until the page shows something; return when that was."""
        self.page.wait_for_selector(selector, timeout=120_000)
        return time.perf_counter() - self._started

    def close(self) -> None:
        """Leave as a reader does, so that the page says goodbye to its kernel."""
        self.page.goto("about:blank")
        self.context.close()


def rest(*apps: App | Files) -> None:
    """Wait until all servers are at rest: a used kernel is gone, and its successor waits."""

    def used() -> float:
        return sum(processor_seconds(family(psutil.Process(app.process.pid))) for app in apps)

    before = used()
    while True:
        time.sleep(QUIET_SECONDS)
        if abs((now := used()) - before) < QUIET_SHARE * QUIET_SECONDS:
            return
        before = now


def held(process: psutil.Process) -> dict[str, float]:
    """Return the processor time of a process, and its memory in MB: in all, its own, of files, and its share."""
    lines = [line for name in ("status", "smaps_rollup") for line in proc(process, name) if ":" in line]
    found = dict(line.split(":", 1) for line in lines)
    memory = {key: int(found[key].split()[0]) / 1024 for key in ("VmRSS", "RssAnon", "RssFile", "Pss")}
    return {"processor_seconds": processor_seconds([process])} | memory


def proc(process: psutil.Process, name: str) -> list[str]:
    """Return the lines of a file that the system has about a process."""
    return Path(f"/proc/{process.pid}/{name}").read_text().splitlines()


def opening_times(browser: Browser, apps: Mapping[str, App | Files], rounds: int) -> dict[str, Any]:
    """Open each page once a round, in turn; return medians and the ratios to the slider of the same round."""
    took: dict[str, list[float]] = {}
    for name, app in apps.items():
        opened = Opened(browser, app.url)
        opened.seconds_to(SLIDER if name == "slider" else READY)
        opened.close()
    for _ in range(rounds):
        for name, app in apps.items():
            rest(*apps.values())
            opened = Opened(browser, app.url)
            if name == "slider":
                took.setdefault("slider", []).append(opened.seconds_to(SLIDER))
            else:
                took.setdefault(f"{name}_drawn", []).append(opened.seconds_to(DRAWN))
                took.setdefault(f"{name}_ready", []).append(opened.seconds_to(READY))
            opened.close()
    pairs = {name: zip(times, took["slider"], strict=True) for name, times in took.items()}
    return {
        "seconds": {name: round(statistics.median(times), 3) for name, times in took.items()},
        "ratio": {name: round(statistics.median(a / b for a, b in pair), 3) for name, pair in pairs.items()},
        "all": {name: [round(seconds, 3) for seconds in times] for name, times in took.items()},
    }


def cold_kernel(browser: Browser, app: App) -> dict[str, Any]:
    """Return what one kernel uses until the first picture, until it can play, and for three epochs of playing."""
    rest(app)
    opened = Opened(browser, app.url)
    opened.seconds_to(DRAWN)
    (kernel,) = kernels_of(psutil.Process(app.process.pid))
    figures: dict[str, Any] = {"drawn": held(kernel)}
    opened.seconds_to(READY)
    rest(app)
    figures["started"] = held(kernel)
    page = opened.page
    page.at = page.get_by_test_id  # type: ignore[attr-defined]
    set_flat_out(page)  # type: ignore[arg-type]
    page.evaluate(EPOCHS)
    page.get_by_test_id("pause").click()
    page.wait_for_selector(READY)
    figures["three_epochs_played"] = held(kernel)
    opened.close()
    return {when: {key: round(value, 2) for key, value in found.items()} for when, found in figures.items()}


def where_memory_goes() -> list[dict[str, Any]]:
    """Import and load one thing after the other, in a fresh process; return what each adds."""
    done = subprocess.run(
        [sys.executable, "-c", LOADING, " ".join(IMPORTS), " ".join(LATER)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    lines: list[dict[str, Any]] = json.loads(done.stdout)
    return lines


def main(rounds: int = 5) -> dict[str, Any]:
    """Measure everything once and return the figures."""
    # Pen strokes take other times and other memory.
    digits = bm.load_digits("mnist", download=False)
    with tempfile.TemporaryDirectory() as folder, headless() as browser:
        apps: dict[str, Any] = {
            "slider": SliderApp(Path(folder)),
            "cold": App("--preheat", "0"),
            "preheated": App("--preheat", "1"),
            **without_a_kernel(Path(folder)),
        }
        try:
            figures: dict[str, Any] = {
                "bytecode_written": not sys.dont_write_bytecode,
                "rounds": rounds,
                "dataset": digits.name,
                "opening": opening_times(browser, apps, rounds),
            }
            figures["cold_kernel"] = cold_kernel(browser, apps["cold"])
        finally:
            for app in apps.values():
                app.process.terminate()
                app.process.wait(timeout=30)
    figures["where_memory_goes"] = where_memory_goes()
    figures["processors"] = os.cpu_count()
    return figures


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:])), indent=1))
