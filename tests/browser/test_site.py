"""The article as a site: from a disk, without a network, on a phone, without JavaScript, from a failing server."""

import functools
import http.server
import re
import threading

import pytest

from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.data import load_digits
from bitmass_viz.site import build, write_folder
from tests.browser.conftest import Recorded, colours_on
from tests.browser.reader import draw_a_one, findings, hover, scroll_through, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "site"
    write_folder(folder, build(explainer_notebook(), seeds=2, progress=False).files)
    return folder


class Read(Recorded):
    """The article in a browser, and whatever it asked for that is no part of it."""

    def __init__(self, context, url):
        self.parts = []
        super().__init__(context, url)

    def _requested(self, url):
        if url.startswith(self.folder):
            self.parts.append(url.removeprefix(self.folder))
        else:
            super()._requested(url)


@pytest.fixture
def read(chromium, site):
    opened = []

    def read(url=None, offline=True, **options):
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        context.set_offline(offline)
        page = Read(context, url or (site / "index.html").as_uri())
        opened.append((context, page))
        return page

    yield read
    for context, page in opened:
        trouble = list(page.trouble)
        context.close()
        assert trouble == []


def curve(page, name):
    """The last accuracies in a chart's table, by their labels."""
    rows = page.at(name).locator("tbody tr")
    cells = [rows.nth(i).locator("th, td").all_inner_texts() for i in range(rows.count())]
    return {label: float(accuracy.removesuffix(" %")) for label, _, accuracy in cells}


def fastest(page, name):
    page.at(f"{name}-speed").evaluate("e => { e.value = e.max; e.dispatchEvent(new Event('change')); }")


def see(page, test_id):
    page.at(test_id).scroll_into_view_if_needed()


def test_it_is_read_from_a_disk(read):
    page = read()
    print(f"\nfirst frame after {1000 * page.first_frame:.0f} ms")
    assert [part for part in page.parts if part.startswith("parts/")] == [page.parts[-1]], "one recording"
    assert page.at("live").get_attribute("target") == "_blank"

    see(page, "count-left-out")
    page.at("count-left-out").locator("summary").click()
    page.at("count-left-out").get_by_text("25,408").first.wait_for(state="hidden")
    page.at("count-left-out").get_by_role("row").filter(has_text="AdamW").wait_for()

    see(page, "explorer")
    page.at("play").click()
    page.wait_for("root.dataset.state === 'playing' && +root.dataset.frames > 20")
    marked = hover(page, "view-bit")
    assert str(marked["word"]) in page.at("readout").inner_text().replace(",", "")
    page.at("trainer").select_option("adamw")
    page.wait_for("root.dataset.state === 'playing' && root.innerText.includes('8 × 784 float32')")
    page.wait_for("root.dataset.state === 'paused' && root.innerText.includes('150,000 examples')")
    assert any("adamw" in part for part in page.parts)
    for absent in ("share", "tour", "tour-offer", "recipe", "seed", "hidden"):
        assert not page.root.get_by_test_id(absent).is_visible()


def test_networks_are_seen_side_by_side(read):
    page = read()
    see(page, "together")
    until(page, "at('together').dataset.state === 'paused'")
    fastest(page, "together")
    page.at("together-play").click()
    until(page, "at('together-examples-seen').innerText.startsWith('150,000 examples')")
    first = curve(page, "together-chart")
    assert list(first) == ["AdamW", "SGD", "BV32-Hebbian"]
    page.at("together-seed").select_option("1")
    until(page, "at('together-examples-seen').innerText.startsWith('0 examples')")
    until(page, "at('together').dataset.state === 'paused'")
    page.at("together-play").click()
    until(page, "at('together-examples-seen').innerText.startsWith('150,000 examples')")
    assert curve(page, "together-chart") != first
    for lane in range(3):
        assert colours_on(page.at(f"together-{lane}-view")) > 2

    see(page, "bug")
    until(page, "at('bug').dataset.state === 'paused'")
    fastest(page, "bug")
    histories = {}
    for history in ("between", "off", "on"):
        page.at("bug-1-centring").select_option(history)
        until(page, "at('bug').dataset.state === 'paused'")
        page.at("bug-play").click()
        until(page, "at('bug-examples-seen').innerText.startsWith('150,000 examples')")
        histories[history] = curve(page, "bug-chart")
    alone = histories["on"]["Left alone"]
    assert histories["on"] == {"Left alone": alone, "With a switch": alone}
    assert all(found["Left alone"] == alone for found in histories.values())
    if not load_digits("auto", download=False).synthetic:
        assert histories["off"]["With a switch"] < alone - 20
        assert histories["between"]["With a switch"] > alone - 5


