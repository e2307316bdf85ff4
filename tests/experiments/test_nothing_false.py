"""Nothing is said of what was not measured: no NaN anywhere, and no comparison without an interval."""

import json

import pandas as pd
import pytest

from bitmass_viz import figures
from bitmass_viz.cli import report
from bitmass_viz.experiments import EXPERIMENTS
from bitmass_viz.experiments.measures import FIRST_SEED
from bitmass_viz.experiments.outcome import Outcome, as_data
from bitmass_viz.experiments.statistics import NO_INTERVAL
from tests.conftest import holds_nan

NAMES = list(EXPERIMENTS)


def alike(table, share):
    """All networks measure the same, whatever the measure."""
    return table.assign(accuracy=share, **({"memorised": 100 * share} if "memorised" in table else {}))


MEASURED = {
    "one seed": lambda table: table[(table["stage"] == "choice") | (table["seed"] == FIRST_SEED)],
    "two seeds": lambda table: table,
    "one seed, all alike": lambda table: alike(table[table["seed"] == FIRST_SEED], 0.5),
    "two seeds, all alike": lambda table: alike(table, 0.5),
    "two seeds, nothing right": lambda table: alike(table, 0.0),
}


def judged(name, table):
    return Outcome(table, EXPERIMENTS[name].judge(table[table["stage"] == "result"]))


@pytest.fixture(params=MEASURED)
def measured(request, outcomes):
    return {name: judged(name, MEASURED[request.param](outcome.table)) for name, outcome in outcomes.items()}


def said_of(name, outcome, digits):
    """Everything that anyone can read of an outcome."""
    experiment = EXPERIMENTS[name]
    yield repr(outcome)
    yield outcome._repr_html_()
    yield outcome.summary().to_string()
    yield outcome.summary().to_html()
    yield json.dumps(as_data(experiment, outcome))
    yield report.as_text(experiment, outcome, digits)
    yield figures.describe(experiment, outcome.table)
    yield figures.as_svg(figures.draw(experiment, outcome.table), experiment.title)
    yield figures.as_svg(figures.draw_seeds(outcome.table), experiment.title)
    for verdict in outcome.verdicts:
        yield repr(verdict)
        yield verdict._repr_html_()


@pytest.mark.slow
def test_no_output_of_any_experiment_holds_nan(measured, tiny, tmp_path):
    for name, outcome in measured.items():
        for text in said_of(name, outcome, tiny):
            assert not holds_nan(text), (name, text)
        report.write(EXPERIMENTS[name], outcome, tmp_path)
    assert not holds_nan(report.closing_text(measured))
    report.write_closing(measured, tmp_path)
    for path in tmp_path.iterdir():
        assert path.suffix == ".png" or not holds_nan(path.read_text()), path


@pytest.mark.parametrize("name", NAMES)
def test_one_seed_decides_nothing_and_says_what_would(outcomes, name):
    for verdict in judged(name, MEASURED["one seed"](outcomes[name].table)).verdicts:
        if verdict.estimate is None:
            assert verdict.kind == "counted, not estimated"
            continue
        assert verdict.answer == "undecided"
        assert verdict.estimate.interval is None
        assert verdict.kind == NO_INTERVAL
        assert verdict.how == f"{NO_INTERVAL}; 1 seed"
        assert verdict.measured.endswith("One seed gives no interval, and so no answer: 5 seeds are needed.")
        for line in verdict.lines:
            assert line.found.interval is line.single is None
            assert line.answer in (None, "undecided")
        for comparison in ("whether the trainers are equal", "falls between", "lose less than", "beyond doubt"):
            assert comparison not in verdict.measured


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("what", ["two seeds", "two seeds, all alike"])
def test_too_few_seeds_decide_nothing_even_if_they_agree(outcomes, name, what):
    for verdict in judged(name, MEASURED[what](outcomes[name].table)).verdicts:
        if verdict.estimate is not None:
            assert verdict.answer == "undecided"
            assert verdict.measured.endswith("2 seeds are too few for an answer: 5 are needed.")
            assert "whether the trainers are equal" not in verdict.measured


@pytest.mark.parametrize("name", NAMES)
def test_seeds_that_all_agree_decide_by_an_interval_without_width(outcomes, name):
    table = MEASURED["two seeds, all alike"](outcomes[name].table)
    wide = pd.concat([table, *(table.assign(seed=table["seed"] + more) for more in (2, 4, 6))], ignore_index=True)
    for verdict in judged(name, wide).verdicts:
        if verdict.estimate is not None:
            assert verdict.estimate.interval.low == verdict.estimate.interval.high == verdict.estimate.value
            assert verdict.estimate.effect is None
            assert not holds_nan(repr(verdict))


def test_the_text_of_one_seed_promises_no_interval(outcomes, tiny):
    alone = judged("published", MEASURED["one seed"](outcomes["published"].table))
    said = report.as_text(EXPERIMENTS["published"], alone, tiny)
    assert "1 seed, which gives no interval" in said
    assert "95 %" not in said
    drawn = " ".join(text.get_text() for text in figures.draw_seeds(alone.table).findobj(match=_is_text))
    assert "no interval" in drawn
    assert "95 %" not in drawn


def _is_text(artist):
    return hasattr(artist, "get_text")
