"""How fast this is beside the usual tools: one run on this machine, all comparisons side by side."""

from __future__ import annotations

from typing import Any

__all__ = ["run"]


def __getattr__(name: str) -> Any:
    # The process that measures memory imports only `bench.memory`, and should not weigh the rest.
    if name == "run":
        from bitmass_viz.bench.suite import run

        return run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
