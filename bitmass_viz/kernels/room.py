"""Room for numbers that kernels work with: it begins at a cache line, so that each vector lies in one."""

from __future__ import annotations

import numpy as np

from bitmass_viz.common.aligned import CACHE_LINE
from bitmass_viz.kernels.compiling import inlined


@inlined
def room_on_lines(count, dtype):
    """Return an array of a dtype, (count,), whose numbers are not set."""
    room = np.empty(count + CACHE_LINE, dtype)
    start = -room.ctypes.data % CACHE_LINE // room.itemsize
    return room[start : start + count]
