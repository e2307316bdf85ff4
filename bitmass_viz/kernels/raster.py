"""Draw pen strokes as anti-aliased lines on small images."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from bitmass_viz.kernels.compiling import compiled


@compiled
def draw_lines(
    points: NDArray[np.float32],
    segments: NDArray[np.int64],
    radius: NDArray[np.float32],
    blur: NDArray[np.float32],
    ink: NDArray[np.float32],
    where: NDArray[np.int64],
    images: NDArray[np.uint8],
) -> None:
    r"""Draw one figure into each of some images, overwriting them.

    A pixel whose centre is at distance d from the nearest segment gets

        255 · ink · clip(1/2 + (radius − d) / blur, 0, 1)

    rounded to the nearest integer.

    Parameters
    ----------
    points : float32 (n, p, 2)
        x and y of the figures' points in pixels; pixel (row, column) has its centre at (column, row).
    segments : int64 (s, 2)
        Which points are joined by a straight line, the same for all n figures.
    radius, blur, ink : float32 (n,)
        Half the width of the line, width of its soft edge (> 0), both in pixels, and brightness from 0 to 1.
    where : int64 (n,)
        Indices of the images to draw into.
    images : uint8 (m, height, width)
        Changed in place.
    """
    height, width = images.shape[1], images.shape[2]
    nearest = np.empty((height, width), np.float32)
    for i in range(points.shape[0]):
        reach = radius[i] + np.float32(0.5) * blur[i]
        nearest[:] = reach * reach
        for s in range(segments.shape[0]):
            ax, ay = points[i, segments[s, 0], 0], points[i, segments[s, 0], 1]
            bx, by = points[i, segments[s, 1], 0], points[i, segments[s, 1], 1]
            dx, dy = bx - ax, by - ay
            length = dx * dx + dy * dy
            inverse = np.float32(1.0) / length if length > np.float32(0.0) else np.float32(0.0)
            top = max(0, math.ceil(min(ay, by) - reach))
            bottom = min(height - 1, math.floor(max(ay, by) + reach))
            left = max(0, math.ceil(min(ax, bx) - reach))
            right = min(width - 1, math.floor(max(ax, bx) + reach))
            for row in range(top, bottom + 1):
                py = np.float32(row) - ay
                for column in range(left, right + 1):
                    px = np.float32(column) - ax
                    along = (px * dx + py * dy) * inverse
                    along = min(max(along, np.float32(0.0)), np.float32(1.0))
                    ex, ey = px - along * dx, py - along * dy
                    nearest[row, column] = min(nearest[row, column], ex * ex + ey * ey)
        image = images[where[i]]
        full = np.float32(255.0) * ink[i]
        for row in range(height):
            for column in range(width):
                level = np.float32(0.0)
                if nearest[row, column] < reach * reach:
                    level = (reach - math.sqrt(nearest[row, column])) / blur[i]
                image[row, column] = np.uint8(full * min(level, np.float32(1.0)) + np.float32(0.5))
