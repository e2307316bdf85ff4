import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bitmass_viz.experiments import statistics
from bitmass_viz.experiments.statistics import Estimate, Interval


def bounds(found):
    return found.interval.low, found.interval.high


VALUES = st.lists(st.floats(0, 100), min_size=2, max_size=30)


@given(VALUES)
def test_the_mean_and_its_interval_are_scipys(values):
    found = statistics.mean(values)
    assert found.value == pytest.approx(np.mean(values))
    if np.std(values) > 1e-9:
        low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
        assert bounds(found) == pytest.approx((low, high))


@given(VALUES, VALUES)
def test_the_difference_is_welchs(first, second):
    found = statistics.difference(first, second)
    assert found.value == pytest.approx(np.mean(first) - np.mean(second), abs=1e-9)
    if np.std(first) > 1e-6 and np.std(second) > 1e-6:
        interval = stats.ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
        assert bounds(found) == pytest.approx((interval.low, interval.high))


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=2, max_size=20))
def test_the_paired_difference_is_scipys(pairs):
    first, second = map(list, zip(*pairs, strict=True))
    found = statistics.paired(first, second)
    gaps = np.subtract(first, second)
    if np.std(gaps) > 1e-6:
        interval = stats.ttest_rel(first, second).confidence_interval(0.95)
        assert bounds(found) == pytest.approx((interval.low, interval.high))
        assert found.effect == pytest.approx(gaps.mean() / gaps.std(ddof=1))


def test_intervals_cover_as_often_as_they_say():
    rng = np.random.default_rng(0)
    samples = rng.normal(10, 2, (4000, 6))
    covered = sum(10 in f.interval for f in map(statistics.mean, samples[:, :5]))
    foreseen = sum(
        last in f.interval for f, last in zip(map(statistics.single, samples[:, :5]), samples[:, 5], strict=True)
    )
    assert covered / 4000 == pytest.approx(0.95, abs=0.012)
    assert foreseen / 4000 == pytest.approx(0.95, abs=0.012)


@pytest.mark.parametrize("seeds", [5, 30])
def test_a_tolerance_interval_holds_95_of_100_runs_as_often_as_it_says(seeds):
    samples = np.random.default_rng(seeds).normal(10, 2, (4000, seeds))
    found = [statistics.tolerance(sample).interval for sample in samples]
    held = [stats.norm.cdf(each.high, 10, 2) - stats.norm.cdf(each.low, 10, 2) for each in found]
    assert np.mean(np.array(held) >= 0.95) == pytest.approx(0.95, abs=0.012)


def test_single_runs_differ_by_their_seeds_as_often_as_said():
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(2000):
        first, second = rng.normal(50, 3, 11), rng.normal(50, 1, 11)
        inside += abs(first[-1] - second[-1]) <= statistics.noise_of_two_runs(first[:-1], second[:-1])
    assert inside / 2000 == pytest.approx(0.95, abs=0.02)


def test_one_value_has_no_interval():
    for found in (
        statistics.mean([5.0]),
        statistics.single([5.0]),
        statistics.tolerance([5.0]),
        statistics.difference([5.0], [4.0, 3.0]),
        statistics.paired([5.0], [4.0]),
    ):
        assert found.interval is None
        assert found.effect is None
    assert statistics.noise_of_two_runs([1.0], [2.0]) is None


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, 76.4, 1e-300])
def test_values_that_do_not_vary_have_an_interval_without_width_and_no_effect(value):
    same, other = [value] * 7, [value / 2] * 3
    assert statistics.mean(same).interval == Interval(statistics.mean(same).value, statistics.mean(same).value)
    for found in (statistics.difference(same, other), statistics.paired(same, [value / 2] * 7)):
        assert found.interval == Interval(found.value, found.value)
        assert found.effect is None
    assert statistics.noise_of_two_runs(same, other) == 0.0


@pytest.mark.parametrize(
    "bounds", [(math.nan, 1.0), (0.0, math.nan), (0.0, math.inf), (-math.inf, 0.0), (2.0, 1.0)]
)
def test_an_interval_cannot_hold_what_was_not_measured(bounds):
    with pytest.raises(ValueError, match="an interval has two finite bounds"):
        Interval(*bounds)


@pytest.mark.parametrize("what", [{"value": math.nan}, {"value": 1.0, "effect": math.nan}, {"value": math.inf}])
def test_an_estimate_cannot_hold_what_was_not_measured(what):
    with pytest.raises(ValueError, match="an estimate is of finite numbers"):
        Estimate(**what)


@pytest.mark.parametrize("values", [[], [math.nan], [1.0, math.inf]])
def test_values_that_are_none_are_refused(values):
    for ask in (
        statistics.mean,
        statistics.single,
        statistics.tolerance,
        partial(statistics.difference, [1.0, 2.0]),
    ):
        with pytest.raises(ValueError, match="values must be one finite number or more"):
            ask(values)


@given(VALUES, VALUES)
def test_no_values_give_anything_but_finite_numbers(first, second):
    pairs = min(len(first), len(second))
    for found in (
        statistics.mean(first),
        statistics.single(first),
        statistics.difference(first, second),
        statistics.paired(first[:pairs], second[:pairs]),
    ):
        assert found.interval is not None
    assert statistics.noise_of_two_runs(first, second) >= 0.0
