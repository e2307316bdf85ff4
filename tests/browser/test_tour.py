"""The tour: offered once, walked by keyboard alone and by touch, and out of the way whenever the reader wants."""

import json
from itertools import cycle

import pytest
from playwright.sync_api import TimeoutError

from tests.browser.conftest import Page
from tests.browser.reader import findings

pytestmark = pytest.mark.browser

STEPS = [
    "play",
    "accuracy",
    "point",
    "hold",
    "readout",
    "centring-off",
    "centring-on",
    "trainer",
    "compare",
    "share",
]
LIES = """() => {
    const box = (selector) => document.querySelector(selector).getBoundingClientRect();
    const card = box('.bm-card'), target = box('.bm-ringed');
    return JSON.stringify({
        apart: card.right <= target.left || target.right <= card.left
            || card.bottom <= target.top || target.bottom <= card.top,
        across: card.left >= 0 && card.right <= innerWidth,
        down: card.top >= 0 && card.bottom <= innerHeight && target.top < innerHeight && target.bottom > 0,
        sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    });
}"""
WELL = {"apart": True, "across": True, "down": True, "sideways": 0}


def wait_for_step(page, step):
    page.wait_for_selector(f"[data-testid=tour-card][data-step={step}]")


def lies_well(page):
    """Wait until the page has scrolled: the card is then in sight, beside what it points at."""
    page.wait_for_function(
        """() => {
            const before = window.wasAt;
            window.wasAt = document.querySelector('.bm-ringed').getBoundingClientRect().top;
            return window.wasAt === before;
        }""",
        polling=250,
    )
    try:
        page.wait_for_function(f"well => ({LIES})() === well", arg=json.dumps(WELL, separators=(",", ":")))
    except TimeoutError as error:
        raise AssertionError(page.evaluate(LIES)) from error


def focused(page):
    return page.evaluate("document.activeElement.dataset.testid ?? document.activeElement.tagName")


