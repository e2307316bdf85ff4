"""Images as lists of their lit pixels (compressed sparse rows): four of five pixels in MNIST are black."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.compiling import compiled
from bitmass_viz.kernels.simd import prefetch

AHEAD = 8
"""Examples between fetching an image and reading it."""
CACHE_LINE = 64


class LitPixels(NamedTuple):
    """The non-zero pixels of images.

    Those of image i are at ``starts[i]`` up to ``starts[i + 1]``, in the order of their positions.
    """

    starts: NDArray[np.uint64]
    """(images + 1,)"""
    positions: NDArray[np.uint16]
    """Index of each lit pixel in its image, (lit,)."""
    values: NDArray[np.uint8]
    """1 to 255, (lit,)."""


@compiled
def gather_lit(images, starts, positions, values):
    """Write the positions and values of all non-zero pixels, and where each image's pixels start.

    Parameters
    ----------
    images : uint8 (n, inputs)
    starts : uint64 (n + 1,), written
    positions : uint16 (lit + 1,), written
    values : uint8 (lit + 1,), written
        One extra element, because every pixel is written before it is known to be non-zero.
    """
    count = 0
    for row in range(images.shape[0]):
        starts[row] = count
        image = images[row]
        for i in range(image.shape[0]):
            positions[count] = i
            values[count] = image[i]
            count += image[i] != 0
    starts[images.shape[0]] = count


def lit_pixels(images: NDArray[np.uint8]) -> LitPixels:
    """List the lit pixels of images, uint8 (n, inputs)."""
    room = int(np.count_nonzero(images)) + 1
    lit = LitPixels(np.empty(len(images) + 1, np.uint64), np.empty(room, np.uint16), np.empty(room, np.uint8))
    gather_lit(images, lit.starts, lit.positions, lit.values)
    return lit


@compiled
def fetch_ahead(lit, order, position):
    """Prefetch an image that will be read a few examples later; images are read in random order.

    Parameters
    ----------
    lit : LitPixels
    order : int64 (m,)
    position : int
        Position of the current example in ``order``.
    """
    if position + AHEAD < order.shape[0]:
        row = order[position + AHEAD]
        first, stop = np.intp(lit.starts[row]), np.intp(lit.starts[row + 1])
        for p in range(first, stop, CACHE_LINE):
            prefetch(lit.values, p)
        for p in range(first, stop, CACHE_LINE // 2):
            prefetch(lit.positions, p)
