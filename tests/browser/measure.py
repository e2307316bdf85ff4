"""Measure the page, as figures and ratios, never as pass or fail: python -m tests.browser.measure [ROUNDS].

Prints JSON: for each trainer flat out, examples a second with the views on against the same without a page, frames
a second, and what a frame costs the browser: milliseconds to decode and draw it, and whether the page is laid out
anew; and how soon pointing, pausing, drawing a digit and going back in time show, while networks learn flat out.
The start is measured by `tests.browser.startup`.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable

import bitmass_viz as bm
from tests.browser.conftest import Page, headless
from tests.server.explore import App

TRAINERS = (("bv32-hebbian", "published"), ("sgd", "published"), ("adamw", "published"))
WATCHING_SECONDS = 5.0
HEADLESS_EXAMPLES = 1_000_000

DRAWING = """
(() => {
  const ask = window.requestAnimationFrame.bind(window);
  window.drawing = [];
  window.requestAnimationFrame = callback => ask(time => {
    const root = document.querySelector('[data-testid=explorer]');
    const before = root?.dataset.frames;
    const started = performance.now();
    callback(time);
    const took = performance.now() - started;
    if (root && root.dataset.frames !== before) window.drawing.push(took);
  });
})()
"""
"""Times every animation frame in which the explorer drew a frame of the run, from decoding to the last canvas."""

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

SKETCHING = """
async () => {
  const pad = document.querySelector('[data-testid=draw]');
  pad.scrollIntoView({ block: 'center' });
  await new Promise(resolve => setTimeout(resolve, 300));
  const box = pad.getBoundingClientRect();
  const at = (i) => ({
    bubbles: true, pointerId: 1, pointerType: 'mouse', button: 0,
    clientX: box.left + box.width * (0.5 + 0.3 * Math.sin(i / 8)),
    clientY: box.top + box.height * (0.5 + 0.3 * Math.cos(i / 8)),
  });
  // A pointer that only a script moves cannot be captured.
  pad.setPointerCapture = () => {};
  pad.hasPointerCapture = () => true;
  pad.dispatchEvent(new PointerEvent('pointerdown', at(0)));
  const took = [];
  for (let i = 1; i <= 60; i++) {
    await new Promise(resolve => setTimeout(resolve, 37));
    const started = performance.now();
    pad.dispatchEvent(new PointerEvent('pointermove', at(i)));
    await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 0)));
    took.push(performance.now() - started);
  }
  pad.dispatchEvent(new PointerEvent('pointerup', at(60)));
  return took;
}
"""
"""From a move of the pointer on the drawing pad until what both networks make of it has been painted."""

SCRUBBING = """
async () => {
  const root = document.querySelector('[data-testid=explorer]');
  const scrubber = document.querySelector('[data-testid=scrubber]');
  root.scrollIntoView();
  scrubber.focus();
  await new Promise(resolve => setTimeout(resolve, 800));
  const most = Number(scrubber.max);
  const took = [];
  for (let i = 0; i < 60; i++) {
    await new Promise(resolve => setTimeout(resolve, 37));
    const before = root.dataset.frames;
    const started = performance.now();
    scrubber.value = String((i * 7 + 3) % most);
    scrubber.dispatchEvent(new Event('input', { bubbles: true }));
    while (root.dataset.frames === before && performance.now() - started < 1000)
      await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 0)));
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

SEEN = """
() => parseInt(document.querySelector('[data-testid=examples-seen]').innerText.replaceAll(/[^0-9 ]/g, ''))
"""


def set_flat_out(page: Page) -> None:
    speed = page.at("speed")
    speed.focus()
    page.keyboard.press("End")
    page.wait_for_timeout(300)


def spread(milliseconds: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and worst of sixty."""
    ordered = sorted(milliseconds)
    return {"median": ordered[30], "p95": ordered[56], "worst": ordered[-1]}


def headless_rate(digits: bm.data.Digits, trainer: str, recipe: str) -> float:
    """Examples a second without a page."""
    run = bm.Run(trainer, digits, recipe=recipe)
    run.warm_up()
    started = time.perf_counter()
    run.advance(HEADLESS_EXAMPLES)
    return HEADLESS_EXAMPLES / (time.perf_counter() - started)


def watched(page: Page, metrics: Callable[[], dict]) -> dict:
    """Play flat out for some seconds: examples and frames a second, and what they cost the browser."""
    page.at("play").click()
    page.wait_for("root.dataset.state === 'playing'")
    page.wait_for_timeout(500)
    page.evaluate("window.drawing.length = 0")
    before, frames, examples, started = metrics(), page.frames(), page.evaluate(SEEN), time.perf_counter()
    page.wait_for_timeout(1000 * WATCHING_SECONDS)
    seconds = time.perf_counter() - started
    after, drawing = metrics(), sorted(page.evaluate("window.drawing"))
    drawn = page.frames() - frames
    found = {
        "examples_per_second": (page.evaluate(SEEN) - examples) / seconds,
        "frames_per_second": drawn / seconds,
        "draw_ms": {
            "median": statistics.median(drawing),
            "p95": drawing[int(0.95 * len(drawing))],
            "worst": drawing[-1],
        },
        "layout_ms": 1000 * (after["LayoutDuration"] - before["LayoutDuration"]) / drawn,
    }
    found["pause_ms"] = page.evaluate(PAUSING)
    return found


def main(rounds: int = 5) -> dict:
    """Measure everything and return the figures."""
    digits = bm.load_digits("mnist", download=False)
    figures: dict = {"machine": platform.processor() or platform.machine(), "python": platform.python_version()}
    found: dict[str, list[dict]] = {trainer: [] for trainer, _ in TRAINERS}
    with headless() as browser:
        app = App("--preheat", "0")
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_init_script(DRAWING)
        page = Page(context, app.url)
        session = context.new_cdp_session(page.page)
        session.send("Performance.enable")

        def metrics() -> dict:
            return {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}

        page.root.evaluate("root => root.scrollIntoView()")
        set_flat_out(page)
        for _ in range(rounds):
            for trainer, recipe in TRAINERS:
                alone = headless_rate(digits, trainer, recipe)
                page.at("trainer").select_option(trainer)
                page.wait_for_timeout(500)
                seen = watched(page, metrics)
                share = seen["examples_per_second"] / alone
                compared = {"share_of_headless_throughput": share, "headless_examples_per_second": alone}
                found[trainer].append(seen | compared)
        page.at("play").click()
        page.wait_for("root.dataset.state === 'playing'")
        pointing = page.evaluate(POINTING)
        figures["pointing_ms"] = spread(pointing)
        page.at("example").scroll_into_view_if_needed()
        page.wait_for_selector("[data-testid=example][data-state=ready]")
        figures["sketching_ms"] = spread(page.evaluate(SKETCHING))
        page.at("pause").click()
        page.at("together").scroll_into_view_if_needed()
        page.wait_for_selector("[data-testid=together][data-state=paused]")
        page.at("together-play").click()
        page.wait_for_selector("[data-testid=together][data-state=playing]")
        figures["scrubbing_ms"] = spread(page.evaluate(SCRUBBING))
        figures["trouble"] = list(page.trouble)
        app.stop()
    figures["trainers"] = {trainer: medians(each) for trainer, each in found.items()}
    return figures


def medians(each: list[dict]) -> dict:
    """Return the median of every figure over the rounds."""
    return {
        name: medians([one[name] for one in each])
        if isinstance(value, dict)
        else statistics.median(one[name] for one in each)
        for name, value in each[0].items()
    }


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:2])), indent=1))
