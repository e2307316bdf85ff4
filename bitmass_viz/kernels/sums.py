"""The sums that a binary Hebbian network learns, in the layout used during training: a row for each class.

For each class k the layout has S_k of all inputs, or R_k of all hidden units, side by side, and a last row for M
or G (see `hebbian` for the formulas). All are integers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.simd import load, load_apart, splat_double, store, widen
from bitmass_viz.kernels.vectors import BYTES, FLOATS


class Sums(NamedTuple):
    """All sums of a network in the training layout; `spread` describes it."""

    inputs: NDArray[np.float64]
    """S and M, (classes + 1, padded inputs)"""
    hidden: NDArray[np.float64]
    """R and G, (classes + 1, padded units)"""
    signals: NDArray[np.float64]
    """n, (classes,)"""


@compiled
def padded_bits(n):
    """Return `n` rounded up to whole vectors of bits."""
    return -(-n // BYTES) * BYTES


@compiled
def spread(sums, total):
    """Convert sums to the training layout.

    Parameters
    ----------
    sums : int64 (classes, n)
        S or R.
    total : int64 (n,)
        M or G.

    Returns
    -------
    float64 (classes + 1, padded_bits(n))
        Integers below 2^53; any numbers beyond the n bits.
    """
    classes, n = sums.shape
    together = np.zeros((classes + 1, padded_bits(n)), np.float64)
    together[:classes, :n] = sums
    together[classes, :n] = total
    return together


@compiled
def collect(together, sums, total):
    """Convert sums back from the layout of `spread`."""
    classes, n = sums.shape
    for i in range(n):
        for k in range(classes):
            sums[k, i] = np.int64(together[k, i])
        total[i] = np.int64(together[classes, i])


@compiled
def fold(lit_sums, apart, rows_apart, signals, together):
    """Add the sums over the bits that are 1 to the sums over all examples, and clear the former.

    Where x_i is +1 and -1, and l_i = 1 and 0:  sum of e x_i = 2 * sum of e l_i - sum of e.

    Parameters
    ----------
    lit_sums : int32, one axis, cleared
        For each bit the sums of e_k l for the classes k, then the sum of l.
    apart, rows_apart : int
        From one bit to the next, and from one class to the next.
    signals : int32 (wide,)
        Sums of e_k, then the number of examples, and zeros.
    together : float64 (classes + 1, padded), changed
        See `spread`.
    """
    rows, padded = together.shape
    two = splat_double(2.0)
    for first in range(0, padded, FLOATS):
        for k in range(rows):
            at = k * padded + first
            lit = widen(load_apart(lit_sums, first * apart + k * rows_apart, apart))
            store(together, at, load(together, at) + (two * lit - splat_double(np.float64(signals[k]))))
    lit_sums[:] = 0


@compiled
def class_vectors(classes):
    """Return the number of lanes for a number per class and one more: those of two or three vectors."""
    return max(2, classes // FLOATS + 1) * FLOATS


@compiled
def lay_out(state):
    """Convert a network's sums to the training layout."""
    return Sums(
        spread(state.class_sums, state.input_sum),
        spread(state.hidden_sums, state.hidden_sum),
        state.signal_sums.astype(np.float64),
    )


@compiled
def put_back(sums, state):
    """Convert sums back: the inverse of `lay_out`."""
    collect(sums.inputs, state.class_sums, state.input_sum)
    collect(sums.hidden, state.hidden_sums, state.hidden_sum)
    state.signal_sums[:] = sums.signals
