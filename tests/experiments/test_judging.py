import math

import pytest

from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declared import EXPERIMENTS
from bitmass_viz.experiments.judging import cost, exceeds, is_equal, lies_within, points, with_interval
from bitmass_viz.experiments.statistics import Estimate


@pytest.mark.parametrize(
    ("low", "high", "seeds", "answer"),
    [
        (1.1, 2.0, 5, "supported"),
        (0.5, 0.9, 5, "not supported"),
        (0.9, 1.1, 5, "undecided"),
        (1.1, 2.0, 4, "undecided"),
        (math.nan, math.nan, 9, "undecided"),
    ],
)
def test_exceeding_a_bound_takes_the_whole_interval(low, high, seeds, answer):
    assert exceeds(Estimate((low + high) / 2, low, high), 1.0, seeds) == answer


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
    assert is_equal(Estimate((low + high) / 2, low, high), 1.0, 10) == answer
    assert is_equal(Estimate((low + high) / 2, low, high), 1.0, 2) == "undecided"


def test_a_published_figure_is_supported_where_a_seed_may_fall():
    interval = Estimate(78.0, 74.0, 82.0)
    assert lies_within(81.3, interval, 10) == "supported"
    assert lies_within(82.1, interval, 10) == "not supported"
    assert lies_within(81.3, interval, 3) == "undecided"


def test_figures_in_words():
    assert with_interval(Estimate(71.94, 71.5, 72.31)) == "71.9 % [71.5, 72.3]"
    assert points(Estimate(-0.02, -0.04, 0.01)) == "+0.0 points [+0.0, +0.0]"
    assert points(Estimate(1.25, math.nan, math.nan)) == "+1.2 points"
    assert cost(Estimate(53.6, 50.3, 57.0)) == "53.6 points [50.3, 57.0]"


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


def test_the_grids_are_what_the_design_asks_for():
    ladder = EXPERIMENTS["ladder"]
    assert {case.trainer for case in ladder.cases} == {"sgd", "momentum", "rmsprop", "adam", "adamw"}
    assert {case.options["loss"] for case in ladder.cases} == {"squared-error", "cross-entropy"}
    assert all(len(case.candidates()) >= 7 for case in ladder.cases)
    widths = {case.hidden for case in EXPERIMENTS["width"].cases if case.hidden}
    assert widths == {1, 2, 4, 8, 16, 32, 64}
    bits = {case.options.get("bits") for case in EXPERIMENTS["iso-bit"].cases}
    assert {1, 2, 4, 8, 16, 32} <= bits
    assert all(experiment.seeds >= 10 for name, experiment in EXPERIMENTS.items() if name != "ledger")
