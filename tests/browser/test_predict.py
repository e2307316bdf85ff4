"""Predictions in a lesson: asked, kept and revealed, by mouse and by keyboard, in one page for all."""

from types import SimpleNamespace

import pytest

from bitmass_viz.common.palette import PALETTE
from tests.browser.reader import findings
from tests.server.explore import App, write_notebook

pytestmark = pytest.mark.browser

CELLS = (
    """import bitmass_viz as bm
why = "That is 8 × 794 × 32."
bits = bm.Predict.number("How many?", low=0, high=1_000_000, unit="bits", truth=203_264, why=why)
bits""",
    "bits",
    'bm.Predict.choice("Which one?", ["SGD", "BV32-Hebbian", "AdamW"])',
    'bm.Predict.choice("Which other?", ["SGD", "AdamW"], truth="AdamW")',
    """axes = {"low": 0, "high": 100, "x_label": "bits per weight", "y_label": "Accuracy", "y_unit": "%"}
axes["x_scale"] = "log"
bm.Predict.curve("Drawn?", [1, 2, 4, 8, 16], truth=lambda: [10, 50, 70, 80, 82], **axes)""",
    'bm.Predict.curve("By keys?", [1, 2, 4], **axes)',
    'bm.Predict.number("Unasked?", low=0, high=10, decimals=1).reveal(12.5)',
)
BITS, AGAIN, WHICH, OTHER, DRAWN, KEYS, UNASKED = range(len(CELLS))
"""The widgets, in the order of the page."""


class Lesson:
    """The page with all of them, which remembers whatever went wrong in it."""

    def __init__(self, page, url):
        self.page, self.trouble = page, []
        page.on("console", lambda m: m.type == "error" and self.trouble.append(f"console: {m.text}"))
        page.on("pageerror", lambda e: self.trouble.append(f"error: {e}"))
        page.on("response", lambda r: r.status >= 400 and self.trouble.append(f"{r.status}: {r.url}"))
        page.goto(url)
        self.wait_for("document.querySelectorAll('[data-testid=predict]').length === 7", 60_000)

    def wait_for(self, condition, timeout=10_000):
        self.page.wait_for_function(condition, timeout=timeout)

    def widget(self, which):
        return self.page.get_by_test_id("predict").nth(which)

    def at(self, which, test_id):
        return self.widget(which).get_by_test_id(test_id)

    def until(self, which, state):
        self.wait_for(f"document.querySelectorAll('[data-testid=predict]')[{which}].dataset.state === '{state}'")

    def verdict(self, which):
        return self.at(which, "predict-verdict").inner_text()

    def values(self, which):
        handles = self.widget(which).locator("[role=slider]")
        return handles.evaluate_all("all => all.map((one) => one.getAttribute('aria-valuetext'))")

    def focused(self):
        return self.page.evaluate("document.activeElement.dataset.testid")


@pytest.fixture(scope="module")
def lesson(chromium, tmp_path_factory):
    app = App("--preheat", "0", str(write_notebook(tmp_path_factory.mktemp("lesson") / "lesson.ipynb", *CELLS)))
    context = chromium.new_context(viewport={"width": 1000, "height": 900}, reduced_motion="reduce")
    lesson = Lesson(context.new_page(), app.url)
    yield lesson
    context.close()
    code, said = app.stop()
    assert code == 0, said
    assert "Traceback" not in said


@pytest.fixture(autouse=True)
def no_trouble(lesson):
    yield
    assert lesson.trouble == []


