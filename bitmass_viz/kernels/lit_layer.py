"""A first layer and its gradient for several images at once, whose black pixels are left out.

A wide layer does not fit into a processor's nearer caches. So its units are taken a tile at a time, and all images
pass by the tile. Every sum runs over pixels, or over images, in the order in which one image after another would
add them up, so that the numbers do not depend on how many images there are at once, nor on the way they are taken.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.aligned import aligned_empty
from bitmass_viz.kernels.compiling import compiled, inlined
from bitmass_viz.kernels.pixels import fetch_ahead, list_pixels
from bitmass_viz.kernels.settings import PIXELS
from bitmass_viz.kernels.simd import load_block, store
from bitmass_viz.kernels.tiles import TILE
from bitmass_viz.kernels.vectors import BLOCK

AT_ONCE = 64
"""Most images at once."""
_NO_BLOCK = np.zeros(BLOCK, np.float32)
_ZERO = np.float32(0.0)


class Listed(NamedTuple):
    """The pixels of some images whose input is not 0, image by image."""

    starts: NDArray[np.int64]
    """Pixels before each image, and in all, (AT_ONCE + 1,)."""
    where: NDArray[np.int64]
    """The pixels' positions."""
    values: NDArray[np.float32]
    """Their inputs."""


@compiled
def room_for_lists(inputs):
    """Return arrays for the pixels of `AT_ONCE` images; `list_pixels` writes a block beyond those that count."""
    most = AT_ONCE * inputs + PIXELS
    return Listed(np.zeros(AT_ONCE + 1, np.int64), np.empty(most, np.int64), np.empty(most, np.float32))


@compiled
def rows_for(units):
    """Return float32 (AT_ONCE, padded): a row of units for each image, padded with zeros to whole tiles."""
    padded = -(-units // TILE) * TILE
    rows = aligned_empty(AT_ONCE * padded, np.float32).reshape(AT_ONCE, padded)
    rows[:] = _ZERO
    return rows


@compiled
def list_images(lit, order, first, count, pixel_values, listed):
    """List the pixels of the images that ``order`` names from position ``first`` on."""
    for image in range(count):
        fetch_ahead(lit, order, first + image)
        at = listed.starts[image]
        found = list_pixels(lit, order[first + image], pixel_values, listed.where[at:], listed.values[at:])
        listed.starts[image + 1] = at + found


@compiled
def weighted_sums(listed, count, w, sums):
    """z = W x of each image.

    Parameters
    ----------
    listed : Listed
    count : int
        Number of images.
    w : float32, in tiles (see `tiles`)
    sums : float32 (AT_ONCE, padded), written
    """
    if w.shape[1] != TILE:
        for image in range(count):
            begin, end = listed.starts[image], listed.starts[image + 1]
            sums_of_one(listed.where[begin:end], listed.values[begin:end], w, sums[image])
        return
    starts, where, values = listed
    padded = sums.shape[1]
    inputs = w.shape[0] // (padded // TILE)
    for first in range(0, padded, TILE):
        for image in range(count):
            a, b = load_block(_NO_BLOCK, 0), load_block(_NO_BLOCK, 0)
            for p in range(starts[image], starts[image + 1]):
                at = inputs * first + where[p] * TILE
                a = a + values[p] * load_block(w, at)
                b = b + values[p] * load_block(w, at + BLOCK)
            store(sums, image * padded + first, a)
            store(sums, image * padded + first + BLOCK, b)


@inlined
def sums_of_one(where, values, w, sums):
    """z = W x of one image, whose pixels are given by their positions and inputs."""
    units = w.shape[1]
    whole = units - units % BLOCK
    for j in range(0, whole, BLOCK):
        z = load_block(_NO_BLOCK, 0)
        for p in range(where.shape[0]):
            z = z + values[p] * load_block(w, where[p] * units + j)
        store(sums, j, z)
    for j in range(whole, units):
        sums[j] = _ZERO
        for p in range(where.shape[0]):
            sums[j] += values[p] * w[where[p], j]


@compiled
def add_gradients(listed, count, delta, g):
    """G += x delta^T of each image.

    Parameters
    ----------
    listed, count : as in `weighted_sums`
    delta : float32 (AT_ONCE, padded)
    g : float32, in tiles, changed
    """
    padded = delta.shape[1]
    if g.shape[1] != TILE or padded == TILE:
        for image in range(count):
            begin, end = listed.starts[image], listed.starts[image + 1]
            add_one(listed.where[begin:end], listed.values[begin:end], delta[image], g)
        return
    starts, where, values = listed
    inputs, entries = g.shape[0] // (padded // TILE), starts[count]
    # The same pixels, sorted by position; within one they keep the order of the images.
    ends = np.zeros(inputs + 1, np.int64)
    for p in range(entries):
        ends[where[p] + 1] += 1
    for i in range(inputs):
        ends[i + 1] += ends[i]
    images, inks = np.empty(entries, np.int64), np.empty(entries, np.float32)
    for image in range(count):
        for p in range(starts[image], starts[image + 1]):
            place = ends[where[p]]
            images[place], inks[place] = image * TILE, values[p]
            ends[where[p]] = place + 1
    tile = aligned_empty(count * TILE, np.float32)
    for first in range(0, padded, TILE):
        for image in range(count):
            tile[image * TILE : (image + 1) * TILE] = delta[image, first : first + TILE]
        begin, at = 0, inputs * first
        for i in range(inputs):
            if begin < ends[i]:
                a, b = load_block(g, at), load_block(g, at + BLOCK)
                for e in range(begin, ends[i]):
                    a = a + inks[e] * load_block(tile, images[e])
                    b = b + inks[e] * load_block(tile, images[e] + BLOCK)
                store(g, at, a)
                store(g, at + BLOCK, b)
                begin = ends[i]
            at += TILE


@inlined
def add_one(where, values, delta, g):
    """G += x delta^T of one image, whose pixels are given as for `sums_of_one`."""
    units = g.shape[1]
    whole = units - units % BLOCK
    for p in range(where.shape[0]):
        x, at = values[p], where[p] * units
        for j in range(0, whole, BLOCK):
            store(g, at + j, load_block(g, at + j) + x * load_block(delta, j))
        for j in range(whole, units):
            g[where[p], j] += x * delta[j]
