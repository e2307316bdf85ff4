"""Images without their black parts: lists of the blocks of four pixels that have light in them.

Four of five pixels in MNIST are black, and the others lie side by side, so an image has 56 such blocks of 196.
The pixels of an image are numbered row by row; block b has the pixels 4 b to 4 b + 3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.common.aligned import CACHE_LINE
from bitmass_viz.kernels.compiling import compiled, inlined
from bitmass_viz.kernels.settings import PIXELS
from bitmass_viz.kernels.simd import prefetch

AHEAD = 8
"""Examples between fetching an image and reading it."""
RECORD = 2 + PIXELS
"""Bytes of a block: its number and its pixels."""


class LitPixels(NamedTuple):
    """The blocks of images with a pixel that is not black.

    All that is known of an image lies in one place, because images are read in random order: the numbers of its n
    blocks, in ascending order, then their pixels. Both arrays are views of the same bytes.
    """

    starts: NDArray[np.uint64]
    """Blocks before each image, and in all, (images + 1,)."""
    numbers: NDArray[np.uint16]
    """Those of image i begin at ``3 starts[i]``."""
    shades: NDArray[np.uint8]
    """Those of image i, PIXELS for each block, begin at ``6 starts[i] + 2 n``; 0 beyond the image's last pixel."""


@inlined
def place_of(lit, row):
    """Return how many blocks an image has, and where their numbers and their shades begin."""
    first = np.intp(lit.starts[row])
    count = np.intp(lit.starts[row + 1]) - first
    return count, RECORD // 2 * first, RECORD * first + 2 * count


@inlined
def is_lit(image, first):
    """Return whether the block that begins at a pixel of an image, uint8 (inputs,), has light in it."""
    light = False
    for i in range(first, min(first + PIXELS, image.shape[0])):
        light |= image[i] != 0
    return light


@compiled
def count_lit(images, starts):
    """Write the number of blocks before each of some images, uint8 (n, inputs), and in all: uint64 (n + 1,)."""
    starts[0] = 0
    for row in range(images.shape[0]):
        count = 0
        for first in range(0, images.shape[1], PIXELS):
            count += is_lit(images[row], first)
        starts[row + 1] = starts[row] + np.uint64(count)


@compiled
def gather_lit(images, lit):
    """Write the number and the pixels of all blocks that are not black.

    Parameters
    ----------
    images : uint8 (n, inputs)
    lit : LitPixels
        With ``starts``; all else is 0.
    """
    for row in range(images.shape[0]):
        image = images[row]
        _, number, shade = place_of(lit, row)
        for first in range(0, image.shape[0], PIXELS):
            if is_lit(image, first):
                lit.numbers[number] = first // PIXELS
                for i in range(first, min(first + PIXELS, image.shape[0])):
                    lit.shades[shade + i - first] = image[i]
                number += 1
                shade += PIXELS


def lit_pixels(images: NDArray[np.uint8]) -> LitPixels:
    """List the blocks of images, uint8 (n, inputs), that are not black."""
    starts = np.empty(len(images) + 1, np.uint64)
    count_lit(images, starts)
    room = np.zeros(RECORD * int(starts[-1]), np.uint8)
    lit = LitPixels(starts, room.view(np.uint16), room)
    gather_lit(images, lit)
    return lit


@inlined
def list_pixels(lit, row, pixel_values, where, values):
    """List the pixels of an image whose input is not 0.

    Parameters
    ----------
    lit : LitPixels
    row : int
        Index of the image.
    pixel_values : float32 (256,)
        Input value of each shade; 0 for black.
    where : int64 (inputs + PIXELS,), written
        The pixels' positions.
    values : float32 (inputs + PIXELS,), written
        Their inputs. There is room for more, because every pixel is written before it is known to count.

    Returns
    -------
    int
        How many there are.
    """
    blocks, number, shade = place_of(lit, row)
    count = 0
    for b in range(blocks):
        first = PIXELS * np.intp(lit.numbers[number + b])
        for i in range(PIXELS):
            value = pixel_values[lit.shades[shade + PIXELS * b + i]]
            where[count] = first + i
            values[count] = value
            count += value != 0
    return count


@inlined
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
        for at in range(RECORD * np.intp(lit.starts[row]), RECORD * np.intp(lit.starts[row + 1]), CACHE_LINE):
            prefetch(lit.shades, at)
