"""What a page needs to train the opening itself: served for the article, and for no notebook that may differ."""

import gzip
import hashlib
import json

import pytest

from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.data import load_digits
from bitmass_viz.live.descriptions import describe_digits
from bitmass_viz.server.opening_files import BEGINNING, begins_with_the_opening
from tests.server.explore import Explore, write_notebook

OTHER_BEGINNINGS = (
    BEGINNING + "\ndigits = digits",
    BEGINNING.replace("auto", "strokes"),
    BEGINNING.replace("bm.Opening(digits)", "bm.Opening(digits, seed=3)"),
    "%matplotlib inline" + BEGINNING,
    "",
)


def test_the_article_begins_with_the_opening():
    assert begins_with_the_opening(explainer_notebook())


@pytest.mark.parametrize("cell", OTHER_BEGINNINGS)
def test_a_notebook_that_may_show_something_else_is_left_to_its_kernel(cell, tmp_path):
    assert not begins_with_the_opening(write_notebook(tmp_path / "other.ipynb", cell))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Explore(tmp_path_factory.mktemp("opening"), cell=BEGINNING)
    yield server
    server.stop()


def test_a_page_is_sent_all_that_it_needs(server):
    answer, content = server.request("GET", "/voila/opening/page.json")
    assert answer.headers["Content-Type"] == "application/json"
    page = json.loads(content)
    digits = load_digits("auto", download=False)
    assert {name: page["digits"][name] for name in describe_digits(digits)} == describe_digits(digits)
    for piece in page["digits"]["pieces"]:
        answer, content = server.request("GET", f"/voila/opening/{piece['file']}")
        assert answer.headers["Cache-Control"] == "no-store", "who is on this machine reads it again"
        assert hashlib.sha256(content).hexdigest() == piece["sha256"]
    for name, start in (("worker.js", b"("), ("kernels.wasm", b"\0asm"), ("opening.js", b"(")):
        _, plain = server.request("GET", f"/voila/opening/{name}")
        answer, packed = server.request("GET", f"/voila/opening/{name}", **{"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed) == plain
        assert plain.startswith(start)


@pytest.mark.parametrize("path", ["", "nothing", "../scripts.js", "%2e%2e/scripts.js", "digits/", "page.json/"])
def test_nothing_else_is_sent(server, path):
    assert server.request("GET", f"/voila/opening/{path}")[0].status == 404


def test_other_notebooks_have_no_such_files_and_without_mnist_there_are_no_digits(tmp_path, monkeypatch):
    monkeypatch.setenv("BITMASS_DATA", str(tmp_path))
    for name, cell, status in (("other", "1 + 1", 404), ("without-mnist", BEGINNING, 200)):
        (tmp_path / name).mkdir()
        server = Explore(tmp_path / name, cell=cell)
        answer, content = server.request("GET", "/voila/opening/page.json")
        assert answer.status == status
        assert status == 404 or content == b"null"
        server.end()
