import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from bitmass_viz.kernels import bits
from tests import naive

widths = st.sampled_from([1, 2, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129])


@njit
def count(word):
    return bits.popcount(word)


def packed(rows, threshold=0):
    out = np.empty((len(rows), bits.words_for(rows.shape[1])), np.uint64)
    bits.pack_rows(rows, threshold, out)
    return out


@given(st.integers(0, 2**64 - 1))
def test_popcount_counts_every_bit(word):
    assert count(np.uint64(word)) == bin(word).count("1") == bits.popcount(np.uint64(word))


@given(widths, st.integers(0, 2**32))
def test_packing_puts_the_first_bit_lowest_and_unpacking_brings_it_back(width, seed):
    rows = np.random.default_rng(seed).integers(0, 2, (3, width), np.uint8)
    words = packed(rows)
    assert words.tolist() == [naive.pack(row) for row in rows] == bits.pack_bits(rows).tolist()
    assert (bits.unpack_bits(words, width) == rows).all()


def test_packing_compares_with_the_threshold():
    row = np.array([[0, 127, 128, 255]], np.uint8)
    assert packed(row, 127).tolist() == [[0b1100]]


@given(widths, st.integers(1, 70), st.integers(0, 2**32))
def test_xnor_popcount_counts_agreements(width, units, seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, (1, width), np.uint8)
    weights = rng.integers(0, 2, (units, width), np.uint8)
    out = np.empty(units, np.int64)
    bits.xnor_popcount(packed(x)[0], np.ascontiguousarray(packed(weights).T), width, out)
    assert out.tolist() == [naive.matches(x[0], w) for w in weights]


def test_all_zero_and_all_one_inputs_do_not_count_padding():
    for width in (10, 64, 784):
        zeros, ones = np.zeros((1, width), np.uint8), np.ones((1, width), np.uint8)
        weights = np.ascontiguousarray(packed(np.concatenate([zeros, ones])).T)
        out = np.empty(2, np.int64)
        bits.xnor_popcount(packed(zeros)[0], weights, width, out)
        assert out.tolist() == [width, 0]
        bits.xnor_popcount(packed(ones)[0], weights, width, out)
        assert out.tolist() == [0, width]
