"""Exercises on bits and their addresses (lessons 01 and 02)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bitmass_viz.check.exercise import Exercise, Mistake
from bitmass_viz.explain.fields import EXPONENT_BIAS, MANTISSA_BITS
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.layout import bv32_layouts


def _bit_mass(inputs: int, hidden: int, classes: int, bits_per_weight: int) -> int:
    return Architecture(inputs, hidden, classes).bit_mass(bits_per_weight)


def _bit_mass_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield (4, 2, 3, 1)
    yield (4, 2, 3, 32)
    yield (784, 8, 10, 32)
    for _ in range(60):
        yield (
            int(rng.integers(2, 1000)),
            int(rng.integers(1, 65)),
            int(rng.integers(2, 17)),
            int(rng.choice([1, 2, 4, 8, 16, 32])),
        )


BIT_MASS = Exercise(
    name="bit_mass",
    task="Count the weight bits of a network without biases: inputs → hidden → classes.",
    arguments=("inputs", "hidden", "classes", "bits_per_weight"),
    right=_bit_mass,
    cases=_bit_mass_cases,
    mistakes=(
        Mistake(
            lambda i, h, c, b: i * h * b,
            "that is the first layer alone. The hidden units are connected to the classes, too.",
        ),
        Mistake(lambda i, h, c, b: (i * h + h * c + h + c) * b, "you count biases, and this network has none."),
        Mistake(lambda i, h, c, b: i * h + h * c, "those are the weights. How many bits is each of them?"),
        Mistake(
            lambda i, h, c, b: i * h * c * b,
            "a weight joins two units that lie in neighbouring layers; no weight joins all three layers.",
        ),
        Mistake(lambda i, h, c, b: (i * h + h * c) * b // 8, "those are bytes. A byte is 8 bits."),
        Mistake(lambda i, h, c, b: (i * h + h * c) * b / 8, "those are bytes. A byte is 8 bits."),
        Mistake(
            lambda i, h, c, b: (i + h + c) * b,
            "you count units. A weight belongs to a pair of units that are connected.",
        ),
        Mistake(
            lambda i, h, c, b: (i * h + i * c) * b,
            "the classes are connected to the hidden units, not to the inputs.",
        ),
        Mistake(
            lambda i, h, c, b: (i * h * b * b) + h * c * b,
            "you multiply by the bits twice in the first layer: the bits of the inputs are no weight bits.",
        ),
        Mistake(
            lambda i, h, c, b: (i * h + h * c) * 2**b,
            "2 to the power of the bits is how many values a weight can take. Each weight takes up only its bits.",
        ),
    ),
    hint="draw a network of 4 inputs, 2 hidden units and 3 classes, and count its lines.",
    returns="a whole number of bits",
)


def _word_address(unit: int, feature: int, features: int) -> tuple[int, int]:
    layout = bv32_layouts(Architecture(inputs=features, hidden=8))[0]
    address = layout.at(unit, feature)
    return address.word, address.bit_in_word


def _word_address_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield (0, 3, 64)
    yield (0, 40, 64)
    yield (1, 0, 64)
    yield (1, 0, 40)
    yield (2, 33, 40)
    for _ in range(60):
        features = int(rng.choice([40, 64, 100, 784]))
        yield (int(rng.integers(0, 256)), int(rng.integers(0, features)), features)


WORD_ADDRESS = Exercise(
    name="word_address",
    task="Find a binary weight in memory. A unit's weights, one bit for each of its features, are stored in words "
    "of 32 bits, the first feature in the lowest bit (bit 0); each unit begins a new word.",
    arguments=("unit", "feature", "features"),
    right=_word_address,
    cases=_word_address_cases,
    mistakes=(
        Mistake(
            lambda u, f, n: divmod(u * n + f, 32),
            "you let a unit begin where the one before it ends. It begins a new word: what is left of the last "
            "word is padding.",
        ),
        Mistake(
            lambda u, f, n: (u * (n // 32) + f // 32, f % 32),
            "a row that is no multiple of 32 needs one word more than you count: round up.",
        ),
        Mistake(
            lambda u, f, n: (u * -(-n // 32) + f // 32, 31 - f % 32),
            "you count bits from the highest down. The first feature is in bit 0, the lowest.",
        ),
        Mistake(
            lambda u, f, n: (f // 32, f % 32),
            "you find the word within the unit's own row. The rows of the units before it come first.",
        ),
        Mistake(
            lambda u, f, n: (u * -(-n // 32) + f // 32, f),
            "the second number is the bit within its word, 0 to 31.",
        ),
        Mistake(lambda u, f, n: (u * -(-n // 32) + f // 32 + 1, f % 32), "words are counted from 0, not from 1."),
        Mistake(lambda u, f, n: (f % 32, u * -(-n // 32) + f // 32), "the word comes first and the bit second."),
        Mistake(lambda u, f, n: (u * -(-n // 8) + f // 8, f % 8), "those are bytes of 8 bits. A word has 32."),
        Mistake(
            lambda u, f, n: (u * n + f // 32, f % 32),
            "a unit takes up as many words as hold its features, 32 to a word, and not one word a feature.",
        ),
    ),
    hint="how many words does one unit take up? Then: how many whole words lie before this bit in its own unit?",
    returns="two whole numbers: the word, and the bit in the word",
)


def _float_value(bits: np.ndarray) -> float:
    pattern = int("".join(map(str, np.asarray(bits).tolist())), 2)
    return float(np.array([pattern], np.uint32).view(np.float32)[0])


def _fields(bits: Any) -> tuple[int, int, int]:
    written = "".join(map(str, np.asarray(bits).tolist()))
    return int(written[0]), int(written[1:9], 2), int(written[9:], 2)


def _float_value_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for value in (1.0, 2.0, 1.5, -1.0, 0.75, -0.05, 3.140625):
        yield (_bits_of(value),)
    for value in rng.normal(0, 0.1, 40):
        yield (_bits_of(value),)


def _bits_of(value: float) -> np.ndarray:
    pattern = int(np.array([value], np.float32).view(np.uint32)[0])
    return np.array([int(bit) for bit in f"{pattern:032b}"])


def _from_fields(sign: float, exponent: float, mantissa: float) -> float:
    return float((-1) ** sign * 2.0**exponent * mantissa)


FLOAT_VALUE = Exercise(
    name="float_value",
    task="Read a float32 from its 32 bits, the highest first: 1 sign bit s, 8 bits of exponent e, 23 bits of "
    "mantissa m. All are normal numbers, so that the value is (−1)^s · 2^(e − 127) · (1 + m / 2^23).",
    arguments=("bits",),
    right=_float_value,
    cases=_float_value_cases,
    mistakes=(
        Mistake(
            lambda b: _from_fields(0, _fields(b)[1] - EXPONENT_BIAS, 1 + _fields(b)[2] / 2**MANTISSA_BITS),
            "the first bit is the sign: 1 makes the number negative.",
        ),
        Mistake(
            lambda b: _from_fields(_fields(b)[0], min(_fields(b)[1], 900), 1 + _fields(b)[2] / 2**MANTISSA_BITS),
            "the exponent is stored with 127 added to it, so that small numbers need no sign.",
        ),
        Mistake(
            lambda b: _from_fields(_fields(b)[0], _fields(b)[1] - EXPONENT_BIAS, _fields(b)[2] / 2**MANTISSA_BITS),
            "the 1 in front of the mantissa is not stored, but it counts.",
        ),
        Mistake(
            lambda b: _from_fields(_fields(b)[0], _fields(b)[1] - 128, 1 + _fields(b)[2] / 2**MANTISSA_BITS),
            "your result is half of what it should be: what is subtracted from the exponent?",
        ),
        Mistake(
            lambda b: _from_fields(
                1 - _fields(b)[0], _fields(b)[1] - EXPONENT_BIAS, 1 + _fields(b)[2] / 2**MANTISSA_BITS
            ),
            "the sign is the wrong way round: 0 is plus, 1 is minus.",
        ),
        Mistake(
            lambda b: float(int("".join(map(str, np.asarray(b).tolist())), 2)),
            "you read the bits as a whole number. They are three fields.",
        ),
        Mistake(
            lambda b: (
                _float_value(np.asarray(b)[::-1]) if np.isfinite(_float_value(np.asarray(b)[::-1])) else np.nan
            ),
            "the highest bit comes first in this row: you read it from the other end.",
        ),
        Mistake(
            lambda b: _from_fields(_fields(b)[0], _fields(b)[1] - EXPONENT_BIAS, 1 + _fields(b)[2] / 2**22),
            "how many bits has the mantissa? With all of them 1 it comes to just less than 1.",
        ),
        Mistake(
            lambda b: _from_fields(_fields(b)[0], _fields(b)[1] - EXPONENT_BIAS, 1 + _fields(b)[2] / 2**24),
            "how many bits has the mantissa? With all of them 1 it comes to just less than 1.",
        ),
    ),
    hint="take 1.0, whose bits are 0, 01111111 and 23 zeros, and work out each field by hand.",
    returns="a number",
)
