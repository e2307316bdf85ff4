import pytest

from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declaration import Verdict
from bitmass_viz.experiments.declared import EXPERIMENTS
from bitmass_viz.experiments.judging import cost, exceeds, is_equal, lies_within, points, with_interval
from bitmass_viz.experiments.statistics import Estimate, Interval


@pytest.mark.parametrize(
    ("interval", "seeds", "answer"),
    [
        (Interval(1.1, 2.0), 5, "supported"),
        (Interval(0.5, 0.9), 5, "not supported"),
        (Interval(0.9, 1.1), 5, "undecided"),
        (Interval(1.1, 2.0), 4, "undecided"),
        (None, 9, "undecided"),
    ],
)
def test_exceeding_a_bound_takes_the_whole_interval(interval, seeds, answer):
    assert exceeds(Estimate(1.3, interval), 1.0, seeds) == answer


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (-0.9, 0.9, "supported"),
        (-1.1, 0.9, "undecided"),
        (1.1, 1.5, "not supported"),
        (-3.0, -1.5, "not supported"),
        (0.5, 2.0, "undecided"),
    ],
)
def test_equal_means_no_difference_worth_the_name(low, high, answer):
    assert is_equal(Estimate((low + high) / 2, Interval(low, high)), 1.0, 10) == answer
    assert is_equal(Estimate((low + high) / 2, Interval(low, high)), 1.0, 2) == "undecided"
    assert is_equal(Estimate((low + high) / 2), 1.0, 10) == "undecided"


def test_a_published_figure_is_supported_where_a_seed_may_fall():
    found = Estimate(78.0, Interval(74.0, 82.0))
    assert lies_within(81.3, found, 10) == "supported"
    assert lies_within(82.1, found, 10) == "not supported"
    assert lies_within(81.3, found, 3) == "undecided"
    assert lies_within(78.0, Estimate(78.0), 10) == "undecided"


def test_nothing_is_decided_without_an_interval():
    with pytest.raises(ValueError, match="without an interval the answer to C2 is undecided, got 'supported'"):
        Verdict("C2", "supported", "found.", 9, "none", Estimate(1.0))
    assert Verdict("C2", "undecided", "found.", 1, "none", Estimate(1.0)).as_dict()["low"] is None


def test_figures_in_words():
    assert with_interval(Estimate(71.94, Interval(71.5, 72.31))) == "71.9 % [71.5, 72.3]"
    assert points(Estimate(-0.02, Interval(-0.04, 0.01))) == "+0.0 points [+0.0, +0.0]"
    assert points(Estimate(1.25)) == "+1.2 points (no interval)"
    assert cost(Estimate(53.6, Interval(50.3, 57.0))) == "53.6 points [50.3, 57.0]"


def test_every_claim_has_an_experiment_that_judges_it():
    for claim in CLAIMS.values():
        assert claim.id in EXPERIMENTS[claim.experiment].criteria
    judged = {claim for experiment in EXPERIMENTS.values() for claim in experiment.criteria}
    assert judged == set(CLAIMS)


def test_the_published_figures_are_the_studys():
    assert [CLAIMS[f"C{i}"].value for i in range(1, 8)] == [203_264, 0.813, 0.760, 0.764, None, 0.05, 0.65]
    cases = {case.name: case for case in EXPERIMENTS["published"].cases}
    assert {case.trainer: case.published for case in cases.values() if case.published} == {
        "adamw": 0.813,
        "sgd": 0.760,
        "bv32-hebbian": 0.764,
    }
