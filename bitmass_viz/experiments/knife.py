"""The bit-knife: what is left of a trained network when some of its weight bits are taken away.

A float32 is 1 sign, 8 exponent and 23 mantissa bits, the sign topmost. Keeping the top b bits of a pattern p:

    truncate   p with the lower 32 − b bits set to 0
    round      p + half of the last bit kept, then truncated: the nearest pattern that has only b bits
    quantise   the nearest of 2^b evenly spaced values, of which the outermost are ± the layer's largest weight
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common import numeric
from bitmass_viz.common.numeric import real, whole
from bitmass_viz.network.formats import FLOAT32, Codes, Levels
from bitmass_viz.network.weights import WeightMatrices

FLOAT_BITS = FLOAT32.bits
FLIPPED_SHARES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
"""Shares of a network's weight bits to flip."""

QUANTISED_BITS = tuple(range(1, 13))
"""Bits of a uniformly quantised weight."""

Cut = tuple[WeightMatrices, dict[str, Any]]
"""A network's weights after the knife, and what was done to them."""


def keep_top(patterns: NDArray[np.uint32], bits: int, *, rounded: bool) -> NDArray[np.uint32]:
    """Keep the top bits of float32 patterns.

    Parameters
    ----------
    patterns : uint32 (n,)
    bits : int
        1 to 32.
    rounded : bool
        Round to the nearest pattern rather than towards zero; the sign never changes, and a pattern that
        rounding would carry up to infinity or beyond stays truncated.

    Returns
    -------
    uint32 (n,)

    Raises
    ------
    ValueError
        If `bits` is out of range.
    """
    bits = whole("bits", bits, 1, FLOAT_BITS)
    dropped = FLOAT_BITS - bits
    mask = np.uint32(0xFFFFFFFF << dropped & 0xFFFFFFFF)
    cut = patterns & mask
    if not rounded or dropped == 0 or bits == 1:
        return cut
    up = (patterns.astype(np.uint64) + (1 << (dropped - 1))).astype(np.uint64) & np.uint64(mask)
    infinite = np.uint64(0x7F800000)
    overflows = ((up & np.uint64(0x7FFFFFFF)) >= infinite) | ((up >> np.uint64(31)) != (patterns >> np.uint32(31)))
    return np.where(overflows, cut, up.astype(np.uint32))


def kept(weights: WeightMatrices, bits: int, *, rounded: bool = False) -> WeightMatrices:
    """Return float32 weights of which only the top bits are kept, see `keep_top`.

    Raises
    ------
    ValueError
        If the weights are not float32, or `bits` is out of range.
    """
    if weights.layers[0].format is not FLOAT32:
        raise ValueError(f"the bit-knife cuts float32 weights, got {weights.format}")
    cut = keep_top(weights.buffer.view("<u4"), bits, rounded=rounded)
    return WeightMatrices(cut.astype("<u4").view(np.uint8), weights.layers)


def quantised(weights: NDArray[np.float32], bits: int) -> tuple[NDArray[np.float32], Codes]:
    """Round one layer's weights to 2^bits evenly spaced values, from minus to plus the largest weight.

    Returns
    -------
    float32 (n,)
        The rounded weights.
    uint32 (n,)
        Their codes, from 0.
    """
    grid = Levels(bits)
    largest = np.abs(weights).max()
    places = weights.astype(np.float64) / (float(largest) or 1.0) * float(grid.largest(largest))
    codes = np.floor((places + (1 << bits)) / 2).astype(np.uint32)
    return grid.weights(grid.decode(codes), largest), codes


def entropy(codes: NDArray[np.uint32]) -> float:
    """Entropy of codes, in bits a code."""
    from scipy.stats import entropy  # slow to import

    return float(entropy(np.bincount(codes), base=2))


def flipped(weights: WeightMatrices, share: float, seed: int = 0) -> WeightMatrices:
    """Return weights of any format with a share of their bits flipped, at random places.

    A float32 that would not be finite is left as it was.

    Parameters
    ----------
    weights : WeightMatrices
    share : float
        0 to 1.
    seed : int
        Says which bits.

    Raises
    ------
    ValueError
        If `share` or `seed` is out of range.
    """
    return _flipped(weights, real("share", share, 0.0, 1.0), np.random.default_rng(numeric.seed(seed)))


def plane_entropy(patterns: NDArray[np.uint32], plane: int) -> float:
    """Entropy of one bit plane over all weights, 0 to 1 bit."""
    return entropy((patterns >> np.uint32(plane)) & np.uint32(1))


def cuts(weights: WeightMatrices, rng: np.random.Generator) -> Iterator[Cut]:
    """Yield every cut of a network: by bit position if it is float32, by share of all bits whatever it is.

    Parameters
    ----------
    weights : WeightMatrices
        Not changed.
    rng : numpy.random.Generator
        Says which bits are flipped and what a randomised plane holds.
    """
    if weights.layers[0].format is FLOAT32:
        yield from _float_cuts(weights, rng)
    for share in FLIPPED_SHARES:
        yield _flipped(weights, share, rng), {"cut": "flip", "share": share}


def _float_cuts(weights: WeightMatrices, rng: np.random.Generator) -> Iterator[Cut]:
    patterns = weights.buffer.view("<u4")
    split = weights.layers[0].bit_count // FLOAT_BITS

    def made(changed: NDArray[np.uint32]) -> WeightMatrices:
        buffer = FLOAT32.finite(changed.astype("<u4").view(np.uint8), weights.buffer)
        return WeightMatrices(buffer, weights.layers)

    for bits in range(FLOAT_BITS, 0, -1):
        for name, rounded in (("truncate", False), ("round", True)):
            yield made(keep_top(patterns, bits, rounded=rounded)), {"cut": name, "bit": bits}
    layers = np.split(weights.buffer.view("<f4"), [split])
    for bits in QUANTISED_BITS:
        values, codes = zip(*(quantised(layer, bits) for layer in layers), strict=True)
        a_weight = [entropy(each) for each in codes]
        facts = {
            "cut": "quantise",
            "bit": bits,
            "coded_bits": sum(each * len(layer) for each, layer in zip(a_weight, layers, strict=True)),
        }
        yield made(np.concatenate(values).astype("<f4").view("<u4")), facts
    signs = patterns & np.uint32(0x80000000)
    size = np.abs(weights.buffer.view("<f4"))
    one_size = np.concatenate(
        [np.full(split, size[:split].mean()), np.full(len(size) - split, size[split:].mean())]
    )
    yield made(signs | one_size.astype("<f4").view("<u4")), {"cut": "sign and one size a layer", "bit": 1}
    for plane in range(FLOAT_BITS):
        fresh = rng.integers(0, 2, len(patterns), np.uint32) << np.uint32(plane)
        changed = (patterns & ~np.uint32(1 << plane)) | fresh
        facts = {
            "cut": "randomise plane",
            "bit": plane,
            "entropy0": plane_entropy(patterns[:split], plane),
            "entropy1": plane_entropy(patterns[split:], plane),
        }
        yield made(changed), facts


def _flipped(weights: WeightMatrices, share: float, rng: np.random.Generator) -> WeightMatrices:
    chosen = np.zeros(weights.bit_mass, np.uint8)
    chosen[rng.choice(weights.bit_mass, round(share * weights.bit_mass), replace=False)] = 1
    changed = weights.buffer ^ np.packbits(chosen, bitorder="little")
    return WeightMatrices(weights.layers[0].format.finite(changed, weights.buffer), weights.layers)
