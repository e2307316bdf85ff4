import math
from fractions import Fraction

import numpy as np
import pytest

from bitmass_viz import numeric


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3), np.int64(3)])
def test_whole_numbers_of_python_and_numpy_are_whole_numbers(value):
    found = numeric.whole("epochs", value, 1, 10)
    assert found == 3
    assert type(found) is int


@pytest.mark.parametrize("value", [True, np.True_, 3.0, np.float64(3), "3", None, [3], np.array([3]), 1 + 0j])
def test_nothing_else_is_a_whole_number(value):
    with pytest.raises(ValueError, match="epochs must be a whole number between 1 and 10, got "):
        numeric.whole("epochs", value, 1, 10)


@pytest.mark.parametrize("value", [0.5, np.float32(0.5), np.float16(0.5), np.float64(0.5), Fraction(1, 2)])
def test_real_numbers_of_python_and_numpy_are_numbers(value):
    found = numeric.real("rate", value, 0, 1)
    assert found == 0.5
    assert type(found) is float


@pytest.mark.parametrize("value", [math.nan, math.inf, np.float32("nan"), False, np.False_, "0.5", None, 10**400])
def test_nothing_else_is_a_number(value):
    with pytest.raises(ValueError, match="rate must be a number between 0 and 1, got "):
        numeric.real("rate", value, 0, 1)


def test_seeds_are_what_json_and_a_link_hold_exactly():
    assert numeric.seed(2**53 - 1) == 2**53 - 1
    for value in (-1, 2**53, True, 1.0, 10**5000):
        with pytest.raises(ValueError, match=r"seed must be a whole number between 0 and 9,007,199,254,740,991"):
            numeric.seed(value)


def test_a_value_that_cannot_be_printed_is_named_by_its_type():
    assert numeric.shortened(10**5000) == "a value of type int"
    assert len(numeric.shortened("x" * 1000)) == 80
