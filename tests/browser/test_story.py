"""The whole story from top to bottom: by keyboard alone, and with a finger on a narrow screen."""

import pytest

from tests.browser.reader import until

pytestmark = pytest.mark.browser

EXPERIMENTS = ("published", "ladder", "width", "where-it-holds", "iso-bit", "bit-knife", "capacity", "ledger")


class Keyboard:
    """A reader without a mouse."""

    def __init__(self, page):
        self.page = page
        self.press = page.keyboard.press

    def focused(self):
        return self.page.evaluate("document.activeElement?.dataset?.testid ?? ''")

    def tab_to(self, test_id, most=120):
        """Press Tab until a control has the focus, which is always further down or to the right, and in sight."""
        for _ in range(most):
            if self.focused() == test_id:
                assert self.page.evaluate(
                    """() => {
                        const box = document.activeElement.getBoundingClientRect();
                        return box.bottom > 0 && box.top < innerHeight;
                    }"""
                ), f"{test_id} has the focus but is out of sight"
                return
            self.press("Tab")
        raise AssertionError(f"{most} presses of Tab do not lead to {test_id}; the last is {self.focused()!r}")


def text_of(page, test_id):
    return page.at(test_id).inner_text()


def accuracy(test_id):
    return f"parseFloat(at('{test_id}').innerText)"


def test_by_keyboard_alone(page):
    keys = Keyboard(page)
    page.at("evidence-claims").wait_for(timeout=60_000)

    # 1. Count the bits: the first size beyond a megabit.
    keys.tab_to("count-containers")
    for _ in range(40 - 8):
        keys.press("ArrowRight")
    until(page, "at('count-turn').innerText.includes('✓')")
    assert text_of(page, "count-bits").startswith("= 1,016,320")

    # 2. One matrix, three views.
    keys.tab_to("play")
    keys.press("Enter")
    until(page, f"{accuracy('accuracy')} > 50")
    assert keys.focused() == "pause", "the focus stays where the reader pressed"
    keys.tab_to("view-neuron")
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        keys.press(key)
    held = page.selection()
    assert held["layer"] == "W0"
    keys.tab_to("view-bit")
    keys.press("ArrowRight")
    assert page.selection()["feature"] == held["feature"] + 1
    keys.press(" ")
    page.wait_for("root.dataset.state === 'paused'")

    # 3. Watch it learn.
    keys.tab_to("together-play")
    until(page, "at('together').dataset.state === 'paused'")
    keys.press("Enter")
    until(page, f"{accuracy('together-2-accuracy')} > 60 && {accuracy('together-0-accuracy')} > 30")
    assert keys.focused() == "together-pause"
    keys.press("Enter")
    until(page, "at('together').dataset.state === 'paused'")

    # 4. One example, slowly: a drawn one.
    keys.tab_to("draw")
    keys.press("ArrowUp")
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", " "):
        keys.press(key)
    for _ in range(10):
        keys.press("ArrowDown")
    keys.press(" ")
    until(page, "at('answers').querySelectorAll('li').length >= 6")
    keys.tab_to("example-label")
    keys.press("1")
    keys.tab_to("example-next")
    for _ in range(5):
        keys.press("Enter")
    until(page, "at('binary-said').innerText.startsWith('The codebook')")
    assert "bits flipped" in text_of(page, "float-said")
    assert keys.focused() == "example-back"

    # 5. The bug.
    keys.tab_to("bug-play")
    until(page, "at('bug').dataset.state === 'paused'")
    keys.press("Enter")
    until(page, f"{accuracy('bug-1-accuracy')} > 60")
    keys.tab_to("bug-1-centring")
    keys.press(" ")
    until(page, f"{accuracy('bug-1-accuracy')} < 40 && {accuracy('bug-0-accuracy')} > 60")
    keys.press(" ")
    until(page, f"{accuracy('bug-1-accuracy')} > 60")

    # 6 and 7. Is it the bits?
    in_order = page.locator("[data-testid^=run-]").evaluate_all("all => all.map((e) => e.dataset.testid.slice(4))")
    assert set(in_order) == {"bug", *EXPERIMENTS}
    for name in in_order:
        if page.at(f"show-{name}").is_visible():
            keys.tab_to(f"show-{name}")
            keys.press("Enter")
        keys.tab_to(f"run-{name}")
        until(page, f"at('evidence-{name}').querySelector('figure svg') !== null", timeout=60_000)
    keys.tab_to("save-figure-ledger")

    # References, to the last line.
    for _ in range(60):
        keys.press("Tab")
        if page.evaluate("document.activeElement.href ?? ''").endswith("2401.15092"):
            break
    else:
        raise AssertionError("the last reference cannot be reached")


