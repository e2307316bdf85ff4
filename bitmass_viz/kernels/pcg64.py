"""The random numbers of `random_numbers` as kernels: the same as NumPy's, to the bit, without NumPy.

A generator is an array, uint64 (6,): the upper and lower half of its state and of its increment, the upper half of
its last 64 bits, and whether that half is still to be used.

Sources: O'Neill, "PCG" (2014), for the generator and the seeding; Lemire, arXiv 1805.10941, for small integers;
Marsaglia and Tsang, "The Ziggurat Method" (2000), and Doornik (2005) for normal numbers.
"""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numba.extending import overload, register_jitable

from bitmass_viz.kernels import elementary, random_numbers
from bitmass_viz.kernels.compiling import compiled

_HIGH, _LOW, _STEP_HIGH, _STEP_LOW, _KEPT, _HAS_KEPT = range(6)
_MULTIPLIER_HIGH, _MULTIPLIER_LOW = np.uint64(0x2360ED051FC65DA4), np.uint64(0x4385DF649FCCF645)
_ONE, _32, _HALF = np.uint64(1), np.uint64(32), np.uint64(0xFFFFFFFF)

_POOL = 4
_HASH, _HASH_TIMES = np.uint32(0x43B0D7E5), np.uint32(0x931E8875)
_OUT, _OUT_TIMES = np.uint32(0x8B51F9DD), np.uint32(0x58F38DED)
_MIX_LEFT, _MIX_RIGHT = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)
_16 = np.uint32(16)

_LAYERS = 256
_TAIL = 3.6541528853610088
"""Where the normal distribution's tail begins."""
_AREA = 0.0049286732339746519
"""Area under the density in each layer of the ziggurat."""


def _ziggurat():
    """Compute the tables of NumPy's ziggurat: limits, uint64, widths and heights, float64 (256,) each.

    NumPy's tables were once computed in float64, from exponentials and logarithms that were rounded correctly but
    for one; it is rounded as there.
    """

    def density(x, layer):
        exact = float(Decimal(-0.5 * x * x).exp())
        return math.nextafter(exact, 1.0) if layer == 38 else exact

    edges = [0.0] * (_LAYERS - 1) + [_TAIL]
    for layer in range(_LAYERS - 1, 1, -1):
        above = density(edges[layer], layer) + _AREA / edges[layer]
        edges[layer - 1] = math.sqrt(-2.0 * float(Decimal(above).ln()))
    heights = [density(x, layer) for layer, x in enumerate(edges)]
    one = 2.0**52
    base = _AREA / heights[-1]
    limits = [round(_TAIL * heights[-1] / _AREA * one)]
    limits += [round(inner / outer * one) for inner, outer in pairwise(edges)]
    widths = [base / one] + [x / one for x in edges[1:]]
    return np.array(limits, np.uint64), np.array(widths), np.array(heights)


_LIMITS, _WIDTHS, _HEIGHTS = _ziggurat()

logarithm = register_jitable(elementary.logarithm)
exponential = register_jitable(elementary.exponential)


@compiled
def _scrambled(value, hashed, times):
    """Return a word of entropy hashed with a constant; and the next constant."""
    following = np.uint32(hashed * times)  # numba multiplies in 64 bits
    product = np.uint32((value ^ hashed) * following)
    return np.uint32(product ^ (product >> _16)), following


@compiled
def seeded(entropy):
    """Return a generator seeded with words of entropy, uint32 (at most 4,), by NumPy's SeedSequence."""
    pool = np.zeros(_POOL, np.uint32)
    pool[: entropy.shape[0]] = entropy
    hashed = _HASH
    for i in range(_POOL):
        pool[i], hashed = _scrambled(pool[i], hashed, _HASH_TIMES)
    for source in range(_POOL):
        for i in range(_POOL):
            if i != source:
                word, hashed = _scrambled(pool[source], hashed, _HASH_TIMES)
                mixed = np.uint32(_MIX_LEFT * pool[i] - _MIX_RIGHT * word)
                pool[i] = mixed ^ (mixed >> _16)
    words = np.empty(2 * _POOL, np.uint32)
    hashed = _OUT
    for i in range(2 * _POOL):
        words[i], hashed = _scrambled(pool[i % _POOL], hashed, _OUT_TIMES)
    drawn = words.view(np.uint64)
    rng = np.zeros(6, np.uint64)
    rng[_STEP_HIGH] = (drawn[2] << _ONE) | (drawn[3] >> np.uint64(63))
    rng[_STEP_LOW] = (drawn[3] << _ONE) | _ONE
    _advance(rng)
    rng[_LOW] += drawn[1]
    rng[_HIGH] += drawn[0] + np.uint64(rng[_LOW] < drawn[1])
    _advance(rng)
    return rng


