"""How the pool is filled, the whole of it but few kernels at a time, and how kernels that were left are ended."""

import asyncio
import logging
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from voila.app import Voila

from bitmass_viz.server import kernel_pool
from bitmass_viz.server.kernel_pool import PreheatedKernels, pool_of
from tests.processes import runs
from tests.waiting import wait_until

SIZE = 5


@pytest.mark.parametrize(("at_a_time", "readers", "expected"), [(1, False, 1), (2, False, 2), (4, True, 2)])
@pytest.mark.parametrize("broken", [(), (1, 2)])
def test_the_pool_is_filled_but_few_kernels_are_started_at_a_time(
    monkeypatch, tmp_path, at_a_time, readers, expected, broken
):
    monkeypatch.setattr(kernel_pool, "AT_A_TIME", at_a_time)
    monkeypatch.setattr(kernel_pool, "REFILL_SECONDS", 0.01)
    monkeypatch.setattr(PreheatedKernels, "has_readers", lambda kernels: readers)
    starting = []
    most = []
    begun = []

    async def initialize(kernels, notebook_path, kernel_id=None, **more):
        number = len(begun)
        begun.append(number)
        starting.append(number)
        most.append(len(starting))
        await asyncio.sleep(0.002)
        if number in broken:
            starting.remove(number)
            raise RuntimeError("no memory for another kernel")

        async def render():
            await asyncio.sleep(0.005)
            starting.remove(number)
            return [], None

        task = asyncio.create_task(render())
        return {"task": task, "renderer": SimpleNamespace(rendered_cache=[]), "kernel_id": str(number)}

    monkeypatch.setattr(kernel_pool._VoilaKernels, "_initialize", initialize)

    async def main():
        voila = Voila(notebook_path=str(tmp_path / "page.ipynb"), config=pool_of(SIZE))
        kernels = PreheatedKernels(parent=voila)
        until = asyncio.get_running_loop().time() + 20
        while len(begun) < SIZE or starting:
            assert asyncio.get_running_loop().time() < until
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        await kernels.close_pool()

    asyncio.run(main())
    assert len(begun) == SIZE, "none too few, and a kernel that cannot start is not started over and over"
    assert max(most) == expected


def test_kernels_that_were_left_are_ended_at_the_same_time_and_one_that_cannot_be_holds_up_no_other():
    async def main():
        kernels = PreheatedKernels(parent=Voila())
        for name in ("a", "b", "c"):
            kernels._kernels[name] = None
        together = asyncio.Barrier(3)
        ended, complaints = [], []

        async def cull(kernel_id):
            await together.wait()
            if kernel_id == "b":
                raise RuntimeError("it does not end")
            ended.append(kernel_id)

        kernels.cull_kernel_if_idle = cull
        kernels.log = logging.Logger("kernels")
        kernels.log.addFilter(lambda record: complaints.append(str(record.exc_info[1])))
        await asyncio.wait_for(kernels.cull_kernels(), 10)
        kernels._kernels.clear()
        return sorted(ended), complaints

    assert asyncio.run(main()) == (["a", "c"], ["it does not end"])


def test_every_reader_gets_a_kernel_from_the_pool_and_the_pool_is_filled_again(explore):
    server = explore("--preheat", "2")
    waiting = server.wait_for_kernels(2)
    first, second = server.read(), server.read()
    assert {first.process, second.process} == set(waiting)
    third = server.read()
    assert third.process not in waiting, "an empty pool does not turn a reader away"
    server.wait_for_kernels(5)


def test_a_kernel_that_died_in_the_pool_goes_to_nobody_and_is_replaced(explore):
    server = explore("--preheat", "1")
    (waiting,) = server.wait_for_kernels(1)
    waiting.kill()
    server.wait_for_kernels(0)
    reader = server.read()
    assert reader.process.is_running()
    server.wait_for_kernels(2)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_kernel_that_died_while_it_ran_the_notebook_goes_to_nobody(explore, tmp_path):
    begun = tmp_path / "begun"
    first_takes_long = (
        f"import pathlib, time; path = pathlib.Path({str(begun)!r}); first = not path.exists(); path.touch(); "
        "time.sleep(60 * first)"
    )
    server = explore("--preheat", "1", more=(first_takes_long,))
    wait_until(begun.exists)
    (running,) = server.kernels()
    running.kill()
    # It can be asked for its exit code once the last of its threads is gone.
    wait_until(lambda: not runs(running) and len([*Path(f"/proc/{running.pid}/task").glob("*")]) <= 1)
    reader = server.read()
    assert reader.process != running
    assert reader.process.is_running()


@pytest.mark.parametrize(("number", "seconds"), [(signal.SIGINT, 0.3), (signal.SIGTERM, 0)])
def test_ending_while_the_pool_is_being_filled_leaves_nothing_behind(explore, number, seconds):
    server = explore("--preheat", "2")
    time.sleep(seconds)
    server.end(number)


def test_a_kernel_that_is_still_being_started_is_not_taken_for_one_that_was_left():
    async def main():
        kernels = PreheatedKernels(parent=Voila())
        kernels._kernels["new"] = ServerKernelManager(parent=kernels)
        await kernels.cull_kernel_if_idle("new")
        assert "new" in kernels
        kernels.cull_idle_timeout = 60
        kernels._kernels["new"].last_activity = datetime.now(UTC) - timedelta(hours=1)
        kernels._kernels["new"].execution_state = "idle"
        ended = []
        kernels.shutdown_kernel = lambda kernel_id, **how: ended.append(kernel_id)
        await kernels.cull_kernel_if_idle("new")
        return ended

    assert asyncio.run(main()) == ["new"]
