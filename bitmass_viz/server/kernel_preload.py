"""What pages' kernels need, imported and loaded once, by the process that they are forked from."""

from __future__ import annotations

import os

import bitmass_viz.widgets  # noqa: F401
from bitmass_viz.kernels.compile_stamp import is_all_compiled
from bitmass_viz.training.warmup import FIRST, load

TRAINERS = (FIRST, "sgd", "adamw")
"""Those that the page starts with. Kernels load others' compiled code when a reader chooses them."""

if is_all_compiled(os.environ.get("NUMBA_CACHE_DIR", "")):
    load(TRAINERS)
