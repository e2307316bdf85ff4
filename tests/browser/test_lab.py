"""The same notebook in JupyterLab, whose messages come through subshells."""

import json

import pytest

from tests.browser.lab import Lab, assert_three_views, open_notebook, run_all_cells

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(tmp_path):
    lab = Lab(tmp_path, ["explainer.ipynb"])
    yield lab
    lab.stop()


def test_the_explorer_plays_in_jupyterlab(chromium, lab):
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    open_notebook(page, lab, "explainer.ipynb")
    run_all_cells(page, 1)
    page.wait_for_selector('[data-testid=explorer][data-state="paused"]', timeout=60_000)
    page.get_by_test_id("play").click()
    page.wait_for_function(
        "parseFloat(document.querySelector('[data-testid=accuracy]').innerText) > 50", timeout=60_000
    )
    assert_three_views(page)
    page.get_by_test_id("view-bit").hover()
    assert json.loads(page.get_by_test_id("explorer").get_attribute("data-selection"))["layer"] == "W0"
    page.get_by_test_id("pause").click()
    page.wait_for_selector('[data-testid=explorer][data-state="paused"]')
    context.close()
