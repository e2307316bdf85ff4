"""Take a float32 apart: sign, exponent, mantissa."""

from __future__ import annotations

import math

import numpy as np

from bitmass_viz.explain.explanation import Explanation, Stage

EXPONENT_BIAS = 127
MANTISSA_BITS = 23


def float_fields(value: float) -> Explanation:
    """Take a number apart as a float32 stores it (IEEE 754).

    Parameters
    ----------
    value : float
        Rounded to the nearest float32.

    Returns
    -------
    Explanation
        With the stages bits, word, sign, exponent, mantissa and value.

    Raises
    ------
    ValueError
        If it is not finite as a float32.
    """
    with np.errstate(over="ignore"):
        single = np.float32(value)
    if not np.isfinite(single):
        raise ValueError(f"value must be a finite float32, got {value!r}")
    pattern = int(single.view(np.uint32))
    sign, exponent, mantissa = pattern >> 31, pattern >> MANTISSA_BITS & 0xFF, pattern & ((1 << MANTISSA_BITS) - 1)
    # Subnormal numbers: exponent 0 has no implicit 1, and means the same power as exponent 1.
    hidden, power = (1, exponent - EXPONENT_BIAS) if exponent else (0, 1 - EXPONENT_BIAS)
    fraction = hidden + mantissa / 2**MANTISSA_BITS
    stages = [
        Stage(
            "bits", "32 bits", f"{sign} {exponent:08b} {mantissa:023b}", "Sign, exponent, mantissa, highest first."
        ),
        Stage("word", "the same in hexadecimal", f"{pattern:08x}", "As the data view shows a stored word."),
        Stage("sign", "s: 1 bit", sign, "0 is plus, 1 is minus."),
        Stage(
            "exponent",
            "e: 8 bits",
            exponent,
            f"Stands for 2^(e − {EXPONENT_BIAS}): here 2^{power}.".replace("^-", "^−"),
        ),
        Stage("mantissa", "m: 23 bits", mantissa, f"Stands for {hidden} + m / 2^23: here {fraction:.9g}."),
        Stage(
            "value",
            "(−1)^s · 2^(e − 127) · (1 + m / 2^23)",
            math.ldexp((-1) ** sign * fraction, power),
            f"All three together: {math.ldexp((-1) ** sign * fraction, power):.9g}.".replace("-", "−"),
        ),
    ]
    return Explanation(f"{single} as a float32".replace("-", "−"), stages)
