"""Citations say what they cite, in both hosts: to a mouse, to the keyboard, to a finger, and to screen readers."""

import pytest
from playwright.sync_api import expect

from tests.browser.reader import IN_ONE_HOST, opened_at

pytestmark = pytest.mark.browser

FINN = "1612.07119"
TITLE = "FINN: A Framework for Fast, Scalable Binarized Neural Network Inference."


def citation(page, name=FINN):
    link = page.get_by_role("link", name=name, exact=True).first
    link.wait_for()
    link.evaluate("e => e.scrollIntoView({ block: 'center' })")
    return link


def within(page, box):
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    return 0 <= box["x"] <= width - box["width"] and 0 <= box["y"] <= height - box["height"]


def test_pointing_or_focusing_shows_a_card_and_escape_closes_it(host):
    page = opened_at(host, "laptop")
    card = page.at("citation")
    link = citation(page)
    expect(link).to_have_accessible_description(
        f"Umuroglu, Fraser, Gambardella, Blott, Leong, Jahre and Vissers (2017). {TITLE} "
        f"FPGA 2017; arXiv {FINN}. The figures quoted here are the authors’ own, not ours."
    )
    expect(card).to_be_hidden()
    link.hover()
    expect(card).to_be_visible()
    assert TITLE in card.inner_text()
    assert "not ours" in card.inner_text()
    assert within(page, card.bounding_box())
    card.get_by_role("link").hover()
    page.wait_for_timeout(500)
    expect(card).to_be_visible()
    assert card.get_by_role("link").get_attribute("href") == f"https://arxiv.org/abs/{FINN}"
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.mouse.move(5, 400)
    citation(page, "1602.02830").focus()
    page.keyboard.press("Tab")
    expect(card).to_be_visible()
    assert TITLE in card.inner_text()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert page.evaluate("document.activeElement.innerText") == FINN
    page.keyboard.press("Tab")
    expect(card).to_contain_text("Latent Weights Do Not Exist")


def test_a_citation_that_is_scrolled_below_the_pointer_shows_nothing(open_page):
    page = open_page()
    link = citation(page)
    box = link.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + box["height"] / 2 - 100)
    page.mouse.wheel(0, 100)
    page.wait_for("document.querySelector('a.cite:hover')")
    page.wait_for_timeout(500)
    expect(page.at("citation")).to_be_hidden()
    page.mouse.move(box["x"] + 6, box["y"] + box["height"] / 2 - 100)
    expect(page.at("citation")).to_be_visible()


@IN_ONE_HOST
def test_a_tap_shows_the_card_and_its_link_leads_on(host):
    page = opened_at(host, "phone", device_scale_factor=2, has_touch=True)
    page.context.route("https://arxiv.org/**", lambda route: route.fulfill(body="the paper"))
    card = page.at("citation")
    citation(page).tap()
    expect(card).to_be_visible()
    assert within(page, card.bounding_box())
    assert len(page.context.pages) == 1
    page.get_by_text("Numbers are as reported").tap(force=True)
    expect(card).to_be_hidden()
    citation(page).tap()
    with page.context.expect_page() as opened:
        card.get_by_role("link").tap()
    assert opened.value.url == f"https://arxiv.org/abs/{FINN}"
    expect(card).to_be_hidden()


@IN_ONE_HOST
def test_the_study_is_cited_as_a_published_source(host):
    page = opened_at(host, "laptop")
    citation(page, "One study").hover()
    card = page.at("citation")
    expect(card).to_contain_text("Not peer-reviewed. Its accuracies are published figures, not ours.")
    card.get_by_role("link").click()
    expect(page.get_by_role("heading", name="How to cite, and what to do next")).to_be_in_viewport()
