"""Measure what a student costs a server, as figures, never as pass or fail: python -m tests.load.student [--json].

Each student is a JupyterLab of their own with a kernel, watched by a headless browser, and goes through a lesson:
import and load MNIST, train three epochs and show the explorer, play for ten seconds, run an experiment. After
each step the memory of all the student's processes is read, and the processor time they have used; during the
experiment, which starts a process for every core and is stopped after a while, the highest memory. This once with
MNIST mapped from files that all share, and once from `BITMASS_DATA`. Then the same for a reader of
`bitmass explore`. Numba's cache should be warm (`bitmass warmup`). The browser is not counted.

Memory is PSS: what processes share, such as the files of libraries, is divided among them. It is smaller the more
students there are; `--students` says how many are there at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser

import bitmass_viz as bm
from bitmass_viz.data import MNIST
from bitmass_viz.data.idx import read_bytes
from bitmass_viz.data.published import locate
from tests.browser.conftest import headless
from tests.browser.measure import set_flat_out
from tests.browser.startup import READY, rest
from tests.processes import family, kernels_of, megabytes, processor_seconds
from tests.server.explore import App, write_notebook
from tests.waiting import wait_for_line

PLAY_SECONDS = 10
EXPERIMENT_SECONDS = 15
SAMPLE_SECONDS = 0.2
STEP_SECONDS = 120
"""No step may take longer."""
OPTIONS = ("--no-browser", "--allow-root", "--port=0", "--IdentityProvider.token=")
STEPS = {
    "imported": "import bitmass_viz as bm\ndigits = bm.load_digits('mnist', download=False)\n{done}",
    "trained": (
        "run = bm.Run('bv32-hebbian', digits)\nrun.train(epochs=3, progress=False)\n{done}\nbm.Explorer(run)"
    ),
    "experiment": "bm.experiments.run('iso-bit', seeds=2, progress=False)",
}


class Footprint:
    """Memory and processor time of a process and all that it has started."""

    def __init__(self, pid: int) -> None:
        self.root = psutil.Process(pid)

    def megabytes(self) -> dict[str, int]:
        """Return the memory in MB."""
        return megabytes(family(self.root))

    def processor_seconds(self) -> float:
        """Return the processor time used so far, that of processes which have ended included."""
        return processor_seconds(family(self.root), ended=True)

    @contextmanager
    def peak(self) -> Iterator[dict[str, int]]:
        """Watch the memory, and fill in the highest figures at the end."""
        highest = {"pss": 0}
        over = threading.Event()

        def watch() -> None:
            while not over.wait(SAMPLE_SECONDS):
                now = self.megabytes()
                if now["pss"] > highest["pss"]:
                    highest.update(now)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield highest
        finally:
            over.set()
            watcher.join()


class Student:
    """A JupyterLab on loopback with a home of its own, and a browser on its notebook."""

    def __init__(self, browser: Browser, home: Path, mapped: Path | None) -> None:
        cells = (code.format(done=f"print('{step}', 'done')") for step, code in STEPS.items())
        write_notebook(home / "lesson.ipynb", *cells)
        environment = {**os.environ, "HOME": str(home), "BITMASS_CACHE": str(home / "cache")}
        if mapped is not None:
            environment.pop("BITMASS_DATA", None)
            (home / "cache").mkdir()
            for file in mapped.iterdir():
                (home / "cache" / file.name).symlink_to(file)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *OPTIONS],
            cwd=home,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.footprint = Footprint(self.process.pid)
        url = wait_for_line(self.process.stderr, r"http://127\.0\.0\.1:\d+")[0]
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        self.figures: dict[str, Any] = {"server": self.footprint.megabytes()}
        self.context = browser.new_context(viewport={"width": 1400, "height": 900})
        self.page = self.context.new_page()
        self.page.goto(f"{url}/lab/tree/lesson.ipynb")
        self.page.get_by_text("| Idle").wait_for(timeout=1000 * STEP_SECONDS)
        self.note_seconds("opened")

    def note_seconds(self, step: str) -> None:
        """Note the processor time that a step has brought it to."""
        self.figures.setdefault("processor_seconds", {})[step] = round(self.footprint.processor_seconds(), 1)

    def run(self, step: str) -> None:
        """Run a step's cell and note what it took."""
        cell = self.page.locator(".jp-CodeCell").nth(list(STEPS).index(step))
        cell.locator(".cm-content").click()
        with self.footprint.peak() as peak:
            self.page.keyboard.press("Control+Enter")
            if step == "experiment":
                # It would take minutes, but no more memory than at the start: the second press is the interrupt.
                self.page.wait_for_timeout(1000 * EXPERIMENT_SECONDS)
                for key in ("Escape", "i", "i"):
                    self.page.keyboard.press(key)
                cell.get_by_text("KeyboardInterrupt").first.wait_for(timeout=1000 * STEP_SECONDS)
            else:
                cell.get_by_text(f"{step} done", exact=True).wait_for(timeout=1000 * STEP_SECONDS)
            if step == "trained":
                self.page.wait_for_selector(READY, timeout=1000 * STEP_SECONDS)
        self.figures[step] = {**self.footprint.megabytes(), "peak": peak}
        self.note_seconds(step)

    def end(self) -> dict[str, Any]:
        """Close the page, stop the server; return the figures."""
        self.context.close()
        self.process.terminate()
        self.process.wait(timeout=30)
        return self.figures


