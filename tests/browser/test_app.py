"""The explainer through Voilà in headless Chromium."""

import pytest

from tests.browser.conftest import Page
from tests.browser.reader import VIEWS, come_to_rest, hover, picture
from tests.waiting import wait_until

pytestmark = pytest.mark.browser


def test_the_first_screen(page):
    assert "bits" in page.title().lower() or "bit" in page.title().lower()
    for view in VIEWS:
        page.at(view).scroll_into_view_if_needed()
        wait_until(lambda view=view: page.ink(view) > 3)
    assert page.at("bit-mass").inner_text().startswith("203,264")
    assert page.at("play").is_enabled()
    assert page.frames() > 0
    assert "%" in page.at("accuracy").inner_text()


def test_play_draws_frames_and_pause_stops_them(page):
    before = page.frames()
    page.at("play").click()
    page.wait_for(f"+root.dataset.frames > {before + 10}")
    assert page.state() == "playing"
    page.at("pause").click()
    page.wait_for("root.dataset.state === 'paused'")

    def shown():
        return page.frames(), page.at("examples-seen").inner_text()

    # On a busy machine what was under way comes late; while it plays, a frame comes every tenth of a second.
    seen = [shown()]
    while len(seen) < 2 or seen[-1] != seen[-2]:
        assert len(seen) < 6, f"it goes on: {seen}"
        page.wait_for_timeout(1_000)
        seen.append(shown())
    assert page.selection() is None


def test_pointing_in_a_view_reads_out_a_weight_while_training_runs(page):
    page.at("trainer").select_option("sgd")
    page.at("play").click()
    page.wait_for("root.dataset.state === 'playing'")
    for view in VIEWS:
        assert hover(page, view)["layer"] == "W0"
        assert page.at("readout").inner_text().strip()
    page.at("pause").click()
    page.wait_for("root.dataset.state === 'paused'")


def test_a_resting_pointer_marks_what_comes_to_lie_beneath_it(page):
    before = hover(page, "view-bit", 0.5, 0.9)
    page.at("trainer").select_option("sgd")
    page.wait_for("JSON.parse(root.dataset.selection || '{}').bit > 0")
    after = page.selection()
    assert after["row"] == after["unit"] * 32 + 31 - after["bit"]
    assert after["unit"] < 8 <= before["unit"]


def test_marks_appear_on_the_other_canvases(page):
    def pictures():
        return {view: page.at(view).evaluate("canvas => canvas.toDataURL()") for view in VIEWS}

    page.mouse.move(0, 0)
    plain = pictures()
    hover(page, "view-bit", 0.5, 0.5)
    wait_until(lambda: not set(pictures().values()) & set(plain.values()))


def test_step_seek_and_reset(page):
    page.at("step").click()
    page.wait_for_examples("64")
    page.at("step").click()
    page.wait_for_examples("128")
    scrubber = page.at("scrubber")
    assert scrubber.get_attribute("max") == "2"
    scrubber.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_examples("64")
    page.at("step").click()
    page.wait_for_examples("128")
    page.open_settings()
    page.at("reset").click()
    page.wait_for_examples("0")


def test_the_run_is_replayed_and_training_goes_on_from_any_of_its_frames(page):
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 40")
    page.at("pause").click()
    newest = come_to_rest(page)
    frames = page.frames()
    page.evaluate(
        """() => {
            window.seen = new Set();
            const text = document.querySelector('[data-testid=examples-seen]');
            const changes = { childList: true, subtree: true, characterData: true };
            new MutationObserver(() => seen.add(text.innerText)).observe(text, changes);
        }"""
    )
    page.at("replay").click()
    page.wait_for_function(f"seen.has('0 examples, epoch 0.00') && seen.has({newest!r})")
    assert page.evaluate("seen.size") > 20
    assert page.frames() > frames + 20
    scrubber = page.at("scrubber")
    scrubber.focus()
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.wait_for_examples("128")
    page.at("step").click()
    page.wait_for_examples("192")
    assert scrubber.get_attribute("max") == "3", "what came after is another run's now"


