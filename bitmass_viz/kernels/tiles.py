"""The layout of a first layer that may be wide: tiles of units, each with a row of weights for every pixel.

A lit pixel's contribution to all units of a tile is one contiguous row, and a tile fits into a processor's second
cache, as a wide layer does not. A layer of fewer units than two tiles is a single one, of its own width; otherwise
the last tile is filled up with units that lead to nothing. The functions are plain Python that also compiles.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.settings import LANES, PIXELS

Floats = NDArray[np.float32]
TILE = 2 * LANES * PIXELS
"""Units of a tile: two blocks, whose sums do not wait for each other."""


def tiles_of(units: int) -> int:
    """Return the number of tiles."""
    return 1 if units < 2 * TILE else -(-units // TILE)


def tiled_shape(inputs: int, units: int) -> tuple[int, int]:
    """Return the shape of a layer's weights in tiles, one below the other."""
    tiles = tiles_of(units)
    return tiles * inputs, units if tiles == 1 else TILE


def rows_of(tiled: Floats, units: int) -> Floats:
    """Return weights with a row for each unit: (units, inputs)."""
    width, inputs = tiled.shape[1], tiled.shape[0] // tiles_of(units)
    rows = np.empty((units, inputs), np.float32)
    for first in range(0, units, width):
        at = first // width * inputs
        rows[first : first + width] = tiled[at : at + inputs, : units - first].T
    return rows


def put_rows(rows: Floats, tiled: Floats) -> None:
    """Write rows of weights, float32 (units, inputs), to tiles."""
    (units, inputs), width = rows.shape, tiled.shape[1]
    for first in range(0, units, width):
        at = first // width * inputs
        tiled[at : at + inputs, : units - first] = rows[first : first + width].T
