"""What pages' kernels need, imported and loaded once, by the process that they are forked from."""

from __future__ import annotations

import os

import bitmass_viz.widgets  # noqa: F401
from bitmass_viz.kernels.compile_stamp import is_all_compiled
from bitmass_viz.training.warmup import load_compiled

if is_all_compiled(os.environ.get("NUMBA_CACHE_DIR", "")):
    load_compiled()
