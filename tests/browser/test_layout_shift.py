"""Nothing on the open page moves by itself while a reader jumps and scrolls through it."""

import pytest

from bitmass_viz.experiments import EXPERIMENTS
from tests.browser.reader import uncover

pytestmark = pytest.mark.browser

MOST = 0.05
"""Half of what the Web Vitals call good, for the sum of all shifts."""
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries())
    if (!hadRecentInput) window.shifts.push([value, sources.map(({ node }) => node?.className ?? node?.nodeName)]);
}).observe({ type: "layout-shift", buffered: true });
"""
SCROLL = """
(screens) => {
  let scroller = document.querySelector("[data-testid=evidence-claims]");
  while (scroller !== document.documentElement && !(scroller.scrollHeight > scroller.clientHeight + 1 &&
    /auto|scroll/.test(getComputedStyle(scroller).overflowY))) scroller = scroller.parentElement;
  scroller.scrollBy(0, screens * scroller.clientHeight);
  return scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight - 2;
}
"""
"""The live page scrolls within its body, the site as a whole."""
LOOK_MILLISECONDS, LOOKS = 250, 40


def jump_about(page):
    """Jump to each experiment as a link in the text does, so that its figure comes only when it is in sight."""
    for name in ("claims", *reversed(EXPERIMENTS)):
        part = page.at(f"evidence-{name}")
        uncover(page, name)
        for _ in range(LOOKS):
            part.locator("figure").evaluate("figure => figure.scrollIntoView()")
            page.wait_for_timeout(LOOK_MILLISECONDS)
            if part.locator("figure svg").count():
                break
        else:
            raise AssertionError(f"the figure of {name} does not come")


def read_on(page, screens):
    """Scroll to the end, by so much of a screen at a time."""
    page.evaluate(SCROLL, -1e3)
    while page.evaluate(SCROLL, screens):
        page.wait_for_timeout(LOOK_MILLISECONDS)
    page.wait_for_timeout(LOOK_MILLISECONDS)


def assert_that_nothing_moves(page):
    page.evaluate("window.shifts.length = 0")
    read_on(page, 0.8)
    jump_about(page)
    read_on(page, 0.5)
    shifts = sorted(page.evaluate("window.shifts"), reverse=True)
    assert sum(value for value, _ in shifts) <= MOST, shifts[:5]


SIZES = pytest.mark.parametrize("size", [(1280, 800), (390, 844)])


@SIZES
def test_nothing_moves_by_itself_on_the_site(read, server, size):
    width, height = size
    page = read(server.url, viewport={"width": width, "height": height}, scripts=[WATCH])
    page.wait_for_digits()
    assert_that_nothing_moves(page)


@SIZES
def test_nothing_moves_by_itself_on_the_live_page(open_page, size):
    width, height = size
    page = open_page(viewport={"width": width, "height": height}, scripts=[WATCH])
    for name in ("opening", "together", "bug", "evidence-claims"):
        page.at(name).wait_for(timeout=60_000)
    page.wait_for_timeout(4 * LOOK_MILLISECONDS)
    assert_that_nothing_moves(page)
