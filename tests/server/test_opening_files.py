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


@pytest.mark.parametrize(
    ("cell", "options", "status"),
    [("1 + 1", (), 404), (BEGINNING, (), 200), (BEGINNING, ("--name", "class.example"), 404)],
    ids=["another notebook", "without MNIST", "a class"],
)
def test_where_the_kernel_trains_it_no_digits_are_sent(cell, options, status, tmp_path, monkeypatch):
    monkeypatch.setenv("BITMASS_DATA", str(tmp_path))
    server = Explore(tmp_path, *options, cell=cell)
    answer, content = server.request("GET", "/voila/opening/page.json")
    assert answer.status == status
    assert status == 404 or content == b"null"
    assert ('id="opening"' in server.request("GET", "/")[1].decode()) == (status == 200)
    server.stop()


def test_through_the_internet_the_digits_are_compressed(tmp_path):
    server = Explore(tmp_path, "--base-url", "/lab/", cell=BEGINNING)
    pieces = json.loads(server.request("GET", "/lab/voila/opening/page.json")[1])["digits"]["pieces"]
    assert sum(piece["bytes"] for piece in pieces) < 0.3 * 784 * sum(piece["count"] for piece in pieces)
    answer, _ = server.request("GET", f"/lab/voila/opening/{pieces[0]['file']}")
    assert answer.headers["Cache-Control"].endswith("immutable")
    server.stop()
