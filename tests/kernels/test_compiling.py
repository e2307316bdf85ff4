"""Compiling on an empty cache: each function once, whatever becomes of the process that does it."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests.conftest import ROOT, needs_jit

pytestmark = [needs_jit, pytest.mark.slow]

CALL = """
import json, sys
from bitmass_viz.kernels import compiling
from bitmass_viz.kernels.sums import class_vectors
print("imported", flush=True)
sys.stdin.readline()
{before}
result = class_vectors(3)
stats = class_vectors.stats
misses, hits = (sum(found.values()) for found in (stats.cache_misses, stats.cache_hits))
print(json.dumps({{"misses": misses, "hits": hits, "not kept": compiling.not_kept}}), flush=True)
"""
TRAIN = """
import json, sys
import bitmass_viz as bm
from bitmass_viz.training import warmup
from tests.conftest import make_digits
run = bm.Run("sgd", make_digits())
print("imported", flush=True)
sys.stdin.readline()
run.step(64)
found = warmup.dispatchers()
print(json.dumps({n: [sum(f.stats.cache_misses.values()), sum(f.stats.cache_hits.values())]
                  for n, f in found.items()}), flush=True)
"""
HOLD = """
import sys, time
from bitmass_viz.kernels import compiling
from bitmass_viz.kernels.sums import class_vectors
with compiling._turn(class_vectors, lambda: False):
    print("imported", flush=True)
    time.sleep(600)
"""


EVERYTHING = """
import sys, time
from bitmass_viz.kernels import compiling
from bitmass_viz.kernels.sums import class_vectors
with compiling.compiling_everything(class_vectors.stats.cache_path) as is_the_first:
    print("imported", flush=True)
    sys.stdin.readline()
    class_vectors(3)
    print(is_the_first, flush=True)
    sys.stdin.readline()
"""


class Compiling:
    """Processes that share a cache, each of which stops once it has imported the package."""

    def __init__(self, cache):
        self.environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
        self.folder = ROOT
        self.started = []

    def start(self, code):
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        assert process.stdout.readline() == "imported\n"
        return process

    @staticmethod
    def go_on(process):
        process.stdin.write("\n")
        process.stdin.flush()

    @staticmethod
    def answer(process):
        return json.loads(process.stdout.readline())


@pytest.fixture
def processes(tmp_path):
    found = Compiling(tmp_path / "numba")
    yield found
    for process in found.started:
        process.kill()
        process.communicate()


def test_processes_that_start_together_compile_each_function_once(processes):
    together = [processes.start(TRAIN) for _ in range(4)]
    for process in together:
        processes.go_on(process)
    found = [processes.answer(process) for process in together]
    used = {name for name, (misses, hits) in found[0].items() if misses or hits}
    assert len(used) >= 2
    compiled = {name: sum(one[name][0] for one in found) for name in used}
    assert max(compiled.values()) == 1, compiled


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_process_that_is_killed_or_stopped_while_it_compiles_does_not_stop_the_others(processes, number):
    holder = processes.start(HOLD)
    patience = "compiling.PATIENCE_SECONDS = 0.5" if number == signal.SIGSTOP else "pass"
    waiting = processes.start(CALL.format(before=f"{patience}; print('calls', flush=True)"))
    processes.go_on(waiting)
    assert waiting.stdout.readline() == "calls\n"
    if number == signal.SIGKILL:
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(3)
    holder.send_signal(number)
    assert processes.answer(waiting)["misses"] == 1
    third = processes.start(CALL.format(before=""))
    processes.go_on(third)
    assert processes.answer(third)["misses"] == 0, "it was kept"


def test_a_change_in_any_kernels_file_has_all_compiled_anew(processes, tmp_path):
    shutil.copytree(ROOT / "bitmass_viz", tmp_path / "bitmass_viz", ignore=shutil.ignore_patterns("node_modules"))
    processes.folder = tmp_path
    for change, misses in (("", 1), ("", 0), ("# another constant\n", 1)):
        with (tmp_path / "bitmass_viz" / "kernels" / "settings.py").open("a") as file:
            file.write(change)
        process = processes.start(CALL.format(before=""))
        processes.go_on(process)
        assert processes.answer(process)["misses"] == misses


FULL = """
import errno
def full(*_): raise OSError(errno.ENOSPC, "No space left on device")
class_vectors._cache._cache_file._save_data = full
"""


@pytest.mark.parametrize("before", [FULL, "compiling.fcntl = None", "compiling._is_kept = lambda *_: False"])
def test_a_full_disk_no_locks_or_another_numba_is_no_reason_not_to_run(processes, before):
    process = processes.start(CALL.format(before=before))
    processes.go_on(process)
    assert processes.answer(process)["misses"] == 1


def test_code_from_a_folder_that_others_can_write_to_is_not_run(processes, tmp_path):
    first = processes.start(CALL.format(before=""))
    processes.go_on(first)
    assert processes.answer(first)["not kept"] == []
    (tmp_path / "numba").chmod(0o777)
    second = processes.start(CALL.format(before=""))
    processes.go_on(second)
    found = processes.answer(second)
    (reason,) = found["not kept"]
    assert f"every user can write to {tmp_path / 'numba'}" in reason
    assert "set NUMBA_CACHE_DIR" in reason
    assert found["hits"] == 0, "it is compiled without a look at the cache"


@pytest.mark.parametrize("killed", [False, True])
def test_others_leave_compiling_to_the_process_that_compiles_everything_as_long_as_it_runs(processes, killed):
    first = processes.start(EVERYTHING)
    waiting = processes.start(CALL.format(before="print('calls', flush=True)"))
    processes.go_on(waiting)
    assert waiting.stdout.readline() == "calls\n"
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(3)
    second = processes.start(EVERYTHING.replace("    class_vectors(3)\n", ""))
    processes.go_on(second)
    assert second.stdout.readline() == "False\n", "one is enough"
    if killed:
        first.kill()
        assert processes.answer(waiting)["misses"] == 1
        return
    processes.go_on(first)
    assert processes.answer(waiting) == {"misses": 0, "hits": 1, "not kept": []}
    assert first.stdout.readline() == "True\n"
    held = processes.start(CALL.format(before="compiling._held = 1; class_vectors._cache._cache_file.flush()"))
    processes.go_on(held)
    assert processes.answer(held)["misses"] == 1, "a process that others may wait for does not wait"
