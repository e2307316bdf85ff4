"""Kernels are forked from one process that has imported what they need, and are as good as any."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bitmass_viz.server import kernel_preload
from bitmass_viz.server.forked_kernels import ForkedProcess
from tests.server.explore import Explore
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux")
CELL = """
import os, sys
print("pid", os.getpid(), end=";")
loaded = "bitmass_viz.widgets" in sys.modules
import json, random, signal, numpy
print("[[" + json.dumps({
    "loaded": loaded,
    "random": [random.random(), numpy.random.rand(), numpy.random.default_rng().random()],
    "folder": os.getcwd(),
    "session": os.getsid(0) == os.getpid(),
    "input": os.read(0, 1).decode(),
    "interrupt": str(signal.getsignal(signal.SIGINT)),
    "children": signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL,
}) + "]]")
"""
INSTEAD = """
from bitmass_viz.server import forked_kernels
forked_kernels.PATIENCE_SECONDS = 0.5
forked_kernels.launch_command = lambda *given: {command!r}
"""
NONE, SILENT = INSTEAD.format(command=["false"]), INSTEAD.format(command=["sleep", "1000"])


def told(reader):
    return json.loads(re.search(r"\[\[(.*)\]\]", reader.page)[1].replace("&quot;", '"').replace("&#34;", '"'))


@pytest.mark.parametrize("before", ["", NONE, SILENT], ids=["forked", "no fork server", "one that hangs"])
def test_a_forked_kernel_is_like_one_that_was_started_on_its_own(explore, tmp_path, before):
    server = explore(cell=CELL, before=before)
    first, second = server.read(), server.read()
    parents = {reader.process.ppid() for reader in (first, second)}
    assert len(parents) == 1
    assert (parents == {server.process.pid}) == bool(before)
    (parent,) = parents
    scores = [int(Path(f"/proc/{pid}/oom_score_adj").read_text()) for pid in (parent, first.process.pid)]
    assert (scores[0] < scores[1]) == (not before), "where memory runs out, kernels end first"
    assert (first.process.name() == f"kernel-{first.id[:8]}") == (not before)
    mine, other = told(first), told(second)
    assert all(a != b for a, b in zip(mine.pop("random"), other.pop("random"), strict=True)), "no two are alike"
    assert mine.pop("loaded") or before, "the other imports it while the first cell runs"
    assert mine["folder"] == os.fspath(tmp_path)
    assert mine["session"]
    assert mine["input"] == ""
    assert "default_int_handler" in mine["interrupt"]
    assert mine["children"]
    for reader in (first, second):
        assert server.say_goodbye(reader) == 204
    assert not psutil.wait_procs([first.process, second.process], timeout=30)[1]
    wait_until(lambda: not server.kernels())


def test_a_notebook_without_this_package_gets_kernels_without_it(explore):
    server = explore(
        cell="import os, sys; print(f'pid {os.getpid()};', any('numba' in name for name in sys.modules))"
    )
    assert "; False" in server.read().page


def test_when_the_process_that_forks_is_killed_its_kernels_end_and_the_next_reader_is_served(explore):
    server = explore("--max-readers", "1")
    first = server.read()
    forks = first.process.parent()
    assert forks.pid != server.process.pid
    forks.kill()
    assert not psutil.wait_procs([first.process], timeout=30)[1]
    second = wait_until(lambda: server.request("GET", "/")[0].status == 200 and server.kernels())
    assert second[0].parent() != forks


@pytest.mark.parametrize("imports", [True, False], ids=["while it imports", "later"])
def test_a_server_that_is_killed_leaves_no_kernel_and_none_that_forks_them(tmp_path, imports):
    server = Explore(tmp_path, "--preheat", "1")
    if not imports:
        server.read()
        server.wait_for_kernels(2)
    started = psutil.Process(server.process.pid).children(recursive=True)
    assert len(started) >= 1 + 2 * (not imports)
    server.process.kill()
    assert server.process.communicate() == ("", "")
    assert not psutil.wait_procs(started, timeout=30)[1]


def test_a_process_whose_exit_code_nobody_asks_for_has_ended():
    child = subprocess.Popen([sys.executable, "-c", ""])
    forked = ForkedProcess(child.pid)
    assert forked.wait() == 0
    assert psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE
    child.wait()
    assert forked.poll() == 0
    forked.kill()


def test_compiled_code_is_loaded_once_all_is_compiled(monkeypatch):
    compiled, loaded = [], []
    monkeypatch.setattr(kernel_preload, "is_all_compiled", lambda folder: bool(compiled))
    monkeypatch.setattr(kernel_preload, "load_compiled", lambda: loaded.append(1))
    monkeypatch.setattr(kernel_preload, "_loaded", False)
    assert not kernel_preload.before_fork()
    compiled.append("all")
    assert kernel_preload.before_fork()
    assert not kernel_preload.before_fork()
    assert loaded == [1]
