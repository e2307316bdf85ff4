"""The page on paper, in both hosts: nothing is cut off, no controls, and pictures also where nobody has been."""

import pytest
from playwright.sync_api import expect

from bitmass_viz.common.palette import PALETTE
from tests.browser.reader import opened_at, until
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

PAPER = 718
"""CSS pixels between the margins of an A4 page."""
CONTROLS = "main :is(button, input:not(.bm-hidden), select, progress):visible"
TOO_WIDE = """(most) => [...document.querySelectorAll("main *")].filter((e) => {
    const { width, right } = e.getBoundingClientRect();
    return width > 0 && right > most + 1 && !e.closest(".bm-hidden");
}).map((e) => `${e.tagName} ${e.className}`)"""
PRINTED = """
addEventListener('afterprint', () => {
  window.printed = [...document.querySelectorAll('main canvas')].map((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const hex = (byte) => byte.toString(16).padStart(2, '0');
    const colours = new Set();
    for (let i = 0; i < data.length; i += 4) colours.add('#' + [...data.subarray(i, i + 3)].map(hex).join(''));
    return [canvas.dataset.testid ?? canvas.className, [...colours]];
  });
});
"""
"""Keeps the colours of all pictures as they went to paper, before anything is put back."""


def test_nothing_is_cut_off_and_nothing_can_be_clicked(host):
    page = opened_at(host, "wide", color_scheme="dark")
    for name in ("opening", "bug", "example", "evidence-claims"):
        page.at(name).wait_for(timeout=60_000)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    assert page.evaluate(TOO_WIDE, PAPER) == []
    assert page.locator(CONTROLS).count() == 0
    assert page.locator("div.note:visible").count() == 3
    after = "e => getComputedStyle(e, '::after').content"
    assert "https://arxiv.org/abs/1612.07119" in page.get_by_role("link", name="1612.07119").evaluate(after)
    expect(page.get_by_test_id("explorer")).to_have_css("color", "rgb(28, 36, 48)")


def test_pictures_out_of_sight_are_drawn_for_printing(host):
    page = opened_at(host, "wide")
    until(page, "at('explorer').getBoundingClientRect().top > innerHeight")
    view = page.at("view-bit")
    before = view.evaluate("e => e.toDataURL()")
    page.at("step").evaluate("e => e.click()")
    page.wait_for_examples("64")
    assert view.evaluate("e => e.toDataURL()") == before, "what nobody sees is not drawn"

    def printed():
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        return view.evaluate("e => e.toDataURL()")

    wait_until(lambda: printed() != before)


def test_a_dark_page_is_printed_in_papers_colours(host):
    page = opened_at(host, "wide", color_scheme="dark", scripts=[PRINTED])
    page.at("opening").wait_for(timeout=60_000)
    until(page, "at('accuracy')?.innerText")
    page.pdf()
    pictures = dict(page.evaluate("printed"))
    for name in ("view-neuron", "view-bit", "bm-fields"):
        # Between those of a dark page there is neither of them.
        assert set(pictures[name]) >= {PALETTE["light"]["one"], PALETTE["light"]["nought"]}, name
    ground = "e => getComputedStyle(e).getPropertyValue('--bm-surface')"
    wait_until(lambda: page.root.evaluate(ground) == PALETTE["dark"]["surface"])
