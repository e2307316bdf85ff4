"""Lesson 1, for teachers."""


def bit_mass(inputs, hidden, classes, bits_per_weight):
    """Two layers of connections; each connection has a weight, each weight so many bits."""
    return (inputs * hidden + hidden * classes) * bits_per_weight
