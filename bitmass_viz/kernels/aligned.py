"""Arrays that kernels work with: they begin at a cache line, so that each vector lies in one."""

from __future__ import annotations

import numpy as np

from bitmass_viz.common.aligned import CACHE_LINE
from bitmass_viz.kernels.compiling import inlined


@inlined
def aligned_empty(count, dtype):
    """Return an uninitialised array of a dtype, (count,)."""
    room = np.empty(count + CACHE_LINE, dtype)
    start = -room.ctypes.data % CACHE_LINE // room.itemsize
    return room[start : start + count]
