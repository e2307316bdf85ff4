"""axe-core finds nothing serious, light or dark, wide or narrow, at rest or with a dialog open."""

import pytest

from bitmass_viz.experiments import EXPERIMENTS
from tests.browser.reader import drawn, findings

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_serious_is_found(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    for name in (*EXPERIMENTS, "claims"):
        drawn(page, name, "")
    page.at("play").scroll_into_view_if_needed()
    page.at("play").click()
    page.wait_for("+root.dataset.frames > 5")
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
