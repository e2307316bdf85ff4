import os
import platform
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numba import config, njit

from bitmass_viz.kernels import bits, byte_vectors, packing, simd

floats = arrays.arrays(np.float32, 8, elements=st.floats(-1e6, 1e6, width=32))
bytes_32 = arrays.arrays(np.uint8, 32)


def of_two(operation):
    """Let compiled code apply an operation to two vectors of an array each."""

    @njit
    def compiled(a, b, out):
        simd.store(out, 0, operation(simd.load(a, 0), simd.load(b, 0)))

    return compiled


def of_one(operation):
    @njit
    def compiled(a, out):
        simd.store(out, 0, operation(simd.load(a, 0)))

    return compiled


@njit
def added(a, b):
    return a + b


@njit
def scaled(a, b):
    return (a - b) * b / (np.float32(2) * b * b + np.float32(1))


@njit
def at_least(a, b):
    return simd.at_least(a, np.float32(0.5)) + b


BINARY = {
    "add": added,
    "arithmetic": scaled,
    "at least": at_least,
}
COMPILED = {name: of_two(operation) for name, operation in BINARY.items()}
magnitude, root, exponential = of_one(simd.magnitude), of_one(simd.root), of_one(simd.exponential)
low, high = of_one(byte_vectors.low_nibbles), of_one(byte_vectors.high_nibbles)
look_up = of_two(byte_vectors.look_up)


def plain(operation):
    return getattr(operation, "py_func", operation)


@pytest.mark.parametrize("name", BINARY)
@given(floats, floats)
def test_compiled_vectors_give_the_bits_of_numpy(name, a, b):
    out = np.empty(8, np.float32)
    COMPILED[name](a, b, out)
    expected = plain(BINARY[name])(a, b)
    assert out.tobytes() == expected.astype(np.float32).tobytes()


@given(floats)
def test_roots_and_magnitudes(a):
    out = np.empty(8, np.float32)
    magnitude(a, out)
    assert out.tobytes() == np.abs(a).tobytes()
    root(np.abs(a), out)
    assert out.tobytes() == np.sqrt(np.abs(a)).tobytes()


@given(arrays.arrays(np.float32, 8, elements=st.floats(-87, 88, width=32)))
def test_the_exponential_is_right_to_two_units_in_the_last_place(a):
    out = np.empty(8, np.float32)
    exponential(a, out)
    exact = np.exp(a.astype(np.float64))
    assert (np.abs(out - exact) <= 2 * np.spacing(exact.astype(np.float32))).all()
    assert out.tobytes() == plain(simd.exponential)(a).tobytes(), "with and without the JIT"


def test_the_exponential_of_what_is_far_below_is_next_to_nothing():
    out = np.empty(8, np.float32)
    exponential(np.array([0, -87, -88, -1e4, -3e38, -np.inf, 1, -1], np.float32), out)
    assert out[0] == 1
    assert (out[1:6] < 2e-38).all()


@njit
def total_mask_choice(a, b):
    x, y = simd.load(a, 0), simd.load(b, 0)
    return simd.total(x), simd.mask_above(x, y), simd.total(simd.where_positive(x, x, y))


@given(floats, floats)
def test_totals_and_masks_and_choices(a, b):
    found = total_mask_choice(a, b)
    assert found[0] == simd.total(a)
    assert found[1] == sum(int(x > y) << i for i, (x, y) in enumerate(zip(a, b, strict=True)))
    assert found[2] == simd.total(np.where(a > 0, a, b))


@njit
def half_added(whole, doubles, rounded):
    simd.store(doubles, 0, simd.widen(simd.load(whole, 0)) * simd.splat_double(0.5) + simd.load(doubles, 0))
    simd.store(rounded, 0, simd.narrow(simd.load(doubles, 0)))


@given(arrays.arrays(np.int32, 8), arrays.arrays(np.float64, 8, elements=st.floats(-1e9, 1e9)))
def test_whole_numbers_widen_and_doubles_narrow(whole, doubles):
    expected = whole * 0.5 + doubles
    out = np.empty(8, np.float32)
    half_added(whole, doubles, out)
    assert doubles.tolist() == expected.tolist()
    assert out.tolist() == expected.astype(np.float32).tolist()


