import numpy as np
import pytest

import bitmass_viz as bm
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


def test_published_figures_are_the_studys():
    assert {case.trainer: case.published for case in CASES if case.published} == {
        "adamw": 0.813,
        "sgd": 0.760,
        "bv32-hebbian": 0.764,
    }
