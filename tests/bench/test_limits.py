"""What a task takes at least, and the loops that say how fast the machine is."""

import numpy as np
import pytest

from bitmass_viz.bench import arithmetic, limits
from bitmass_viz.bench.inputs import Material
from tests.conftest import needs_jit

PEAKS = {"binary": 1e12, "float": 1e10, "memory": 1e10}


@needs_jit
def test_the_loop_of_whole_numbers_does_what_it_counts():
    key, turns = 0x5DEECE66D, 7
    expected = 0
    for chain in range(limits.CHAINS):
        value = key + chain
        for _ in range(turns):
            value = ((value ^ key) + key) % 2**64
        expected = (expected + value) % 2**64
    assert limits.vector_loop(turns, key) % 2**64 == expected


@needs_jit
def test_the_loop_of_floats_does_what_it_counts():
    values = 0.5 + np.arange(limits.CHAINS)
    for _ in range(5):
        values = values * 0.5 + 0.5
    assert limits.multiply_add_loop(5, np.float32(0.5)) == pytest.approx(values.sum(), rel=1e-6)


@needs_jit
def test_peaks_are_the_best_of_the_rounds(monkeypatch):
    monkeypatch.setattr(limits, "COPY_BYTES", 1 << 10)
    monkeypatch.setattr(limits, "TURNS", 10)
    ticks = iter([t for seconds in [9, 9, 9, 2, 4, 8, 1, 8, 16] for t in (0, seconds)])
    peaks = limits.measure(2, clock=lambda: next(ticks))
    assert peaks["binary"] == 10 * 2 * limits.CHAINS * limits.REGISTER_BITS
    assert peaks["float"] == 10 * 2 * limits.CHAINS * (limits.REGISTER_BITS / 32) / 4
    assert peaks["memory"] == 2 * 1024 / 8


def test_the_slower_of_arithmetic_and_memory_decides():
    assert arithmetic.limit(arithmetic.Least("float", 2e10, 1e10), PEAKS) == (2.0, "arithmetic")
    assert arithmetic.limit(arithmetic.Least("binary", 2e10, 1e10), PEAKS) == (1.0, "memory")


def test_the_layer_has_two_operations_a_bit_pair(strokes):
    least = arithmetic.layer(Material(strokes))
    assert least.operations == 2 * 784 * 256 * 300
    assert least.bytes_moved == (98 + 4 * 256) * 300


def test_pixels_of_zero_cost_nothing_in_an_epoch(strokes):
    material = Material(strokes)
    lit = np.count_nonzero(strokes.train.images)
    passes = 4 * 8 * lit + 6 * 80 * 300
    assert arithmetic.float_epoch(material, "sgd", 1).operations == pytest.approx(passes)
    updates = -(-300 // 64)
    weights = 784 * 8 + 80
    assert arithmetic.float_epoch(material, "sgd", 64).operations == pytest.approx(passes + 2 * weights * updates)
    assert arithmetic.float_epoch(material, "adamw", 1).operations == pytest.approx(passes + 14 * weights * 300)


def test_binary_training_counts_both_layers(strokes):
    assert arithmetic.binary_epoch(Material(strokes)).operations == 2 * 256 * (784 + 10) * 300
