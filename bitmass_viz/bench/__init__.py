"""Benchmarks against the usual tools, all in one run on this machine."""

from __future__ import annotations

from typing import Any

__all__ = ["run"]


def __getattr__(name: str) -> Any:
    # The process that measures memory imports `bench.memory`; the rest must not add to its memory.
    if name == "run":
        from bitmass_viz.bench.suite import run

        return run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
