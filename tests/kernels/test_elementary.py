"""Exponential, logarithm, cosine and power beside 50 digits, and compiled beside plain Python."""

import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numba import njit

# The kernels' modules make the functions compile.
from bitmass_viz.kernels import elementary, optimiser, pcg64  # noqa: F401
from tests.conftest import needs_jit

PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494")


def cosine(x: Decimal) -> Decimal:
    total = term = Decimal(1)
    k = 0
    while abs(term) > Decimal(10) ** -50:
        k += 2
        term = -term * x * x / (k * (k - 1))
        total += term
    return total


def ulps(got: float, exact: Decimal) -> float:
    return float(abs(Decimal(got) - exact) / Decimal(math.ulp(float(exact))))


@pytest.fixture(autouse=True)
def _fifty_digits():
    with localcontext() as context:
        context.prec = 50
        yield


@given(st.floats(-708, 0))
@example(-708.0)
@example(-0.34657359027997264)
@example(-5e-324)
def test_exponential(x):
    assert ulps(elementary.exponential(x), Decimal(x).exp()) <= 1


def test_exponentials_too_small_for_a_normal_number_are_nothing():
    assert [elementary.exponential(x) for x in (-708.1, -1e300, -math.inf)] == [0, 0, 0]
    assert elementary.exponential(0.0) == 1


@given(st.integers(1, 2**53 - 1).map(lambda n: n / 2**53) | st.floats(1e-300, 1, exclude_max=True))
@example(1 - 2**-53)
@example(math.sqrt(0.5))
@example(0.5)
def test_logarithm(x):
    assert ulps(elementary.logarithm(x), Decimal(x).ln()) <= 1
    assert elementary.logarithm(1.0) == 0


@given(st.floats(0, 1))
@example(0.25)
@example(0.75)
@example(0.5 + 2**-53)
@example(0.5 - 2**-54)
def test_cosine(share):
    assert ulps(elementary.cospi(share), cosine(PI * Decimal(share))) <= 2 or share == 0.5
    assert elementary.cospi(0.5) == 0


@given(st.floats(0.5, 1), st.integers(0, 1000))
@example(0.999, 1)
@example(0.5, 1022)
def test_power(base, n):
    exact = Decimal(base) ** n
    assert abs(Decimal(elementary.power(base, n)) - exact) <= exact * n / 2**53


@needs_jit
def test_compiled_they_give_the_same_bits():
    compiled = {f: njit(f) for f in (elementary.exponential, elementary.logarithm, elementary.cospi)}
    for k in range(1, 20_000):
        share = k / 20_000
        for function, kernel in compiled.items():
            x = -40 * share if function is elementary.exponential else share
            assert kernel(x) == function(x), (function, x)
    power = njit(elementary.power)
    assert all(power(0.999, n) == elementary.power(0.999, n) for n in range(5_000))
