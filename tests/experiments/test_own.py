"""An experiment of one's own, and how results show themselves in a notebook."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import bitmass_viz as bm
from bitmass_viz.experiments import EXPERIMENTS, design
from tests.conftest import needs_jit

CASES = {
    "8 floats": {"trainer": "adamw"},
    "256 bits": {"trainer": "straight-through", "bits": 1},
    "no hidden layer": {"trainer": "linear", "recipe": "published"},
}


@needs_jit
def test_it_runs_and_judges_each_pair_on_validation(tiny, tmp_path):
    mine = design("Are these equal?", CASES, equal_within=50, epochs=1)
    with ThreadPoolExecutor(2) as executor:
        outcome = bm.experiments.run(mine, 5, data=tiny, folder=tmp_path, executor=executor, progress=False)
    table, verdicts = outcome
    assert len(verdicts) == 3
    assert set(table["split"]) == {"validation"}
    for verdict in verdicts:
        first, second = verdict.measured.split(": ")[1 if tiny.synthetic else 0].split(" minus ")
        gap = 100 * (
            table.loc[table["case"] == first, "accuracy"].mean()
            - table.loc[table["case"] == second.split(":")[0], "accuracy"].mean()
        )
        assert verdict.estimate.value == pytest.approx(gap)
        low, high = verdict.estimate.interval.low, verdict.estimate.interval.high
        inside = low > -50 and high < 50
        outside = low > 50 or high < -50
        assert verdict.answer == ("supported" if inside else "not supported" if outside else "undecided")
    shown = outcome._repr_html_()
    assert "5 seeds per network" in shown
    assert "validation accuracy, mean" in shown
    assert "These digits are synthetic" in shown
    for name in CASES:
        mean = table.loc[table["case"] == name, "accuracy"].mean()
        assert name in shown
        assert f"{mean:.1%}" in shown
    assert "yours" in verdicts[0]._repr_html_()
    assert f"yours: {verdicts[0].answer}. " in repr(outcome)
    assert list(outcome.summary()["name"]) == list(CASES)


@needs_jit
def test_few_seeds_decide_nothing(tiny, tmp_path):
    mine = design("Are these equal?", CASES, equal_within=100, epochs=1, measured_on="test")
    with ThreadPoolExecutor(2) as executor:
        table, verdicts = bm.experiments.run(
            mine, 2, data=tiny, folder=tmp_path, executor=executor, progress=False
        )
    assert {verdict.answer for verdict in verdicts} == {"undecided"}
    assert all("2 seeds are too few for an answer: 5 are needed." in verdict.measured for verdict in verdicts)
    assert set(table["split"]) == {"test"}


def also(**settings):
    return {"cases": CASES | {"x": settings}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"question": " "}, "question must be a sentence"),
        ({"cases": {"one": {"trainer": "sgd"}}}, "cases must be a mapping of 2 to 12 kinds of network, got 1"),
        ({"cases": [1, 2]}, r"cases must be a mapping of 2 to 12 kinds of network, got \[1, 2\]"),
        (also(trainer="sgdd"), "trainer of 'x' must be one of sgd, .* got 'sgdd'"),
        (also(trainer="sgd", recipe="best"), "recipe of 'x' must be one of published"),
        (also(trainer="sgd", hidden=0), "hidden of 'x' must be a whole number between 1"),
        (also(trainer="linear", hidden=8), "hidden of 'x' must be left out, got 8"),
        (also(trainer="sgd", rate=1), "sgd has no option 'rate'; it has learning_rate"),
        (also(trainer="sgd", learning_rate=99), "learning_rate must be a number between"),
        ({"equal_within": 0}, "equal_within must be a number of points above 0"),
        ({"measured_on": "train"}, "measured_on must be one of validation, test, got 'train'"),
        ({"equal_within": True}, "equal_within must be a number of points above 0 and up to 100, got True"),
        ({"epochs": 0}, "epochs must be a whole number between 1 and 100"),
        ({"seeds": 0}, "seeds must be a whole number between 1 and 1,000"),
    ],
)
def test_what_cannot_be_run_is_refused_when_it_is_designed(change, message):
    given = {"question": "Are these equal?", "cases": CASES} | change
    with pytest.raises(ValueError, match=message):
        design(**given)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_shows_its_question_criteria_and_cases(name):
    experiment = EXPERIMENTS[name]
    shown = experiment._repr_html_()
    for claim in experiment.criteria:
        assert f"<b>{claim}</b>" in shown
    assert shown.count("<tr>") == len(experiment.criteria) + len(experiment.cases) + 2
    assert ">criterion<" in shown
    assert experiment.history in shown


def test_published_figures_stand_apart_from_measured_ones(outcomes):
    shown = outcomes["published"]._repr_html_()
    assert "<th" in shown
    assert "published</th>" in shown
    assert "81.3%" in shown
    assert "compare with no figure measured on MNIST" in shown


def test_a_claim_says_whose_figure_it_shows():
    shown = bm.experiments.CLAIMS["C2"]._repr_html_()
    assert "81.3 %" in shown
    assert "Published, not measured by us" in shown
