import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from bitmass_viz.kernels import bits, packing
from tests import naive

widths = st.sampled_from([1, 2, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129])


@njit
def count(word):
    return bits.popcount(word)


def packed(rows, threshold=0):
    out = np.empty((len(rows), packing.words_for(rows.shape[1])), np.uint64)
    bits.pack_rows(rows, threshold, out)
    return out


@given(st.integers(0, 2**64 - 1))
def test_popcount_counts_every_bit(word):
    assert count(np.uint64(word)) == bin(word).count("1") == bits.popcount(np.uint64(word))


@given(widths, st.integers(0, 2**32))
def test_packing_puts_the_first_bit_lowest_and_unpacking_brings_it_back(width, seed):
    rows = np.random.default_rng(seed).integers(0, 2, (3, width), np.uint8)
    words = packed(rows)
    assert words.tolist() == [naive.pack(row) for row in rows] == packing.pack_bits(rows).tolist()
    assert (naive.unpack(words, width) == rows).all()


def test_packing_compares_with_the_threshold():
    row = np.array([[0, 127, 128, 255]], np.uint8)
    assert packed(row, 127).tolist() == [[0b1100]]


def counted(x, weights):
    """What `xnor_popcount` makes of one input and some units, given as zeros and ones."""
    columns = packing.byte_columns(weights)
    layer, matches = bits.binary_layer(columns, len(x)), np.empty(columns.shape[1], np.uint16)
    assert layer.ones[: len(weights)].tolist() == weights.sum(axis=1).tolist()
    bits.xnor_popcount(np.packbits(x[None], axis=1, bitorder="little"), 0, layer, matches)
    return matches[: len(weights)].tolist()


@given(widths, st.integers(1, 300), st.integers(0, 2**32))
def test_xnor_popcount_counts_agreements(width, units, seed):
    rng = np.random.default_rng(seed)
    x = (rng.random(width) < rng.random()).astype(np.uint8)
    weights = rng.integers(0, 2, (units, width), np.uint8)
    assert counted(x, weights) == (x == weights).sum(axis=1).tolist()
    assert counted(x, weights[:1]) == [naive.matches(x, weights[0])]


def test_all_zero_and_all_one_inputs_do_not_count_padding():
    for width in (10, 64, 784, 4096):
        zeros, ones = np.zeros(width, np.uint8), np.ones(width, np.uint8)
        assert counted(zeros, np.stack([zeros, ones])) == [width, 0]
        assert counted(ones, np.stack([zeros, ones])) == [0, width]


@given(widths, st.integers(1, 70), st.integers(0, 2**32))
def test_columns_of_bytes_hold_the_rows_of_bits(width, units, seed):
    rows = np.random.default_rng(seed).integers(0, 2, (units, width), np.uint8)
    columns = packing.byte_columns(rows)
    assert columns.shape == (-(-width // 8), -(-units // 32) * 32)
    assert not columns[:, units:].any()
    assert [int(columns[i // 8, 0] >> (i % 8)) & 1 for i in range(width)] == rows[0].tolist()
    assert (naive.unpack(columns.T[:units], width) == rows).all()


@given(widths, st.integers(1, 9), st.integers(0, 2**32))
def test_joined_rows_have_no_padding_between_them(width, n, seed):
    rows = np.random.default_rng(seed).integers(0, 2, (n, width), np.uint8)
    joined = packing.join_rows(np.packbits(rows, axis=1, bitorder="little"), width)
    assert np.unpackbits(joined, bitorder="little")[: rows.size].tolist() == rows.ravel().tolist()
    assert len(joined) == -(-rows.size // 8)
