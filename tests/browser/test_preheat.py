"""Pages whose kernels waited for them, and what Voilà's scripts do though we put them together, in Chromium."""

import psutil
import pytest
from nbformat.v4 import new_markdown_cell

from tests.browser.reader import drawn
from tests.browser.startup import rest
from tests.processes import kernels_of
from tests.server.explore import App, write_notebook

pytestmark = pytest.mark.browser


def test_a_page_whose_kernel_waited_is_live_and_shows_the_evidence_too(open_page):
    app = App("--preheat", "1")
    rest(app)
    (waiting,) = kernels_of(psutil.Process(app.process.pid))
    page = open_page(app.url)
    before = page.frames()
    assert before > 0
    page.at("play").click()
    page.wait_for(f"+root.dataset.frames > {before + 10}")
    page.at("pause").click()
    drawn(page, "ledger")
    page.goto("about:blank")
    assert not psutil.wait_procs([waiting], timeout=10)[1], "a reader who leaves takes the kernel along"
    code, said = app.stop()
    assert code == 0, said
    assert "Traceback" not in said


def test_a_formula_is_set_and_a_plain_widget_works(chromium, tmp_path):
    cells = new_markdown_cell("The area is $\\pi r^2$."), "import ipywidgets\nipywidgets.IntSlider()"
    app = App(str(write_notebook(tmp_path / "other.ipynb", *cells)), "--preheat", "0")
    try:
        page = chromium.new_page()
        page.goto(app.url)
        page.wait_for_selector("mjx-container", timeout=60_000)
        page.wait_for_selector(".widget-slider", timeout=60_000)
        page.close()
    finally:
        app.stop()