def test_a_digit_is_drawn_answered_and_learned(read):
    page = read()
    see(page, "example")
    until(page, "at('example').dataset.state === 'ready'")
    until(page, "at('answers').querySelectorAll('li').length === 5")
    draw_a_one(page)
    for stage in ("compare", "decide", "score", "answer", "learn"):
        page.at(f"example-stage-{stage}").click()
    until(page, "/[\\d,]+ of 203,264/.test(at('example').innerText)")
    page.at("example-learned").select_option("0")
    until(page, "at('example').innerText.includes('untrained')")
    before = page.at("pick-3").locator("canvas").evaluate("c => c.toDataURL()")
    page.at("example-more").click()
    until(page, "at('pick-3') !== null")
    assert page.at("pick-3").locator("canvas").evaluate("c => c.toDataURL()") != before


@pytest.mark.parametrize("width", [1280, 320])
def test_the_whole_of_it_light_and_dark(read, width):
    page = read(viewport={"width": width, "height": 844})
    scroll_through(page)
    for name in ("bug", "published", "ladder", "width", "iso-bit", "bit-knife", "ledger", "claims"):
        page.at(f"evidence-{name}").locator("figure svg").first.wait_for()
        assert not page.at(f"run-{name}").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for theme in ("light", "dark"):
        page.at("theme").select_option(theme)
        assert page.root.evaluate("root => getComputedStyle(root).colorScheme") == theme
        paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", paper))) > 380) == (theme == "light")
        assert findings(page) == []
    page.reload()
    assert page.evaluate("localStorage.getItem('bitmass-theme')") == "dark"
    assert page.locator("html").get_attribute("data-bitmass-theme") == "dark"


def test_without_javascript_there_are_the_text_and_the_figures(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    pictures = page.locator("img")
    assert pictures.count() == 8
    for i in range(8):
        pictures.nth(i).scroll_into_view_if_needed()
        assert pictures.nth(i).bounding_box()["height"] > 100
        assert pictures.nth(i).get_attribute("alt")
    assert page.locator("noscript p").all_inner_texts() == 5 * ["This part is interactive: it needs JavaScript."]
    context.close()


def test_what_a_server_does_not_give_is_said_and_can_be_asked_for_again(read, site):
    broken = set()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            if any(name in self.path for name in broken):
                self.send_error(503)
            else:
                super().do_GET()

        def log_message(self, *_):
            pass

    handler = functools.partial(Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = read(f"http://127.0.0.1:{server.server_port}/", offline=False)
        broken |= {"sgd-published", "adamw"}
        page.at("trainer").select_option("sgd")
        page.at("notice").get_by_text("could not be loaded").wait_for()
        page.wait_for("root.dataset.state === 'paused'")
        assert page.at("trainer").input_value() == "bv32-hebbian"
        see(page, "together")
        page.at("together").get_by_text("could not be loaded").wait_for()
        broken.clear()
        page.at("together-play").click()
        until(page, "at('together').dataset.state === 'playing'")
        assert not page.at("together").get_by_text("could not be loaded").is_visible()
        page.at("trainer").select_option("sgd")
        page.wait_for("root.innerText.includes('8 × 784 float32')")
        assert page.trouble
        assert all("503" in each for each in page.trouble)
        page.trouble.clear()
        server.shutdown()
