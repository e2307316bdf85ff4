"""Exponential, logarithm, cosine and power in float64, by additions, multiplications and divisions alone.

These are rounded alike on every processor, whereas two C libraries, or two browsers, can differ in the last place
of an exponential. Each function states its largest error in units in the last place (ulp), as tested against 50
digits. Series are Taylor's, with as many terms as float64 can show.

The functions are plain Python, to need no compiler before the first picture of a network; they also compile.
"""

from __future__ import annotations

import math

_LN2 = 0.6931471805599453
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
"""ln 2 in two parts: the first has 32 bits, so that its product with a small integer is exact."""
_ROOT_HALF = 0.7071067811865476
_EXP_TERMS = tuple(1.0 / math.factorial(k) for k in range(13, 1, -1))
_COSINE_TERMS = tuple((-1.0) ** (k // 2) / math.factorial(k) for k in range(18, 0, -2))
_SINE_TERMS = tuple((-1.0) ** (k // 2) / math.factorial(k) for k in range(17, 1, -2))
_LOG_TERMS = tuple(2.0 / k for k in range(23, 1, -2))


def power(base: float, n: int) -> float:
    """Return base^n for n >= 0, by repeated squaring; relative error at most n 2^-53."""
    result = 1.0
    while n > 0:
        if n & 1:
            result *= base
        base *= base
        n >>= 1
    return result


def exponential(x: float) -> float:
    """Return e^x for x <= 0, within 1 ulp; 0 where that is below the smallest normal number.

    x = r - n ln 2 with integer n and |r| <= ln 2 / 2, so e^x = 2^-n e^r.
    """
    if x < -708.0:
        return 0.0
    n = math.floor(0.5 - x / _LN2)
    r = (x + n * _LN2_HIGH) + n * _LN2_LOW
    rest = 0.0
    for term in _EXP_TERMS:
        rest = rest * r + term
    return (1.0 + (r + r * r * rest)) * power(0.5, n)


def logarithm(x: float) -> float:
    """Return ln x for normal numbers 0 < x <= 1, within 1 ulp.

    x = m 2^-n with sqrt(1/2) < m <= sqrt(2), ln m = 2 artanh s with s = (m - 1) / (m + 1).
    """
    n = 0
    while x < _ROOT_HALF:
        x *= 2.0
        n += 1
    below = x - 1.0
    s = below / (x + 1.0)
    square = s * s
    rest = 0.0
    for term in _LOG_TERMS:
        rest = rest * square + term
    # 2 s = below - s below, which keeps what rounding s has lost.
    return (below - (s * (below - square * rest) + n * _LN2_LOW)) - n * _LN2_HIGH


def cospi(share: float) -> float:
    """Return cos(pi share) for 0 <= share <= 1, within 2 ulp; exactly 0 at 1/2."""
    if share > 0.75:
        return -cosine(math.pi * (1.0 - share))
    return cosine(math.pi * share) if share <= 0.25 else sine(math.pi * (0.5 - share))


def cosine(x: float) -> float:
    """Return cos x for |x| <= pi / 4."""
    square = x * x
    rest = 0.0
    for term in _COSINE_TERMS:
        rest = rest * square + term
    return 1.0 + square * rest


def sine(x: float) -> float:
    """Return sin x for |x| <= pi / 4."""
    square = x * x
    rest = 0.0
    for term in _SINE_TERMS:
        rest = rest * square + term
    return x + x * (square * rest)
