"""Whatever a name says, what is made of it for a browser is text: it brings no element and no script along."""

from html.parser import HTMLParser

import pytest

import bitmass_viz as bm
from bitmass_viz.data import Digits
from tests.conftest import DIGITS

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&lt;</style></title>"
RUN_BY_NAME = ("onerror", "onload", "onclick", "onmouseover")


class Elements(HTMLParser):
    """Gathers the elements of a page, and its text outside of scripts."""

    def __init__(self, page):
        super().__init__()
        self.names = []
        self.handlers = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        self.handlers += [name for name, _ in attributes if name in RUN_BY_NAME]

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def evil():
    return Digits(EVIL, EVIL, True, {EVIL: EVIL}, DIGITS.train, DIGITS.validation, DIGITS.test)


def test_what_shows_itself_in_a_notebook(evil):
    run = bm.Run("bv32-hebbian", evil, bm.Architecture(hidden=1))
    run.step(20)
    mine = bm.experiments.design(EVIL, {EVIL: {"trainer": "sgd"}, "other": {"trainer": "adamw"}})
    shown = [
        evil,
        evil.train,
        run,
        run.frames[-1],
        run.weights,
        run.weights.w0,
        run.arch,
        mine,
        run.compare(0, -1),
    ]
    for each in shown:
        found = Elements(each._repr_html_())
        assert "script" not in found.names, each
        assert found.handlers == [], each
    assert EVIL in Elements(evil._repr_html_()).text


def test_an_explanation_of_an_example(evil):
    run = bm.Run("sgd", evil, bm.Architecture(hidden=1))
    found = Elements(run.explain()._repr_html_())
    assert "script" not in found.names
    assert found.handlers == []