LINE = """
() => {
  const chart = document.querySelector("[data-testid=chart]");
  const [examples, accuracy] = [...chart.querySelectorAll("tbody td")].map((cell) => cell.innerText);
  const axis = chart.querySelector(".bm-axis");
  const grew = axis === window.axis && examples !== window.examples;
  [window.axis, window.examples] = [axis, examples];
  return { examples, accuracy, grew, drawn: chart.querySelector(".bm-curve title").textContent };
}
"""


def test_a_line_grows_between_axes_that_stay_and_has_its_last_point_on_a_pause(page):
    page.at("play").click()
    page.wait_for("root.querySelectorAll('.bm-curve').length === 1")
    page.wait_for_function(f"() => ({LINE})().grew")
    page.at("pause").click()
    seen = come_to_rest(page)
    line = page.evaluate(LINE)
    assert seen.startswith(f"{line['examples']} ")
    assert f"{line['accuracy']} after {line['examples']} examples" in line["drawn"]
    assert line["accuracy"] in page.at("accuracy").inner_text()


def test_every_trainer_plays_and_joins_the_chart(page):
    for trainer in ("sgd", "adamw", "bv32-uncentred", "bv32-hebbian"):
        page.at("trainer").select_option(trainer)
        page.at("play").click()
        page.wait_for("root.dataset.state === 'playing'")
        frames = page.frames()
        page.wait_for(f"+root.dataset.frames > {frames + 5}")
        page.at("pause").click()
        page.wait_for("root.dataset.state === 'paused'")
    chart = page.at("chart").inner_text()
    for name in ("SGD", "AdamW", "BV32"):
        assert name in chart


def test_centring_can_be_switched_off_and_on_in_the_middle(page):
    page.at("play").click()
    page.wait_for_function("parseFloat(document.querySelector('[data-testid=accuracy]').innerText) > 50")
    page.at("centring").click()
    page.wait_for_function("parseFloat(document.querySelector('[data-testid=accuracy]').innerText) < 40")
    assert page.state() == "playing"
    page.at("centring").click()
    page.wait_for_function("parseFloat(document.querySelector('[data-testid=accuracy]').innerText) > 50")
    page.at("pause").click()
    page.wait_for("root.dataset.state === 'paused'")


def test_a_seed_that_cannot_be_is_refused_with_a_sentence(page):
    refuses(page, "seed", "\u22123", "0", "Seed must be a whole number between 0 and 9,007,199,254,740,991")
    refuses(page, "hidden", "5000", "8", "Containers must be a whole number between 1 and 64")
    page.at("seed").fill("3")
    page.at("seed").press("Enter")
    page.wait_for("root.querySelectorAll('.bm-refused:not([hidden])').length === 1")
    assert page.at("notice").is_hidden()


def refuses(page, name, value, kept, sentence):
    """Try a value that is not allowed: the page says so beside the field, and keeps the value that it had."""
    page.open_settings()
    field = page.at(name)
    field.fill(value.replace("\u2212", "-"))
    field.press("Enter")
    said = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert said.inner_text() == f"{sentence}, got {value}. It stays {kept}."
    assert said.bounding_box()["y"] - field.bounding_box()["y"] < 60
    assert field.input_value() == kept


def test_a_setting_that_is_being_changed_outlives_what_arrives_meanwhile(page):
    page.open_settings()
    page.at("seed").fill("5")
    page.at("speed").evaluate("(slider) => { slider.value = '1'; slider.dispatchEvent(new Event('input')); }")
    page.at("trainer").evaluate(
        "(choice) => { choice.value = 'adamw'; choice.dispatchEvent(new Event('change')); }"
    )
    page.wait_for("root.querySelector('[data-testid=learning_rate]').value === '0.002'")
    assert page.at("seed").input_value() == "5"
    assert page.at("speed").input_value() == "1"


@pytest.mark.parametrize(("width", "scale"), [(360, 3), (700, 1)])
def test_narrow_pages_do_not_scroll_sideways(open_page, width, scale):
    page = open_page(viewport={"width": width, "height": 844}, device_scale_factor=scale, has_touch=True)
    page.at("play").tap()
    page.wait_for("root.dataset.state === 'playing'")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    for view in VIEWS:
        page.at(view).scroll_into_view_if_needed()
        wait_until(lambda view=view: page.ink(view) > 3)
        box = page.at(view).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    page.at("view-neuron").tap(position={"x": 60, "y": 60})
    page.wait_for("root.dataset.selection !== ''")
    page.at("pause").tap()
    page.wait_for("root.dataset.state === 'paused'")


