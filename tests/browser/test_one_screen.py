"""The explorer on one laptop screen, in both hosts: nothing is cut off, and all of it can be reached."""

import pytest

from tests.browser.reader import IN_ONE_HOST, SCREENS, hover, opened_at, until
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

BOX = (
    "e => (({left, top, right, bottom}) => [left, top, right, bottom].map(Math.round))(e.getBoundingClientRect())"
)
CUT = """root => [...root.querySelectorAll('dd, dt, p, button, label, option:checked, .bm-summary, .bm-when')]
    .filter((e) => e.offsetParent && e.clientWidth > 1 && !e.matches('.bm-why')
        && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
    .map((e) => `${e.className} ${e.textContent}`)"""


def choose(page, trainer):
    page.at("trainer").select_option(trainer)
    page.wait_for(
        f"root.querySelector('[data-testid=accuracy] + p b').innerText.startsWith('{trainer[:3].upper()}')"
    )


def test_all_of_it_is_in_sight_at_once_and_nothing_is_cut_off(host):
    page = opened_at(host, "laptop")
    for trainer in ("bv32-hebbian", "sgd"):
        choose(page, trainer)
        hover(page, "view-neuron")
        page.at("readout").evaluate("e => e.scrollIntoView({ block: 'end' })")
        bar = page.locator(".bar").first.evaluate(BOX)[3]
        boxes = {
            name: page.at(name).evaluate(BOX)
            for name in ("play", "scrubber", "accuracy", "view-neuron", "view-bit", "view-data", "unit", "readout")
        }
        for name, (left, top, right, bottom) in boxes.items():
            assert 0 <= left < right <= 1366, name
            assert bar < boxes["play"][1] <= top < bottom <= 768, (trainer, name, top, bottom)
        page.set_viewport_size({"width": 1280, "height": 800})
        for layer in ("W1", "W0"):
            page.at(f"layer-{layer}").check(force=True)
            hover(page, "view-neuron", 0.7, 0.6)
            assert page.root.evaluate(CUT) == []
        page.set_viewport_size({"width": 1366, "height": 768})


@IN_ONE_HOST
@pytest.mark.parametrize("screen", SCREENS)
def test_settings_open_by_keyboard_and_nothing_scrolls_sideways(host, screen):
    page = opened_at(host, screen)
    for name in ("play", "step", "scrubber", "speed", "trainer", "centring"):
        assert page.at(name).is_visible()
    for name in ("recipe", "rule", "seed", "hidden", "stop_after", "reset"):
        assert page.at(name).is_hidden()
    page.at("settings").focus()
    page.keyboard.press("Enter")
    assert page.at("settings").get_attribute("aria-expanded") == "true"
    for name in ("recipe", "rule", "seed", "hidden", "stop_after", "reset"):
        assert page.at(name).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.keyboard.press("Space")
    assert page.at("seed").is_hidden()


@IN_ONE_HOST
def test_the_pictures_take_the_width_that_they_have(host):
    page = opened_at(host, "phone", device_scale_factor=2, has_touch=True)
    for trainer, least in (("bv32-hebbian", 0.97), ("sgd", 0.9)):
        choose(page, trainer)
        canvas = page.at("view-neuron").bounding_box()["width"]
        holder = page.at("view-neuron").evaluate("e => e.parentElement.clientWidth - 8")
        assert canvas > least * holder, trainer


@IN_ONE_HOST
def test_on_a_phone_play_the_accuracy_and_every_unit_are_in_sight_together(host):
    page = opened_at(host, "phone", device_scale_factor=2, has_touch=True)
    page.at("accuracy").evaluate("e => e.scrollIntoView()")
    page.at("play").evaluate("e => scrollBy(0, -2 * e.getBoundingClientRect().bottom)")
    tops = {name: page.at(name).evaluate(BOX) for name in ("play", "accuracy", "view-neuron")}
    assert 0 < tops["play"][3] <= tops["accuracy"][1] < tops["view-neuron"][3] <= 844, tops
    # And the controls before them leave room for a look at them.
    page.root.evaluate("e => e.scrollIntoView()")
    assert page.at("accuracy").evaluate(BOX)[1] < 0.6 * 844


