"""Share, beside networks side by side and beside one example: a link to what is shown, and a picture of it."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bitmass_viz.kernels.revision import REVISION
from tests.browser.reader import draw_a_one, until

pytestmark = pytest.mark.browser

CARD = (1200, 630)
RECORD_TEXT = """
window.written = [];
const fillText = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  window.written.push(text);
  return fillText.call(this, text, ...rest);
};
"""


def shared(page, name):
    page.at(f"{name}-share").click()
    link = page.at(f"{name}-link").input_value()
    page.keyboard.press("Escape")
    return link


def picture(page, prefix):
    """Download the picture of what is shown; return its pixels and the texts on it."""
    page.at(f"{prefix}share").click()
    page.evaluate("window.written = []")
    with page.expect_download() as downloading:
        page.at(f"{prefix}picture").click()
    page.keyboard.press("Escape")
    content = Path(downloading.value.path()).read_bytes()
    return np.array(Image.open(io.BytesIO(content)).convert("RGB")), page.evaluate("window.written")


def rests(page, name, examples=None):
    seen = "true" if examples is None else f"at('{name}-examples-seen').innerText.startsWith('{examples:,} ')"
    until(page, f"at('{name}').dataset.state === 'paused' && {seen}", timeout=60_000)


def accuracies(page, name, lanes):
    return [page.at(f"{name}-{lane}-accuracy").inner_text() for lane in range(lanes)]


def switch_off_on_the_way(page):
    """Train the networks of the missing term, and switch it off in between; return the link."""
    page.at("bug").scroll_into_view_if_needed()
    rests(page, "bug", 0)
    page.at("bug-step").click()
    rests(page, "bug", 64)
    page.at("bug-1-centring").uncheck()
    until(page, "!at('bug-1-accuracy').classList.contains('bm-stale')")
    page.at("bug-speed").evaluate("e => { e.value = e.max; e.dispatchEvent(new Event('change')); }")
    page.at("bug-step").click()
    rests(page, "bug", 64 + 4096)
    page.at("bug-view-bit").check(force=True)
    return shared(page, "bug")


def leads_to_the_switch(sender, open_at):
    link = switch_off_on_the_way(sender)
    fragment = link.partition("#")[2]
    assert "widget=bug" in fragment
    assert "changes=1:centring:false:64" in fragment
    assert len(fragment) < 300
    pixels, texts = picture(sender, "bug-")
    assert pixels.shape[1::-1] == CARD
    assert "".join(texts[-3:]).endswith(fragment)
    seen = accuracies(sender, "bug", 2)
    assert set(seen) <= set(texts)
    assert any("seed 0" in text for text in texts)
    assert len(np.unique(pixels[206:500].reshape(-1, 3), axis=0)) > 5, "there are weights on it"

    receiver = open_at(link)
    rests(receiver, "bug", 64 + 4096)
    assert accuracies(receiver, "bug", 2) == seen
    assert shared(receiver, "bug") == link, "with the fingerprint of the weights"
    assert receiver.at("bug").evaluate("e => Math.abs(e.getBoundingClientRect().top) < 200"), "it is in sight"
    # It is out of sight, and so has no text that is laid out.
    assert receiver.at("examples-seen").text_content().startswith("0 "), "the explorer was not asked"
    return receiver, link


def another_link_back_and_reload(page, link):
    at = "&at=4160&"
    page.wait_for_function(f"(history.state?.['bitmass-bug']?.link ?? '').includes('{at}')")
    page.evaluate(f"location.hash = '#bitmass:widget=bug&seed=9&at=128&rev={REVISION}'")
    rests(page, "bug", 128)
    assert page.at("bug-seed").input_value() == "9"
    page.wait_for_function("(history.state?.['bitmass-bug']?.link ?? '').includes('&at=128&')")
    page.go_back()
    rests(page, "bug", 4160)
    assert shared(page, "bug") == link
    page.go_forward()
    rests(page, "bug", 128)
    page.reload()
    page.at("bug-seed").wait_for(timeout=60_000)
    page.at("bug").scroll_into_view_if_needed()
    rests(page, "bug", 128)
    assert page.at("bug-seed").input_value() == "9"


def draw_and_learn(page):
    """Draw a digit, name it, look at what a unit learns from it; return the link."""
    page.at("example").scroll_into_view_if_needed()
    until(page, "at('example').dataset.state === 'ready'", timeout=60_000)
    draw_a_one(page)
    page.at("example-label").select_option("7")
    page.at("binary-unit").fill("130")
    page.at("binary-unit").press("Enter")
    page.at("example-stage-learn").click()
    until(page, "at('binary-said').innerText.startsWith('The codebook')")
    return shared(page, "example")


LOOKS = """() => ['float-see', 'binary-see', 'binary-weights', 'float-hidden', 'binary-after']
  .map((id) => document.querySelector(`[data-testid=${id}]`).toDataURL())"""


def leads_to_the_drawing(sender, open_at):
    link = draw_and_learn(sender)
    fragment = link.partition("#")[2]
    assert "drawn=" in fragment
    assert len(fragment) < 450
    pixels, texts = picture(sender, "example-")
    assert pixels.shape[1::-1] == CARD
    assert any(text.startswith("A 7, read by two networks") for text in texts)
    receiver = open_at(link)
    until(receiver, "at('binary-said').innerText.startsWith('The codebook')", timeout=60_000)
    assert receiver.at("example-label").input_value() == "7"
    assert receiver.at("binary-unit").input_value() == "130"
    assert receiver.at("binary-said").inner_text() == sender.at("binary-said").inner_text()
    assert receiver.evaluate(LOOKS) == sender.evaluate(LOOKS)
    assert shared(receiver, "example") == link


def test_a_link_leads_to_the_switch_of_the_missing_term(open_page):
    receiver, link = leads_to_the_switch(
        open_page(scripts=[RECORD_TEXT]), lambda url: open_page(url, scripts=[RECORD_TEXT])
    )
    another_link_back_and_reload(receiver, link)


def test_a_link_leads_to_a_drawn_digit_and_what_is_learned_from_it(open_page):
    leads_to_the_drawing(open_page(scripts=[RECORD_TEXT]), open_page)


@pytest.mark.slow
def test_a_link_leads_to_the_switch_on_the_site(read, server):
    receiver, link = leads_to_the_switch(read(server.url, scripts=[RECORD_TEXT]), read)
    another_link_back_and_reload(receiver, link)


@pytest.mark.slow
def test_a_link_leads_to_a_drawn_digit_on_the_site(read, server):
    leads_to_the_drawing(read(server.url, scripts=[RECORD_TEXT]), read)


@pytest.mark.slow
def test_the_explorer_has_a_picture_too(read, server):
    page = read(server.url, scripts=[RECORD_TEXT])
    page.at("step").click()
    page.wait_for_examples("64")
    pixels, texts = picture(page, "")
    assert pixels.shape[1::-1] == CARD
    assert page.at("accuracy").locator(".bm-number").inner_text() in texts
    assert any("seed 0: 64 examples of" in text for text in texts)