def test_readers_who_leave_in_the_middle_leave_no_trace_in_the_terminal(open_page, app):
    """What the server says meanwhile is read when it ends (see the `app` fixture)."""
    page = open_page()
    page.at("speed").focus()
    page.keyboard.press("End")
    page.at("play").click()
    frames = page.frames()
    page.wait_for(f"+root.dataset.frames > {frames + 20}")
    page.close()
    assert app.process.poll() is None


def test_a_moment_is_kept_and_others_are_compared_with_it(page):
    page.at("step").click()
    page.wait_for_examples("64")
    plain = picture(page, "view-bit")
    page.at("keep").click()
    assert "0 of 203,264 bits differ from the snapshot after 64 examples" in page.at("flips").inner_text()
    page.at("step").click()
    page.wait_for_function("!document.querySelector('[data-testid=flips]').innerText.startsWith('0 of')")
    glowing = picture(page, "view-bit")
    page.at("scrubber").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("document.querySelector('[data-testid=flips]').innerText.startsWith('0 of')")
    page.at("keep").click()
    assert picture(page, "view-bit") == plain
    page.at("scrubber").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_examples("128")
    assert picture(page, "view-bit") != glowing, "what differed did not fade"


def test_views_say_what_they_show(page):
    def says(view, text):
        page.wait_for_function(
            """([view, text]) => document.querySelector(`[data-testid=${view}]`).getAttribute("aria-describedby")
                .split(" ").some((id) => document.getElementById(id).textContent.includes(text))""",
            arg=[view, text],
        )

    says("view-neuron", "8 containers of 32 hidden units")
    says("view-data", "6,400 words of 32 bits")
    page.at("trainer").select_option("sgd")
    says("view-bit", "of the exponent bits")
    page.at("play").click()
    page.wait_for("root.dataset.state === 'playing'")
    page.at("view-neuron").focus()
    says("view-neuron", "8 hidden units. The weights shown go from ")


def test_the_theme_is_chosen_for_all_of_the_page_and_remembered(chromium, app):
    context = chromium.new_context(color_scheme="light")

    def colours(page):
        return page.evaluate(
            """() => {
                const widgets = ['explorer', 'counter', 'evidence-bug'].map((id) => `[data-testid=${id}]`);
                const parts = ['.jp-MarkdownOutput', ...widgets].map((part) => document.querySelector(part));
                return parts.map((part) => getComputedStyle(part).color);
            }"""
        )

    page = Page(context, app.url)
    page.at("evidence-bug").wait_for()
    light = colours(page)
    page.at("theme").select_option("dark")
    wait_until(lambda: all(a != b for a, b in zip(light, colours(page), strict=True)))
    dark = colours(page)
    again = Page(context, app.url)
    again.at("evidence-bug").wait_for()
    assert colours(again) == dark
    assert again.at("theme").input_value() == "dark"
    linked = Page(context, f"{app.url}#bitmass:seed=3&theme=light")
    linked.at("evidence-bug").wait_for()
    assert colours(linked) == light
    kept = linked.evaluate("localStorage.getItem('bitmass-theme')")
    assert kept == "dark", "a link's theme is for its page alone"
    assert page.trouble + again.trouble + linked.trouble == []
    context.close()


def test_the_rate_is_a_setting_of_those_who_have_one(page):
    page.open_settings()
    assert page.at("learning_rate").is_hidden()
    page.at("trainer").select_option("adamw")
    page.wait_for("root.querySelector('[data-testid=learning_rate]').value === '0.002'")
    page.at("learning_rate").fill("0.01")
    page.at("learning_rate").press("Enter")
    page.wait_for_function("document.querySelector('[data-testid=chart]').innerHTML.includes('rate 0.01')")
    refuses(page, "learning_rate", "100", "0.01", "Learning rate must be a number between 1e-06 and 10")
