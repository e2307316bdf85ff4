"""Every lesson in JupyterLab: all cells run, the widgets are there, and a prediction is answered."""

import pytest
import requests

from tests.browser.lab import ERROR, Lab, assert_three_views, code_cells, open_notebook, run_all_cells
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("0*.ipynb"))
FIRST_ASKING = "[data-testid=predict][data-state=asking]"


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("lab"), LESSONS)
    yield lab
    lab.stop()


@pytest.fixture
def page(chromium, lab):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
    for session in requests.get(f"{lab.url}/api/sessions", timeout=30).json():
        requests.delete(f"{lab.url}/api/sessions/{session['id']}", timeout=30)


def answer(widget):
    """Guess, whatever is asked; what the widget says then."""
    kind = widget.get_attribute("data-kind")
    if kind == "number":
        widget.get_by_test_id("predict-number").fill("50")
    elif kind == "choice":
        widget.get_by_test_id("predict-choice-0").check()
    else:
        pytest.fail(f"the first question that is still open is a {kind}")
    widget.get_by_test_id("predict-guess").click()


@pytest.mark.parametrize(
    "name", [LESSONS[0], *(pytest.param(name, marks=pytest.mark.slow) for name in LESSONS[1:])]
)
def test_a_lesson_runs_and_its_widgets_work(page, lab, name):
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    open_notebook(page, lab, name)
    run_all_cells(page, code_cells(name))
    # Where there is no MNIST, the digits say in a warning that they are synthetic.
    assert [text for text in page.locator(ERROR).all_inner_texts() if "Pen strokes" not in text] == []

    page.wait_for_selector('[data-testid=explorer][data-state="paused"]', timeout=60_000)
    assert_three_views(page)

    page.wait_for_selector(FIRST_ASKING, timeout=30_000)
    widget = page.locator(FIRST_ASKING).first.element_handle()
    place = page.evaluate("one => [...document.querySelectorAll('[data-testid=predict]')].indexOf(one)", widget)
    asked = page.get_by_test_id("predict").nth(place)
    answer(asked)
    page.wait_for_function(
        "at => document.querySelectorAll('[data-testid=predict]')[at].dataset.state === 'revealed'",
        arg=place,
        timeout=20_000,
    )
    assert asked.get_by_test_id("predict-verdict").inner_text().startswith(("You said", "Right", "Not"))
    assert trouble == []
