"""The page scrolls by keys and by links to its sections, before anything was clicked."""

import pytest

from tests.waiting import wait_until

pytestmark = pytest.mark.browser

PLACE = "() => (document.scrollingElement.scrollTop || document.getElementById('rendered_cells')?.scrollTop) ?? 0"


def settled(page):
    """Wait until nothing scrolls, and return how far down the page is."""
    now, before = page.evaluate(PLACE), -1
    while now != before:
        page.wait_for_timeout(200)
        now, before = page.evaluate(PLACE), now
    return now


def scrolls_by_keys(page):
    assert settled(page) == 0
    for down, up in (("PageDown", "PageUp"), ("Space", "Shift+Space"), ("ArrowDown", "ArrowUp")):
        page.keyboard.press(down)
        wait_until(lambda: settled(page) > 20)
        page.keyboard.press(up)
        wait_until(lambda: settled(page) == 0)
    page.keyboard.press("End")
    wait_until(lambda: settled(page) > 2_000)


def is_at(page, heading):
    settled(page)
    top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", heading)
    # A heading keeps clear of the bar at the top.
    return -5 < top < 140


def goes_to_sections(page):
    """Follow a link to each section, and return their ids."""
    headings = page.evaluate(
        "[...document.querySelectorAll(':is(.prose, .jp-MarkdownOutput) h2[id]')].map(({ id }) => id)"
    )
    assert len(headings) > 5
    page.evaluate(
        """ids => document.querySelector('h1').after(...ids.map((id) => {
          const link = document.createElement('a');
          link.href = `#${id}`;
          link.textContent = id;
          link.className = 'to-section';
          link.style.display = 'block';
          return link;
        }))""",
        headings,
    )
    # The last ones cannot come to the top, because the page ends.
    for number, heading in [*enumerate(headings[:-2])][::3]:
        page.locator(".to-section").nth(number).click()
        assert is_at(page, heading), heading
    return headings


def test_keys_scroll_the_live_page(page):
    scrolls_by_keys(page)


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_links_to_sections_scroll_the_live_page(open_page, app, size):
    screen = {"viewport": dict(zip(("width", "height"), size, strict=True))}
    page = open_page(**screen)
    heading = goes_to_sections(page)[4]
    page = open_page(f"{app.url}#{heading}", **screen)
    assert is_at(page, heading), heading
    page.keyboard.press("PageUp")
    page.at("together").scroll_into_view_if_needed()
    assert not is_at(page, heading), "a reader who has moved on is left in peace"


@pytest.mark.slow
def test_keys_and_links_scroll_the_site(read, server):
    scrolls_by_keys(read(server.url))
    goes_to_sections(read(server.url))


OUTSIDE = """() => [...document.querySelectorAll('a[href^=http]')]
  .filter(({ host }) => host !== location.host)
  .map(({ target, rel, href }) => [target, rel.split(' ').includes('noopener'), href])"""


def test_links_to_other_sites_leave_the_live_page_running(page):
    links = page.evaluate(OUTSIDE)
    assert len(links) > 5
    assert [href for target, safe, href in links if target != "_blank" or not safe] == []


@pytest.mark.slow
def test_links_to_other_sites_leave_the_site_running(read, server):
    links = read(server.url).evaluate(OUTSIDE)
    assert len(links) > 5
    assert [href for target, safe, href in links if target != "_blank" or not safe] == []


SECTIONS = """() => [...document.querySelectorAll('main > *')].map((section) => {
  const { top, bottom, height } = section.getBoundingClientRect();
  const away = Math.max(top - innerHeight, -bottom) / innerHeight;
  const skipped = [...section.children].some(
    (child) => child.checkVisibility() && !child.checkVisibility({ contentVisibilityAuto: true }));
  return { height: Math.round(height), away, skipped, focused: section.contains(document.activeElement) };
})"""


@pytest.mark.slow
def test_what_is_far_away_is_skipped_on_the_site_once_a_network_learns(read, server):
    page = read(server.url)
    page.wait_for_digits()
    page.wait_for("root.querySelector('[data-testid=accuracy]').innerText.includes('%')")
    before = page.evaluate(SECTIONS)
    assert not any(section["skipped"] for section in before)
    page.at("play").first.click()
    page.wait_for("root.dataset.state === 'playing'")

    def far_ones_are_skipped():
        sections = page.evaluate(SECTIONS)
        same = [section["height"] for section in sections] == [section["height"] for section in before]
        # Browsers begin to skip at distances of their own, and never skip what has the focus.
        far = [s["skipped"] for s in sections if s["away"] > 1.6 and not s["focused"]]
        near = [s["skipped"] for s in sections if s["away"] < 0.9]
        return same and len(far) > 20 and all(far) and near and not any(near)

    # Twice: where the network learns, and at the end of the page.
    wait_until(far_ones_are_skipped)
    page.keyboard.press("End")
    settled(page)
    wait_until(far_ones_are_skipped)
