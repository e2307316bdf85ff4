import json

import numpy as np
import pytest
from click.testing import CliRunner

import bitmass_viz as bm
from bitmass_viz.cli import main
from bitmass_viz.experiments import CASES, measure, summarise
from tests.conftest import JIT
from tests.test_run import DIGITS


def test_every_network_is_a_row_and_every_case_a_line():
    cases = CASES if JIT else CASES[:1]
    done = []
    results = measure(DIGITS, (0, 1), cases, bm.Architecture(hidden=1), epochs=1, done=lambda: done.append(1))
    assert len(results) == 2 * len(cases) == len(done)
    first = results.iloc[0]
    run = bm.Run("adamw", DIGITS, bm.Architecture(hidden=1), seed=0)
    run.advance(len(DIGITS.train))
    assert first["test"] == run.accuracy("test")
    assert first["bit_mass"] == run.arch.bit_mass()
    lines = summarise(results)
    assert lines["name"].tolist() == [case.name for case in cases]
    both = results[results["case"] == cases[0].name]["test"]
    assert lines["mean"][0] == pytest.approx(both.mean())
    assert lines["sd"][0] == pytest.approx(np.std(both, ddof=1))


@pytest.mark.parametrize("as_json", [False, True])
def test_the_command_prints_what_was_measured(monkeypatch, as_json):
    monkeypatch.setattr("bitmass_viz.data.load_digits", lambda source: DIGITS)
    monkeypatch.setattr("bitmass_viz.experiments.CASES", CASES[3:5])
    monkeypatch.setattr(
        "bitmass_viz.experiments.measure", lambda *a, **k: measure(*a, cases=CASES[2:4], epochs=1, **k)
    )
    done = CliRunner().invoke(main, ["reproduce", "--seeds", "2", *(["--json"] if as_json else [])])
    assert done.exit_code == 0, done.output
    expected = summarise(measure(DIGITS, range(2), CASES[2:4], epochs=1))
    if as_json:
        result = json.loads(done.stdout)
        assert result["bit_mass"] == 203_264
        assert result["dataset"] == "tiny"
        assert [t["published"] for t in result["trainers"]] == [0.76, None]
        assert [t["mean"] for t in result["trainers"]] == pytest.approx(expected["mean"].tolist())
    else:
        assert "these digits are synthetic" in done.output
        assert f"{expected['mean'][0]:.1%}" in done.output


def test_published_figures_are_the_studys():
    assert {case.trainer: case.published for case in CASES if case.published} == {
        "adamw": 0.813,
        "sgd": 0.760,
        "bv32-hebbian": 0.764,
    }
