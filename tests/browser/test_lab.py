"""The same notebook in other front ends: JupyterLab, whose messages come through subshells, and Notebook 7."""

import pytest

from tests.browser.lab import Lab, assert_the_explorer_plays, code_cells, open_notebook, run_all_cells

pytestmark = pytest.mark.browser
NOTEBOOK = "explainer.ipynb"


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    yield context.new_page()
    context.close()


def test_the_explorer_plays_in_jupyterlab(page, tmp_path):
    lab = Lab(tmp_path, [NOTEBOOK])
    try:
        open_notebook(page, lab, NOTEBOOK)
        run_all_cells(page, code_cells(NOTEBOOK))
        assert_the_explorer_plays(page)
    finally:
        lab.stop()


@pytest.mark.slow
def test_the_explorer_plays_in_notebook_7(page, tmp_path):
    lab = Lab(tmp_path, [NOTEBOOK], program="notebook")
    try:
        page.goto(f"{lab.url}/notebooks/{NOTEBOOK}")
        page.locator(".jp-NotebookKernelStatus, .jp-Notebook-ExecutionIndicator").first.wait_for(timeout=60_000)
        run_all_cells(page, code_cells(NOTEBOOK))
        assert_the_explorer_plays(page)
    finally:
        lab.stop()
