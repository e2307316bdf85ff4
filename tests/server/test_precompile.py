"""A server that starts on an empty cache compiles everything beside its kernels."""

import json
import subprocess
import sys

import psutil
import pytest

from bitmass_viz.common.folders import make
from bitmass_viz.kernels.compile_stamp import STAMP, is_all_compiled, note_all_compiled
from tests.conftest import needs_jit
from tests.server.explore import Explore
from tests.waiting import wait_until

pytestmark = [needs_jit, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]
CELL = "import os; print('pid', os.getpid(), end=';')  # bitmass_viz"


def compiling(folder):
    """Return the processes that compile everything into a folder."""
    found = []
    for process in psutil.process_iter():
        try:
            beforehand = "bitmass_viz.server.precompile" in " ".join(process.cmdline())
            if beforehand and process.environ().get("NUMBA_CACHE_DIR") == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def explore(tmp_path, monkeypatch):
    numba = tmp_path / "numba"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(numba))
    started = []

    def start():
        started.append(Explore(tmp_path, cell=CELL))
        started[-1].numba = numba
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()
    assert not psutil.wait_procs(compiling(numba), timeout=10)[1], "it ends with the server"


@pytest.mark.slow
def test_everything_is_compiled_once_beside_the_kernels(explore):
    server = explore()
    wait_until(lambda: compiling(server.numba), 300)
    assert server.kernels() == [], "what compiles counts for none"
    assert server.read().process.is_running(), "the page does not wait"
    wait_until(lambda: list(server.numba.glob(f"kernels_*/{STAMP}")), 300)
    assert server.stop() == ("", "")
    done = subprocess.run(
        [sys.executable, "-m", "bitmass_viz.cli", "warmup", "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["compiled"] == []
    again = explore()
    again.read()
    assert compiling(again.numba) == []


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["the server", "the compiler"])
def test_whichever_of_the_two_is_killed_leaves_nothing_that_is_broken(explore, ending):
    server = explore()
    (process,) = wait_until(lambda: compiling(server.numba), 300)
    wait_until(lambda: list(server.numba.rglob("*.nbi")), 300)
    if ending == "the server":
        server.process.kill()
        assert not psutil.wait_procs([process], timeout=20)[1]
        return
    process.kill()
    assert server.read().process.is_running()
    assert server.stop() == ("", "")
    assert not list(server.numba.glob(f"kernels_*/{STAMP}"))
    code = (
        "import bitmass_viz as bm; from tests.conftest import make_digits; bm.Run('sgd', make_digits()).step(64)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_was_compiled_for_something_else_or_is_gone_does_not_count(tmp_path, monkeypatch):
    folder = tmp_path / "kernels_0123"
    make(folder)
    for name in ("a-1.nbi", "a-1.1.nbc"):
        (folder / name).touch()
    assert not is_all_compiled(str(tmp_path))
    note_all_compiled(folder)
    assert is_all_compiled(str(tmp_path))
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    assert not is_all_compiled(str(tmp_path))
    monkeypatch.delenv("NUMBA_CPU_NAME")
    assert is_all_compiled(str(tmp_path))
    (folder / "a-1.1.nbc").unlink()
    assert not is_all_compiled(str(tmp_path))
    for damaged in ("", "[]", '{"of": 1}', '{"of": null, "files": 3}', "\x00"):
        (folder / STAMP).write_text(damaged)
        assert not is_all_compiled(str(tmp_path))
