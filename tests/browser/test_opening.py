"""The first screen, on the site and in Voilà: two networks learn from noise, and the reader guesses."""

import pytest

from tests.browser.conftest import Page, Site, opening
from tests.browser.reader import findings, until

pytestmark = pytest.mark.browser

SCORES = "[...document.querySelectorAll('[data-testid=opening] .bm-score')].map(e => parseFloat(e.textContent))"
AT = "document.querySelector('[data-testid=opening-at]').valueAsNumber"


@pytest.fixture(params=["site", pytest.param("voila", marks=pytest.mark.slow)])
def first_screen(request, chromium):
    """Open the article's first screen in one of the hosts."""
    if request.param == "site":
        url, page = request.getfixturevalue("server").url, Site
    else:
        url, page = request.getfixturevalue("app").url, Page
    with opening(chromium, lambda context: page(context, url)) as open_page:
        yield open_page


def until_over(page):
    until(page, "at('opening-said').innerText.replaceAll('\\n', '') === 'after 32,768 digits'", timeout=90_000)


def test_noise_becomes_digits_without_a_click_and_the_slider_leads_back(first_screen):
    page = first_screen()
    until_over(page)
    float_, binary = page.evaluate(SCORES)
    assert float_ > 60
    assert binary > 60
    page.at("opening-at").fill("0")
    until(page, "at('opening-said').innerText.startsWith('after 0 digits')")
    assert all(score < 20 for score in page.evaluate(SCORES)), "it began as noise"


def test_it_can_be_stopped_played_on_and_begun_from_other_noise(first_screen):
    page = first_screen()
    until(page, f"{AT} >= 3")
    page.at("opening-pause").click()
    stopped = page.evaluate(AT)
    page.wait_for_timeout(500)
    assert page.evaluate(AT) == stopped
    assert page.evaluate("document.activeElement.dataset.testid") == "opening-play", "the focus stays there"
    page.keyboard.press("Enter")
    until(page, f"{AT} > {stopped}")
    before = page.evaluate("document.querySelector('.bm-fields').toDataURL()")
    page.at("opening-reset").click()
    until(page, f"{AT} < {stopped}")
    page.at("opening-at").fill("0")
    until(page, f"{AT} === 0")
    assert page.evaluate("document.querySelector('.bm-fields').toDataURL()") != before


@pytest.mark.parametrize("guess", ["fine", "crude", "same"])
def test_a_guess_is_answered_with_what_was_measured_and_drawn_in(first_screen, guess):
    page = first_screen()
    assert page.locator(".bm-drawn svg").count() == 0, "the answer comes after the guess"
    page.at(f"opening-guess-{guess}").click()
    said = page.at("opening-answer").inner_text().replace("\u00a0", " ")
    assert "The same 203,264 bits read anything from 71.6 % to 96.6 %" in said
    assert page.locator(".bm-drawn .bm-yours-text").inner_html().startswith("your guess")
    assert page.locator(".bm-drawn circle").count() == 13
    assert page.locator(".bm-guesses [aria-pressed=true]").get_attribute("data-testid") == f"opening-guess-{guess}"
    assert findings(page, "[data-testid=opening]") == []


def test_nothing_moves_for_a_reader_who_prefers_that(first_screen):
    page = first_screen(reduced_motion="reduce")
    until_over(page)
    assert page.at("opening-pause").is_hidden()
    page.at("opening-reset").click()
    until(page, f"{AT} > 0 && {AT} < 40")
    assert page.at("opening-pause").is_visible(), "what the reader begins may move"


@pytest.mark.parametrize("width", [1280, 390])
def test_picture_clock_and_question_fit_the_first_screen(first_screen, width):
    page = first_screen(viewport={"width": width, "height": {1280: 800, 390: 844}[width]})
    until(page, f"{AT} >= 1")
    for name in ("opening-at", "opening-guess-fine", "opening-guess-crude", "opening-guess-same"):
        box = page.at(name).bounding_box()
        assert box["y"] + box["height"] <= {1280: 800, 390: 844}[width], name
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_link_with_another_seed_begins_from_other_noise(read, server):
    fields = []
    for link in ("", "#bitmass:trainer=sgd&seed=7"):
        page = read(server.url + link)
        # A link leads to its network, and nothing plays where nobody looks.
        page.at("opening").scroll_into_view_if_needed()
        until(page, f"{AT} >= 1")
        page.at("opening-at").fill("0")
        until(page, f"{AT} === 0")
        fields.append(page.evaluate("document.querySelector('.bm-fields').toDataURL()"))
    assert fields[0] != fields[1]
    assert page.evaluate("told[0].film.seed") == 7
