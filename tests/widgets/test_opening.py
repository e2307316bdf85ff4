"""The opening's widget: what it refuses, and the results that answer its question."""

import pytest

import bitmass_viz as bm
from bitmass_viz.experiments import shipped
from bitmass_viz.live.opening_session import BITS
from tests.conftest import DIGITS


def test_what_is_no_digits_is_refused():
    with pytest.raises(TypeError, match="Opening needs Digits to begin with, got 'mnist'"):
        bm.Opening("mnist")


def test_it_begins_when_the_page_asks():
    widget = bm.Opening(DIGITS, seed=5)
    assert widget.film == {}
    assert widget.seed == 5
    widget.close()


def test_the_answer_is_what_the_full_runs_measured_of_the_same_bits():
    found = shipped.networks(BITS)
    assert {way["bits"] for way in found} == {1, 32}
    assert {way["bit_mass"] for way in found} == {203_264}
    assert [way["mean"] for way in found] == sorted(way["mean"] for way in found)
    cases = {
        case["name"]: case["mean"]
        for name in ("iso-bit", "published")
        for case in shipped.described()["experiments"][name]["cases"]
    }
    assert all(cases[way["name"]] == way["mean"] for way in found)
    # AdamW, the delta and the prototype rule are in both experiments, with more seeds in one of them.
    assert {way["seeds"] for way in found} == {10, 20, 30}
    assert not any("Fashion" in way["name"] for way in found), "its accuracies are those of another task"
    assert len({round(way["mean"], 6) for way in found}) == len(found)
