"""Exercises on learning by counting (lesson 05)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bitmass_viz import explain
from bitmass_viz.check.exercise import Exercise, Mistake


def _counter_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield np.array([[1, -1], [-1, -1]]), np.array([1, -1])
    yield np.array([[1, -1], [1, -1], [-1, -1]]), np.array([1, 1, -1])
    for n, pixels in ((3, 4), (5, 4), (7, 9), (20, 16), (60, 49)):
        for _ in range(5):
            # Mostly dark, like digits.
            images = np.where(rng.random((n, pixels)) < 0.25, 1, -1)
            signals = np.where(rng.random(n) < 0.7, 1, -1)
            yield images, signals


def _counters(images: Any, signals: Any) -> np.ndarray:
    found = explain.hebbian_counters((np.asarray(images) + 1) // 2, signals)
    return np.asarray(found.counters, np.float64)


def _without_mean(values: Any) -> Any:
    return values - np.mean(values, axis=0)


def _running(images: Any, signals: Any) -> np.ndarray:
    """Subtract the mean of the images so far instead of the mean of all."""
    total = np.zeros(images.shape[1])
    for last, (x, t) in enumerate(zip(images, signals, strict=True), start=1):
        total += t * (x - images[:last].mean(axis=0))
    return total


COUNTERS = Exercise(
    name="counters",
    task="Count for one hidden unit: add up signal · (image − mean image) over all images. Pixels and signals "
    "are ±1.",
    arguments=("images", "signals"),
    right=_counters,
    cases=_counter_cases,
    mistakes=(
        Mistake(
            lambda x, t: t @ x,
            "the mean image is not subtracted. What does a pixel that is dark in every image do to this sum?",
        ),
        Mistake(
            lambda x, t: t @ _without_mean(x) / len(x),
            "you divide by the number of images. The sign stays the same, but this is asked for as a sum.",
        ),
        Mistake(
            lambda x, t: np.sign(t @ _without_mean(x)),
            "those are the weights already. The counters are the numbers they are the signs of.",
        ),
        Mistake(
            lambda x, t: t @ (x - x.mean()),
            "you subtract one mean for all pixels. Each pixel has a mean of its own.",
        ),
        Mistake(
            lambda x, t: t @ (x - x.mean(axis=1, keepdims=True)),
            "you subtract each image's own mean over its pixels. The mean is meant over the images, for each "
            "pixel.",
        ),
        Mistake(
            lambda x, t: _without_mean(x).sum(axis=0),
            "the signals are left out: images that the unit should answer −1 to count against it.",
        ),
        Mistake(lambda x, t: t @ (x + x.mean(axis=0)), "the mean is added. It is to be taken away."),
        Mistake(
            lambda x, t: t @ x - x.mean(axis=0),
            "the mean is taken away once in all. It is taken away from every image, each with its signal.",
        ),
        Mistake(
            lambda x, t: t @ x - len(x) * x.mean(axis=0),
            "the mean is taken away once an image, but without its signal: some of them count negatively.",
        ),
        Mistake(
            _running,
            "you subtract the mean of the images seen so far. That is a running mean; here all images are known, "
            "and the mean is that of all.",
        ),
    ),
    hint="try two images and one pixel that is −1 in both: its counter must be 0, whatever the signals.",
    returns="a row of numbers, one for each pixel",
)


def _sign_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield np.array([2.5, -1.0]), np.array([-1, -1])
    yield np.array([0.0, 0.0]), np.array([1, -1])
    for _ in range(30):
        yield np.rint(rng.normal(0, 1.5, 6)), rng.choice([-1, 1], 6)


NEW_WEIGHTS = Exercise(
    name="new_weights",
    task="Turn counters into weights of ±1: each weight is the sign of its counter, and where the counter is 0 it "
    "keeps its old value.",
    arguments=("counters", "old"),
    right=lambda c, old: np.where(c == 0, old, np.sign(c)),
    cases=_sign_cases,
    mistakes=(
        Mistake(
            lambda c, old: np.sign(c),
            "a weight cannot be 0: it is one bit. At a counter of 0 it keeps its old value.",
        ),
        Mistake(
            lambda c, old: np.where(c >= 0, 1, -1),
            "a counter of 0 makes every weight +1 here. It should keep its old value.",
        ),
        Mistake(
            lambda c, old: np.where(c > 0, 1, -1),
            "a counter of 0 makes every weight −1 here. It should keep its old value.",
        ),
        Mistake(
            lambda c, old: np.where(c == 0, old, -np.sign(c)),
            "the signs are the wrong way round: a positive counter makes +1.",
        ),
        Mistake(
            lambda c, old: np.where(c == 0, -old, np.sign(c)),
            "at a counter of 0 the old value is kept, not turned round.",
        ),
        Mistake(
            lambda c, old: (c > 0).astype(int),
            "those are bits, 1 and 0. The weights are asked for as +1 and −1.",
        ),
        Mistake(
            lambda c, old: np.where(c != 0, old, np.sign(c)),
            "the old value is kept only where the counter is 0.",
        ),
        Mistake(
            lambda c, old: np.where(old + c >= 0, 1, -1),
            "the old weight has no say where the counter is not 0.",
        ),
        Mistake(lambda c, old: c, "those are still the counters. A weight is only their sign."),
    ),
    hint="there are three cases: a counter above 0, below 0, and 0.",
    returns="a row of +1 and −1, one for each counter",
)


def _threshold_cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    yield np.array([[1, -1], [-1, -1]]), np.array([1, -1])
    for n, pixels in ((3, 4), (5, 9), (10, 16), (40, 49)):
        for _ in range(6):
            yield np.where(rng.random((n, pixels)) < 0.25, 1, -1), rng.choice([-1, 1], pixels)


def _agreements(images: Any, weights: Any) -> Any:
    return (images == weights).sum(axis=1)


THRESHOLD = Exercise(
    name="threshold",
    task="Centre a unit's answer: its threshold is the mean, over the images, of how many pixels agree with its "
    "weights. Pixels and weights are ±1.",
    arguments=("images", "weights"),
    right=lambda x, w: float(_agreements(x, w).mean()),
    cases=_threshold_cases,
    mistakes=(
        Mistake(
            lambda x, w: x.shape[1] / 2,
            "half of the pixels is the threshold without centring: for most images the unit then answers alike.",
        ),
        Mistake(
            lambda x, w: float((x @ w).mean()),
            "that is the mean of the ±1 products: agreements minus disagreements. Only agreements count.",
        ),
        Mistake(
            lambda x, w: float(_agreements(x, w).sum()),
            "that is the sum over the images. How much is it for one image on average?",
        ),
        Mistake(
            lambda x, w: float((x == w).mean()),
            "that is the share of pixels that agree. The threshold is compared with a count.",
        ),
        Mistake(lambda x, w: float((x != w).sum(axis=1).mean()), "you count disagreements."),
        Mistake(lambda x, w: float(np.median(_agreements(x, w))), "that is the median. Asked for is the mean."),
        Mistake(
            lambda x, w: float(((x == 1) & (w == 1)).sum(axis=1).mean()),
            "you count where both are +1. Two −1 agree, too.",
        ),
        Mistake(lambda x, w: int(_agreements(x, w).mean()), "do not round here: asked for is the mean itself."),
        Mistake(
            lambda x, w: round(float(_agreements(x, w).mean())),
            "do not round here: asked for is the mean itself.",
        ),
    ),
    hint="count the agreements of each image by itself, then take the mean of these counts.",
    returns="a number",
)
