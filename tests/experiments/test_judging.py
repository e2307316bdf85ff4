import numpy as np
import pytest

from bitmass_viz.experiments.claims import CLAIMS
from bitmass_viz.experiments.declared import EXPERIMENTS
from bitmass_viz.experiments.judging import (
    agreed,
    ahead,
    counted,
    exceeds,
    gap_line,
    is_equal,
    reproduces,
    runs_line,
    signed,
)
from bitmass_viz.experiments.statistics import Estimate, Interval, single
from bitmass_viz.experiments.verdict import ANSWERS, Line, Verdict


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


def runs(low, high, seeds=10):
    """Runs whose further ones fall between two bounds, 95 times out of 100."""
    steps = np.linspace(-1, 1, seeds)
    reach = single(steps).interval.high
    return (low + high) / 2 + steps * (high - low) / (2 * reach)


WIDE, NARROW, ELSEWHERE = runs(74.0, 82.0), runs(74.0, 77.0), runs(80.0, 82.0)
NEAR = runs(71.0, 81.2)
"""Without its rival, which ten runs cannot rule out."""


@pytest.mark.parametrize(
    ("readings", "seeds", "answer"),
    [
        ([NARROW], 10, "supported"),
        ([WIDE], 10, "compatible"),
        ([NEAR], 10, "compatible"),
        ([ELSEWHERE], 10, "not supported"),
        ([NARROW, WIDE], 10, "compatible"),
        ([NARROW, ELSEWHERE], 10, "compatible"),
        ([NARROW, NARROW], 10, "supported"),
        ([NARROW], 4, "undecided"),
        ([NARROW, [76.0]], 10, "undecided"),
    ],
)
def test_a_figure_is_supported_only_where_the_test_could_have_told_it_from_its_rival(readings, seeds, answer):
    assert reproduces(76.0, 81.3, readings, seeds) == answer


def test_readings_that_disagree_leave_a_claim_undecided():
    assert agreed(["not supported", "not supported"]) == "not supported"
    assert agreed(["not supported", "supported"]) == "undecided"


def test_what_is_counted_is_true_by_counting_or_false():
    assert counted("C1", True, "found.", 1).answer == "true by counting"
    assert counted("C1", False, "found.", 1).answer == "not supported"


def test_nothing_is_decided_without_an_interval():
    with pytest.raises(ValueError, match="without an interval the answer to C2 is undecided, got 'supported'"):
        Verdict("C2", "supported", "found.", 9, "none", Estimate(1.0))
    assert Verdict("C2", "undecided", "found.", 1, "none", Estimate(1.0)).as_dict()["low"] is None


def test_figures_as_a_reader_sees_them():
    line = Line("lost", Estimate(53.62, Interval(50.29, 56.96)), "points lost")
    assert (line.value, line.between(line.found.interval)) == ("53.6 points lost", "50.3 to 57.0")
    assert gap_line("gap", Estimate(-0.02, Interval(-0.04, 0.01))).value == "+0.0 points"
    assert gap_line("gap", Estimate(-1.25, Interval(-2.0, -0.5))).value == "−1.2 points"
    assert signed(5.47) == "+5.5 points"
    assert (ahead(5.47), ahead(-1.25)) == ("5.5 points more", "1.2 points fewer")
    assert gap_line("gap", Estimate(1.25)).as_dict()["shown"] == ["+1.2 points", "", ""]


def test_where_a_mean_lies_is_told_from_where_a_single_run_falls():
    line = runs_line("AdamW", np.array([78.0, 79.0, 80.0, 81.0]))
    (low, high), (lowest, highest) = line.as_dict()["mean"], line.as_dict()["single"]
    assert lowest < low < line.found.value < high < highest
    assert Verdict("C2", "compatible", "found.", 4, "t", line.found, (line,)).table() == [
        ("", "measured", "95 % interval of the mean", "95 % interval of single runs"),
        ("AdamW", "79.5 %", f"{low:.1f} to {high:.1f}", f"{lowest:.1f} to {highest:.1f}"),
    ]


def test_answers_have_symbols_of_their_own():
    assert len({meaning.symbol for meaning in ANSWERS.values()}) == len(ANSWERS) == 5


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


def test_a_claims_card_shows_what_the_study_says_of_it_and_where():
    from html import escape

    from bitmass_viz.experiments.claims import CLAIMS, REPOSITORY

    for claim in CLAIMS.values():
        card = claim._repr_html_()
        assert (REPOSITORY in card) == bool(claim.statements)
        for statement in claim.statements:
            assert escape(statement.text) in card
            assert escape(statement.source) in card
