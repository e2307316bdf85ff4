"""Lesson 5, for teachers: the two means that were missing."""

import numpy as np


def counters(x, signals):
    """Take the mean image from every image first."""
    return signals @ (x - x.mean(axis=0))


def threshold(x, weights):
    """How many pixels agree on average."""
    return (x == weights).sum(axis=1).mean()


def new_weights(counters, old):
    """A counter at 0 has nothing to say: the weight stays."""
    return np.where(counters == 0, old, np.sign(counters))
