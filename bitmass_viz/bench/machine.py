"""Describe this machine and its software."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bitmass_viz.common.machine import processors
from bitmass_viz.common.version import __version__

SIMD = (
    "sse4.2", "popcnt", "avx", "avx2", "fma", "avx512f", "avx512bw", "avx512vnni", "avx512vpopcntdq",
    "neon", "dotprod", "sve", "sve2",
)  # fmt: skip
"""Processor features that the kernels or the peers can use."""
PACKAGES = {
    "numpy": "numpy",
    "numba": "numba",
    "llvmlite": "llvmlite",
    "torch": "torch",
    "faiss": "faiss-cpu",
    "threadpoolctl": "threadpoolctl",
}


def describe() -> dict[str, Any]:
    """Describe the machine, JSON-ready: processor, cores, SIMD features, memory, system and load."""
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features()
    return {
        "processor": processor(),
        "core": llvm.get_host_cpu_name(),
        "cores": os.cpu_count() or 1,
        "usable_cores": processors(),
        "simd": [name for name in SIMD if features.get(name)],
        "memory_bytes": memory_bytes(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def versions() -> dict[str, str]:
    """Return the versions of the packages that are timed; those not installed are left out."""
    found = {"bitmass_viz": __version__, "python": platform.python_version()}
    for name, package in PACKAGES.items():
        try:
            found[name] = version(package)
        except PackageNotFoundError:
            continue
    return found


def threads() -> dict[str, int]:
    """Return the default number of threads of each tool, if it is loaded and reports one."""
    found = {"ours": 1}
    if "torch" in sys.modules:
        found["torch"] = sys.modules["torch"].get_num_threads()
    if "faiss" in sys.modules:
        found["faiss"] = sys.modules["faiss"].omp_get_max_threads()
    if "threadpoolctl" in sys.modules:
        pools = sys.modules["threadpoolctl"].threadpool_info()
        blas = [
            pool["num_threads"] for pool in pools if pool["user_api"] == "blas" and "numpy" in pool["filepath"]
        ]
        if blas:
            found["numpy's BLAS"] = blas[0]
    return found


def processor() -> str:
    """Return the processor's model name, or else what the system reports."""
    if platform.system() == "Darwin":
        asked = ["sysctl", "-n", "machdep.cpu.brand_string"]
        try:
            return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return platform.processor() or "unknown"
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or "unknown"
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine()


def memory_bytes() -> int | None:
    """Return the size of the machine's memory in bytes, or None if the system does not report it."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