@IN_ONE_HOST
def test_a_unit_is_enlarged_and_says_what_it_was_taught(host):
    page = opened_at(host, "laptop")
    page.at("view-neuron").focus()  # now, since a pointer that rests marks what comes to lie beneath it
    marked = hover(page, "view-neuron")
    unit = page.at("unit")
    wait_until(lambda: f"Hidden unit {marked['unit']}\n" in unit.inner_text())
    assert "Taught to answer to " in page.at("taught").inner_text()
    field = 28
    assert unit.locator("canvas").bounding_box()["width"] >= 4 * field
    page.at("view-neuron").press("PageDown")
    wait_until(lambda: (now := page.selection()) and f"Hidden unit {now['unit']}\n" in unit.inner_text())
    assert page.selection()["unit"] != marked["unit"]
    page.wait_for("root.querySelector('[data-testid=readout]').innerText.includes('aught to answer to')")
    page.keyboard.press("Escape")
    choose(page, "sgd")
    page.at("layer-W1").check(force=True)
    marked = hover(page, "view-neuron")
    wait_until(lambda: f"Hidden unit {marked['feature']}\n" in unit.inner_text())
    assert page.at("taught").inner_text().startswith("Votes ")


@IN_ONE_HOST
def test_a_tap_on_a_unit_enlarges_it_and_a_tap_on_a_question_mark_explains(host):
    page = opened_at(host, "phone", device_scale_factor=2, has_touch=True)
    page.at("view-neuron").tap(position={"x": 100, "y": 90})
    wait_until(lambda: "Taught to answer to " in page.at("taught").inner_text())
    assert page.at("unit").locator("canvas").is_visible()
    page.open_settings()
    for label in ("Recipe", "Rule", "Containers", "Centring", "Compare"):
        ask = page.root.get_by_role("button", name=f"About {label}", exact=True)
        tip = page.locator(f"#{ask.get_attribute('aria-describedby')}")
        assert tip.is_hidden()
        ask.tap()
        assert len(tip.inner_text()) > 20
        box = tip.bounding_box()
        assert 0 <= box["x"] <= 390 - box["width"], label
        page.at("trainer").focus()
        assert tip.is_hidden()
        ask.focus()
        assert tip.is_visible()
        page.keyboard.press("Escape")
        assert tip.is_hidden()


def test_a_finger_on_the_data_view_scrolls_the_page(host):
    page = opened_at(host, "phone", device_scale_factor=2, has_touch=True, is_mobile=True)
    page.at("view-data").evaluate("e => e.scrollIntoView({ block: 'center' })")
    box = page.at("view-data").bounding_box()
    before = page.at("view-data").evaluate("e => e.getBoundingClientRect().top")
    devtools = page.context.new_cdp_session(page.page)
    x, y = box["x"] + box["width"] / 3, box["y"] + box["height"] / 2

    def touch(kind, *points):
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", {"x": x, "y": y})
    for moved in range(20, 201, 20):
        touch("touchMove", {"x": x, "y": y - moved})
    touch("touchEnd")
    wait_until(lambda: page.at("view-data").evaluate("e => e.getBoundingClientRect().top") < before - 150)


def test_every_press_of_step_counts_however_fast(host):
    page = opened_at(host, "laptop")
    page.at("step").evaluate("e => { for (let i = 0; i < 30; i++) e.click(); }")
    page.wait_for_examples("1,920")
    until(page, "at('scrubber').max === '30'")
    # At once, before what trains can have answered that the speed is another.
    page.at("speed").evaluate(
        """speed => {
            speed.value = '4';
            speed.dispatchEvent(new Event('change', { bubbles: true }));
            document.querySelector('[data-testid=step]').click();
        }"""
    )
    page.wait_for_examples("2,944")


def test_training_stops_after_the_epochs_that_were_set_and_the_page_says_so_and_how_long_they_take(host):
    page = opened_at(host, "laptop")
    page.open_settings()
    page.at("stop_after").select_option("1")
    page.at("speed").fill("5")
    page.at("play").click()
    page.at("notice").filter(has_text="Stopped after 1 epoch, as set. Press Play to continue.").wait_for(
        timeout=60_000
    )
    page.wait_for("root.dataset.state === 'paused'")
    assert "epoch 1.00" in page.at("examples-seen").inner_text()
    assert page.at("pace").inner_text().endswith(" s per epoch")
    page.at("play").click()
    page.wait_for("!root.querySelector('[data-testid=examples-seen]').innerText.includes('epoch 1.00')")
    assert page.at("notice").is_hidden()
    page.at("pause").click()