def test_a_number_is_shown_beside_the_truth_in_both_views(lesson):
    button = lesson.at(BITS, "predict-guess")
    assert button.get_attribute("aria-disabled") == "true"
    button.click(force=True)
    lesson.at(BITS, "predict-number").fill("120000")
    assert lesson.at(AGAIN, "predict-slider").input_value() == "120000", "the other view is in step"
    lesson.at(BITS, "predict-number").fill("5000000")
    lesson.at(BITS, "predict-number").blur()
    assert lesson.at(BITS, "predict-number").input_value() == "1000000"
    lesson.at(AGAIN, "predict-slider").fill("120000")
    assert lesson.widget(BITS).get_attribute("data-state") == "asking"
    lesson.at(BITS, "predict-number").press("Enter")
    for which in (BITS, AGAIN):
        lesson.until(which, "revealed")
        assert lesson.verdict(which) == "You said 120,000 bits; it is 203,264 bits: 83,264 too few."
        assert lesson.at(which, "predict-why").inner_text() == "That is 8 × 794 × 32."
        assert not lesson.at(which, "predict-guess").is_visible()
        line = lesson.at(which, "predict-line")
        assert "you said 120,000\xa0bits, it is 203,264\xa0bits" in line.get_attribute("aria-label")
        place = "(all, box) => all.map((one) => one.getBoundingClientRect())"
        yours, true = line.locator(".bm-mark").evaluate_all(place)
        track = line.locator(".bm-track").bounding_box()
        for mark, value in ((yours, 0.12), (true, 0.203264)):
            middle = (mark["left"] + mark["right"]) / 2
            assert middle == pytest.approx(track["x"] + value * track["width"], abs=1)
        above, below = line.locator(".bm-label").evaluate_all(place)
        assert above["bottom"] <= below["top"]
    assert lesson.focused() == "predict-verdict", "the focus is not lost with the field that had it"


def test_a_choice_is_kept_and_may_be_changed(lesson):
    lesson.at(WHICH, "predict-choice-0").check()
    lesson.at(WHICH, "predict-guess").click()
    lesson.until(WHICH, "kept")
    assert lesson.verdict(WHICH) == "Your guess is kept: SGD. The answer comes further on."
    lesson.at(WHICH, "predict-choice-1").check()
    lesson.widget(WHICH).get_by_role("button", name="Change my guess").click()
    lesson.at(WHICH, "predict-verdict").filter(has_text="Your guess is kept: BV32-Hebbian.").wait_for()


def test_a_choice_is_marked_beside_the_right_one(lesson):
    lesson.at(OTHER, "predict-choice-0").check()
    lesson.at(OTHER, "predict-guess").click()
    lesson.until(OTHER, "revealed")
    assert lesson.verdict(OTHER) == "You said “SGD”; it is “AdamW”."
    labels = lesson.widget(OTHER).locator("label").all_inner_texts()
    assert [label.split() for label in labels] == [["SGD", "✗", "your", "guess"], ["AdamW", "✓", "the", "answer"]]
    assert lesson.at(OTHER, "predict-choice-1").is_disabled()


def test_a_curve_is_drawn_with_the_mouse(lesson):
    page, plot = lesson.page, lesson.at(DRAWN, "predict-curve")
    plot.scroll_into_view_if_needed()
    assert plot.get_by_text("Draw your guess here").is_visible()
    field = lesson.widget(DRAWN).locator("rect.bm-field").bounding_box()

    def spot(x, y):
        return field["x"] + 14 + x * (field["width"] - 28), field["y"] + (1 - y) * field["height"]

    page.mouse.move(*spot(0, 0.2))
    page.mouse.down()
    page.mouse.move(*spot(0.6, 0.8))
    page.mouse.up()
    drawn = lesson.values(DRAWN)
    assert drawn[3:] == ["not drawn yet"] * 2
    for text, expected in zip(drawn[:3], (20, 45, 70), strict=True):
        assert float(text.split("\xa0")[0]) == pytest.approx(expected, abs=1), (
            "points passed over lie on the stroke"
        )
    assert not plot.get_by_text("Draw your guess here").is_visible()
    assert lesson.at(DRAWN, "predict-guess").get_attribute("aria-disabled") == "true"
    page.mouse.move(*spot(0.7, 0.8))
    page.mouse.down()
    page.mouse.move(*spot(1.01, 0.8), steps=3)
    page.mouse.up()
    lesson.at(DRAWN, "predict-guess").press("Enter")
    lesson.until(DRAWN, "revealed")
    assert lesson.focused() == "predict-verdict", "the focus is not lost with the button that had it"
    assert "The gap is widest where bits per weight is 1: you drew 2" in lesson.verdict(DRAWN)
    assert plot.locator("text.bm-true").inner_html() == "truth"
    assert plot.locator("path.bm-gap").get_attribute("d").count("L") == 9
    lesson.widget(DRAWN).get_by_text("The numbers").click()
    row = lesson.widget(DRAWN).locator("tbody tr").nth(1).locator("th, td").all_inner_texts()
    assert row[::2] == ["2", "50.0\xa0%"]


