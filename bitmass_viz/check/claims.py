"""Exercises on what a measurement says about a claim (lessons 06 and 07)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bitmass_viz.check.exercise import Exercise, Mistake
from bitmass_viz.experiments import knife, statistics
from bitmass_viz.experiments.judging import MIN_SEEDS
from bitmass_viz.network.architecture import Architecture
from bitmass_viz.network.formats import WEIGHT_BITS


def _sample_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield (np.array([1.0, 2.0, 3.0]),)
    yield (np.array([70.0, 74.0]),)
    for n in (2, 3, 4, 5, 5, 10, 10, 20, 40):
        for _ in range(3):
            yield (rng.normal(75, 3, n),)


def _interval(values: Any) -> tuple[float, float]:
    found = statistics.mean(values).interval
    if found is None:
        raise ValueError("an interval takes two values or more")
    return found.low, found.high


def _around(values: Any, half: float) -> tuple[float, float]:
    return float(np.mean(values)) - half, float(np.mean(values)) + half


def _t(values: Any) -> float:
    return statistics.t_quantile(len(values) - 1)


def _sd(values: Any, ddof: int = 1) -> float:
    return float(np.std(values, ddof=ddof))


INTERVAL = Exercise(
    name="interval",
    task="Give the 95 % interval of the mean of a few accuracies, one for each seed, with Student's t: mean ± t · "
    "s / √n. (scipy.stats.t.ppf(0.975, n − 1) is t.)",
    arguments=("accuracies",),
    right=_interval,
    cases=_sample_cases,
    mistakes=(
        Mistake(
            lambda a: _around(a, 1.96 * _sd(a) / len(a) ** 0.5),
            "1.96 is for very many values. With a few, s itself is uncertain, and t is larger.",
        ),
        Mistake(
            lambda a: _around(a, _t(a) * _sd(a)),
            "that is roughly where single values fall. The mean of n values is surer, by √n.",
        ),
        Mistake(
            lambda a: _around(a, _t(a) * _sd(a) / len(a)),
            "you divide by n. The mean gets surer with the root of n only.",
        ),
        Mistake(
            lambda a: _around(a, _t(a) * _sd(a, 0) / len(a) ** 0.5),
            "s is computed with n in the denominator. For a sample it is n − 1 (ddof=1 in NumPy).",
        ),
        Mistake(
            lambda a: (float(np.min(a)), float(np.max(a))),
            "those are the lowest and the highest value. More seeds would make that wider, and the mean surer.",
        ),
        Mistake(
            lambda a: _around(a, _sd(a) / len(a) ** 0.5),
            "that is one standard error. For 95 % it takes t of them.",
        ),
        Mistake(
            lambda a: _around(a, _sd(a)),
            "that is one standard deviation of single values, not the interval of their mean.",
        ),
        Mistake(
            lambda a: _around(a, statistics.t_quantile(len(a)) * _sd(a) / len(a) ** 0.5),
            "t has n − 1 degrees of freedom: one is used up by the mean.",
        ),
        Mistake(
            lambda a: (float(np.quantile(a, 0.025)), float(np.quantile(a, 0.975))),
            "those are quantiles of the single values. Asked for is the interval of their mean.",
        ),
        Mistake(lambda a: _interval(a)[::-1], "the lower bound comes first."),
    ),
    hint="for 1, 2, 3: the mean is 2, s is 1, √n is 1.732 and t is 4.303.",
    returns="two numbers: the lower and the upper bound",
)


def _decision_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield (-0.5, 0.5, 1.0)
    yield (2.0, 3.0, 1.0)
    yield (-3.0, -2.0, 1.0)
    yield (0.5, 1.5, 1.0)
    yield (-2.0, 2.0, 1.0)
    yield (-1.5, 0.0, 1.0)
    for _ in range(40):
        low, wide = rng.normal(0, 2), rng.gamma(2, 0.5)
        yield float(low), float(low + wide), float(rng.choice([0.5, 1.0, 2.0]))


def _decide(low: float, high: float, margin: float) -> str:
    if -margin < low and high < margin:
        return "supported"
    return "not supported" if low > margin or high < -margin else "undecided"


def _by_middle(low: float, high: float, margin: float) -> str:
    return "supported" if abs(low + high) / 2 < margin else "not supported"


DECIDE = Exercise(
    name="decide",
    task="Judge the claim that two trainers are equally accurate from the 95 % interval of their difference, in "
    "points: “supported” if the whole interval lies within ±margin, “not supported” if all of it lies outside, "
    f"else “undecided”. (It comes from {MIN_SEEDS} seeds or more: with fewer, every estimate is undecided.)",
    arguments=("low", "high", "margin"),
    right=_decide,
    cases=_decision_cases,
    mistakes=(
        Mistake(_by_middle, "you judge by the middle of the interval. What if it reaches across the margin?"),
        Mistake(
            lambda lo, hi, m: "supported" if -m < lo and hi < m else "not supported",
            "an interval that reaches across the margin decides nothing: not being shown equal is not being shown "
            "different.",
        ),
        Mistake(
            lambda lo, hi, m: "supported" if lo < 0 < hi else "not supported",
            "an interval that holds 0 may be very wide: that two trainers cannot be told apart does not make "
            "them equal.",
        ),
        Mistake(
            lambda lo, hi, m: {"supported": "not supported", "not supported": "supported"}.get(
                _decide(lo, hi, m), "undecided"
            ),
            "the answers are the wrong way round: a small difference supports the claim.",
        ),
        Mistake(
            lambda lo, hi, m: "supported" if hi < m else "not supported" if lo > m else "undecided",
            "a difference can also be too far below 0: look at both sides.",
        ),
        Mistake(
            lambda lo, hi, m: "supported" if hi - lo < m else "undecided",
            "that looks at how wide the interval is. What matters is where it lies.",
        ),
        Mistake(
            lambda lo, hi, m: "supported" if hi - lo < 2 * m else "undecided",
            "that looks at how wide the interval is. What matters is where it lies.",
        ),
        Mistake(
            lambda lo, hi, m: (
                "supported" if -m < lo and hi < m else "undecided" if lo < 0 < hi else "not supported"
            ),
            "an interval without 0 shows a difference, but perhaps one smaller than the margin.",
        ),
    ),
    hint="draw the interval and ±margin on a line. There are three ways in which they can lie.",
    returns="“supported”, “not supported” or “undecided”",
)


def _knife_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield np.array([1.0, -0.3], np.float32), 1
    yield np.array([1.0, -0.3], np.float32), 32
    for bits in (2, 4, 6, 8, 9, 10, 12, 16, 20, 24, 31):
        for _ in range(2):
            yield rng.normal(0, 0.1, 6).astype(np.float32), bits


def _keep(weights: Any, bits: int, rounded: bool = False) -> np.ndarray:
    patterns = np.ascontiguousarray(weights, np.float32).view(np.uint32)
    return knife.keep_top(patterns, bits, rounded=rounded).view(np.float32)


def _masked(weights: Any, mask: int) -> np.ndarray:
    patterns = np.ascontiguousarray(weights, np.float32).view(np.uint32) & np.uint32(mask & 0xFFFFFFFF)
    return patterns.view(np.float32)


KEEP_TOP_BITS = Exercise(
    name="keep_top_bits",
    task="Take the bit-knife to float32 weights: keep the top bits of each (sign, exponent, then mantissa) and "
    "set all others to 0. (weights.view(np.uint32) gives the patterns.)",
    arguments=("weights", "bits"),
    right=_keep,
    cases=_knife_cases,
    mistakes=(
        Mistake(
            lambda w, b: _masked(w, (1 << b) - 1),
            "you keep the lowest bits. The sign and the exponent are the topmost.",
        ),
        Mistake(
            lambda w, b: _keep(w, b, rounded=True),
            "you round to the nearest. Here the other bits are simply set to 0.",
        ),
        Mistake(
            lambda w, b: _masked(w, 0xFFFFFFFF << (31 - b) if b < 32 else 0xFFFFFFFF),
            "you keep one bit too many: the sign is one of them.",
        ),
        Mistake(lambda w, b: _masked(w, 0xFFFFFFFF << (33 - b)), "you keep one bit too few."),
        Mistake(
            lambda w, b: _masked(w, 0xFFFFFFFF << b if b < 32 else 0),
            "you set so many bits to 0 as should be kept.",
        ),
        Mistake(lambda w, b: np.round(w, b), "you round decimal digits. A bit-knife works on the stored pattern."),
        Mistake(
            lambda w, b: _masked(w, 0x7FFFFFFF & (0xFFFFFFFF << (32 - b))),
            "the sign is lost. It is the topmost bit, and the first that is kept.",
        ),
        Mistake(lambda w, b: w, "nothing is cut off."),
        Mistake(
            lambda w, b: _masked(w, 0xFFFFFFFF << max(0, 23 - b)),
            "you keep so many bits of the mantissa. The sign and the exponent are among the bits to be counted.",
        ),
        Mistake(
            lambda w, b: (
                np.asarray(w, np.float32).view(np.uint32) & np.uint32((0xFFFFFFFF << (32 - b)) & 0xFFFFFFFF)
            ),
            "those are the patterns as whole numbers. Look at them as float32 again.",
        ),
    ),
    hint="for 1 bit only the sign stays, and what remains of 1.0 is 0. For 32 bits nothing changes.",
    returns="a row of float32 numbers, as many as there are weights",
)


def _iso_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    for bits in (32, 1, 8):
        yield 8, bits
    for _ in range(20):
        yield int(rng.integers(1, 65)), int(rng.choice(WEIGHT_BITS))


ISO_BIT_UNITS = Exercise(
    name="iso_bit_units",
    task="Keep the bit-mass: how many hidden units of weights with so many bits are as many weight bits as a "
    "number of float32 hidden units, between the same inputs and classes?",
    arguments=("float_units", "bits_per_weight"),
    right=lambda units, bits: Architecture(hidden=units).hidden_units(bits),
    cases=_iso_cases,
    mistakes=(
        Mistake(lambda u, b: u, "with fewer bits per weight, the same number of units has fewer weight bits."),
        Mistake(lambda u, b: u * b, "it is the wrong way round: fewer bits per weight leave room for more units."),
        Mistake(
            lambda u, b: u * b // 32,
            "it is the wrong way round: fewer bits per weight leave room for more units.",
        ),
        Mistake(
            lambda u, b: u * b / 32,
            "it is the wrong way round: fewer bits per weight leave room for more units.",
        ),
        Mistake(
            lambda u, b: 32 // b,
            "that is how many take the place of one float unit. There may be more of them.",
        ),
        Mistake(
            lambda u, b: u * (33 - b),
            "bits are shared out by dividing: how many weights of so many bits fit into 32?",
        ),
        Mistake(lambda u, b: u * 32, "that is right for 1 bit only."),
        Mistake(
            lambda u, b: Architecture(hidden=u).bit_mass() // b,
            "those are weights. How many weights does one hidden unit have?",
        ),
        Mistake(lambda u, b: u * 2 ** (32 // b), "bits are shared out by dividing, and no power comes in."),
        Mistake(lambda u, b: u * 64 // b, "a float32 has 32 bits."),
    ),
    hint="one float32 unit has 794 weights of 32 bits each. How many units with weights of 1 bit is that?",
    returns="a whole number of hidden units",
)
