"""The sums that a binary Hebbian network learns, in the layout used during training: vectors of classes.

For each input and each hidden unit the layout has S_k or R_k of all classes side by side, followed by M or G (see
`hebbian` for the formulas). All are integers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.simd import load, splat_double, store, widen
from bitmass_viz.kernels.vectors import FLOATS


class Sums(NamedTuple):
    """All sums of a network in the training layout; `spread` describes it."""

    inputs: NDArray[np.float64]
    """S and M, (inputs * wide,)"""
    hidden: NDArray[np.float64]
    """R and G, (units * wide,)"""
    signals: NDArray[np.float64]
    """n, and zeros, (wide,)"""


@compiled
def spread(sums, total, together):
    """Convert sums to the training layout, with the classes of each bit side by side.

    Parameters
    ----------
    sums : int64 (classes, n)
        S or R.
    total : int64 (n,)
        M or G.
    together : float64 (n * wide,), written
        For each bit its class sums, its total, and zeros: integers below 2^53.
    """
    classes, n = sums.shape
    wide = together.shape[0] // n
    together[:] = 0.0
    for i in range(n):
        for k in range(classes):
            together[i * wide + k] = sums[k, i]
        together[i * wide + classes] = total[i]


@compiled
def collect(together, sums, total):
    """Convert sums back from the layout of `spread`."""
    classes, n = sums.shape
    wide = together.shape[0] // n
    for i in range(n):
        for k in range(classes):
            sums[k, i] = np.int64(together[i * wide + k])
        total[i] = np.int64(together[i * wide + classes])


@compiled
def fold(lit_sums, signals, together):
    """Add the sums over the bits that are 1 to the sums over all examples, and clear the former.

    Where x_i is +1 and -1, and l_i = 1 and 0:  sum of e x_i = 2 * sum of e l_i - sum of e.

    Parameters
    ----------
    lit_sums : int32 (n * wide,), cleared
        For each bit the sums of e_k l for the classes k, then the sum of l, and zeros.
    signals : int32 (wide,)
        Sums of e_k, then the number of examples, and zeros.
    together : float64 (n * wide,), changed
        See `spread`.
    """
    wide = signals.shape[0]
    two = splat_double(2.0)
    for k in range(0, wide, FLOATS):
        of_all = widen(load(signals, k))
        for at in range(k, together.shape[0], wide):
            store(together, at, load(together, at) + (two * widen(load(lit_sums, at)) - of_all))
    lit_sums[:] = 0


@compiled
def class_vectors(classes):
    """Return the number of lanes for a number per class and one more: those of two or three vectors."""
    return max(2, classes // FLOATS + 1) * FLOATS


@compiled
def lay_out(state):
    """Convert a network's sums to the training layout."""
    classes = state.signal_sums.shape[0]
    wide = class_vectors(classes)
    sums = Sums(
        np.empty(state.input_sum.shape[0] * wide, np.float64),
        np.empty(state.hidden_sum.shape[0] * wide, np.float64),
        np.zeros(wide, np.float64),
    )
    spread(state.class_sums, state.input_sum, sums.inputs)
    spread(state.hidden_sums, state.hidden_sum, sums.hidden)
    sums.signals[:classes] = state.signal_sums
    return sums


@compiled
def put_back(sums, state):
    """Convert sums back: the inverse of `lay_out`."""
    collect(sums.inputs, state.class_sums, state.input_sum)
    collect(sums.hidden, state.hidden_sums, state.hidden_sum)
    for k in range(state.signal_sums.shape[0]):
        state.signal_sums[k] = np.int64(sums.signals[k])
