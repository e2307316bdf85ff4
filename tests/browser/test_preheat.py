"""Pages whose kernels waited for them, and what Voilà's scripts do though we put them together, in Chromium."""

import nbformat
import psutil
import pytest

from tests.browser.conftest import App
from tests.browser.startup import rest

pytestmark = pytest.mark.browser


@pytest.fixture
def preheated():
    """Serve with one kernel in the pool, and have it ready."""
    app = App("--preheat", "1")
    rest(app)
    yield app
    code, said = app.stop()
    assert code == 0, said
    assert "Traceback" not in said


def kernels(app):
    return set(psutil.Process(app.process.pid).children())


def play_a_little(page):
    before = page.frames()
    page.at("play").click()
    page.wait_for(f"+root.dataset.frames > {before + 10}")
    page.at("pause").click()
    page.wait_for("root.dataset.state === 'paused'")


def examples(page):
    return int(page.at("examples-seen").inner_text().split()[0].replace(",", ""))


def test_two_readers_get_a_live_page_each_from_kernels_that_waited(preheated, open_page):
    (waiting,) = kernels(preheated)
    first = open_page(preheated.url)
    assert first.frames() > 0
    assert examples(first) == 0
    assert waiting in kernels(preheated)
    play_a_little(first)
    assert examples(first) > 0

    rest(preheated)
    (successor,) = kernels(preheated) - {waiting}
    second = open_page(preheated.url)
    assert examples(second) == 0, "the second reader does not see the first one's network"
    play_a_little(second)
    ids = [page.evaluate("document.body.dataset.kernelId") for page in (first, second)]
    assert ids[0] != ids[1]

    first.goto("about:blank")
    assert not psutil.wait_procs([waiting], timeout=10)[1], "a reader who leaves takes the kernel along"
    play_a_little(second)
    assert successor.is_running()
    rest(preheated)
    assert len(kernels(preheated)) == 2, "the second reader's, and one that waits"


def test_a_page_from_the_pool_shows_the_evidence_too(preheated, open_page):
    page = open_page(preheated.url)
    part = page.at("evidence-ledger")
    part.scroll_into_view_if_needed()
    page.wait_for_selector("[data-testid=evidence-ledger] figure[data-drawn=full] svg", timeout=60_000)


def test_a_formula_is_set_and_a_plain_widget_works(chromium, tmp_path):
    cells = [
        nbformat.v4.new_markdown_cell("The area is $\\pi r^2$."),
        nbformat.v4.new_code_cell("import ipywidgets\nipywidgets.IntSlider(description='radius')"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "other.ipynb")
    app = App(str(tmp_path / "other.ipynb"), "--preheat", "0")
    try:
        page = chromium.new_page()
        page.goto(app.url)
        page.wait_for_selector("mjx-container", timeout=60_000)
        page.wait_for_selector(".widget-slider", timeout=60_000)
        page.close()
    finally:
        app.stop()
