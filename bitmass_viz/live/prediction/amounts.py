"""Format numbers for readers, rounded as the browser rounds them."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"
SHARE_SEEN = 1 / 200
"""Smallest visible difference, as a fraction of an axis."""


def rounded(value: float | Decimal, decimals: int) -> Decimal:
    """Round a number's decimal representation, halves away from zero."""
    written = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if written.adjusted() > 15:  # a float this large has no decimals
        return written
    return written.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def amount(value: float | Decimal, decimals: int = 0, unit: str = "") -> str:
    """Format a number with its unit: 203,264 bits."""
    number = rounded(value, decimals)
    text = f"{abs(number):,.{decimals}f}" + (f" {unit}" if unit else "")
    return MINUS + text if number < 0 else text


def difference(a: float, b: float, decimals: int) -> Decimal:
    """Return a − b, after rounding each."""
    return rounded(a, decimals) - rounded(b, decimals)


def plain(value: float, unit: str = "") -> str:
    """Format a number with all its digits: 0.25, 1,024."""
    size = abs(value)
    text = f"{size:g}" if size != 0 and not 1e-6 <= size < 1e15 else f"{Decimal(f'{size:.15g}'):,f}"
    if "." in text and "e" not in text:
        text = text.rstrip("0").rstrip(".")
    return (MINUS if value < 0 else "") + text.replace("-", MINUS) + (f" {unit}" if unit else "")


def fitting_decimals(low: float, high: float) -> int:
    """Return the number of decimals that shows every visible difference on an axis."""
    return min(12, max(0, -math.floor(math.log10((high - low) * SHARE_SEEN))))
