"""E9 on made-up results: where formats are equal, where not, and which cases want more networks."""

import numpy as np
import pandas as pd
import pytest

from bitmass_viz.experiments.declared import e9_where_it_holds as e9

GAPS = {2: 50.0, 4: 12.0, 8: 5.0, 16: 3.0, 32: 0.4, 64: 0.2}
"""Containers → points that one-bit weights read more than floats, half as many with four bits."""
SHARE = {1: 1.0, 4: 0.5, 32: 0.0}


def results_of(gaps=GAPS, *, seeds=10, spread=0.1, data=e9.DATA):
    """Accuracies around 0.4 plus the gap, `spread` points apart on average."""
    rng = np.random.default_rng(1)
    rows = []
    for case in e9.CASES:
        if case.data not in data:
            continue
        share = SHARE[case.options["bits"]]
        values = 0.4 + (share * gaps[case.hidden] + spread * rng.normal(size=seeds)) / 100
        rows += [{"case": case.name, "seed": seed, "accuracy": value} for seed, value in enumerate(values)]
    return pd.DataFrame(rows)


def test_the_claim_fails_where_one_size_differs_and_is_said_to_hold_where_none_does():
    [verdict] = e9.judge(results_of())
    assert (verdict.claim, verdict.answer, verdict.seeds) == ("C5", "not supported", 10)
    answers = {line.what: line.answer for line in verdict.lines}
    assert len(answers) == 4 * len(e9.CONTAINERS)
    for data, epochs in e9.SERIES:
        assert answers[e9.line_of(2, epochs, data)] == "not supported"
    assert answers[e9.line_of(64)] == answers[e9.line_of(64, data=e9.DATA[1])] == "supported"
    assert "differ by up to 50 points" in verdict.measured
    everywhere = "on MNIST after 3 and 10 epochs, on Fashion-MNIST after 3 and 10 epochs."
    for mass in ("813,056", "1,626,112"):
        assert f"They are equal within 1 point with {mass} bits: {everywhere}" in verdict.measured
    assert "The larger the network, the smaller the gap: 50" in verdict.measured
    assert verdict.wanting == ()


def test_equal_everywhere_supports_the_claim():
    [verdict] = e9.judge(results_of(dict.fromkeys(GAPS, 0.0)))
    assert verdict.answer == "supported"
    assert "The larger the network" not in verdict.measured


@pytest.mark.parametrize("seeds", [2, 4])
def test_few_seeds_decide_nothing(seeds):
    [verdict] = e9.judge(results_of(seeds=seeds))
    assert verdict.answer == "undecided"
    assert "equal within" not in verdict.measured
    assert verdict.measured.endswith("are needed.")


def test_only_what_is_compared_wants_more_networks():
    [verdict] = e9.judge(results_of(spread=5.0))
    bits = {case.name: case.options["bits"] for case in e9.CASES}
    assert {bits[case] for case in verdict.wanting} == {e9.FEW, e9.FLOAT}
    assert len(verdict.wanting) == 2 * 4 * len(e9.CONTAINERS)


def test_a_run_on_one_data_set_is_judged_by_itself():
    [verdict] = e9.judge(results_of(data=("",)))
    assert len(verdict.lines) == 2 * len(e9.CONTAINERS)
    assert "Fashion" not in verdict.measured


def test_every_format_had_the_same_search_and_ten_epochs_take_the_choice_of_three():
    searched = [case for case in e9.CASES if not case.chosen_like]
    assert {len(case.candidates()) for case in searched} == {len(e9.RATES) * len(e9.RANGES)}
    assert {case.epochs for case in searched} == {3}
    by_name = {case.name: case for case in e9.CASES}
    for case in e9.CASES:
        if case.chosen_like:
            twin = by_name[case.chosen_like]
            assert (twin.options, twin.hidden, twin.data, twin.epochs) == (case.options, case.hidden, case.data, 3)
            assert (case.epochs, len(case.candidates())) == (10, 1)