@pytest.mark.parametrize("kind", [np.float32, np.int32])
def test_loading_what_lies_apart(kind):
    @njit
    def compiled(array, out):
        simd.store(out, 0, simd.load_apart(array, 3, 5))

    array = np.arange(60, dtype=kind)
    out = np.empty(8, kind)
    compiled(array, out)
    assert out.tolist() == array[3:43:5].tolist() == simd.load_apart(array, 3, 5).tolist()


@given(bytes_32, arrays.arrays(np.uint8, 16))
def test_a_table_of_sixteen_is_looked_up_in_every_lane(a, sixteen):
    table = np.concatenate([sixteen, sixteen])
    halves, out = np.empty(32, np.uint8), np.empty(32, np.uint8)
    for nibbles, expected in ((low, a & 15), (high, a >> 4)):
        nibbles(a, halves)
        assert halves.tolist() == expected.tolist()
        look_up(table, halves, out)
        assert out.tolist() == table[expected].tolist()


@njit
def chosen(mask, yes, no, out):
    simd.store(out, 0, byte_vectors.choose_bits(mask, simd.load(yes, 0), simd.load(no, 0)))


@given(bytes_32, bytes_32, st.integers(0, 255))
def test_bits_are_chosen_byte_by_byte(yes, no, mask):
    out = np.empty(32, np.uint8)
    chosen(mask, yes, no, out)
    assert out.tolist() == [(y & mask) | (n & ~mask & 255) for y, n in zip(yes.tolist(), no.tolist(), strict=True)]
    assert out.tolist() == byte_vectors.choose_bits(mask, yes, no).tolist()


shorts_32 = arrays.arrays(np.int16, 32, elements=st.integers(-16000, 16000))


@njit
def short_steps(a, b, numbers, out):
    """Every operation on 32 int16, each result beside the others; the masks are returned."""
    x, y = simd.load(a, 0), simd.load(b, 0)
    simd.store(out, 0, x + y)
    simd.store(out, 32, x - y)
    simd.store(out, 64, byte_vectors.nearer(x, y))
    simd.store(out, 96, byte_vectors.splat_short(-7))
    byte_vectors.store_shorts(out, 128, simd.load(numbers, 0))
    return byte_vectors.mask_positive(x), byte_vectors.mask_within(x, 5000)


@given(shorts_32, shorts_32, arrays.arrays(np.float32, 8, elements=st.floats(-32767, 32767, width=32)))
def test_operations_on_int16(a, b, numbers):
    out, expected = np.zeros((2, 136), np.int16)
    masks = short_steps(a, b, numbers, out)
    expected[:] = np.concatenate(
        [a + b, a - b, np.minimum(abs(a), abs(b)), np.full(32, -7), np.rint(numbers)],
        dtype=np.int16,
        casting="unsafe",
    )
    assert out.tolist() == expected.tolist()
    assert masks == tuple(sum(int(bit) << i for i, bit in enumerate(bits)) for bits in (a > 0, abs(a) <= 5000))
    if not config.DISABLE_JIT:
        assert masks == short_steps.py_func(a, b, numbers, expected)
        assert out.tolist() == expected.tolist()


@njit
def table_steps(numbers, words, sums, out, wide):
    """Every operation that tables of sums are made and read with."""
    simd.store(sums, 0, byte_vectors.subset_sums(numbers, 1))
    for which in range(4):
        simd.store(out, 32 * which, byte_vectors.byte_of_each(words, 1, which))
    simd.store(out, 128, byte_vectors.load_twice(out, 3))
    simd.store(out, 160, byte_vectors.count_bits(byte_vectors.common_bits(simd.load(out, 0), 0x1B7)))
    simd.store(wide, 0, byte_vectors.widen_bytes(simd.load(out, 0)))


@given(arrays.arrays(np.int64, 5, elements=st.integers(-(2**60), 2**60)), arrays.arrays(np.uint32, 33))
def test_operations_on_tables(numbers, words):
    found = np.zeros(16, np.int64), np.zeros(192, np.uint8), np.zeros(32, np.int16)
    table_steps(numbers, words, *found)
    sums, out, wide = (array.tolist() for array in found)
    assert sums == [sum(int(numbers[1 + i]) for i in range(4) if choice >> i & 1) for choice in range(16)]
    assert out[:128] == [int(word) >> 8 * which & 255 for which in range(4) for word in words[1:]]
    assert out[128:160] == 2 * out[3:19]
    assert out[160:] == [(byte & 0xB7).bit_count() for byte in out[:32]]
    assert wide == out[:32]
    if not config.DISABLE_JIT:
        table_steps.py_func(numbers, words, *found)
        assert [array.tolist() for array in found] == [sums, out, wide]