def tab_to(page, test_id, key, most=24):
    """Press Tab or Shift+Tab until this has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        if focused(page) == test_id:
            return
    raise AssertionError(f"{test_id} is more than {most} times {key} away, now at {focused(page)}")


def remembered(page):
    return page.evaluate("localStorage.getItem('bitmass-tour')")


def test_the_whole_tour_by_keyboard_alone(page):
    tab_to(page, "tour-start", "Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "tour-next"
    assert page.at("tour-offer").count() == 0
    shown = []

    def arrive(step, focus=None):
        wait_for_step(page, step)
        lies_well(page)
        shown.append(step)
        if focus:
            assert focused(page) == focus, "a step does not take the focus away"

    arrive("play", "tour-next")
    tab_to(page, "play", "Shift+Tab")
    page.keyboard.press("Enter")
    arrive("accuracy", "pause")
    arrive("point", "pause")
    tab_to(page, "tour-there", "Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "view-neuron"
    page.keyboard.press("ArrowRight")
    arrive("hold", "view-neuron")
    page.keyboard.press("Enter")
    assert page.selection()
    arrive("readout", "view-neuron")
    page.keyboard.press("Escape")
    assert page.selection() is None
    arrive("centring-off", "view-neuron")
    tab_to(page, "centring", "Shift+Tab")
    page.keyboard.press(" ")
    arrive("centring-on", "centring")
    page.wait_for_function("parseFloat(document.querySelector('[data-testid=accuracy]').innerText) < 40")
    page.keyboard.press(" ")
    arrive("trainer", "centring")
    tab_to(page, "trainer", "Shift+Tab")
    page.keyboard.press("ArrowUp")
    arrive("compare", "trainer")
    assert "AdamW" in page.at("chart").inner_text()
    arrive("share", "trainer")
    tab_to(page, "tour-next", "Tab")
    assert page.at("tour-next").inner_text() == "Done"
    page.keyboard.press("Enter")
    assert page.at("tour-card").is_hidden()
    assert focused(page) == "tour"
    assert remembered(page) == "done"
    assert shown == STEPS
    assert page.locator(".bm-ringed").count() == 0


def test_the_whole_tour_by_touch(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True)
    page.at("tour-start").tap()
    acts = {
        "play": lambda: page.at("play").tap(),
        "accuracy": lambda: None,
        "point": lambda: page.at("view-neuron").tap(position={"x": 60, "y": 60}),
        "hold": lambda: page.at("tour-next").tap(),
        "readout": lambda: page.at("tour-next").tap(),
        "centring-off": lambda: page.at("centring").tap(),
        "centring-on": lambda: page.at("centring").tap(),
        "trainer": lambda: page.at("trainer").select_option("adamw"),
        "compare": lambda: page.at("tour-next").tap(),
        "share": lambda: page.at("tour-next").tap(),
    }
    for step in STEPS:
        wait_for_step(page, step)
        lies_well(page)
        acts[step]()
    assert page.at("tour-card").is_hidden()
    assert remembered(page) == "done"


def test_a_page_that_changes_its_size_takes_the_card_along(open_page):
    page = open_page(reduced_motion="reduce")
    page.at("tour").click()
    for step, (width, height) in zip(STEPS, cycle([(1280, 600), (360, 640), (1000, 700), (700, 800)])):
        page.set_viewport_size({"width": width, "height": height})
        assert page.at("tour-card").get_attribute("data-step") == step
        lies_well(page)
        page.at("tour-next").click()


def test_next_and_back_leave_the_choice_to_the_reader(page):
    page.at("tour").click()
    assert page.at("tour-back").is_hidden()
    page.at("tour-next").click()
    page.at("tour-next").click()
    wait_for_step(page, "point")
    page.at("tour-back").click()
    page.at("tour-back").click()
    wait_for_step(page, "play")
    assert focused(page) == "tour-next", "Back has gone, and left the focus in the card"
    assert page.state() == "paused"
    page.at("tour").click()
    assert page.at("tour-card").is_hidden()


def test_escape_ends_it_but_first_lets_go_of_a_mark(page):
    page.at("tour").click()
    page.keyboard.press("Escape")
    assert page.at("tour-card").is_hidden()
    assert focused(page) == "tour"
    page.keyboard.press("Enter")
    page.at("view-bit").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.selection()
    page.keyboard.press("Escape")
    assert page.selection() is None
    assert page.at("tour-card").is_visible()
    page.keyboard.press("Escape")
    assert page.at("tour-card").is_hidden()
    page.at("view-bit").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    held = page.selection()
    page.at("tour").click()
    page.keyboard.press("Escape")
    assert page.at("tour-card").is_hidden()
    assert page.selection() == held, "in the card it does not let go"
    page.at("share").click()
    assert page.at("share-dialog").is_visible()


def test_the_offer_is_made_once(open_page):
    page = open_page()
    assert page.at("tour-offer").is_visible()
    assert page.at("tour-card").is_hidden(), "offered, not begun"
    page.at("tour-decline").click()
    assert page.at("tour-offer").count() == 0
    assert remembered(page) == "offered"
    again = Page(page.context, page.url)
    assert again.at("tour").is_visible()
    assert again.at("tour-offer").count() == 0
    assert again.trouble == []


def test_a_link_makes_no_offer(open_page, app):
    page = open_page(f"{app.url}#bitmass:trainer=sgd&seed=3")
    assert page.at("tour-offer").count() == 0
    assert remembered(page) is None


def test_denied_storage_does_no_harm(open_page):
    page = open_page()
    page.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied'); } });"
    )
    denied = Page(page.context, page.url)
    assert denied.at("tour-offer").is_visible()
    denied.at("tour-decline").click()
    assert denied.at("tour-offer").count() == 0
    assert [t for t in denied.trouble if "explorer" in t or "tour" in t] == []


def test_axe_finds_nothing_with_the_card_open(open_page):
    page = open_page(color_scheme="light", reduced_motion="reduce")
    page.at("tour-start").click()
    for met in (False, True):
        if met:
            page.at("play").click()
            wait_for_step(page, "accuracy")
            page.wait_for_selector(".bm-met")
        for width, scheme in ((1280, "light"), (1280, "dark"), (390, "dark"), (390, "light")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            # The whole page is for `test_accessible`.
            assert findings(page, context="[data-testid=explorer]") == []


def test_an_open_tour_reads_no_layout_while_the_network_plays(page):
    """Only the page's own frames: none asks for the card's place, which is sought when something resizes."""
    page.at("evidence-claims").wait_for(timeout=60_000)
    page.at("tour").click()
    page.at("play").click()
    wait_for_step(page, "point")
    page.evaluate(
        """async () => {
            // A resize observer calls once for what it begins to observe, before the second frame from now.
            for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
            window.asked = window.resized = 0;  // and then once, as every observer begins
            const watched = new ResizeObserver(() => (window.resized += 1));
            const near = document.querySelectorAll('.bm-tour, .bm-tour *, .bm-ringed');
            for (const each of near) watched.observe(each);
            for (const name of ['getBoundingClientRect', 'getClientRects', 'scrollIntoView']) {
                const own = Element.prototype[name];
                Element.prototype[name] = function (...given) {
                    if (this.closest('.bm-tour, .bm-ringed')) window.asked += 1;
                    return own.apply(this, given);
                };
            }
        }"""
    )
    frames = page.frames()
    page.wait_for(f"+root.dataset.frames > {frames + 60}")
    # Text that grows by a line resizes what the card stands beside; place, card and room are then read, once each.
    assert page.evaluate("asked") <= 3 * page.evaluate("resized")
