"""Checks of the machine: processor, memory, and the port that the page is served on."""

from __future__ import annotations

import platform
import re
import socket
from contextlib import suppress
from pathlib import Path

from bitmass_viz.bench.machine import SIMD, memory_bytes, processor
from bitmass_viz.cli.doctor.part import Part
from bitmass_viz.cli.doctor.software import works
from bitmass_viz.common.machine import free_bytes, processors
from bitmass_viz.server.ports import DEFAULT_PORT

ENOUGH_BYTES = 1_000_000_000
"""A page and the preheated kernel use about half of this, the browser the rest."""


def computer() -> Part:
    """Describe the machine, and check free memory and the vector instructions that make training fast."""
    features = simd()
    free = free_bytes()
    part = Part(
        {
            "system": platform.platform(),
            "processor": processor(),
            "simd": None if features is None else [name for name in SIMD if name in features],
            "cores": processors(),
            "memory_mb": None if (memory := memory_bytes()) is None else memory // 10**6,
            "free_mb": free // 10**6,
        }
    )
    if free < ENOUGH_BYTES:
        part.wrong.append(
            f"{free / 1e6:,.0f} MB of memory are free, and {ENOUGH_BYTES / 1e6:,.0f} MB are needed; close other "
            "programs, or start with: bitmass explore --preheat 0."
        )
    on_intel = platform.machine().lower() in ("x86_64", "amd64", "i386", "i686")
    if on_intel and features is not None and "avx2" not in features:
        part.remarks.append(
            "Code is compiled without AVX2 here, so that training is slower; results are the same. Unless the "
            "processor is older than that, unset NUMBA_CPU_NAME and NUMBA_CPU_FEATURES."
        )
    return part


def port() -> Part:
    """Check whether the page's default port is free."""
    with socket.socket() as probe:
        # Set as in our server, which can bind although a recent connection is still closing.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", DEFAULT_PORT))
        except OSError as error:
            return Part(
                {"number": DEFAULT_PORT, "free": False},
                remarks=[
                    f"Port {DEFAULT_PORT} is not to be had ({error.strerror}); bitmass explore takes the next "
                    "free one, or the one that --port names."
                ],
            )
    return Part({"number": DEFAULT_PORT, "free": True})


def simd() -> set[str] | None:
    """Return the processor features that Numba compiles for, or without Numba those that Linux lists."""
    if works("numba"):
        from numba.core import config
        from numba.core.codegen import get_host_cpu_features

        asked_for = config.CPU_FEATURES  # type: ignore[attr-defined]
        features = get_host_cpu_features() if asked_for is None else asked_for
        return {feature[1:] for feature in features.split(",") if feature.startswith("+")}
    with suppress(OSError):
        found = re.search(r"^(?:flags|Features)\s*:(.*)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
        return set(found[1].replace("_", ".").replace("avx512.", "avx512").split()) if found else None
    return None
