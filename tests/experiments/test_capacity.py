"""E8: what memory is worth in bits, patterns as a source, and the criterion."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import bitmass_viz as bm
from bitmass_viz.data.patterns import random_patterns
from bitmass_viz.experiments import EXPERIMENTS, runner, statistics
from bitmass_viz.experiments.declaration import MOST_SEEDS, Case
from bitmass_viz.experiments.declared import e8_capacity as e8
from bitmass_viz.experiments.declared.e5_iso_bit import BITS, name_of
from bitmass_viz.experiments.job import DataRef, Job, perform
from bitmass_viz.experiments.measures import FIRST_SEED, bits_memorised
from bitmass_viz.experiments.sources import RANDOM_PATTERNS
from tests.conftest import needs_jit


@pytest.mark.parametrize(
    ("count", "accuracy", "classes", "bits"),
    [
        (1_000, 1.0, 10, 1_000 * math.log2(10)),
        (1_000, 0.1, 10, 0.0),
        (1_000, 0.05, 10, 0.0),
        (100, 1.0, 2, 100.0),
        (100, 0.5, 2, 0.0),
        # 1 − H₂(0.89) = 0.500; log₂ 10 − H₂(0.5) − 0.5 log₂ 9 = 3.3219 − 1 − 1.5850
        (1_000, 0.89, 2, 500.084),
        (2_000, 0.5, 10, 1_473.93),
    ],
)
def test_bits_memorised_by_hand(count, accuracy, classes, bits):
    assert bits_memorised(count, accuracy, classes) == pytest.approx(bits, abs=0.01)


def test_bits_memorised_are_the_information_between_answers_and_labels():
    """Mutual information of a symmetric channel, summed over its whole table."""
    for accuracy in (0.2, 0.6, 0.95):
        joint = np.full((10, 10), (1 - accuracy) / 90)
        np.fill_diagonal(joint, accuracy / 10)
        information = (joint * np.log2(joint / np.outer(joint.sum(1), joint.sum(0)))).sum()
        assert bits_memorised(321, accuracy, 10) == pytest.approx(321 * information)


def small(**changes):
    """One case of a kind, with a choice among few patterns."""
    cases = (
        Case(
            "straight-through",
            "straight-through",
            options={"bits": 4, "pixels": "signed", "decay_epochs": 1},
            choose={"learning_rate": (0.06,), "patterns": (50, 150)},
            hidden=1,
        ),
        Case("hebbian", "bv32-hebbian", options={"rule": "delta"}, choose={"patterns": (20, 500)}, hidden=1),
    )
    whole = EXPERIMENTS["capacity"]
    return replace(whole, **{"cases": cases, "judge": lambda results: [], "epochs": 1, "seeds": 2} | changes)


def run(experiment, folder, **how):
    with ThreadPoolExecutor(1) as executor:
        return runner.run(experiment, folder=folder, executor=executor, progress=False, **how).table


@needs_jit
def test_patterns_are_chosen_by_what_is_memorised_on_other_seeds(tmp_path):
    table = run(small(), tmp_path)
    assert set(table["dataset"]) == {"random-patterns"}
    assert set(table["data_sha256"]) == {DataRef.of(RANDOM_PATTERNS.sample()).sha256}
    choices, results = table[table["stage"] == "choice"], table[table["stage"] == "result"]
    assert set(choices["seed"]) == {100}
    assert set(results["seed"]) == {FIRST_SEED, FIRST_SEED + 1}
    for case, tried in choices.groupby("case"):
        best = tried.loc[tried["memorised"].idxmax(), "options"]
        assert set(results.loc[results["case"] == case, "options"]) == {best}
        assert json.loads(best)["patterns"] == results.loc[results["case"] == case, "patterns"].iloc[0]
    # Not by accuracy, which would take the fewest patterns.
    assert json.loads(results.loc[results["case"] == "straight-through", "options"].iloc[0])["patterns"] == 150


@needs_jit
def test_a_row_is_the_network_that_it_says(tmp_path):
    row = run(small(cases=small().cases[:1]), tmp_path, seeds=[7]).iloc[-1]
    patterns = random_patterns(int(row["patterns"]), 7)
    options = {"bits": 4, "pixels": "signed", "decay_epochs": 1, "learning_rate": 0.06}
    network = bm.Run("straight-through", patterns, bm.Architecture(128, 1), 7, "tuned", **options)
    network.advance(len(patterns.train))
    right = (network.predict(patterns.test.images) == patterns.test.labels).mean()
    assert row["accuracy"] == right
    assert row["memorised"] == bits_memorised(len(patterns.test), right, 10)
    assert row["bit_mass"] == (128 + 10) * 32


@needs_jit
def test_a_sweep_that_was_stopped_goes_on_without_loss(tmp_path):
    whole = run(small(), tmp_path / "whole")

    def stop_after(count):
        asked = iter(range(10_000))
        return lambda: next(asked) > count

    with pytest.raises(runner.CancelledError):
        run(small(), tmp_path / "stopped", stop=stop_after(8))
    lines = tmp_path / "stopped" / "networks.jsonl"
    before = lines.read_bytes() if lines.exists() else b""
    with lines.open("ab") as file:
        file.write(b'{"key":"torn by the ki')
    again = run(small(), tmp_path / "stopped")
    assert lines.read_bytes().startswith(before)
    times = "seconds_per_epoch"
    pd.testing.assert_frame_equal(again.drop(columns=times), whole.drop(columns=times))


def test_another_process_must_make_the_same_patterns():
    job = Job("straight-through", "tuned", json.dumps({"patterns": 10}), 1, 0, 1, "memorised")
    assert (DataRef.of(RANDOM_PATTERNS.sample()).digits(job).test.images == random_patterns(10).test.images).all()
    with pytest.raises(ValueError, match="random-patterns is not the same here"):
        perform(job, DataRef("random-patterns", "0" * 64))


def results_of(capacities, *, seeds=5, hebbian=500.0):
    """Make up results: bits per weight → bits memorised at the larger bit-mass; half of them at the smaller."""
    rng = np.random.default_rng(0)
    rows = []
    for containers, share in zip(e8.CONTAINERS, (0.5, 1.0), strict=True):
        found = {name_of(bits): held for bits, held in capacities.items()} | {e8.DELTA: hebbian}
        rows += [
            {"case": e8.case_of(containers, what), "seed": seed, "memorised": share * held * rng.normal(1, 0.01)}
            for what, held in found.items()
            for seed in range(seeds)
        ]
    return pd.DataFrame(rows)


EQUAL = dict.fromkeys(BITS, 9_000.0)


@pytest.mark.parametrize(
    ("capacities", "answer"),
    [
        (EQUAL | {1: 8_500.0, 32: 9_500.0}, "supported"),
        (EQUAL | {32: 2_000.0}, "not supported"),
        (EQUAL | {32: 9_000.0 / 1.25}, "undecided"),
    ],
)
def test_equal_bits_must_hold_equally_much(capacities, answer):
    [verdict] = e8.judge(results_of(capacities))
    assert (verdict.claim, verdict.answer, verdict.seeds) == ("C11", answer, 5)


def test_the_card_has_the_capacity_of_every_format():
    [verdict] = e8.judge(results_of(EQUAL | {4: 13_000.0, 32: 1_800.0}))
    values = {line.what: line.found.value for line in verdict.lines}
    assert values["35,328 bits: largest ÷ smallest capacity"] == pytest.approx(7.2, rel=0.03)
    assert values["17,664 bits: largest ÷ smallest capacity"] == pytest.approx(7.2, rel=0.03)
    assert values[e8.line_of(4)] == pytest.approx(13_000, rel=0.02)
    assert len(values) == 2 + len(BITS) + 1
    assert "5 and 37 % of the bit-mass; per weight it is 1.6 and 1.5 bits." in verdict.measured
    assert all(line.value.endswith((" bits", " times")) for line in verdict.lines)


@pytest.mark.parametrize("seeds", [1, 4])
def test_few_seeds_decide_nothing(seeds):
    [verdict] = e8.judge(results_of(EQUAL | {32: 2_000.0}, seeds=seeds))
    assert verdict.answer == "undecided"
    assert verdict.measured.endswith("are needed.")


def test_every_format_had_the_same_search():
    assert {len(case.candidates()) for case in e8.CASES} == e8.TRIED == {35}
    for containers, mass in e8.MASSES.items():
        of_mass = [case for case in e8.CASES if case.hidden == containers]
        assert {case.choose["patterns"] for case in of_mass} == {e8.PATTERNS[containers]}
        assert (
            f"{mass:,} bits" in EXPERIMENTS["capacity"].criteria["C11"]
            or f"{mass:,} and" in (EXPERIMENTS["capacity"].criteria["C11"])
        )
    assert not set(EXPERIMENTS["capacity"].choice_seeds) & set(range(FIRST_SEED, FIRST_SEED + MOST_SEEDS))


def test_a_ratio_has_the_interval_of_its_logarithm():
    found = statistics.ratio([4.0, 4.4, 3.6], [2.0, 2.1, 1.9])
    assert found.value == pytest.approx(2.0, rel=0.01)
    assert found.interval.low < found.value < found.interval.high
    assert found.interval.low * found.interval.high == pytest.approx(found.value**2)
    with pytest.raises(ValueError, match="values of a ratio must be above 0, got 0"):
        statistics.ratio([1.0, 0.0], [1.0, 1.0])
