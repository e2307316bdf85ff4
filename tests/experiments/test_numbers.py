"""NumPy's numbers are numbers in an experiment, booleans are not, and all of it goes into JSON."""

import json
from fractions import Fraction

import numpy as np
import pytest

from bitmass_viz.common.numeric import MAX_SEED
from bitmass_viz.experiments import Case, Experiment, design, runner
from bitmass_viz.experiments.declaration import MAX_SEEDS
from bitmass_viz.experiments.outcome import as_data
from tests.conftest import needs_jit
from tests.experiments.conftest import make_experiment


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (2, [1000, 1001]),
        (np.int64(2), [1000, 1001]),
        (np.uint8(2), [1000, 1001]),
        ([np.int64(3), np.uint8(5)], [3, 5]),
        (np.array([3, 5]), [3, 5]),
        ((3, 5), [3, 5]),
        (range(3, 5), [3, 4]),
        ([0, MAX_SEED], [0, MAX_SEED]),
    ],
)
def test_seeds_are_whole_numbers_of_any_kind(given, expected):
    numbers = list(runner._seeds(given))
    assert numbers == expected
    assert {type(number) for number in numbers} == {int}


@pytest.mark.parametrize(
    "given",
    [
        True, np.True_, 0, MAX_SEEDS + 1, 2.0, np.float64(2), [], [1, 1], [0, np.int64(0)], [True], [1.0], [-1],
        [MAX_SEED + 1], "5", b"5", {1, 2}, {1: 2}, [None], [[1]], np.array([[1, 2]]), np.array([0.5]),
        list(range(MAX_SEEDS + 1)), np.array(3.5),
    ],
)  # fmt: skip
def test_seeds_that_are_none_are_refused(given):
    with pytest.raises(ValueError, match=r"seeds? must be a whole number between"):
        runner._seeds(given)


@needs_jit
def test_an_experiment_of_numpys_numbers_is_that_of_pythons(tiny, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    def declared(whole, real):
        cases = (
            Case("sgd", "sgd", "tuned", {"learning_rate": real(0.25), "batch_size": whole(32)}, hidden=whole(1)),
            Case("bits", "straight-through", options={"bits": whole(4)}, choose={"learning_rate": (real(0.5),)}),
        )
        return make_experiment(cases=cases, epochs=whole(1), seeds=whole(2))

    tables = []
    with ThreadPoolExecutor(1) as executor:
        for whole, real, seeds in ((int, float, [0]), (np.int64, np.float32, np.array([0]))):
            experiment = declared(whole, real)
            how = {"data": tiny, "folder": tmp_path, "executor": executor, "progress": False}
            outcome = runner.run(
                experiment, seeds, choice_seeds=[whole(100)], given={"sgd": {"learning_rate": real(0.25)}}, **how
            )
            json.dumps(as_data(experiment, outcome), allow_nan=False)
            tables.append(outcome.table)
    assert tables[0].equals(tables[1])
    assert len((tmp_path / "networks.jsonl").read_text().splitlines()) == 2, "the same networks, trained once"


def test_a_design_takes_numpys_numbers():
    cases = {
        "one": {"trainer": "sgd", "hidden": np.int64(4), "learning_rate": np.float32(0.5)},
        "other": {"trainer": "straight-through", "bits": np.int8(4), "batch_size": np.int32(16)},
    }
    mine = design("Equal?", cases, equal_within=np.float32(2), epochs=np.int64(2), seeds=np.int64(3))
    assert (mine.epochs, mine.seeds) == (2, 3)
    for case in mine.cases:
        json.dumps([case.options, case.hidden])
    assert "±2 points" in mine.criteria["yours"]
    assert design("Equal?", cases, equal_within=Fraction(1, 2)).criteria["yours"].count("±0.5 points") == 1


@pytest.mark.parametrize("change", [{"seeds": True}, {"seeds": 0}, {"epochs": 0}, {"epochs": 1.5}])
def test_a_declaration_with_no_number_is_refused(change):
    with pytest.raises(ValueError, match="must be a whole number between"):
        make_experiment(**change)
    assert isinstance(make_experiment(), Experiment)
