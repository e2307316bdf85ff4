"""Measure the memory of a session, in a fresh process that does nothing else.

`python -m bitmass_viz.bench.memory mnist` prints it as JSON.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from bitmass_viz.data import NAMED, Digits

PREFIX = "resident megabytes: "
SECONDS = 120


def measure(digits: Digits) -> dict[str, float]:
    """Run a session in a new process, and return its resident memory in megabytes after each step.

    Raises
    ------
    ValueError
        If the digits cannot be loaded by another process, or the process fails.
    """
    if digits.name not in NAMED:
        raise ValueError(f"only {', '.join(NAMED)} can be loaded in another process, got {digits.name!r}")
    command = [sys.executable, "-m", __name__, digits.name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"the process that measures took longer than {SECONDS} s") from error
    lines = [line for line in done.stdout.splitlines() if line.startswith(PREFIX)]
    if done.returncode != 0 or not lines:
        said = (done.stderr.strip().splitlines() or ["nothing was printed"])[-1]
        raise ValueError(f"the process that measures failed: {said}")
    found: dict[str, float] = json.loads(lines[-1].removeprefix(PREFIX))
    return found


def resident_megabytes() -> float:
    """Return this process's resident memory in megabytes.

    Raises
    ------
    OSError
        On systems other than Linux.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(r"^VmRSS:\s*(\d+) kB", status, re.MULTILINE)
    if found is None:
        raise OSError("/proc/self/status does not say VmRSS")
    return int(found[1]) / 1024


def session(source: str) -> dict[str, float]:
    """Import the package, load the digits and train an epoch; return the memory after each step."""
    import bitmass_viz

    found = {"imported": resident_megabytes()}
    digits = bitmass_viz.load_data(source, download=False)
    found["digits loaded"] = resident_megabytes()
    for trainer in ("sgd", "bv32-hebbian"):
        run = bitmass_viz.Run(trainer, digits, recipe="tuned")
        run.train(epochs=1, progress=False)
        found[f"{trainer} trained"] = resident_megabytes()
    return found


if __name__ == "__main__":
    print(PREFIX + json.dumps(session(sys.argv[1])))
