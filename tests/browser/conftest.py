"""The app as a reader meets it: `bitmass explore` in a process of its own, driven in headless Chromium."""

import json
import shutil
import time
from contextlib import contextmanager

import pytest

from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.site import build, write_folder
from tests.browser.hosting import LISTEN, Server
from tests.conftest import missing
from tests.server.explore import App

PAUSED = '[data-testid=explorer][data-state="paused"]'

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium():
    """The same engine without windows comes first: those cost more than half a second of the processor each."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


def wait_for_function(page, expression, *, arg=None, timeout=30_000, polling=50):
    """Playwright's own has the page evaluate a text again and again, which the page's policy forbids."""
    from playwright.sync_api import TimeoutError

    until = time.monotonic() + timeout / 1000
    while not page.evaluate(expression, arg):
        if time.monotonic() > until:
            raise TimeoutError(f"it never came to that: {expression}")
        page.wait_for_timeout(polling)
    # As Playwright's own does: what follows from it has been drawn.
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => drawn()))")


@contextmanager
def headless():
    """A headless browser: the system's, else the one that Playwright brought."""
    from playwright.sync_api import Error, Page, sync_playwright

    Page.wait_for_function = wait_for_function
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        except Error as error:
            missing(f"no Chromium here (install it, or run: playwright install chromium): {str(error)[:200]}")
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def chromium():
    """The browser ends with these tests: Playwright keeps an event loop running, and others need their own."""
    with headless() as browser:
        yield browser


@pytest.fixture(scope="package")
def app():
    app = App()
    yield app
    code, said = app.stop()
    assert code == 0, said
    assert "Traceback" not in said


def colours_on(canvas):
    """Count the colours on a canvas: 1 if it is blank."""
    return canvas.evaluate(
        """canvas => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }"""
    )


class OnExplorer:
    """A Playwright page with the explorer on it."""

    def __init__(self, context):
        self.page = context.new_page()
        self.trouble = []
        self.root = self.page.get_by_test_id("explorer")

    def __getattr__(self, name):
        return getattr(self.page, name)

    def at(self, test_id):
        return self.page.get_by_test_id(test_id)

    def open_settings(self):
        """Show the controls that are not always in sight."""
        if self.at("settings").get_attribute("aria-expanded") == "false":
            self.at("settings").click()

    def frames(self):
        return int(self.root.get_attribute("data-frames"))

    def state(self):
        return self.root.get_attribute("data-state")

    def selection(self):
        text = self.root.get_attribute("data-selection")
        return json.loads(text) if text else None

    def wait_for(self, expression, timeout=60_000):
        root = "const root = document.querySelector('[data-testid=explorer]')"
        self.page.wait_for_function(f"() => {{ {root}; return {expression}; }}", timeout=timeout)

    def wait_for_examples(self, text):
        """Wait until the network shown has learned from so many examples, as they are written on the page."""
        self.wait_for(f"root.querySelector('[data-testid=examples-seen]').innerText.startsWith('{text} ')")

    def ink(self, test_id):
        """Number of different colours on a canvas: 1 if it is blank."""
        return colours_on(self.at(test_id))


class Page(OnExplorer):
    """A page of a server, which remembers whatever went wrong in it."""

    def __init__(self, context, url):
        super().__init__(context)
        self.page.on("console", lambda m: m.type == "error" and self.trouble.append(f"console: {m.text}"))
        self.page.on("pageerror", lambda e: self.trouble.append(f"error: {e}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", lambda r: r.status >= 400 and self.trouble.append(f"{r.status}: {r.url}"))
        self.page.on("request", self._same_host)
        self.host = url.split("/")[2]
        # A page that starts a kernel is loaded when the kernel has run all of it.
        self.page.goto(url, wait_until="commit")
        self.page.wait_for_selector(PAUSED, timeout=120_000)

    def _failed(self, request):
        """A page's goodbye is sent as it leaves, and nobody waits for the answer.

        A piece of the digits that was read to its end as a stream is at times reported as aborted; it would be
        asked for again if it had not come.
        """
        complete = request.failure == "net::ERR_ABORTED" and "/voila/opening/digits/" in request.url
        if "/voila/api/shutdown/" not in request.url and not complete:
            self.trouble.append(f"failed: {request.url}")

    def _same_host(self, request):
        if request.url.split(":")[0] in ("http", "https", "ws") and request.url.split("/")[2] != self.host:
            self.trouble.append(f"another host: {request.url}")


@contextmanager
def opening(browser, make):
    """Give a function that opens pages in contexts of their own; in the end nothing may have gone wrong in any."""
    opened = []

    def open_page(*given, browser=browser, scripts=(), **options):
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        for script in scripts:
            context.add_init_script(script)
        page = make(context, *given)
        opened.append((context, page))
        return page

    yield open_page
    for context, page in opened:
        trouble = list(page.trouble)
        context.close()
        assert trouble == []


def opening_app(chromium, app):
    return opening(chromium, lambda context, url=None: Page(context, url or app.url))


@pytest.fixture
def open_page(chromium, app):
    with opening_app(chromium, app) as open_page:
        yield open_page


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture(scope="module")
def same_page(chromium, app):
    """One page for tests of different parts of it."""
    with opening_app(chromium, app) as open_page:
        yield open_page()


class Site(OnExplorer):
    """The static site in a browser, and whatever went wrong in it or was asked for elsewhere."""

    def __init__(self, context, url, ready=PAUSED):
        super().__init__(context)
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.trouble.append(m.text))
        self.page.on("pageerror", lambda e: self.trouble.append(str(e)))
        self.page.on("request", lambda r: self._requested(r.url))
        self.page.add_init_script(LISTEN)
        self.folder = url.partition("#")[0].rpartition("/")[0] + "/"
        self.page.goto(url)
        self.page.wait_for_selector(ready)

    def _requested(self, url):
        if not url.startswith((self.folder, "data:", "blob:")):
            self.trouble.append(url)

    def wait_for_digits(self):
        """Wait until all digits are here."""
        self.page.wait_for_selector("html[data-digits=here]")


@pytest.fixture(scope="package")
def sites(tmp_path_factory):
    """The article as a folder, and as one file."""
    folder = tmp_path_factory.mktemp("site")
    write_folder(folder / "site", build(explainer_notebook()).files)
    (page,) = build(explainer_notebook(), one_file=True).files.values()
    (folder / "one.html").write_bytes(page)
    return folder


@pytest.fixture
def server(sites):
    with Server(sites / "site") as server:
        yield server
        server.shutdown()


@pytest.fixture
def read(chromium):
    """Open a site, see `opening`."""
    with opening(chromium, Site) as open_page:
        yield lambda url, ready=PAUSED, **options: open_page(url, ready, **options)


@pytest.fixture(params=["kernel", "browser"])
def host(request):
    """A function that opens the article where a kernel trains, and where the browser does."""
    if request.param == "browser":
        read, server = request.getfixturevalue("read"), request.getfixturevalue("server")
        yield lambda **options: read(server.url, **options)
        return
    with opening_app(request.getfixturevalue("chromium"), request.getfixturevalue("app")) as open_page:
        yield open_page
