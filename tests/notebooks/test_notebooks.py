"""The notebooks as committed: without outputs, and running from top to bottom in a real kernel."""

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import REQUIRED, ROOT, needs_jit

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_committed_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_the_article_has_typographic_apostrophes():
    for cell in nbformat.read(ROOT / "notebooks" / "explainer.ipynb", as_version=4).cells:
        assert cell.cell_type != "markdown" or "'" not in cell.source, cell.source


@needs_jit
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_run_from_top_to_bottom(path):
    if REQUIRED and path.name[0].isdigit():
        pytest.skip("run in JupyterLab, by tests/browser/test_lessons.py")
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [
        output.data
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type in ("execute_result", "display_data")
    ]
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown)
