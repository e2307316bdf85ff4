"""Predictions on the page: a covered card, a guess, and the guess drawn into the figure; in either host."""

import pytest

from tests.browser.reader import drawn, findings, until

pytestmark = pytest.mark.browser

ASKED = ("bug", "iso-bit", "ladder", "width", "where-it-holds", "bit-knife", "capacity", "ledger")
"""The experiments that a question is about, in the order of the page."""
GUESSES = {"bug": "45", "bit-knife": "20", "ladder": 1, "where-it-holds": 2, "ledger": 2}
DRAWN = "one => [...one.querySelectorAll('.bm-guess :is(path, circle, text)')].map((e) => e.outerHTML)"
VERDICTS = {
    "bug": "You said 45 %; it is 20 %: 25 points too high.",
    "bit-knife": "You said 20 bits; it is 11 bits: 9 too many.",
}


def question(page, name):
    return page.at("predict").nth(ASKED.index(name))


def guess(page, name):
    """Guess as a reader does; a curve is drawn in one stroke, from 90 to 60 %."""
    asking = question(page, name)
    asking.scroll_into_view_if_needed()
    if asking.get_attribute("data-kind") == "number":
        asking.get_by_test_id("predict-number").fill(GUESSES[name])
    elif asking.get_attribute("data-kind") == "choice":
        asking.get_by_test_id(f"predict-choice-{GUESSES[name]}").check()
    else:
        for handle in asking.locator("[role=slider]").all():
            handle.press("End")
            handle.press("PageDown")
    asking.get_by_test_id("predict-guess").press("Enter")
    until(page, f"!at('evidence-{name}').hasAttribute('data-covered')")


@pytest.fixture(params=["kernel", "site"])
def either(request):
    """The article in one of its hosts."""
    if request.param == "kernel":
        return request.getfixturevalue("open_page")()
    page = request.getfixturevalue("read")(request.getfixturevalue("server").url)
    page.at("evidence-claims").wait_for()
    return page


def guess_all(page):
    """Guess at every question, and return what is drawn into its figure and said."""
    page.at("evidence-ledger").wait_for(timeout=60_000)
    assert page.at("predict").count() == len(ASKED)
    found = {}
    for name in ASKED:
        card = page.at(f"evidence-{name}")
        assert not card.locator(".bm-verdict").first.is_visible()
        assert not card.locator("figure").is_visible()
        guess(page, name)
        assert card.locator(".bm-verdict").first.is_visible()
        assert not page.at(f"show-{name}").is_visible()
        drawn(page, name)
        figure = card.locator("figure .bm-place > svg")
        assert figure.locator(".bm-guess text").inner_html().strip("\u25b8\u25c2\u25be ") == "your guess"
        assert "Your guess: " in figure.get_attribute("aria-label")
        words = [
            question(page, name).get_by_test_id(f"predict-{part}").inner_text() for part in ("verdict", "why")
        ]
        said = [text.replace("\u00a0", " ") for text in words]
        assert said[0] == VERDICTS.get(name, said[0])
        found[name] = [figure.evaluate(DRAWN), *said]
    assert findings(page, "[data-testid=evidence-bug]") == []
    return found


def test_a_guess_uncovers_the_card_is_drawn_in_and_is_answered_alike_in_both_hosts(open_page, read, server):
    assert guess_all(open_page()) == guess_all(read(server.url))


def test_a_guess_lies_on_the_axis_of_the_figure_at_either_width(open_page):
    page = open_page(viewport={"width": 1280, "height": 800})
    page.at("evidence-bit-knife").wait_for(timeout=60_000)
    guess(page, "bit-knife")
    figure = drawn(page, "bit-knife").locator("figure .bm-place > svg")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        middle = "e => { const box = e.getBoundingClientRect(); return (box.left + box.right) / 2; }"
        x = figure.locator(".bm-guess path").evaluate(middle)
        tick = figure.locator("text").get_by_text("20", exact=True).first.evaluate(middle)
        assert x == pytest.approx(tick, abs=1)


def test_who_does_not_want_to_guess_goes_on(either):
    page = either
    page.at("evidence-width").wait_for(timeout=60_000)
    card, show = page.at("evidence-width"), page.at("show-width")
    show.scroll_into_view_if_needed()
    top = card.bounding_box()["y"]
    show.press("Enter")
    assert card.locator(".bm-verdict").first.is_visible()
    assert not show.is_visible()
    assert card.bounding_box()["y"] == pytest.approx(top, abs=1), "nothing above it moves"
    assert page.evaluate("document.activeElement.dataset.testid") == "evidence-width", "the focus is not lost"
    assert drawn(page, "width").locator(".bm-guess").count() == 0
    guess(page, "width")
    until(page, "at('evidence-width').querySelector('.bm-guess') !== null")


def test_a_guess_is_still_there_when_the_page_is_loaded_again(either):
    page = either
    page.at("evidence-bug").wait_for(timeout=60_000)
    guess(page, "bug")
    page.at("opening-guess-same").click()
    page.reload()
    until(page, "at('evidence-bug') && !at('evidence-bug').hasAttribute('data-covered')", timeout=60_000)
    said = question(page, "bug").get_by_test_id("predict-verdict").inner_text()
    assert said.replace("\u00a0", " ") == VERDICTS["bug"]
    assert page.at("opening-guess-same").get_attribute("aria-pressed") == "true"
    assert page.at("evidence-iso-bit").get_attribute("data-covered") is not None


def test_paper_shows_what_was_found(either):
    page = either
    page.at("evidence-iso-bit").wait_for(timeout=60_000)
    page.emulate_media(media="print")
    assert page.at("evidence-iso-bit").locator(".bm-verdict").first.is_visible()
    assert not page.at("show-iso-bit").is_visible()


def test_a_card_alone_is_not_covered(read, server):
    page = read(f"{server.url.rstrip('/')}/embed.html?what=evidence-bug", ready="[data-testid=evidence-bug]")
    assert page.at("evidence-bug").locator(".bm-verdict").first.is_visible()
    assert not page.at("show-bug").is_visible()
