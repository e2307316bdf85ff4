"""What goes wrong between page and kernel: the page goes on by itself, or says what to do."""

import queue
import socket
import threading
import time
from contextlib import suppress

import psutil
import pytest

from bitmass_viz.live.player import SILENCE_SECONDS
from tests.browser.conftest import Page
from tests.browser.reader import come_to_rest
from tests.processes import kernels_of
from tests.server.explore import App

pytestmark = pytest.mark.browser
HIDE = """
hidden => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
}
"""


class Wire:
    """A wire to a server that can be cut: what goes over it is dropped, and nobody is told. It may be slow."""

    def __init__(self, url):
        host, port = url.split("/")[2].split(":")
        self._to = (host, int(port))
        self._open = set()
        self._lock = threading.Lock()
        self.cut = False
        self.delay = 0.0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                page, _ = self._listener.accept()
            except OSError:
                return
            if self.cut:
                page.close()
                continue
            server = socket.create_connection(self._to)
            with self._lock:
                self._open |= {page, server}
            for one, other in ((page, server), (server, page)):
                on_the_way = queue.SimpleQueue()
                threading.Thread(target=self._take, args=(one, on_the_way), daemon=True).start()
                threading.Thread(target=self._bring, args=(on_the_way, one, other), daemon=True).start()

    def _take(self, one, on_the_way):
        with suppress(OSError):
            while data := one.recv(1 << 16):
                on_the_way.put((time.monotonic() + self.delay, data))
        on_the_way.put((0, b""))

    def _bring(self, on_the_way, one, other):
        with suppress(OSError):
            while True:
                due, data = on_the_way.get()
                if not data:
                    break
                time.sleep(max(0, due - time.monotonic()))
                other.sendall(data)
        for end in (one, other):
            self._end(end)

    def _end(self, end):
        with self._lock:
            self._open.discard(end)
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()

    def break_off(self):
        """Cut everything that is connected; nothing connects any more."""
        self.cut = True
        for end in list(self._open):
            self._end(end)

    def mend(self):
        """Let connections through again."""
        self.cut = False

    def close(self):
        self._listener.close()
        self.break_off()


@pytest.fixture
def own_app():
    """A server whose kernels may come to harm."""
    app = App("--preheat", "0")
    yield app
    _, said = app.stop()
    assert "Traceback" not in said


@pytest.fixture
def opened(chromium):
    contexts = []

    def opened(url):
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        return Page(context, url)

    yield opened
    for context in contexts:
        context.close()


def test_a_kernel_that_is_killed_is_missed_and_the_reader_told_what_to_do(own_app, opened):
    page = opened(own_app.url)
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 20")
    (kernel,) = kernels_of(psutil.Process(own_app.process.pid))
    kernel.kill()
    page.at("notice").filter(has_text="reload the page").wait_for(timeout=30_000)
    assert "Traceback" not in page.locator("body").inner_text()
    page.reload()
    page.wait_for_selector('[data-testid=explorer][data-state="paused"]', timeout=60_000)
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 20")


def test_who_goes_back_in_time_is_not_taken_back_by_a_kernel_that_answers_late(own_app, opened):
    wire = Wire(own_app.url)
    page = opened(wire.url)
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 20")
    page.at("pause").click()
    page.wait_for("root.dataset.state === 'paused'")
    page.at("scrubber").focus()
    for key, there in (("Home", "=== 0"), ("End", "> 0")):  # and the history comes
        page.keyboard.press(key)
        page.wait_for_function(
            f"parseInt(document.querySelector('[data-testid=examples-seen]').innerText) {there}"
        )
    page.wait_for_timeout(1_000)
    wire.delay = 0.15  # each way
    page.evaluate(
        """() => {
            const text = document.querySelector('[data-testid=examples-seen]');
            window.seen = [];
            const changes = { childList: true, subtree: true, characterData: true };
            new MutationObserver(() => seen.push(parseInt(text.innerText))).observe(text, changes);
        }"""
    )
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
        page.wait_for_timeout(200)
    page.wait_for_timeout(1_000)  # all three are answered
    assert page.evaluate("seen") == [0, 64, 128]
    page.at("step").click()
    page.wait_for_examples("192")


def test_a_connection_that_is_cut_is_taken_up_again(own_app, opened):
    wire = Wire(own_app.url)
    page = opened(wire.url)
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 20")
    before = page.at("examples-seen").inner_text()
    wire.break_off()
    page.at("notice").filter(has_text="No reply from Python").wait_for(timeout=30_000)
    wire.mend()
    # Whatever was learned until then is there, and it goes on from there.
    page.page.wait_for_function(
        "document.querySelector('[data-testid=notice]').innerText.includes('No reply') === false",
        timeout=90_000,
    )
    seen = page.at("examples-seen").inner_text()
    assert seen != ""
    if page.state() != "playing":
        page.at("play").click()
    page.page.wait_for_function(
        "seen => document.querySelector('[data-testid=examples-seen]').innerText !== seen", arg=seen
    )
    examples = [int("".join(filter(str.isdigit, text.split(" ")[0]))) for text in (before, seen)]
    assert examples[1] >= examples[0]
    wire.close()


def test_a_hidden_page_trains_nothing_and_goes_on_when_it_is_seen(open_page):
    page = open_page()
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 10")
    page.evaluate(HIDE, True)
    seen = come_to_rest(page)
    page.wait_for_timeout(500)
    assert page.at("examples-seen").inner_text() == seen
    page.evaluate(HIDE, False)
    page.wait_for("root.dataset.state === 'playing'")
    page.at("pause").click()


@pytest.mark.slow
def test_a_tab_that_slept_for_long_is_live_again(opened):
    # What takes a page of a sleeping tab minutes to be given up takes seconds here.
    app = App("--preheat", "0", before="app.PING_MS, app.PINGS_TO_MISS = 500, 2")
    page = opened(app.url)
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 20")
    (kernel,) = kernels_of(psutil.Process(app.process.pid))
    browser = [process for process in psutil.Process().children(recursive=True) if "chrom" in process.name()]
    try:
        for process in browser:
            process.suspend()
        time.sleep(SILENCE_SECONDS + 3)
        before = kernel.cpu_times()
        time.sleep(2)
        after = kernel.cpu_times()
    finally:
        for process in browser:
            process.resume()
    assert after.user + after.system - before.user - before.system < 0.5, "it trains for nobody"
    page.wait_for("root.dataset.state === 'paused'", timeout=90_000)
    seen = come_to_rest(page)
    page.at("play").click()
    page.page.wait_for_function(
        "seen => document.querySelector('[data-testid=examples-seen]').innerText !== seen", arg=seen
    )
    app.stop()
