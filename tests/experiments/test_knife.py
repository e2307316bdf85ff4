import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bitmass_viz as bm
from bitmass_viz.experiments import knife
from bitmass_viz.experiments.measures import MEASURES, constant_pixels
from tests.conftest import needs_jit

FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False, allow_subnormal=False)


def pattern(value):
    return struct.unpack("<I", struct.pack("<f", value))[0]


@given(FINITE, st.integers(1, 32))
def test_truncating_keeps_the_top_bits_and_nothing_else(value, bits):
    (kept,) = knife.keep_top(np.array([pattern(value)], np.uint32), bits, rounded=False)
    text = f"{pattern(value):032b}"
    assert f"{kept:032b}" == text[:bits] + "0" * (32 - bits)


@given(FINITE, st.integers(2, 32))
def test_rounding_takes_the_nearest_pattern(value, bits):
    (kept,) = knife.keep_top(np.array([pattern(value)], np.uint32), bits, rounded=True)
    step = 1 << (32 - bits)
    assert kept % step == 0
    assert kept >> 31 == pattern(value) >> 31
    magnitude, found = pattern(value) & 0x7FFFFFFF, int(kept) & 0x7FFFFFFF
    assert abs(found - magnitude) <= step // 2 or found + step >= 0x7F800000
    assert np.isfinite(np.array([kept], np.uint32).view(np.float32)[0])


def test_rounding_never_makes_a_weight_infinite():
    largest = np.array([0x7F7FFFFF, 0xFF7FFFFF], np.uint32)
    for bits in range(1, 33):
        assert np.isfinite(knife.keep_top(largest, bits, rounded=True).view(np.float32)).all()


@pytest.mark.parametrize("bits", [0, 33, -1])
def test_bits_that_cannot_be_kept_are_refused(bits):
    with pytest.raises(ValueError, match="bits must be a whole number between 1 and 32"):
        knife.keep_top(np.zeros(1, np.uint32), bits, rounded=False)


def test_the_entropy_of_a_plane():
    patterns = np.array([0b00, 0b01, 0b01, 0b01], np.uint32)
    assert knife.plane_entropy(patterns, 1) == 0.0
    assert knife.plane_entropy(patterns, 0) == pytest.approx(0.8112781)
    assert knife.plane_entropy(np.arange(8, dtype=np.uint32), 0) == 1.0


@given(st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=20), st.integers(1, 12))
def test_quantising_takes_the_nearest_of_evenly_spaced_values(values, bits):
    weights = np.array(values, np.float32)
    rounded, codes = knife.quantised(weights, bits)
    largest = float(np.abs(weights).max())
    grid = np.linspace(-largest, largest, 2**bits)
    assert rounded == pytest.approx(grid[codes], abs=1e-6)
    distances = np.abs(weights.astype(np.float64)[:, None] - grid)
    assert np.abs(weights - rounded) == pytest.approx(distances.min(axis=1), abs=1e-6)


def test_a_layer_is_quantised_by_its_own_largest_weight():
    weights = bm.TRAINERS["sgd"](bm.Architecture(hidden=2), 1).weights()
    cuts = [
        (cut, facts) for cut, facts in knife.cuts(weights, np.random.default_rng(0)) if facts["cut"] == "quantise"
    ]
    assert [facts["bit"] for _, facts in cuts] == list(knife.QUANTISED_BITS)
    for cut, facts in cuts:
        size = 0.0
        for layer, before in ((cut.w0, weights.w0), (cut.w1, weights.w1)):
            assert np.abs(layer.neurons).max() == pytest.approx(np.abs(before.neurons).max(), rel=1e-6)
            share = np.unique(layer.neurons, return_counts=True)[1] / layer.neurons.size
            size -= layer.neurons.size * float((share * np.log2(share)).sum())
        assert facts["coded_bits"] == pytest.approx(size, rel=1e-6)
        assert facts["coded_bits"] <= facts["bit"] * weights.bit_mass / 32


def test_a_pixel_is_constant_if_it_is_black_or_white_in_every_image():
    images = np.array([[[0, 127, 128, 255]], [[90, 128, 255, 128]]], np.uint8)
    assert constant_pixels(images).tolist() == [True, False, True, True]