def draw_with_finger(page, canvas, points):
    """Move one finger over a canvas, as the browser's own input and not as scripted events."""
    box = page.at(canvas).bounding_box()
    places = [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]} for x, y in points]
    session = page.context.new_cdp_session(page.page)
    for kind, place in zip(["touchStart"] + ["touchMove"] * (len(places) - 1), places, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
        page.wait_for_timeout(30)
    page.wait_for_timeout(100)  # a finger that leaves in full speed would fling the page
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_with_a_finger_at_390_pixels(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True, is_mobile=True)
    page.at("evidence-claims").wait_for(timeout=60_000)

    page.at("count-tick-64").tap()
    assert text_of(page, "count-bits").startswith("= 1,626,112")

    page.at("play").tap()
    until(page, f"{accuracy('accuracy')} > 50")
    page.at("view-neuron").tap(position={"x": 60, "y": 60})
    page.wait_for("root.dataset.selection !== ''")
    page.at("pause").tap()
    page.wait_for("root.dataset.state === 'paused'")

    page.at("together").scroll_into_view_if_needed()
    until(page, "at('together').dataset.state === 'paused'")
    page.at("together-play").tap()
    until(page, f"{accuracy('together-2-accuracy')} > 60")
    page.at("together-view-bit").tap(force=True)
    page.at("together-pause").tap()
    until(page, "at('together').dataset.state === 'paused'")
    page.at("together-0-view").scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    assert page.ink("together-0-view") > 3

    page.at("draw").scroll_into_view_if_needed()
    until(page, "at('example').dataset.state === 'ready'")
    scrolled = page.evaluate("document.querySelector('#rendered_cells, .jp-LabShell')?.scrollTop ?? scrollY")
    draw_with_finger(page, "draw", [(0.5, 0.15 + 0.07 * i) for i in range(11)])
    until(page, "at('answers').querySelectorAll('li').length >= 5")
    assert (
        page.evaluate("document.querySelector('#rendered_cells, .jp-LabShell')?.scrollTop ?? scrollY") == scrolled
    )
    page.at("example-label").select_option("1")
    page.at("example-stage-answer").tap()
    until(page, "at('binary-said').innerText.startsWith('The answer is ')", timeout=5_000)
    page.at("example-stage-learn").tap()
    until(page, "at('binary-said').innerText.startsWith('The codebook')")

    page.at("bug").scroll_into_view_if_needed()
    until(page, "at('bug').dataset.state === 'paused'")
    page.at("bug-play").tap()
    until(page, f"{accuracy('bug-1-accuracy')} > 60")
    page.at("bug-1-centring").tap()
    until(page, f"{accuracy('bug-1-accuracy')} < 40")
    page.at("bug-pause").tap()

    for name in EXPERIMENTS:
        part = page.at(f"evidence-{name}")
        part.scroll_into_view_if_needed()
        if page.at(f"show-{name}").is_visible():
            page.at(f"show-{name}").tap()
        part.locator("summary").first.tap()
    overflow = page.evaluate(
        """() => {
            const parts = document.querySelectorAll('.bm-widget *');
            const tooWide = (e) => {
                const widget = e.closest('.bm-widget');
                const [box, room] = [e, widget].map((each) => each.getBoundingClientRect());
                const clipped = e.closest('.bm-scroll, .bm-hidden, svg, dialog') !== null;
                return !clipped && box.width > 0 && box.right > room.right + 1;
            };
            return [...parts].filter(tooWide).map((e) => `${e.tagName}.${e.className}`);
        }"""
    )
    assert overflow == [], "nothing is wider than the screen"
