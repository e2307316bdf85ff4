"""Random numbers by NumPy: what decides a network's initial weights and the order of its examples.

`pcg64` has the same numbers as kernels, so that code written against this module compiles too. Python itself draws
with NumPy, because numba takes longer to import than the first picture of a network takes to draw.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS, ORDER = 0, 1
"""What a stream of random numbers of a seed is for."""


def generator(seed: int, stream: int) -> np.random.Generator:
    """Return a PCG64 generator for one stream of a seed, 0 to 2^53 - 1."""
    return np.random.default_rng([seed, stream])


def example_order(seed: int, epoch: int, n: int) -> NDArray[np.int64]:
    """Return the order of the n training examples in an epoch."""
    return np.random.default_rng([seed, ORDER, epoch]).permutation(n)


def fill_bits(rng: np.random.Generator, bits: NDArray[np.uint8]) -> None:
    """Fill an array with 0 and 1, equally likely."""
    bits[...] = rng.integers(0, 2, bits.shape, np.uint8)


def fill_uniform(rng: np.random.Generator, low: float, high: float, values: NDArray[Any]) -> None:
    """Fill an array with numbers from the interval [low, high)."""
    values[...] = rng.uniform(low, high, values.shape)


def fill_normal(rng: np.random.Generator, deviation: float, values: NDArray[Any]) -> None:
    """Fill an array with normally distributed numbers of mean 0."""
    values[...] = rng.normal(0.0, deviation, values.shape)
