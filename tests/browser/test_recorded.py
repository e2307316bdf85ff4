"""A recording plays by itself: opened from a disk, with no kernel and no network."""

import http.server
import json
import re
import threading
import time
from pathlib import Path

import pytest

import bitmass_viz as bm
from bitmass_viz.data import find_mnist, load_digits
from bitmass_viz.recording import MAX_BYTES, make_page, write_atomically
from tests.browser.conftest import Recorded
from tests.browser.reader import findings, hover
from tests.conftest import make_digits

pytestmark = pytest.mark.browser
SECONDS_OF_PLAY = 1.0
NAMES = ("bv32-hebbian", "adamw")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The study's epochs of a binary and of a float32 network, of MNIST if it is here."""
    digits = load_digits("mnist", download=False) if find_mnist() else make_digits(2000)
    folder = tmp_path_factory.mktemp("recorded")
    made = {}
    for name in NAMES:
        page = make_page(bm.Run(name, digits), epochs=3, frames=300, progress=False)
        write_atomically(folder / f"{name}.html", page.content)
        made[name] = (folder / f"{name}.html", page)
    return made


@pytest.fixture
def open_recording(chromium):
    opened = []

    def open_recording(url, offline=True, **options):
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        context.set_offline(offline)
        if offline:
            context.route(re.compile("^(?!file:|data:)"), lambda route: route.abort())
        page = Recorded(context, url)
        opened.append((context, page))
        return page

    yield open_recording
    for context, page in opened:
        trouble = list(page.trouble)
        context.close()
        assert trouble == []


@pytest.mark.parametrize("name", NAMES)
def test_it_plays_from_a_disk(name, pages, open_recording):
    path, made = pages[name]
    assert path.stat().st_size <= MAX_BYTES
    page = open_recording(path.as_uri())
    count = len(made.recording)
    assert page.root.get_attribute("data-state") == "paused"
    assert page.at("examples-seen").inner_text().startswith("0 examples")
    for view in ("view-neuron", "view-bit", "view-data"):
        assert page.ink(view) > 1

    page.at("play").click()
    page.wait_for("root.dataset.state === 'playing' && +root.dataset.frames > 5")
    before, begun = page.frames(), time.perf_counter()
    page.wait_for_timeout(1000 * SECONDS_OF_PLAY)
    drawn, took = page.frames() - before, time.perf_counter() - begun
    print(
        f"\n{name}: {path.stat().st_size:,} bytes, {count} frames, first after {1000 * page.first_frame:.0f} ms, "
        f"{drawn / took:.0f} frames a second"
    )
    page.keyboard.press("Space")
    page.wait_for("root.dataset.state === 'paused'")
    assert drawn > 2
    assert re.match(r"[\d,]+ of 203,264 bits flipped", page.at("flips").inner_text())

    marked = hover(page, "view-bit")
    assert marked["layer"] == "W0"
    assert str(marked["word"]) in page.at("readout").inner_text().replace(",", "")
    for view in ("view-neuron", "view-bit", "view-data"):
        page.at(view).focus()
        before = page.selection()
        page.keyboard.press("ArrowRight")
        page.wait_for(f"root.dataset.selection !== {json.dumps(json.dumps(before))}")
        page.wait_for("root.dataset.selection !== ''")

    for position in (count - 1, 3):
        page.move(position)
        examples = f"{made.recording.examples[position]:,} examples"
        page.wait_for(f"root.querySelector('[data-testid=examples-seen]').innerText.startsWith('{examples}')")
    assert page.at("accuracy").inner_text().startswith(f"{100 * made.recording.accuracy[3]:.1f} %")
    page.at("scrubber").dispatch_event("change")
    page.at("step").click()
    page.wait_for(f"root.querySelector('.bm-when').innerText === 'frame 5 of {count}'")
    with page.expect_download() as downloading:
        page.at("export").click()
        page.at("save-bin").click()
    assert Path(downloading.value.path()).read_bytes() == made.recording.weights[4].tobytes()
    page.keyboard.press("Escape")
    page.at("reset").click()
    page.wait_for("root.querySelector('[data-testid=examples-seen]').innerText.startsWith('0 examples')")


def test_it_ends_and_begins_again_and_says_what_it_is(pages, open_recording):
    path, made = pages["bv32-hebbian"]
    page = open_recording(path.as_uri(), color_scheme="dark", viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.root.evaluate("root => getComputedStyle(root).colorScheme") == "dark"
    assert "a recording" in page.locator("h1").inner_text()
    assert findings(page) == []
    facts = page.at("facts").inner_text()
    assert "BV32-Hebbian" in facts
    assert made.recording.run.digits.label in facts
    assert page.at("live").get_attribute("href").startswith("https://")
    for absent in ("trainer", "recipe", "seed", "centring", "hidden", "share", "tour", "tour-offer", "minibatch"):
        assert not page.at(absent).is_visible()
    last = len(made.recording) - 1
    page.move(last - 4)
    page.at("scrubber").dispatch_event("change")
    page.wait_for(f"root.querySelector('[data-testid=scrubber]').value === '{last - 4}'")
    # Four frames take a fifteenth of a second, in which a busy machine may not look once.
    page.root.evaluate(
        """root => {
            window.states = [];
            new MutationObserver(() => window.states.push(root.dataset.state)).observe(root, { attributes: true });
        }"""
    )
    page.at("play").click()
    page.wait_for(
        f"root.dataset.state === 'paused' && root.querySelector('[data-testid=scrubber]').value === '{last}'"
    )
    assert "playing" in page.evaluate("window.states")
    page.at("replay").click()
    page.wait_for("+root.querySelector('[data-testid=scrubber]').value < 100")


def test_a_web_server_may_call_it_utf_8(pages, open_recording):
    content = pages["bv32-hebbian"][0].read_bytes()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = open_recording(f"http://127.0.0.1:{server.server_port}/", offline=False)
        assert page.evaluate("document.characterSet") == "UTF-16LE"
        page.at("step").click()
        page.wait_for("+root.dataset.frames > 1")
        server.shutdown()
