"""Lesson 2, for teachers."""


def word_address(unit, feature, features):
    """Round up: a unit begins a new word, and what is left of its last word is padding."""
    words_of_a_unit = -(-features // 32)
    return unit * words_of_a_unit + feature // 32, feature % 32


def float_value(bits):
    """Read each field as a whole number, then put them together."""
    text = "".join(str(bit) for bit in bits)
    sign, exponent, mantissa = int(text[0]), int(text[1:9], 2), int(text[9:], 2)
    return (-1) ** sign * 2.0 ** (exponent - 127) * (1 + mantissa / 2**23)
