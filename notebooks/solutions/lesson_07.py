"""Lesson 7, for teachers."""

import numpy as np


def iso_bit_units(float_units, bits_per_weight):
    """As often as so many bits go into 32."""
    return float_units * 32 // bits_per_weight


def keep_top_bits(weights, bits):
    """Shift the others out and zeros in, on the stored patterns."""
    dropped = np.uint32(32 - bits)
    return (weights.view(np.uint32) >> dropped << dropped).view(np.float32)
