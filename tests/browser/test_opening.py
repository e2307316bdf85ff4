"""The first screen, on the site and in Voilà: two networks learn from noise, and the reader guesses."""

from contextlib import ExitStack

import pytest

from bitmass_viz.experiments import shipped
from tests.browser.conftest import Page, Site, opening
from tests.browser.hosting import Server
from tests.browser.reader import findings, until
from tests.server.explore import CANNOT_START, App

pytestmark = pytest.mark.browser

SCORES = "[...document.querySelectorAll('[data-testid=opening] .bm-score')].map(e => parseFloat(e.textContent))"
AT = "document.querySelector('[data-testid=opening-at]').valueAsNumber"
PICTURE = "document.querySelector('.bm-fields').toDataURL()"
CONTROLS = ("opening-at", "opening-guess-fine", "opening-guess-crude", "opening-guess-same")


@pytest.fixture(scope="module", params=["site", pytest.param("voila", marks=pytest.mark.slow)])
def open_screen(request, chromium):
    """Open the article's first screen in one of the hosts."""
    with ExitStack() as until_the_end:
        if request.param == "site":
            kind, server = Site, Server(request.getfixturevalue("sites") / "site")
            until_the_end.callback(server.server_close)
            until_the_end.callback(server.shutdown)
            url = server.url
        else:
            kind, url = Page, request.getfixturevalue("app").url
        yield until_the_end.enter_context(opening(chromium, lambda context, more="": kind(context, url + more)))


@pytest.fixture(scope="module")
def screen(open_screen):
    """One screen for tests of different parts of it, in their order."""
    return open_screen()


def until_over(page):
    until(page, "at('opening-said').innerText.replaceAll('\\n', '') === 'after 32,768 digits'", timeout=90_000)


def check_that_it_fits(page, width, height):
    for name in CONTROLS:
        box = page.at(name).bounding_box()
        assert box["y"] + box["height"] <= height, name
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_noise_becomes_digits_without_a_click_and_the_slider_leads_back(screen):
    until_over(screen)
    assert all(score > 60 for score in screen.evaluate(SCORES))
    check_that_it_fits(screen, 1280, 800)
    screen.at("opening-at").fill("0")
    until(screen, "at('opening-said').innerText.startsWith('after 0 digits')")
    assert all(score < 20 for score in screen.evaluate(SCORES)), "it began as noise"


def test_it_can_be_stopped_played_on_and_begun_from_other_noise(screen):
    before = screen.evaluate(PICTURE)
    screen.at("opening-play").click()
    until(screen, f"{AT} >= 3")
    screen.at("opening-pause").click()
    stopped = screen.evaluate(AT)
    screen.wait_for_timeout(500)
    assert screen.evaluate(AT) == stopped
    assert screen.evaluate("document.activeElement.dataset.testid") == "opening-play", "the focus stays there"
    screen.keyboard.press("Enter")
    until(screen, f"{AT} > {stopped}")
    screen.at("opening-reset").click()
    until(screen, f"{AT} < {stopped}")
    screen.at("opening-at").fill("0")
    until(screen, f"{AT} === 0")
    assert screen.evaluate(PICTURE) != before


def test_a_guess_is_answered_with_what_was_measured_and_drawn_in(screen):
    assert screen.locator(".bm-drawn svg").count() == 0, "the answer comes after the guess"
    low, *_, high = (100 * way["mean"] for way in shipped.networks((1, 32)))
    for guess in ("fine", "crude", "same"):
        screen.at(f"opening-guess-{guess}").click()
        said = screen.at("opening-answer").inner_text().replace("\u00a0", " ")
        assert f"The same 203,264 bits read anything from {low:.1f} % to {high:.1f} %" in said
        assert screen.locator(".bm-drawn .bm-yours-text").inner_html().startswith("your guess")
        assert screen.locator(".bm-drawn circle").count() == len(shipped.networks((1, 32)))
        pressed = screen.locator(".bm-guesses [aria-pressed=true]")
        assert pressed.get_attribute("data-testid") == f"opening-guess-{guess}"
    assert findings(screen, "[data-testid=opening]") == []


def test_it_fits_a_phone_where_nothing_moves_for_a_reader_who_prefers_that(open_screen):
    page = open_screen(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    until_over(page)
    check_that_it_fits(page, 390, 844)
    for said in page.locator(".bm-opening .bm-network .bm-faint").all():
        assert said.bounding_box()["width"] > 50, "what a network is, and what its number counts"
        assert said.evaluate("e => e.parentElement.scrollWidth <= e.parentElement.clientWidth")
    page.at("opening-guess-same").click()
    for text in page.locator(".bm-drawn text").all():
        box = text.bounding_box()
        assert 0 <= box["x"] <= 390 - box["width"]
        assert text.evaluate("e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a") >= 12
    assert page.at("opening-pause").is_hidden()
    page.at("opening-reset").click()
    until(page, f"{AT} > 0 && {AT} < 40")
    assert page.at("opening-pause").is_visible(), "what the reader begins may move"


def test_a_link_with_another_seed_begins_from_other_noise(open_screen, screen):
    page = open_screen("#bitmass:trainer=sgd&seed=7")
    # A link leads to its network, and nothing plays where nobody looks.
    page.at("opening").scroll_into_view_if_needed()
    until(page, f"{AT} >= 1")
    for each in (page, screen):
        each.at("opening").scroll_into_view_if_needed()
        each.at("opening-at").fill("0")
        until(each, f"{AT} === 0")
    assert page.evaluate(PICTURE) != screen.evaluate(PICTURE)


@pytest.mark.slow
def test_in_voila_the_page_trains_it_without_a_kernel(chromium, tmp_path):
    app = App("--preheat", "0", before=CANNOT_START.format(path=str(tmp_path)))
    page = chromium.new_page()
    try:
        page.goto(app.url)
        page.get_by_text("Python could not be started for this page.").wait_for()
        page.get_by_test_id("opening-at").wait_for()
        page.wait_for_function(f"() => {AT} >= 20 && {SCORES}.every((score) => score > 5)", timeout=60_000)
    finally:
        page.close()
        app.stop()


@pytest.mark.slow
def test_in_voila_it_is_there_once_and_the_kernel_trains_it_where_the_browser_cannot(open_page):
    for script, here in (("", 1), ("WebAssembly.validate = () => false", 0)):
        page = open_page(scripts=[script])
        until(page, f"{AT} >= 3", timeout=60_000)
        assert page.locator("[data-testid=opening]").count() == 1
        assert page.locator("#opening").count() == here
        assert page.at("opening").is_visible()
