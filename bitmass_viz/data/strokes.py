"""Pen strokes: synthetic digits from a seeded generator, for when MNIST is not available.

Each image is one style of writing a digit (`styles`), randomly varied: control points are moved, the whole figure
is stretched, slanted, rotated and bent, then scaled into a box and centred by mass like MNIST's images.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common import numeric
from bitmass_viz.common.user_folders import cache_folder
from bitmass_viz.data import stamped
from bitmass_viz.data.digits import TEST, TRAIN, VALIDATION, Digits, split_digits
from bitmass_viz.data.idx import CLASSES, IMAGE_SIDE, as_idx, map_idx
from bitmass_viz.data.pen_paths import STYLES, Style

NAME = "strokes"
LABEL = "Pen strokes (synthetic)"
REVISION = 1
"""Of what is drawn for a seed: digits that are kept are of one revision."""
SAMPLES = 6
"""Straight segments between two control points; at 28 pixels more make no visible difference."""


class Hand(NamedTuple):
    """Variation of the handwriting: standard deviations, except where the name says ``mean``.

    With these values the digits are about as hard as MNIST's for linear and nearest-mean classifiers, which tests
    check, and have as much ink.

    Attributes
    ----------
    jitter : position of each control point, in heights of the digit
    sloppiness : logarithm of a factor on the jitter, one per image
    slant, slant_mean : shear, to the right
    turn : rotation, in radians
    stretch : logarithm of the width
    wobble : amplitude of the bend, in heights of the digit
    size : logarithm of the factor by which the digit is smaller than its box of 20 pixels
    shift : position, in pixels
    radius, radius_mean : half the line width, in pixels
    """

    jitter: float = 0.043
    sloppiness: float = 0.3
    slant: float = 0.24
    slant_mean: float = 0.12
    turn: float = 0.115
    stretch: float = 0.19
    wobble: float = 0.03
    size: float = 0.06
    shift: float = 0.7
    radius: float = 0.28
    radius_mean: float = 1.35


def load_strokes(seed: int = 0) -> Digits:
    """Draw 60,000 + 10,000 digits, split like MNIST; the same seed gives the same bytes.

    All classes have equally many images in each split. Those of seed 0, which take the place of MNIST on machines
    without it, are kept in the user's cache: processes that map them start sooner, and share their memory.

    Raises
    ------
    ValueError
        If the seed is not an integer from 0 to 2^53 − 1.
    """
    seed = numeric.seed(seed)
    if seed == 0 and is_kept():
        kept = _as_digits(*map(map_idx, _kept_files()))
        if list(kept.sha256.values()) == [stamped.sha256_of(path) for path in _kept_files()]:
            return kept
    images, labels = _draw(seed)
    digits = _as_digits(images, labels)
    if seed == 0:
        with suppress(OSError):  # then they are drawn again
            for path, array, sha256 in zip(_kept_files(), (images, labels), digits.sha256.values(), strict=True):
                stamped.store(path, as_idx(array), sha256)
    return digits


def is_kept() -> bool:
    """Return whether the digits of seed 0 are in the user's cache."""
    return all(stamped.sha256_of(path) for path in _kept_files())


def _kept_files() -> list[Path]:
    return [cache_folder() / f"strokes-{REVISION}-{part}" for part in ("images", "labels")]


