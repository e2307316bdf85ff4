"""The same notebook in JupyterLab, whose messages come through subshells."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import TimeoutError

from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser

VIEWS = ("view-neuron", "view-bit", "view-data")


@pytest.fixture
def lab(tmp_path):
    """JupyterLab on loopback, in a folder and with settings of its own."""
    shutil.copy(ROOT / "notebooks" / "explainer.ipynb", tmp_path)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            "--port=0",
            "--IdentityProvider.token=",
            f"--ServerApp.root_dir={tmp_path}",
            f"--LabApp.user_settings_dir={tmp_path / 'settings'}",
            f"--LabApp.workspaces_dir={tmp_path / 'workspaces'}",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            yield found.group(0)
            break
    else:
        pytest.fail("JupyterLab ended early:\n" + "".join(said))
    process.terminate()
    process.communicate(timeout=30)


def run_all_cells(page):
    """Run the notebook; again if JupyterLab was not connected yet, when it drops the request without a word."""
    for last in (False, False, True):
        page.get_by_text("Run", exact=True).first.click()
        page.get_by_text("Run All Cells", exact=True).first.click()
        try:
            page.wait_for_selector('[data-testid=explorer][data-state="paused"]', timeout=60_000)
        except TimeoutError:
            if last:
                raise
        else:
            return


def test_the_explorer_plays_in_jupyterlab(chromium, lab):
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(f"{lab}/lab/tree/explainer.ipynb")
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    run_all_cells(page)
    page.get_by_test_id("play").click()
    page.wait_for_function(
        "parseFloat(document.querySelector('[data-testid=accuracy]').innerText) > 50", timeout=60_000
    )
    for view in VIEWS:
        canvas = page.get_by_test_id(view)
        canvas.scroll_into_view_if_needed()
        page.wait_for_timeout(200)
        colours = canvas.evaluate(
            """canvas => {
                const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                return new Set(new Uint32Array(data.buffer)).size;
            }"""
        )
        assert colours > 3, view
    page.get_by_test_id("view-bit").hover()
    assert json.loads(page.get_by_test_id("explorer").get_attribute("data-selection"))["layer"] == "W0"
    page.get_by_test_id("pause").click()
    page.wait_for_selector('[data-testid=explorer][data-state="paused"]')
    context.close()