def test_a_curve_is_drawn_with_keys_alone(lesson):
    press = lesson.page.keyboard.press
    lesson.at(KEYS, "predict-point-0").focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Home", "ArrowRight", "PageDown", "PageDown", "ArrowUp"):
        press(key)
    assert lesson.focused() == "predict-point-2"
    # A point begins as high as the nearest that is drawn: the last one at 0, where it can go no lower.
    assert lesson.values(KEYS) == ["52.0\xa0%", "0.0\xa0%", "1.0\xa0%"]
    press("End")
    press("ArrowLeft")
    press("PageUp")
    assert lesson.values(KEYS) == ["52.0\xa0%", "10.0\xa0%", "100.0\xa0%"]
    press("Tab")
    assert lesson.focused() == "predict-guess"
    press("Enter")
    lesson.until(KEYS, "kept")
    assert lesson.verdict(KEYS).startswith("Your guess is kept: 52.0 % at 1; 10.0 % at 2; 100.0 % at 4.")


def test_a_truth_that_came_without_a_guess_stands_alone(lesson):
    assert lesson.widget(UNASKED).get_attribute("data-state") == "revealed"
    assert lesson.verdict(UNASKED) == "It is 12.5."
    assert lesson.at(UNASKED, "predict-line").get_attribute("aria-label") == "A line from 0 to 12.5: it is 12.5"


def test_it_is_accessible_and_fits_a_narrow_screen_in_the_dark(lesson):
    page = lesson.page
    assert findings(SimpleNamespace(page=page)) == []
    page.get_by_test_id("theme").select_option("dark")
    page.set_viewport_size({"width": 360, "height": 800})
    lesson.wait_for(
        "[...document.querySelectorAll('[data-testid=predict-curve]')].every((one) => one.clientWidth < 340)"
    )
    surface = lesson.widget(KEYS).evaluate("one => getComputedStyle(one).backgroundColor")
    hex_digits = PALETTE["dark"]["surface"]
    assert surface == f"rgb({', '.join(str(int(hex_digits[i : i + 2], 16)) for i in (1, 3, 5))})"
    assert findings(SimpleNamespace(page=page)) == []
    overflowing = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=predict]')].flatMap((widget) => {
            const edge = widget.getBoundingClientRect().right;
            const over = [...widget.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > edge);
            return over.map((e) => e.outerHTML.slice(0, 120));
        })"""
    )
    assert overflowing == []


def test_without_a_kernel_the_page_says_so_and_keeps_the_guess(lesson):
    lesson.page.evaluate("WebSocket.prototype.send = () => {}")
    lesson.page.clock.install()
    lesson.at(WHICH, "predict-choice-2").check()
    lesson.at(WHICH, "predict-guess").click()
    assert lesson.widget(WHICH).get_attribute("data-state") == "waiting"
    lesson.page.clock.run_for(7_500)
    assert lesson.widget(WHICH).get_attribute("data-state") == "waiting"
    lesson.page.clock.run_for(1_000)
    assert lesson.widget(WHICH).get_attribute("data-state") == "kept"
    assert lesson.verdict(WHICH).startswith("No kernel answers. Run this notebook’s cells first")
    assert lesson.at(WHICH, "predict-choice-2").is_checked()
    assert lesson.widget(WHICH).get_by_role("button", name="Change my guess").is_enabled()