@compiled
def _advance(rng):
    """state = state * multiplier + increment, in 128 bits."""
    low = rng[_LOW]
    a, b = low >> _32, low & _HALF
    c, d = _MULTIPLIER_LOW >> _32, _MULTIPLIER_LOW & _HALF
    middle = (b * d >> _32) + (a * d & _HALF) + b * c
    carried = a * c + (a * d >> _32) + (middle >> _32)
    high = rng[_HIGH] * _MULTIPLIER_LOW + low * _MULTIPLIER_HIGH + carried
    rng[_LOW] = low * _MULTIPLIER_LOW + rng[_STEP_LOW]
    rng[_HIGH] = high + rng[_STEP_HIGH] + np.uint64(rng[_LOW] < rng[_STEP_LOW])


@compiled
def next_64(rng):
    """Return 64 random bits: the halves of the next state combined, and rotated by its upper six bits."""
    _advance(rng)
    mixed = rng[_HIGH] ^ rng[_LOW]
    turn = rng[_HIGH] >> np.uint64(58)
    return (mixed >> turn) | (mixed << ((np.uint64(64) - turn) & np.uint64(63)))


@compiled
def next_32(rng):
    """Return 32 random bits: the lower half of 64, and the upper half the next time."""
    if rng[_HAS_KEPT] != 0:
        rng[_HAS_KEPT] = 0
        return rng[_KEPT]
    drawn = next_64(rng)
    rng[_KEPT] = drawn >> _32
    rng[_HAS_KEPT] = 1
    return drawn & _HALF


@compiled
def next_double(rng):
    """Return a number from 0 to 1, without 1, in steps of 2^-53."""
    return np.float64(next_64(rng) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def next_normal(rng):
    """Return a number of the standard normal distribution, by the ziggurat method."""
    while True:
        drawn = next_64(rng)
        layer = np.intp(drawn & np.uint64(255))
        place = (drawn >> np.uint64(9)) & np.uint64(0x000FFFFFFFFFFFFF)
        x = np.float64(place) * _WIDTHS[layer]
        if (drawn >> np.uint64(8)) & _ONE:
            x = -x
        if place < _LIMITS[layer]:
            return x
        if layer == 0:
            while True:
                beyond = -(1.0 / _TAIL) * logarithm(1.0 - next_double(rng))
                height = -logarithm(1.0 - next_double(rng))
                if height + height > beyond * beyond:
                    x = _TAIL + beyond
                    return -x if (place >> np.uint64(8)) & _ONE else x
        above = _HEIGHTS[layer - 1] - _HEIGHTS[layer]
        if above * next_double(rng) + _HEIGHTS[layer] < exponential(-0.5 * x * x):
            return x


@compiled
def _words(seed, more):
    """Return the entropy of a seed below 2^64 and of one or two small numbers: 32-bit words, the lowest first."""
    words = np.empty(2 + len(more), np.uint32)
    words[0] = seed & 0xFFFFFFFF
    words[1] = seed >> 32
    size = 1 + (words[1] != 0)
    for word in more:
        words[size] = word
        size += 1
    return words[:size]


@overload(random_numbers.generator)
def _generator(seed, stream):
    return lambda seed, stream: seeded(_words(seed, (stream,)))


@overload(random_numbers.example_order)
def _example_order(seed, epoch, n):
    stream = random_numbers.ORDER

    def order(seed, epoch, n):
        rng = seeded(_words(seed, (stream, epoch)))
        found = np.arange(n)
        for i in range(n - 1, 0, -1):
            mask = np.uint64(i)
            for shift in (1, 2, 4, 8, 16):
                mask |= mask >> np.uint64(shift)
            j = next_32(rng) & mask
            while j > np.uint64(i):
                j = next_32(rng) & mask
            found[i], found[j] = found[j], found[i]
        return found

    return order


@overload(random_numbers.fill_bits)
def _fill_bits(rng, bits):
    def fill(rng, bits):
        flat = bits.reshape(-1)
        drawn = np.uint64(0)
        for i in range(flat.shape[0]):
            # Each byte drawn gives one number, from its highest bit.
            drawn = next_32(rng) if i % 4 == 0 else drawn >> np.uint64(8)
            flat[i] = (drawn >> np.uint64(7)) & _ONE

    return fill


@overload(random_numbers.fill_uniform)
def _fill_uniform(rng, low, high, values):
    def fill(rng, low, high, values):
        flat = values.reshape(-1)
        for i in range(flat.shape[0]):
            flat[i] = low + (high - low) * next_double(rng)

    return fill


@overload(random_numbers.fill_normal)
def _fill_normal(rng, deviation, values):
    def fill(rng, deviation, values):
        flat = values.reshape(-1)
        for i in range(flat.shape[0]):
            flat[i] = 0.0 + deviation * next_normal(rng)

    return fill