@njit
def sum_steps(sums, bits, number, out):
    simd.store(out, 0, simd.load_sums(sums, 1) + simd.where_bits(bits, number))


@given(arrays.arrays(np.int32, 17, elements=st.integers(-(2**30), 2**30)), st.integers(0, 2**64 - 1))
def test_a_number_is_added_where_a_bit_is_1(sums, bits):
    for add in (sum_steps, getattr(sum_steps, "py_func", sum_steps)):
        out = np.zeros(16, np.int32)
        add(sums, np.uint64(bits), np.int32(-77), out)
        assert out.tolist() == [int(sums[1 + i]) - 77 * (bits >> i & 1) for i in range(16)]


@njit
def grow_and_compare(counts, limits, a):
    byte_vectors.add_bytes(counts, 5, simd.load(a, 0))
    return byte_vectors.mask_exceeding(counts, limits, 5)


@given(arrays.arrays(np.uint16, 40), arrays.arrays(np.uint16, 40), bytes_32)
def test_counts_grow_by_bytes_and_are_compared_with_limits(counts, limits, a):
    grown = counts.copy()
    grown[5:37] += a
    mask = int(grow_and_compare(counts, limits, a))
    assert counts.tolist() == grown.tolist()
    assert mask == sum(int(grown[5 + i] > limits[5 + i]) << i for i in range(32))
    assert mask == int(byte_vectors.mask_exceeding(counts, limits, 5))


def counts_of_agreements():
    """Count on 288 units: whole blocks of vectors and one more."""
    rng = np.random.default_rng(0)
    columns = packing.byte_columns(rng.integers(0, 2, (288, 100), np.uint8))
    packed = np.packbits(rng.integers(0, 2, (1, 100), np.uint8), axis=1, bitorder="little")
    matches = np.empty(288, np.uint16)
    bits.xnor_popcount(packed, 0, bits.binary_layer(columns, 100), matches)
    return matches.tolist()


@pytest.mark.slow
@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="these are features of x86-64")
@pytest.mark.parametrize("features", ["", "+ssse3,+sse2,+sse"])
def test_a_lesser_machine_counts_the_same(features, tmp_path):
    """Without AVX2 counting becomes other instructions."""
    settings = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": features, "NUMBA_CACHE_DIR": str(tmp_path)}
    program = "from tests.kernels.test_simd import counts_of_agreements; print(counts_of_agreements())"
    lesser = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | settings, capture_output=True, text=True, check=True
    )
    assert lesser.stdout.strip() == str(counts_of_agreements())


usual = st.floats(-80, 80, width=32)


@njit
def block_steps(shades, numbers, weights, out):
    """Every operation on longer vectors, each result beside the others."""
    block = simd.load_pixels(shades, 1) * simd.for_each_pixel(simd.load(numbers, 0)) + simd.load_block(weights, 1)
    simd.store(out, 0, simd.over_pixels(block))
    a, b = simd.load_classes(weights, 2), simd.load_classes(weights, 7)
    simd.store(out, 8, simd.totals(a, b, a + b, a - b, a * b, b + b, a / b, a))
    out[16], out[17], out[18] = simd.total(a), simd.largest(a), simd.largest(simd.load(weights, 0))


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
@given(st.binary(min_size=5, max_size=5), floats, arrays.arrays(np.float32, 33, elements=usual))
def test_longer_vectors_give_the_bits_of_numpy(shades, numbers, weights):
    shades, weights = (
        np.frombuffer(shades, np.uint8).copy(),
        np.where(np.abs(weights) < 1e-3, np.float32(1), weights),
    )
    out, expected = np.empty((2, 19), np.float32)
    block_steps(shades, numbers, weights, out)
    plain(block_steps)(shades, numbers, weights, expected)
    assert out.tobytes() == expected.tobytes()


def test_the_pixels_of_a_block_are_added_for_each_unit():
    np.testing.assert_array_equal(simd.over_pixels(np.arange(32, dtype=np.float32)), 16 * np.arange(8) + 6)
    np.testing.assert_array_equal(simd.for_each_pixel(np.arange(8)), np.arange(32) // 4)
