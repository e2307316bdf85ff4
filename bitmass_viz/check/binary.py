"""Exercises on the arithmetic of a binary network (lesson 03)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bitmass_viz import explain
from bitmass_viz.check.exercise import Exercise, Mistake

WORD = 0xFFFFFFFF


def _rows(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for x, w in (("1", "1"), ("0", "0"), ("1", "0"), ("1011", "1101"), ("0000", "0000"), ("1010", "0101")):
        yield np.array([*map(int, x)]), np.array([*map(int, w)])
    for length in (5, 8, 16, 31, 32, 33, 64, 100, 784):
        for _ in range(6):
            yield tuple(rng.integers(0, 2, (2, length)))


def _ones(values: Any) -> int:
    return int(np.sum(values))


XNOR_POPCOUNT = Exercise(
    name="xnor_popcount",
    task="Count the places at which two rows of bits, zeros and ones, agree.",
    arguments=("x", "w"),
    right=explain.xnor_popcount,
    cases=_rows,
    mistakes=(
        Mistake(
            lambda x, w: _ones(x != w),
            "you count where they differ: that is XOR. XNOR is 1 where they agree.",
        ),
        Mistake(
            lambda x, w: _ones(x & w),
            "you count where both are 1. Two zeros agree, too: to this network a 0 stands for −1, and −1 · −1 = "
            "+1.",
        ),
        Mistake(lambda x, w: _ones(x | w), "you count where at least one is 1. Agreement is both 1, or both 0."),
        Mistake(
            lambda x, w: _ones((2 * x - 1) * (2 * w - 1)),
            "that is the product of ±1 rows: agreements minus disagreements. Here only agreements are counted.",
        ),
        Mistake(lambda x, w: float(np.mean(x == w)), "that is the share of places that agree. How many are they?"),
        Mistake(lambda x, w: _ones(w), "you count the ones of w and leave out x."),
        Mistake(lambda x, w: _ones(x), "you count the ones of x and leave out w."),
        Mistake(lambda x, w: _ones((x | w) == 0), "you count where both are 0. Two ones agree, too."),
        Mistake(lambda x, w: len(x), "every place is counted, whether it agrees or not."),
    ),
    hint="write both rows under each other and put a mark below each place where they are the same.",
    returns="a whole number",
)


def _units(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield np.array([1, 0, 1, 1]), np.array([1, 1, 0, 1]), 1
    yield np.array([1, 0, 1, 1]), np.array([1, 1, 0, 1]), 2
    yield np.array([1, 0, 1, 1]), np.array([1, 1, 0, 1]), 3
    yield np.array([0, 0, 0, 0]), np.array([0, 0, 0, 0]), 3
    for length in (8, 16, 64, 784):
        for _ in range(10):
            x, w = rng.integers(0, 2, (2, length))
            agreeing = int((x == w).sum())
            yield x, w, int(agreeing + rng.integers(-3, 4))


def _unit(x: Any, w: Any, threshold: int) -> int:
    return int(explain.xnor_popcount(x, w) > threshold)


NEURON = Exercise(
    name="neuron",
    task="Let a hidden unit answer: 1 if more pixels agree with its weights than the threshold says, else 0.",
    arguments=("x", "w", "threshold"),
    right=_unit,
    cases=_units,
    mistakes=(
        Mistake(
            lambda x, w, t: int(_ones(x == w) >= t),
            "where exactly as many agree as the threshold says, the unit answers 0: it takes more.",
        ),
        Mistake(lambda x, w, t: int(_ones(x == w) < t), "it is the wrong way round: many agreements make a 1."),
        Mistake(lambda x, w, t: int(_ones(x == w) <= t), "it is the wrong way round: many agreements make a 1."),
        Mistake(
            lambda x, w, t: 1 if _ones(x == w) > t else -1,
            "the answer is a bit. It stands for +1 or −1, but it is stored as 1 or 0.",
        ),
        Mistake(
            lambda x, w, t: _ones(x == w) - t,
            "that is by how much the threshold is exceeded. The unit says only whether it is.",
        ),
        Mistake(lambda x, w, t: int(_ones(x & w) > t), "you count where both are 1. Two zeros agree, too."),
        Mistake(lambda x, w, t: int(_ones(x != w) > t), "you count where pixels and weights differ."),
        Mistake(
            lambda x, w, t: int(_ones(x == w) > len(x) // 2),
            "you compare with half of the pixels. Each unit has a threshold of its own.",
        ),
        Mistake(
            lambda x, w, t: _ones(x == w),
            "that is the count. What does the unit answer once it is compared with the threshold?",
        ),
    ),
    hint="count the agreements, then compare them with the threshold.",
    returns="1 or 0",
)


def _packed(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield [0b1011], [0b1101], 4
    yield [0b0000], [0b0000], 4
    yield [0xFFFFFFFF], [0xFFFFFFFF], 32
    for n_bits in (5, 31, 32, 33, 40, 64, 100, 784):
        for _ in range(5):
            x, w = rng.integers(0, 2, (2, n_bits))
            yield _words(x), _words(w), n_bits


def _words(bits: Any) -> list[int]:
    padded = np.zeros(-(-len(bits) // 32) * 32, np.uint8)
    padded[: len(bits)] = bits
    return [int(word) for word in np.packbits(padded, bitorder="little").view("<u4")]


def _from_words(words: Any, n_bits: int) -> np.ndarray:
    return np.array([word >> bit & 1 for word in words for bit in range(32)][:n_bits])


def _agreeing(x: Any, w: Any) -> int:
    return sum((~(a ^ b) & WORD).bit_count() for a, b in zip(x, w, strict=True))


PACKED_POPCOUNT = Exercise(
    name="packed_popcount",
    task="Count agreements as the machine does: x and w are lists of 32-bit words (Python whole numbers) that "
    "hold n_bits "
    "bits, lowest bit first. What is left of the last word is padding, zeros in both, and does not count.",
    arguments=("x", "w", "n_bits"),
    right=lambda x, w, n: explain.xnor_popcount(_from_words(x, n), _from_words(w, n)),
    cases=_packed,
    mistakes=(
        Mistake(
            lambda x, w, n: _agreeing(x, w),
            "the padding is zero in both rows, and zeros agree: it is counted, and should not be.",
        ),
        Mistake(
            lambda x, w, n: sum((a ^ b).bit_count() for a, b in zip(x, w, strict=True)),
            "you count the bits that differ.",
        ),
        Mistake(
            lambda x, w, n: sum((a & b).bit_count() for a, b in zip(x, w, strict=True)),
            "you count where both bits are 1. Two zeros agree, too.",
        ),
        Mistake(
            lambda x, w, n: sum((~(a ^ b)).bit_count() for a, b in zip(x, w, strict=True)),
            "Python's whole numbers have no end: ~ turns a word into a negative number. Keep its lowest 32 bits "
            "only.",
        ),
        Mistake(
            lambda x, w, n: sum(int(a == b) for a, b in zip(x, w, strict=True)),
            "you count words that are the same. Count the bits in them.",
        ),
        Mistake(
            lambda x, w, n: (~(x[0] ^ w[0]) & WORD).bit_count(),
            "you look at the first word only, padding and all.",
        ),
        Mistake(
            lambda x, w, n: (~(x[0] ^ w[0]) & WORD).bit_count() - (32 * len(x) - n),
            "you look at the first word only.",
        ),
        Mistake(
            lambda x, w, n: _agreeing(x, w) - n,
            "take the padding off, not the bits that count: how many bits of padding are there?",
        ),
        Mistake(
            lambda x, w, n: n - _agreeing(x, w),
            "how many bits of padding are there? They are counted as agreeing.",
        ),
    ),
    hint="XOR marks where two words differ. How many bits are there in all, and how many of them differ?",
    returns="a whole number",
)
