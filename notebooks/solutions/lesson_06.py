"""Lesson 6, for teachers."""

import numpy as np
from scipy.stats import t


def interval(accuracies):
    """Few values: n − 1 below the scatter, and t in place of 1.96."""
    n = len(accuracies)
    half = t.ppf(0.975, n - 1) * np.std(accuracies, ddof=1) / np.sqrt(n)
    return np.mean(accuracies) - half, np.mean(accuracies) + half


def decide(low, high, margin):
    """Inside, outside, or across the margin."""
    if -margin < low and high < margin:
        return "supported"
    if low > margin or high < -margin:
        return "not supported"
    return "undecided"