def play(page: Any, footprint: Footprint) -> dict[str, Any]:
    """Play at the default speed and then flat out, and return memory and processor share."""
    figures: dict[str, Any] = {}
    for speed in ("default_speed", "flat_out"):
        if speed == "flat_out":
            page.at = page.get_by_test_id
            set_flat_out(page)
        page.get_by_test_id("play").click()
        page.wait_for_timeout(500)
        before = footprint.processor_seconds()
        page.wait_for_timeout(1000 * PLAY_SECONDS)
        figures[f"cores_{speed}"] = round((footprint.processor_seconds() - before) / PLAY_SECONDS, 2)
        page.get_by_test_id("pause").click()
        page.wait_for_selector(READY)
    return {**footprint.megabytes(), **figures}


def lessons(browser: Browser, count: int, mapped: Path | None) -> list[dict[str, Any]]:
    """Have students go through the lesson at the same time, step by step; return the figures of each."""
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder, str(number)) for number in range(count)]
        for home in homes:
            home.mkdir()
        students = [Student(browser, home, mapped) for home in homes]
        try:
            for step in STEPS:
                for student in students:
                    student.run(step)
                    if step == "trained":
                        student.figures["played"] = play(student.page, student.footprint)
                        student.note_seconds("played")
        finally:
            figures = [student.end() for student in students]
    return figures


def readers(browser: Browser, count: int, cache: Path) -> dict[str, Any]:
    """Have `bitmass explore` keep kernels ready, let one reader play; return the memory of each kernel."""
    with ExitStack() as stack:
        app = App("--preheat", str(count), BITMASS_DATA="", BITMASS_CACHE=str(cache))
        stack.callback(app.stop)
        server = Footprint(app.process.pid)
        rest(app)
        kernels = kernels_of(server.root)
        figures: dict[str, Any] = {
            "server": megabytes({*family(server.root)} - {*kernels}),
            "waiting": [megabytes([kernel]) for kernel in kernels],
        }
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        stack.callback(context.close)
        page = context.new_page()
        page.goto(app.url)
        page.wait_for_selector(READY, timeout=1000 * STEP_SECONDS)
        rest(app)
        # Another one is got ready in place of the one that was taken.
        figures["kernels_beside_a_reader"] = len(kernels_of(server.root)) - 1
        figures["played"] = play(page, server)
        used = max(kernels, key=lambda kernel: sum(kernel.cpu_times()[:2]))
        figures["played"].update(megabytes([used]))
        return figures


def main() -> dict[str, Any]:
    """Measure everything once and return the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.student", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")
    parser.add_argument("--students", type=int, default=2, help="how many are there at a time (default: 2)")
    parser.add_argument("--rounds", type=int, default=1, help="how often the lesson is gone through (default: 1)")
    chosen = parser.parse_args()
    bm.load_digits("mnist", download=False)
    with tempfile.TemporaryDirectory() as folder, headless() as browser:
        shared = plain_files(Path(folder))
        measured: dict[str, Any] = {
            "version": bm.__version__,
            "python": platform.python_version(),
            "cores": len(os.sched_getaffinity(0)),
            "students": chosen.students,
            "lesson": {"mapped": [], "read": []},
        }
        for _ in range(chosen.rounds):
            for how, found in measured["lesson"].items():
                found += lessons(browser, chosen.students, shared if how == "mapped" else None)
        measured["readers"] = readers(browser, chosen.students, shared)
    print(json.dumps(measured, indent=1) if chosen.json else as_text(measured))
    return measured


def plain_files(folder: Path) -> Path:
    """Put MNIST's four files, decompressed, where a cache has them, so that they can be mapped."""
    source = MNIST.find()
    assert source is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BITMASS_CACHE", str(folder))
        for name in MNIST.sha256:
            MNIST.store(name, read_bytes(locate(source, name)))
    return folder


def as_text(measured: dict[str, Any]) -> str:
    """Return medians, a line a step."""
    lines = [f"{measured['students']} students at a time, {measured['cores']} cores; PSS in MB, medians"]
    for how, found in measured["lesson"].items():
        lines.append(f"MNIST {how}:")
        for step in ("server", "imported", "trained", "played", "experiment"):
            line = f"  {step:<11}{statistics.median(one[step]['pss'] for one in found):5.0f}"
            if "peak" in found[0][step]:
                line += f", at most {max(one[step]['peak']['pss'] for one in found):5.0f}"
            if step in found[0]["processor_seconds"]:
                seconds = statistics.median(one["processor_seconds"][step] for one in found)
                line += f", {seconds:.1f} s of processor so far"
            lines.append(line)
        for speed in ("default_speed", "flat_out"):
            cores = statistics.median(one["played"][f"cores_{speed}"] for one in found)
            lines.append(f"  playing at {speed.replace('_', ' ')}: {cores:.2f} cores")
    found, played = measured["readers"], measured["readers"]["played"]
    waiting = ", ".join(str(kernel["pss"]) for kernel in found["waiting"])
    lines += [
        f"bitmass explore: server {found['server']['pss']}; kernels that wait {waiting}",
        f"  one that played {played['pss']}",
        f"  playing: {played['cores_default_speed']:.2f} cores, flat out {played['cores_flat_out']:.2f}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