def _as_digits(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Digits:
    sha256 = {
        "images": hashlib.sha256(images.data).hexdigest(),
        "labels": hashlib.sha256(labels.data).hexdigest(),
    }
    learning, test = slice(0, TRAIN + VALIDATION), slice(TRAIN + VALIDATION, None)
    return split_digits(
        NAME,
        LABEL,
        synthetic=True,
        sha256=sha256,
        learning=(images[learning], labels[learning]),
        test=(images[test], labels[test]),
    )


def _draw(seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the images and labels of all splits, read-only."""
    learning_seed, test_seed = np.random.SeedSequence(seed).spawn(2)
    train_seed, validation_seed = learning_seed.spawn(2)
    images = np.empty((TRAIN + VALIDATION + TEST, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    labels = np.empty(len(images), np.uint8)
    start = 0
    for count, part_seed in ((TRAIN, train_seed), (VALIDATION, validation_seed), (TEST, test_seed)):
        stop = start + count
        draw_digits(images[start:stop], labels[start:stop], np.random.default_rng(part_seed))
        start = stop
    for array in (images, labels):
        array.flags.writeable = False
    return images, labels


def draw_digits(images: NDArray[np.uint8], labels: NDArray[np.uint8], rng: np.random.Generator) -> None:
    """Fill images and labels with new digits in random order, with class sizes as equal as possible.

    Parameters
    ----------
    images : uint8 (n, 28, 28)
        Changed in place.
    labels : uint8 (n,)
        Changed in place.
    rng
        The only source of randomness.
    """
    labels[:] = rng.permutation(np.arange(len(labels)) % CLASSES)
    shares = np.array([style.share for style in STYLES])
    of_digit = np.array([style.digit for style in STYLES])
    chosen = np.empty(len(labels), np.int64)
    for digit in range(CLASSES):
        styles, where = np.flatnonzero(of_digit == digit), np.flatnonzero(labels == digit)
        chosen[where] = rng.choice(styles, len(where), p=shares[styles] / shares[styles].sum())
    for number, style in enumerate(STYLES):
        _draw_style(style, np.flatnonzero(chosen == number), images, rng)


def _draw_style(
    style: Style, where: NDArray[np.int64], images: NDArray[np.uint8], rng: np.random.Generator
) -> None:
    """Draw digits of one style into the images at `where`, each with new random variation."""
    from bitmass_viz.kernels.raster import draw_lines

    n, hand = len(where), Hand()

    def normal(scale: float, *shape: int) -> NDArray[np.float32]:
        return np.float32(scale) * rng.standard_normal((n, *shape), np.float32)

    def uniform(low: float, high: float) -> NDArray[np.float32]:
        return np.float32(low) + np.float32(high - low) * rng.random(n, np.float32)

    controls, basis, segments = _trace(style)
    sloppy = np.exp(normal(hand.sloppiness))
    moved = controls + normal(hand.jitter, *controls.shape) * sloppy[:, None, None]
    points = basis @ moved
    x, y = points[..., 0], points[..., 1] - np.float32(0.5)

    bend, phase = normal(hand.wobble), uniform(0, 2 * np.pi)
    x += bend[:, None] * np.sin(np.float32(5.0) * y + phase[:, None])
    bend, phase = normal(hand.wobble), uniform(0, 2 * np.pi)
    y += bend[:, None] * np.sin(np.float32(5.0) * x + phase[:, None])

    width = np.exp(normal(hand.stretch))
    slant = hand.slant_mean + normal(hand.slant)
    turn = normal(hand.turn)
    x = width[:, None] * x - slant[:, None] * y
    cosine, sine = np.cos(turn)[:, None], np.sin(turn)[:, None]
    x, y = cosine * x - sine * y, sine * x + cosine * y

    radius = np.clip(hand.radius_mean + normal(hand.radius), 0.6, 2.4)
    extent = np.maximum(np.ptp(x, axis=1), np.ptp(y, axis=1))
    scale = (20.0 - 2 * radius) * np.exp(-np.abs(normal(hand.size))) / extent
    drawn = np.stack([x, y], axis=-1) * scale[:, None, None]
    centre = np.float32((IMAGE_SIDE - 1) / 2) + normal(hand.shift, 2)
    drawn += (centre - _mass_centre(drawn, segments))[:, None, :]
    draw_lines(drawn, segments, radius, uniform(0.9, 1.6), uniform(0.85, 1.0), where, images)


def _trace(style: Style) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """Return (control points (k, 2), basis (p, k), segments (s, 2)) of a style.

    The path is a Catmull-Rom spline, which is linear in its control points: path = basis @ controls.
    """
    strokes = style.strokes()
    names = sorted({point for stroke in strokes for point in stroke})
    rows: list[NDArray[np.float64]] = []
    segments = []
    t = (np.arange(SAMPLES) / SAMPLES)[:, None]
    unit = np.eye(len(names))
    for stroke in strokes:
        through = [unit[names.index(point)] for point in stroke]
        closed = stroke[0] == stroke[-1]
        path = [through[-2 if closed else 0], *through, through[1 if closed else -1]]
        first = len(rows)
        for before, a, b, after in zip(path, path[1:], path[2:], path[3:], strict=False):
            if not np.array_equal(a, b):
                rows.extend(
                    a
                    + 0.5 * t * (b - before)
                    + t**2 * (before - 2.5 * a + 2 * b - 0.5 * after)
                    + t**3 * (1.5 * (a - b) + 0.5 * (after - before))
                )
        rows.append(through[-1])
        segments += [(i, i + 1) for i in range(first, len(rows) - 1)]
    return np.array(names, np.float32), np.array(rows, np.float32), np.array(segments, np.int64)


def _mass_centre(points: NDArray[np.float32], segments: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the centre of mass (n, 2) of the lines, weighted by length: close enough to that of the ink."""
    start, end = points[:, segments[:, 0]], points[:, segments[:, 1]]
    length = np.sqrt(((end - start) ** 2).sum(axis=-1, keepdims=True))
    return (0.5 * (start + end) * length).sum(axis=1) / length.sum(axis=1)
