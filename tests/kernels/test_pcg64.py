"""Every kernel that draws, beside NumPy's generator."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from bitmass_viz.kernels import pcg64, random_numbers
from tests.conftest import needs_jit

pytestmark = needs_jit
SEEDS = st.integers(0, 2**53 - 1) | st.sampled_from([0, 1, 2**32 - 1, 2**32, 2**53 - 1])


@njit
def start(seed, stream):
    return random_numbers.generator(seed, stream)


@njit
def order(seed, epoch, n):
    return random_numbers.example_order(seed, epoch, n)


@njit
def bits(rng, values):
    random_numbers.fill_bits(rng, values)


@njit
def uniform(rng, low, high, values):
    random_numbers.fill_uniform(rng, low, high, values)


@njit
def normal(rng, deviation, values):
    random_numbers.fill_normal(rng, deviation, values)


def draw(kind, compiled, rng, shape, x):
    """Draw one array with NumPy or with the kernels."""
    values = np.empty(shape, np.uint8 if kind == "bits" else np.float64)
    if kind == "bits":
        (bits if compiled else random_numbers.fill_bits)(rng, values)
    elif kind == "uniform":
        (uniform if compiled else random_numbers.fill_uniform)(rng, -x, 2 * x, values)
    else:
        (normal if compiled else random_numbers.fill_normal)(rng, x, values)
    return values


@settings(max_examples=200)
@given(
    SEEDS,
    st.integers(0, 2**32 - 1),
    st.lists(
        st.tuples(
            st.sampled_from(["bits", "uniform", "normal"]),
            st.tuples(st.integers(0, 9), st.integers(0, 9)),
            st.floats(1e-6, 10),
        ),
        max_size=8,
    ),
)
def test_numbers_drawn_in_turn_are_numpys(seed, stream, draws):
    theirs, ours = random_numbers.generator(seed, stream), start(seed, stream)
    for kind, shape, x in draws:
        np.testing.assert_array_equal(draw(kind, True, ours, shape, x), draw(kind, False, theirs, shape, x))


def test_a_million_normal_numbers_reach_every_layer_and_the_tail():
    values = np.empty(1_000_000)
    normal(start(3, 0), 1.0, values)
    np.testing.assert_array_equal(values, np.random.default_rng([3, 0]).normal(0.0, 1.0, len(values)))
    assert (np.abs(values) > pcg64._TAIL).sum() > 100


@settings(max_examples=100)
@given(SEEDS, st.integers(0, 2**32 - 1), st.integers(0, 3000) | st.sampled_from([1023, 1024, 1025]))
def test_the_order_of_the_examples_is_numpys(seed, epoch, n):
    np.testing.assert_array_equal(order(seed, epoch, n), random_numbers.example_order(seed, epoch, n))


def test_the_order_of_a_whole_epoch_is_numpys():
    np.testing.assert_array_equal(order(7, 2, 50_000), np.random.default_rng([7, 1, 2]).permutation(50_000))


@pytest.mark.parametrize("inputs", [97, 784])
def test_all_that_one_seed_draws_for_a_binary_network(inputs):
    theirs, ours = random_numbers.generator(5, 0), start(5, 0)
    for shape in ((256, inputs), (10, 256), (10, 256)):
        np.testing.assert_array_equal(draw("bits", True, ours, shape, 0), draw("bits", False, theirs, shape, 0))
