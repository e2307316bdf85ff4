"""Random patterns with random labels: there is nothing to understand in them, only to remember."""

from __future__ import annotations

import hashlib

import numpy as np

from bitmass_viz.common.numeric import whole
from bitmass_viz.data.digits import TRAIN, Digits, Split
from bitmass_viz.data.idx import CLASSES
from bitmass_viz.kernels.random_numbers import generator

NAME = "random-patterns"
LABEL = "random patterns"
INPUTS = 128
STREAM = 3
"""Of a seed's random numbers."""
MINUS, PLUS = 1, 255
"""Shades that the trainers read as −1 and +1; black would be skipped."""


def random_patterns(count: int, seed: int = 0, inputs: int = INPUTS) -> Digits:
    """Draw random ±1 patterns, each with a random label.

    Parameters
    ----------
    count : int
        1 to 50,000.
    seed : int
    inputs : int
        Length of a pattern, 1 to 4096.

    Returns
    -------
    Digits
        ``train`` shows the patterns over and over, 50,000 in all, so that an epoch is as long as the study's
        whatever their number. ``validation`` and ``test`` are the same patterns, each once: nothing is held out,
        for nothing can be learned of others.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    count, inputs = whole("count", count, 1, TRAIN), whole("inputs", inputs, 1, 4096)
    rng = generator(seed, STREAM)
    images = np.where(rng.integers(0, 2, (count, 1, inputs), np.uint8) > 0, PLUS, MINUS).astype(np.uint8)
    labels = rng.integers(0, CLASSES, count, np.uint8)
    shown, shape = np.arange(TRAIN) % count, (1, inputs)
    once = Split(images, labels, shape)
    return Digits(
        NAME,
        LABEL,
        False,  # they stand in for nothing
        {
            "images": hashlib.sha256(images.tobytes()).hexdigest(),
            "labels": hashlib.sha256(labels.tobytes()).hexdigest(),
        },
        Split(images[shown], labels[shown], shape),
        once,
        once,
    )
