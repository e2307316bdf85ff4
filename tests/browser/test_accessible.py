"""axe-core finds nothing serious, light or dark, wide or narrow, at rest or with a dialog open."""

import pytest

from bitmass_viz.experiments import EXPERIMENTS
from tests.browser.reader import drawn, findings

pytestmark = pytest.mark.browser


def test_nothing_serious_is_found(page):
    for name in (*EXPERIMENTS, "claims"):
        drawn(page, name, "")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        look_through(page)


def look_through(page):
    page.at("play").scroll_into_view_if_needed()
    page.at("play").click()
    page.wait_for("root.dataset.state === 'playing'")
    for theme in ("light", "dark"):
        page.at("theme").select_option(theme)
        assert findings(page) == [], theme
    page.at("pause").click()
    page.wait_for("root.dataset.state === 'paused'")
    for theme in ("dark", "light"):
        page.at("theme").select_option(theme)
        for name in ("share", "export"):
            page.at(name).click()
            assert findings(page) == [], (theme, name)
            page.keyboard.press("Escape")