@needs_jit
@pytest.mark.parametrize("rule", ["prototype", "error-driven", "delta"])
def test_bits_of_constant_pixels_never_change_in_bv32(rule, tiny):
    run = bm.Run("bv32-hebbian", tiny, bm.Architecture(hidden=1), rule=rule)
    run.advance(2 * len(tiny.train))
    first = MEASURES["bit-knife"](run)[0]
    counted = 32 * int(constant_pixels(tiny.train.images).sum())
    assert 0 < counted == first["idle_bits"] == first["untouched_bits"]
    untrained = bm.Run("bv32-hebbian", tiny, bm.Architecture(hidden=1), rule=rule)
    assert run.weights.flipped(untrained.weights) > 0


@pytest.mark.parametrize("name", ["sgd", "bv32-hebbian"])
def test_every_cut_does_what_it_says(name):
    weights = bm.TRAINERS[name](bm.Architecture(hidden=2), 1).weights()
    before = weights.tobytes()
    seen = []
    for cut, facts in knife.cuts(weights, np.random.default_rng(0)):
        flipped = weights.flipped(cut)
        seen.append(facts["cut"])
        if facts["cut"] == "flip":
            expected = round(facts["share"] * weights.bit_mass)
            assert flipped == expected if name == "bv32-hebbian" else flipped <= expected
        if facts["cut"] == "randomise plane":
            changed = np.frombuffer(cut.tobytes(), "<u4") ^ np.frombuffer(before, "<u4")
            assert set(changed) <= {0, 1 << facts["bit"]}
        if facts["cut"] == "truncate" and facts["bit"] == 32:
            assert flipped == 0
        assert np.isfinite(cut.w0.neurons).all()
    assert weights.tobytes() == before
    assert seen.count("flip") == len(knife.FLIPPED_SHARES)
    assert seen.count("truncate") == seen.count("round") == (32 if name == "sgd" else 0)
    assert seen.count("quantise") == (len(knife.QUANTISED_BITS) if name == "sgd" else 0)
    assert seen.count("randomise plane") == (32 if name == "sgd" else 0)


@needs_jit
@pytest.mark.parametrize("name", ["sgd", "bv32-hebbian", "straight-through"])
def test_the_knife_leaves_the_network_as_it_was(name, tiny):
    run = bm.Run(name, tiny, bm.Architecture(hidden=1))
    run.advance(100)
    before = run.weights.tobytes()
    records = MEASURES["bit-knife"](run)
    assert run.weights.tobytes() == before
    assert records[0]["cut"] == "none"
    assert records[0]["accuracy"] == run.accuracy("test")
    if name == "sgd":
        same = [r for r in records if r["cut"] in ("truncate", "round") and r["bit"] == 32]
        assert {r["accuracy"] for r in same} == {records[0]["accuracy"]}


@needs_jit
@pytest.mark.parametrize("name", bm.TRAINERS)
def test_the_three_views_agree_on_every_bit(name, tiny):
    run = bm.Run(name, tiny)
    run.advance(64)
    (record,) = MEASURES["ledger"](run)
    assert record["disagreeing_bits"] == 0
    assert record["weight_bits"] == run.weights.bit_mass


def test_a_disagreement_between_views_would_be_counted(tiny, monkeypatch):
    from bitmass_viz.network.weights import WeightMatrix

    words = WeightMatrix.words.fget
    monkeypatch.setattr(WeightMatrix, "words", property(lambda self: words(self) ^ np.uint32(1)))
    run = bm.Run("sgd", tiny, bm.Architecture(hidden=1))
    (record,) = MEASURES["ledger"](run)
    assert record["disagreeing_bits"] == 784 + 10


def test_a_collapsed_network_has_few_units_of_its_own(tiny):
    run = bm.Run("bv32-uncentred", tiny, bm.Architecture(hidden=1))
    run.advance(len(tiny.train))
    (record,) = MEASURES["collapse"](run)
    import json

    confusion = np.array(json.loads(record["confusion"]))
    assert confusion.sum() == len(tiny.test)
    assert np.trace(confusion) / len(tiny.test) == pytest.approx(record["accuracy"])
    assert 1 <= record["distinct_units"] <= 32
