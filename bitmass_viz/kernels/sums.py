"""The sums that a binary Hebbian network learns, laid out for vectors of classes while it trains.

For each input and each hidden unit they hold S_k or R_k of all classes side by side, and behind them M or G (the
formulas are in `hebbian`): all whole numbers.
"""

from __future__ import annotations

import numpy as np

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.simd import FLOATS, load, splat_double, store, widen


@compiled
def spread(sums, total, together):
    """Lay the sums of each bit side by side, for vectors of classes.

    Parameters
    ----------
    sums : int64 (classes, n)
        S or R.
    total : int64 (n,)
        M or G.
    together : float64 (n * wide,), written
        For each bit the sums of its classes, its total, and zeros: whole numbers below 2^53.
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
    """Bring the sums back from where `spread` has laid them."""
    classes, n = sums.shape
    wide = together.shape[0] // n
    for i in range(n):
        for k in range(classes):
            sums[k, i] = np.int64(together[i * wide + k])
        total[i] = np.int64(together[i * wide + classes])


@compiled
def fold(lit_sums, signals, together):
    """Add what was summed up where bits are 1 to the sums over all examples, and clear it.

    Where x_i is +1 and -1, and l_i = 1 and 0:  sum of e x_i = 2 * sum of e l_i - sum of e.

    Parameters
    ----------
    lit_sums : int32 (n * wide,), cleared
        For each bit the sums of e_k l over the classes k, behind them the sum of l, and zeros.
    signals : int32 (wide,)
        Sums of e_k, behind them the number of examples, and zeros.
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
    """Return how many lanes hold a number for each class and one more: two vectors, or three."""
    return max(2, classes // FLOATS + 1) * FLOATS


@compiled
def lay_out(sums):
    """Lay the sums out for `refresh`.

    Parameters
    ----------
    sums : (S, R, n_k, M, G)
        int64 (classes, n), (classes, units), (classes,), (n,), (units,).

    Returns
    -------
    together, hidden_together, signal_sums
    """
    class_sums, hidden_sums, signal_sums, input_sum, hidden_sum = sums
    classes = signal_sums.shape[0]
    wide = class_vectors(classes)
    together = np.empty(input_sum.shape[0] * wide, np.float64)
    hidden_together = np.empty(hidden_sum.shape[0] * wide, np.float64)
    spread(class_sums, input_sum, together)
    spread(hidden_sums, hidden_sum, hidden_together)
    wide_signals = np.zeros(wide, np.float64)
    wide_signals[:classes] = signal_sums
    return together, hidden_together, wide_signals
