"""What `bitmass warmup` promises: afterwards nothing is left to compile."""

import json
import os
import subprocess
import sys

from click.testing import CliRunner

from bitmass_viz.cli.main import main
from bitmass_viz.training import warmup


def test_it_says_what_it_compiled_and_where_that_lies(monkeypatch):
    warmed = warmup.WarmUpResult(
        ["kernels.bits.a", "kernels.bits.b"], ["kernels.c.d"], ["kernels.e.f"], 1.23, ["/cache"]
    )
    monkeypatch.setattr(warmup, "warm_up", lambda progress: warmed)
    result = CliRunner().invoke(main, ["warmup"])
    assert result.stdout.splitlines() == [
        "Compiled kernels.bits: a, b",
        "Compiled now: 2, found in the cache: 1; 1.2 seconds",
        "The cache lies in /cache",
    ]
    assert result.stderr == "kernels.e.f cannot be kept; each process compiles it anew\n"
    as_json = CliRunner().invoke(main, ["warmup", "--json"])
    assert json.loads(as_json.stdout)["cached"] == ["kernels.c.d"]


def test_a_compiler_that_is_switched_off_is_said_to_be():
    done = subprocess.run(
        [sys.executable, "-m", "bitmass_viz.cli", "warmup"],
        capture_output=True,
        text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: NUMBA_DISABLE_JIT is 1")
