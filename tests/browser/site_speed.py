"""Measure the static site, never as pass or fail: python -m tests.browser.site_speed [ROUNDS].

Prints JSON: what a first visit takes; for each trainer flat out, examples a second with the page's views drawing
against the same worker without a page, frames a second, also with the processor slowed as on a phone; how soon
pointing, pausing and going back in time show; and what the code weighs. Needs MNIST.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.site import build, write_folder
from tests.browser.conftest import headless
from tests.browser.measure import PAUSING, POINTING, SCRUBBING, spread

TRAINERS = ("bv32-hebbian", "sgd", "adamw")
SECONDS = 4.0
SLOW_LINE = {"offline": False, "latency": 100, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
"""1.6 Mbit/s."""

FLIPPED = """
new Promise(resolve => {
  const root = document.querySelector('[data-testid=explorer]');
  const text = root.querySelector('[data-testid=examples-seen]');
  const seen = () => parseInt(text.innerText.replaceAll(/[^0-9 ]/g, ''));
  const look = () => seen() >= 64 ? resolve(performance.now()) : requestAnimationFrame(look);
  look();
})
"""
"""Milliseconds since navigation when a frame with changed weights was drawn."""

HEADLESS = """
async ([trainer, seconds]) => {
  const page = JSON.parse(document.getElementById('page').textContent);
  const part = name => new Promise(resolve => {
    globalThis.bitmassPart = (_, content) => resolve(content);
    const script = document.createElement('script');
    script.src = `parts/${name}.js?again`;
    document.head.append(script);
  });
  const unpack = async text => {
    const packed = new Blob([Uint8Array.from(atob(text), c => c.charCodeAt(0))]).stream();
    return new Response(packed.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  };
  const source = await unpack(await part('worker')), wasm = await unpack(await part('kernels'));
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
  const send = message => worker.postMessage({ id: 0, message });
  let examples = 0;
  await new Promise(resolve => {
    worker.onmessage = ({ data }) => {
      if (data.loaded) resolve();
      for (const { values } of data.messages ?? []) {
        if (!values?.status) continue;
        examples = values.status.examples;
        send({ action: 'ack', seq: values.status.seq });
      }
    };
    const base = new URL('.', location.href).href;
    const { declared, data } = page;
    worker.postMessage({ start: { wasm, declared, data, base, list: 'pieces', sparing: false } }, [wasm]);
    const run = { ...page.widgets.explorer.wanted.run, trainer, options: {} };
    worker.postMessage({ id: 0, open: 'explorer', wanted: { run } });
  });
  send({ action: 'set', name: 'speed', value: 0 });
  send({ action: 'play' });
  await new Promise(resolve => setTimeout(resolve, 1000));
  const [from, began] = [examples, performance.now()];
  await new Promise(resolve => setTimeout(resolve, 1000 * seconds));
  const rate = (examples - from) / (performance.now() - began) * 1000;
  worker.terminate();
  return rate;
}
"""
"""Examples a second of the site's worker whose frames nobody draws."""

COUNT = """
async seconds => {
  const root = document.querySelector('[data-testid=explorer]');
  const text = root.querySelector('[data-testid=examples-seen]');
  const seen = () => parseInt(text.innerText.replaceAll(/[^0-9 ]/g, ''));
  const [frames, examples, began] = [+root.dataset.frames, seen(), performance.now()];
  let animation = 0;
  const count = () => { animation += 1; requestAnimationFrame(count); };
  requestAnimationFrame(count);
  await new Promise(resolve => setTimeout(resolve, 1000 * seconds));
  const took = (performance.now() - began) / 1000;
  const drawn = +root.dataset.frames - frames;
  return { frames: drawn / took, animation: animation / took, examples: (seen() - examples) / took };
}
"""


class Files(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, without a line for each."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback."""
    handler = functools.partial(Files, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


class Visit:
    """A first visit: nothing is cached."""

    def __init__(self, browser: Any, url: str, slow_line: bool = False) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.page = self.context.new_page()
        self.devtools = self.context.new_cdp_session(self.page)
        if slow_line:
            self.devtools.send("Network.enable")
            self.devtools.send("Network.emulateNetworkConditions", SLOW_LINE)
        self.page.goto(url, wait_until="commit")

    def play(self) -> None:
        """Press play as soon as that can be done."""
        self.page.locator('[data-testid=explorer] [data-testid="play"]').click(timeout=60_000)

    def flat_out(self, trainer: str) -> None:
        """Choose a trainer and play it flat out, once all digits are here."""
        self.page.locator("html[data-digits=here]").wait_for(state="attached", timeout=60_000)
        self.page.get_by_test_id("trainer").select_option(trainer)
        self.page.get_by_test_id("speed").evaluate(
            "e => { e.value = e.max; e.dispatchEvent(new Event('change')); }"
        )
        self.play()
        self.page.get_by_test_id("view-bit").scroll_into_view_if_needed()
        time.sleep(1.5)


def first_visit(browser: Any, url: str, slow_line: bool) -> dict[str, float]:
    """Return milliseconds to the first paint and to the first changed weights, with play pressed at once."""
    visit = Visit(browser, url, slow_line)
    visit.play()
    flipped = visit.page.evaluate(FLIPPED)
    paint = visit.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    visit.context.close()
    return {"first_paint": paint, "flipped": flipped, "after_paint": flipped - paint}


def drawing(browser: Any, url: str, trainer: str, slowdown: int) -> dict[str, float]:
    """Return how fast a trainer runs flat out with the views on, and without a page."""
    visit = Visit(browser, url)
    visit.devtools.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    visit.flat_out(trainer)
    found = visit.page.evaluate(COUNT, SECONDS)
    if slowdown == 1:
        found["pointing"] = spread(visit.page.evaluate(POINTING))
        found["pausing"] = visit.page.evaluate(PAUSING)
        found["scrubbing"] = spread(visit.page.evaluate(SCRUBBING))
    visit.context.close()
    if slowdown == 1:
        alone = Visit(browser, url)
        alone.page.locator("html[data-digits=here]").wait_for(state="attached", timeout=60_000)
        found["headless"] = alone.page.evaluate(HEADLESS, [trainer, SECONDS])
        found["share"] = found["examples"] / found["headless"]
        alone.context.close()
    return found


def main(rounds: int = 3) -> dict[str, Any]:
    """Measure everything and return the figures."""
    figures: dict[str, Any] = {"rounds": rounds}
    with tempfile.TemporaryDirectory() as folder, headless() as browser:
        site = Path(folder, "site")
        write_folder(site, build(explainer_notebook()).files)
        code = [site / "article.js", site / "parts/kernels.js", site / "parts/worker.js"]
        figures["code_compressed"] = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in code}
        figures["page_compressed"] = len(gzip.compress((site / "index.html").read_bytes(), 9))
        with served(site) as url:
            for name, slow_line in (("loopback", False), ("1.6 Mbit/s", True)):
                visits = [first_visit(browser, url, slow_line) for _ in range(rounds)]
                figures[name] = {key: round(statistics.median(v[key] for v in visits)) for key in visits[0]}
            for slowdown in (1, 4):
                for trainer in TRAINERS:
                    measured = [drawing(browser, url, trainer, slowdown) for _ in range(rounds)]
                    figures[f"{trainer}, processor / {slowdown}"] = measured
    return figures


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:])), indent=1))
