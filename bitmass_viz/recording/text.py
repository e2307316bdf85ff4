"""Bytes as characters of a UTF-16 file, which hold almost 16 bits each, and none of which means anything to HTML.

129 bytes are a number that 65 digits of base 63,000 can hold. A digit is the character that many places after
U+00A0, past the surrogates: no control character, no `<`, and nothing that a browser would exchange.
"""

from __future__ import annotations

import numpy as np

BASE = 63_000
FIRST_CHARACTER = 0xA0
SURROGATES = range(0xD800, 0xE000)
BYTES, CHARACTERS = 129, 65


def length_of(count: int) -> int:
    """Return how many characters hold a number of bytes."""
    return -(-count // BYTES) * CHARACTERS


def as_text(data: bytes) -> str:
    """Return bytes as characters, 65 for each 129; `bytesIn` in ``src/recorded/text.js`` reads them.

    In each group the lowest byte is the first, and the lowest digit too.
    """
    digits: list[int] = []
    for start in range(0, len(data), BYTES):
        number = int.from_bytes(data[start : start + BYTES], "little")
        for _ in range(CHARACTERS):
            number, digit = divmod(number, BASE)
            digits.append(digit)
    units = np.array(digits, np.uint32) + FIRST_CHARACTER
    units[units >= SURROGATES.start] += len(SURROGATES)
    return units.astype("<u2").tobytes().decode("utf-16-le")
