import json
import math
from dataclasses import asdict
from fractions import Fraction

import numpy as np
import pytest

from bitmass_viz.common import numeric
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.layout import LayerLayout
from bitmass_viz.trainers import TRAINERS
from bitmass_viz.trainers.options import resolve


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


@pytest.mark.parametrize("kind", [int, np.int64, np.uint8, np.int16])
def test_a_networks_shape_is_of_whole_numbers_of_any_kind(kind):
    arch = Architecture(hidden=kind(8), classes=kind(10))
    assert arch == Architecture()
    assert json.dumps([arch.hidden, arch.classes, arch.bit_mass(kind(32)), arch.hidden_units(kind(4))])
    assert Architecture(hidden=kind(200)).bit_mass() == Architecture(hidden=200).bit_mass(), "without overflow"
    layer = LayerLayout("W0", 8, 784, 32)
    assert json.dumps(asdict(layer.at(kind(3), kind(100), kind(2)))) == json.dumps(asdict(layer.at(3, 100, 2)))


@pytest.mark.parametrize(
    ("trainer", "options"),
    [
        ("sgd", {"learning_rate": np.float32(0.25), "batch_size": np.int64(32), "chain_rule": np.False_}),
        ("sgd", {"learning_rate": Fraction(1, 4), "loss": np.str_("cross-entropy")}),
        ("sgd", {"learning_rate": 1}),
        ("straight-through", {"bits": np.int64(4)}),
    ],
)
def test_options_become_pythons_own(trainer, options):
    resolved = resolve(trainer, TRAINERS[trainer].OPTIONS, "published", options)
    json.dumps(resolved)
    for name, value in options.items():
        assert resolved[name] == value
        assert type(resolved[name]) in (bool, int, float, str)


@pytest.mark.parametrize(
    ("trainer", "option", "value"),
    [
        ("sgd", "learning_rate", True), ("sgd", "learning_rate", np.True_), ("sgd", "learning_rate", np.nan),
        ("sgd", "learning_rate", "0.1"), ("sgd", "learning_rate", 10**400), ("sgd", "batch_size", 32.0),
        ("sgd", "batch_size", True), ("sgd", "batch_size", 0),
        ("sgd", "chain_rule", 1), ("sgd", "chain_rule", "no"),
        ("straight-through", "bits", True), ("straight-through", "bits", 1.0), ("straight-through", "bits", "1"),
        ("sgd", "loss", 1), ("sgd", "loss", ["squared-error"]),
    ],
)  # fmt: skip
def test_options_that_are_of_another_kind_are_refused(trainer, option, value):
    with pytest.raises(ValueError, match=f"{option} must be"):
        resolve(trainer, TRAINERS[trainer].OPTIONS, "published", {option: value})
