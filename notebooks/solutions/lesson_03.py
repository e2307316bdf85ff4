"""Lesson 3, for teachers."""


def xnor_popcount(x, w):
    """Both 1, or both 0."""
    return int((x == w).sum())


def neuron(x, w, threshold):
    """More than the threshold, not as many."""
    return 1 if xnor_popcount(x, w) > threshold else 0


def packed_popcount(x, w, n_bits):
    """Count what differs: padding is zero in both, so that it never does."""
    differing = sum((a ^ b).bit_count() for a, b in zip(x, w, strict=True))
    return n_bits - differing
