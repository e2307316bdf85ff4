"""What a reader does on the page and sees there, and what axe-core finds on it."""

from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe

DRAWING_SECONDS, LOOKING_SECONDS = 60, 5
VIEWS = ("view-neuron", "view-bit", "view-data")
SCREENS = {"laptop": (1366, 768), "wide": (1280, 800), "phone": (390, 844)}
IN_ONE_HOST = pytest.mark.parametrize("host", ["browser"], indirect=True)
"""Of what a widget does by itself, which is the same in both."""


def opened_at(host, screen, **options):
    """Open the article on a screen; `host` is the fixture."""
    width, height = SCREENS[screen]
    return host(viewport={"width": width, "height": height}, **options)


def hover(page, view, x=0.3, y=0.4):
    """Point at a place in a view, given as shares of its width and height."""
    canvas = page.at(view)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.wait_for_function(
        "document.querySelector('[data-testid=explorer]').dataset.selection !== ''", timeout=5_000
    )
    return page.selection()


def come_to_rest(page):
    """Wait until a run has paused and its last piece of training is shown; return the examples seen, as text."""
    page.wait_for("root.dataset.state === 'paused'")
    seen = ""
    while seen != (now := page.at("examples-seen").inner_text()):
        seen = now
        page.wait_for_timeout(400)
    return seen


def until(page, condition, timeout=30_000):
    page.wait_for_function(
        f"() => {{ const at = (id) => document.querySelector(`[data-testid=${{id}}]`); return {condition}; }}",
        timeout=timeout,
    )


def section(page, name):
    part = page.at(f"evidence-{name}")
    part.wait_for(timeout=30_000)
    part.scroll_into_view_if_needed()
    uncover(page, name)
    return part


def uncover(page, name):
    """Ask for what was found before the question about it is answered."""
    show = page.at(f"show-{name}")
    if show.is_visible():
        show.click()


def drawn(page, name, which="=full"):
    """Read on to an experiment, and wait for its figure: of the full width, or whichever suits the screen."""
    from playwright.sync_api import expect

    figure = page.locator(f"[data-testid=evidence-{name}] figure[data-drawn{which}] svg")
    for _ in range(DRAWING_SECONDS // LOOKING_SECONDS):
        # What comes in above can push the place out of the reader's sight before anybody saw it there.
        part = section(page, name)
        with suppress(AssertionError):
            expect(figure.first).to_be_visible(timeout=1000 * LOOKING_SECONDS)
            return part
    raise AssertionError(f"the figure of {name} was not drawn within {DRAWING_SECONDS} s")


def draw_a_one(page):
    """Draw a 1 with the mouse, and wait until a network has read it."""
    page.at("draw").scroll_into_view_if_needed()
    box = page.at("draw").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    until(page, "at('answers').querySelector('b').innerText === '1'")


GRAVE = ("moderate", "serious", "critical")


def findings(page, context=None):
    """Return what axe-core finds on a page, or in a part of it."""
    page.page.wait_for_function("!document.getAnimations().some((one) => one instanceof CSSTransition)")
    response = Axe().run(page.page, context=context).response
    assert len(response["passes"]) > 15, "axe has looked at the page"
    return [
        f"{found['impact']}: {found['id']} at {node['target']}: {node['failureSummary'][:300]}"
        for found in response["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


def picture(page, view):
    """Return what a view shows, once nothing on it moves or fades any more."""
    canvas = page.at(view)
    canvas.scroll_into_view_if_needed()  # what is out of sight is not drawn
    now, before = canvas.evaluate("canvas => canvas.toDataURL()"), ""
    while now != before:
        page.wait_for_timeout(200)
        now, before = canvas.evaluate("canvas => canvas.toDataURL()"), now
    return now


def scroll_through(page, step=600):
    """Read on to the end of the page, and wait for each figure that comes into sight to be drawn."""
    place = 0
    while place < page.evaluate("document.documentElement.scrollHeight"):
        page.evaluate("y => scrollTo(0, y)", place)
        page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        place += step
