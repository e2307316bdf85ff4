"""Disks that are full, homes that cannot be written to, clocks that jump: each brought about for real."""

import json
import os
import subprocess
import sys
import time
import warnings

import pytest

import bitmass_viz as bm
from bitmass_viz.common.atomic_file import write_atomically
from bitmass_viz.experiments.store import Store
from bitmass_viz.site import write_folder
from tests.conftest import DIGITS, full_disk, needs_jit
from tests.training.runs import make
from tests.widgets.conversation import acknowledge, converse, idle, tell, until

NOWHERE = "/proc"
"""A home in which nobody may make a file, not even root."""


def test_results_do_not_fit(tmp_path):
    rows = [{"accuracy": 0.5, "note": "x" * 200}]
    store = Store(tmp_path)
    store.add("first", rows)
    size = store.path.stat().st_size
    with full_disk(size + size // 2), pytest.warns(UserWarning, match=r"will be trained again.*BITMASS_CACHE"):
        store.add("second", rows)
    with full_disk(size + size // 2), warnings.catch_warnings():
        warnings.simplefilter("error")
        store.add("third", rows)
    assert store["second"] == store["third"] == rows, "they are there, if only for now"
    assert store.path.stat().st_size > size, "the disk took a part"
    store.add("fourth", rows)
    again = Store(tmp_path)
    assert [key in again for key in ("first", "second", "third", "fourth")] == [True, False, False, True]


def test_what_the_reader_keeps_does_not_fit(tmp_path):
    run = make("bv32-hebbian")
    run.save(tmp_path / "run.npz")
    page = b"<html>" + bytes(10_000)
    write_atomically(tmp_path / "page.html", page)
    about = json.dumps({"version": "1", "made": "now", "digits": "mnist"}).encode()
    write_folder(tmp_path / "site", {"about.json": about})
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    run.step(50)
    with full_disk(1000):
        for write in (
            lambda: run.save(tmp_path / "run.npz"),
            lambda: write_atomically(tmp_path / "page.html", page),
            lambda: write_folder(tmp_path / "site", {"about.json": about, "index.html": page}),
        ):
            with pytest.raises(OSError, match="File too large"):
                write()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == kept


def in_a_home_without_room(*arguments, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "BITMASS_CACHE"))}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env={**clean, "HOME": NOWHERE, **environment}
    )


@needs_jit
def test_a_home_that_cannot_be_written_to():
    code = (
        "import bitmass_viz as bm\n"
        "run = bm.Run('bv32-hebbian', bm.load_digits('auto', download=False))\n"
        "run.step(100)\n"
        "bm.Explorer(run)\n"
        "print(run.examples)\n"
    )
    done = in_a_home_without_room("-c", code, NUMBA_CACHE_DIR=f"{NOWHERE}/numba")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "100"


@needs_jit
def test_results_without_a_home_are_one_clear_error():
    done = in_a_home_without_room("-m", "bitmass_viz.cli", "reproduce", "--seeds", "1")
    assert done.returncode == 1
    (said,) = [line for line in done.stderr.splitlines() if "rror" in line and "atplotlib" not in line]
    assert said.startswith("Error: results cannot be kept in /proc/.cache")
    assert "set BITMASS_CACHE" in said
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("jump", [86_400, -86_400])
def test_a_clock_that_jumps_disturbs_no_training(monkeypatch, jump):
    true = time.time

    async def scenario(explorer):
        acknowledge(explorer)
        tell(explorer, "play")
        await until(lambda: explorer.run.examples > 200)
        monkeypatch.setattr(time, "time", lambda: true() + jump)
        seen = explorer.run.examples
        await until(lambda: explorer.run.examples > seen + 200)
        assert explorer.status["state"] == "playing"
        assert explorer.notice == {}
        tell(explorer, "pause")
        await idle(explorer)

    converse(scenario)
    assert len(bm.Run("sgd", DIGITS).frames) == 1
