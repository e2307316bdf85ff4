"""A link leads whoever opens it to what its sender saw."""

import pytest

from tests.browser.test_app import VIEWS, hover

pytestmark = pytest.mark.browser


def shared(page):
    """Press Share, and return the link."""
    page.at("share").click()
    link = page.at("link").input_value()
    page.keyboard.press("Escape")
    return link


def pictures(page):
    found = {}
    for view in VIEWS:
        page.at(view).scroll_into_view_if_needed()  # what is out of sight is not drawn
        page.wait_for_timeout(200)
        found[view] = page.at(view).evaluate("canvas => canvas.toDataURL()")
    return found


@pytest.mark.parametrize("trainer", ["bv32-hebbian", "adamw"])
def test_a_link_shows_the_same_weights_and_the_same_mark(open_page, trainer):
    sender = open_page()
    sender.at("trainer").select_option(trainer)
    sender.at("seed").fill("12")
    sender.at("seed").press("Enter")
    sender.at("play").click()
    sender.wait_for("+root.dataset.frames > 30")
    sender.at("pause").click()
    sender.wait_for("root.dataset.state === 'paused'")
    sender.at("layer-W1").check(force=True)
    hover(sender, "view-bit", 0.3, 0.4)
    sender.mouse.down()
    sender.mouse.up()
    sender.mouse.move(0, 0)
    selection, seen = sender.selection(), sender.at("examples-seen").inner_text()
    sender.wait_for_timeout(900)  # the flipped bits fade
    link = shared(sender)

    receiver = open_page(link)
    receiver.wait_for("root.dataset.selection !== ''")
    receiver.wait_for_timeout(900)
    assert receiver.at("examples-seen").inner_text() == seen
    assert receiver.selection() == selection
    assert receiver.root.evaluate("e => Math.abs(e.getBoundingClientRect().top) < 60"), "it is in sight"
    assert receiver.at("notice").is_hidden()
    assert shared(receiver) == link, "with the fingerprint of the weights"
    assert pictures(receiver) == pictures(sender)


def test_the_shared_frame_is_the_one_that_the_scrubber_shows(open_page):
    sender = open_page()
    for _ in range(3):
        sender.at("step").click()
        sender.wait_for_timeout(200)
    sender.at("scrubber").focus()
    sender.keyboard.press("ArrowLeft")
    sender.wait_for_function("document.querySelector('[data-testid=examples-seen]').innerText.startsWith('128 ')")
    link = shared(sender)
    assert "&at=128&" in link
    receiver = open_page(link)
    receiver.wait_for_function(
        "document.querySelector('[data-testid=examples-seen]').innerText.startsWith('128 ')"
    )
    assert shared(receiver) == link


def test_a_link_hides_what_its_maker_ticked(open_page):
    sender = open_page()
    sender.at("share").click()
    sender.locator("summary", has_text="Hide controls").click()
    for name in ("seed", "scrubber"):
        sender.locator(f".bm-boxes input[value={name}]").check()
    link = sender.at("link").input_value()
    assert "hide=seed,scrubber" in link
    receiver = open_page(link)
    assert receiver.at("seed").is_hidden()
    assert receiver.at("scrubber").is_hidden()
    assert receiver.at("trainer").is_visible()


def test_a_hostile_link_is_explained_and_harms_nothing(open_page, app):
    parts = ["trainer=<img onerror=alert(1)>", "seed=1e99", "mark=W0.99999.0.0.bit", "at=-1", "%E0%A4%A", "x=1"]
    page = open_page(f"{app.url}#bitmass:{'&'.join(parts)}")
    page.wait_for("!root.querySelector('[data-testid=notice]').hidden")
    said = page.at("notice").inner_text()
    for part in ("Trainer must be one of", "Seed must be", "'at' cannot be read", "'x' cannot be read"):
        assert part in said
    assert page.locator("img").count() == 0
    page.at("step").click()
    page.wait_for_function("document.querySelector('[data-testid=examples-seen]').innerText.startsWith('64 ')")
