"""A link leads whoever opens it to what its sender saw."""

import pytest

from bitmass_viz.kernels.revision import REVISION
from tests.browser.reader import VIEWS, come_to_rest, hover, picture
from tests.waiting import wait_until

pytestmark = pytest.mark.browser


def shared(page):
    """Press Share, and return the link."""
    page.at("share").click()
    link = page.at("link").input_value()
    page.keyboard.press("Escape")
    return link


def pictures(page):
    return {view: picture(page, view) for view in VIEWS}


def test_a_link_shows_the_same_weights_and_the_same_mark(open_page):
    sender = open_page()
    sender.at("trainer").select_option("adamw")
    sender.open_settings()
    sender.at("seed").fill("12")
    sender.at("seed").press("Enter")
    sender.at("play").click()
    sender.wait_for("+root.dataset.frames > 30")
    sender.at("pause").click()
    come_to_rest(sender)
    sender.at("layer-W1").check(force=True)
    hover(sender, "view-bit", 0.3, 0.4)
    sender.mouse.down()
    sender.mouse.up()
    sender.mouse.move(0, 0)
    selection, seen = sender.selection(), sender.at("examples-seen").inner_text()
    link = shared(sender)

    receiver = open_page(link)
    receiver.wait_for("root.dataset.selection !== ''")
    assert receiver.at("examples-seen").inner_text() == seen
    assert receiver.selection() == selection
    assert receiver.root.evaluate("e => Math.abs(e.getBoundingClientRect().top) < 60"), "it is in sight"
    assert receiver.at("notice").is_hidden()
    assert shared(receiver) == link, "with the fingerprint of the weights"
    wait_until(lambda: pictures(receiver) == pictures(sender))  # drawn a frame later than the mark is known


def test_a_link_of_another_revision_says_so(open_page, app):
    page = open_page(f"{app.url}#bitmass:trainer=sgd&seed=7&at=640&check=00000000")
    at(page, 7, 640)
    page.wait_for("!root.querySelector('[data-testid=notice]').hidden")
    assert f"(revision 1 of the numbers, here {REVISION})" in page.at("notice").inner_text()
    at(open_page(shared(page)), 7, 640)


def test_the_shared_frame_is_the_one_that_the_scrubber_shows(open_page):
    sender = open_page()
    for examples in (64, 128, 192):
        sender.at("step").click()
        at(sender, 0, examples)
    sender.at("scrubber").focus()
    sender.keyboard.press("ArrowLeft")
    sender.wait_for_examples("128")
    link = shared(sender)
    assert "&at=128&" in link
    receiver = open_page(link)
    receiver.wait_for_examples("128")
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
    receiver.open_settings()
    assert receiver.at("seed").is_hidden()
    assert receiver.at("scrubber").is_hidden()
    assert receiver.at("trainer").is_visible()


def test_a_hostile_link_is_explained_and_harms_nothing(open_page, app):
    parts = ["trainer=<img onerror=alert(1)>", "seed=1e99", "mark=W0.99999.0.0.bit", "at=-1", "%E0%A4%A", "x=1"]
    page = open_page(f"{app.url}#bitmass:{'&'.join(parts)}")
    page.wait_for("!root.querySelector('[data-testid=notice]').hidden")
    said = page.at("notice").inner_text()
    for part in ("Trainer must be one of", "Seed must be", "'at' cannot be read", "'x' is not known"):
        assert part in said
    assert page.locator("img").count() == 0
    page.at("step").click()
    page.wait_for_examples("64")


def at(page, seed, examples):
    """Wait until the network of a seed has learned from so many examples, and rests."""
    page.wait_for(
        f"root.querySelector('[data-testid=seed]').value === '{seed}'"
        f" && root.querySelector('[data-testid=examples-seen]').innerText.startsWith('{examples} ')"
        " && root.dataset.state === 'paused'"
    )


def remembered(page, examples):
    """Wait until the browser's history has what is shown."""
    page.wait_for_function(f"(history.state?.bitmass?.link ?? '').includes('&at={examples}&')")


def test_another_address_is_followed_and_back_and_reload_return_to_what_was_there(open_page, app):
    page = open_page(f"{app.url}#bitmass:trainer=sgd&seed=7&at=640&rev={REVISION}")
    at(page, 7, 640)
    page.at("speed").fill("2")
    page.at("step").click()
    at(page, 7, 704)
    remembered(page, 704)
    page.evaluate(f"location.hash = '#bitmass:trainer=sgd&seed=9&at=1280&rev={REVISION}'")
    at(page, 9, "1,280")
    remembered(page, 1280)
    page.evaluate("location.hash = '#references'")
    page.at("step").click()
    at(page, 9, "1,344")
    remembered(page, 1344)
    page.go_back()
    page.wait_for_timeout(500)
    at(page, 9, "1,344")
    page.go_back()
    at(page, 7, 704)
    page.go_forward()
    at(page, 9, "1,280")
    page.reload()
    page.at("trainer").wait_for()
    at(page, 9, "1,280")
    assert page.at("notice").is_hidden()


def test_a_page_without_a_link_comes_back_after_a_reload_too(open_page):
    page = open_page()
    page.at("trainer").select_option("adamw")
    page.open_settings()
    page.at("seed").fill(str(2**53 - 1))
    page.at("seed").press("Enter")
    page.wait_for(f"root.querySelector('[data-testid=seed]').value === '{2**53 - 1}'")
    page.at("step").click()
    page.wait_for("root.querySelector('[data-testid=examples-seen]').innerText.startsWith('64 ')")
    link = shared(page)
    remembered(page, 64)
    address = page.evaluate("location.href")
    page.reload()
    page.at("trainer").wait_for()
    at(page, 2**53 - 1, 64)
    assert page.evaluate("location.href") == address
    assert shared(page) == link


def test_a_link_that_was_changed_on_its_way_leads_to_the_same_network(open_page, app):
    page = open_page(
        f"{app.url}#Bitmass%3Atrainer%3DSGD%26seed%3D7%26at%3D640%26rev%3D{REVISION}%26utm_source%3Dmail)."
    )
    at(page, 7, 640)
    assert page.at("notice").is_hidden()
