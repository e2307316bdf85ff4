"""With forced colours, as in Windows' contrast themes, every state and legend can still be seen, in both hosts."""

import pytest

from tests.browser.reader import opened_at, until

pytestmark = pytest.mark.browser

SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture
def forced(host):
    """A function that opens the article with forced colours."""
    return lambda scheme: opened_at(host, "wide", forced_colors="active", color_scheme=scheme)


def changes(part, page, act):
    """Whether a part looks different after something was clicked, without pointer or focus on it."""
    part.evaluate("e => e.scrollIntoView({ block: 'center' })")
    before = part.screenshot()
    page.at(act).evaluate("e => e.click()")
    page.evaluate("document.activeElement.blur()")
    return part.screenshot() != before


@SCHEMES
def test_what_is_chosen_can_be_seen(forced, scheme):
    page = forced(scheme)
    centring = page.at("centring")
    assert changes(centring, page, "centring")
    assert changes(page.locator("label:has-text('W0')").first, page, "layer-W1")
    page.at("together").evaluate("e => e.scrollIntoView()")
    page.at("together-0-view").wait_for()
    assert changes(page.get_by_test_id("together-view").get_by_text("Neuron view"), page, "together-view-bit")
    page.at("example").evaluate("e => e.scrollIntoView()")
    until(page, "at('pick-7')?.getAttribute('aria-pressed') === 'true' && at('float-said').innerText")
    assert changes(page.at("pick-7"), page, "pick-3")
    assert changes(page.at("example-stage-see"), page, "example-stage-answer")
    assert changes(page.at("float-scores").locator(".bm-bar").first, page, "example-stage-decide")
    box = page.locator(".bar .progress").bounding_box()
    line = [
        page.screenshot(clip={"x": x, "y": box["y"], "width": 20, "height": 1})
        for x in (box["x"] + 2, 1280 - box["x"] - 40)
    ]
    assert line[0] != line[1], "how far the reader is"


@SCHEMES
def test_pictures_and_legends_keep_their_colours_on_their_own_ground(forced, scheme):
    page = forced(scheme)
    keys = page.at("explorer").locator(".bm-key i")
    page.at("view-neuron").evaluate("e => e.scrollIntoView({ block: 'center' })")
    assert len({keys.nth(k).screenshot() for k in range(3)}) == 3
    for theme in ("light", "dark"):
        page.at("theme").select_option(theme)
        ground = page.root.evaluate("e => getComputedStyle(e).getPropertyValue('--bm-surface')")
        for part in (page.at("view-data"), page.at("explorer").locator(".bm-plot svg")):
            shown = part.evaluate(
                """(e, colour) => {
                    const probe = document.createElement('i');
                    probe.style = `forced-color-adjust: none; background: ${colour}`;
                    document.body.append(probe);
                    const same = getComputedStyle(probe).backgroundColor === getComputedStyle(e).backgroundColor;
                    probe.remove();
                    return same;
                }""",
                ground,
            )
            assert shown, theme
