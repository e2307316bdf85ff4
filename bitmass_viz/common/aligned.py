"""Arrays that begin at a cache line, so that a vector read from them lies in one line."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

CACHE_LINE = 64
"""Bytes."""


def aligned_copy(array: NDArray[Any]) -> NDArray[Any]:
    """Return a copy, in C order, that begins at a cache line."""
    room = np.empty(array.nbytes + CACHE_LINE, np.uint8)
    start = -room.ctypes.data % CACHE_LINE
    copy = room[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy
