"""What pages' kernels need, imported and loaded once, by the process that they are forked from."""

from __future__ import annotations

import os
from contextlib import suppress

import bitmass_viz.widgets  # noqa: F401
from bitmass_viz.kernels.compile_stamp import is_all_compiled
from bitmass_viz.training.warmup import load_compiled

_loaded = False


def before_fork() -> bool:
    """Load compiled code as soon as all is compiled; return whether that was done now."""
    global _loaded
    if _loaded or not is_all_compiled(os.environ.get("NUMBA_CACHE_DIR", "")):
        return False
    _loaded = True
    with suppress(Exception):  # it recurs, visibly, where a page trains
        load_compiled()
    return True
