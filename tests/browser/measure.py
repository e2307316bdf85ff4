"""Measure the page, as figures and ratios, never as pass or fail: python -m tests.browser.measure.

Prints JSON: frames a second while BV32 trains flat out, how soon pointing and pausing show, three epochs with the
views on against the same epochs without a page, and the time until the page answers against a Voilà page that
holds one ipywidgets slider, opened in turn with ours.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

import bitmass_viz as bm
from tests.browser.conftest import CHROMIUM_ARGUMENTS, App, Page, find_chromium

TRAINERS = (("bv32-hebbian", "published"), ("sgd", "published"), ("adamw", "published"))
EXAMPLES = 150_000

POINTING = """
async () => {
  const root = document.querySelector('[data-testid=explorer]');
  const canvas = document.querySelector('[data-testid=view-bit]');
  canvas.scrollIntoView({ block: 'center' });
  const box = canvas.getBoundingClientRect();
  const took = [];
  for (let i = 0; i < 60; i++) {
    await new Promise(resolve => setTimeout(resolve, 37));
    const before = root.dataset.selection;
    const started = performance.now();
    canvas.dispatchEvent(new PointerEvent('pointermove', {
      bubbles: true, pointerId: 1, pointerType: 'mouse',
      clientX: box.left + box.width * (0.1 + 0.8 * ((i * 7) % 60) / 60),
      clientY: box.top + box.height * (0.2 + 0.01 * i),
    }));
    while (root.dataset.selection === before && performance.now() - started < 1000)
      await new Promise(resolve => setTimeout(resolve, 0));
    // The explorer draws in the next frame; this callback, asked for later, runs after its own.
    await new Promise(resolve => requestAnimationFrame(resolve));
    took.push(performance.now() - started);
  }
  return took;
}
"""

PAUSING = """
async () => {
  const root = document.querySelector('[data-testid=explorer]');
  const started = performance.now();
  document.querySelector('[data-testid=pause]').click();
  while (root.dataset.state !== 'paused') await new Promise(resolve => setTimeout(resolve, 1));
  return performance.now() - started;
}
"""

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


class SliderApp(App):
    """Plain Voilà with a notebook of one slider."""

    def __init__(self, folder: Path) -> None:
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell("import ipywidgets\nipywidgets.IntSlider()")],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        path = folder / "slider.ipynb"
        nbformat.write(notebook, path)
        self.url = "http://127.0.0.1:8877/"
        self.said = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "voila", "--no-browser", "--port=8877", str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if "Voilà is running" in line or "Voila is running" in line:
                return
        raise AssertionError("".join(self.said))


def opening(browser, url: str, ready: str) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(url)
    page.wait_for_selector(ready, timeout=120_000)
    took = time.perf_counter() - started
    context.close()
    return took


def set_flat_out(page: Page) -> None:
    speed = page.at("speed")
    speed.focus()
    page.keyboard.press("End")
    page.wait_for_timeout(300)


def main(rounds: int = 5) -> dict:
    """Measure everything once and return the figures."""
    digits = bm.load_digits("mnist", download=False)
    figures: dict = {"machine": platform.processor() or platform.machine(), "python": platform.python_version()}
    headless: dict[str, list[float]] = {trainer: [] for trainer, _ in TRAINERS}
    watched: dict[str, list[float]] = {trainer: [] for trainer, _ in TRAINERS}
    pauses: list[float] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        app, slider = App(), SliderApp(Path(folder))
        ours, theirs = [], []
        opening(browser, app.url, '[data-testid=explorer][data-state="paused"]')
        opening(browser, slider.url, ".widget-slider")
        for _ in range(rounds):
            ours.append(opening(browser, app.url, '[data-testid=explorer][data-state="paused"]'))
            theirs.append(opening(browser, slider.url, ".widget-slider"))
        slider.process.terminate()
        figures["start"] = {
            "explainer_seconds": statistics.median(ours),
            "slider_seconds": statistics.median(theirs),
            "ratio": statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
        }
        page = Page(browser.new_context(viewport={"width": 1280, "height": 800}), app.url)
        set_flat_out(page)
        page.at("play").click()
        page.wait_for("root.dataset.state === 'playing'")
        page.wait_for_timeout(1000)
        before, started = page.frames(), time.perf_counter()
        page.wait_for_timeout(10_000)
        figures["frames_per_second"] = (page.frames() - before) / (time.perf_counter() - started)
        pointing = sorted(page.evaluate(POINTING))
        figures["pointing_ms"] = {"median": pointing[30], "p95": pointing[56], "worst": pointing[-1]}
        pauses.append(page.evaluate(PAUSING))
        for _ in range(rounds):
            for trainer, recipe in TRAINERS:
                run = bm.Run(trainer, digits, recipe=recipe)
                run.warm_up()
                run.accuracy("validation")
                started = time.perf_counter()
                run.train(epochs=3, progress=False)
                headless[trainer].append(time.perf_counter() - started)
                page.at("trainer").select_option(trainer)
                page.wait_for_timeout(500)
                watched[trainer].append(page.evaluate(EPOCHS) / 1000)
                pauses.append(page.evaluate(PAUSING))
        figures["trouble"] = list(page.trouble)
        app.stop()
        browser.close()
    figures["pause_ms"] = {"median": statistics.median(pauses), "worst": max(pauses)}
    figures["three_epochs"] = {
        trainer: {
            "headless_seconds": statistics.median(headless[trainer]),
            "watched_seconds": statistics.median(watched[trainer]),
            "ratio": statistics.median(w / h for w, h in zip(watched[trainer], headless[trainer], strict=True)),
        }
        for trainer, _ in TRAINERS
    }
    return figures


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
