"""Which kernels are ended: those that were left, those whose page was hidden for long, and none after a nap."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from traitlets.config import Config
from voila.app import Voila

from bitmass_viz.cli.lessons import explainer_notebook
from bitmass_viz.server import kernel_pool
from bitmass_viz.server.app import configured
from bitmass_viz.server.kernel_pool import PreheatedKernels
from bitmass_viz.server.options import Options
from tests.conftest import needs_jit
from tests.load.page import Page
from tests.load.server import CULL_SECONDS
from tests.processes import is_kernel, kernels_of
from tests.server.explore import App


async def look_and_look_away(app):
    """Two readers: one goes on looking at the page, the other turns to another tab; return who is still there."""
    pages = [Page(app.url), Page(app.url)]
    try:
        for page in pages:
            await page.load()
            await page.connect()
            await page.until(lambda page=page: page.status.get("state") == "paused", "the page is ready")
        pages[1].hide()
        # Longer than it takes to cull the one, and so long that the other would have been culled, too.
        await asyncio.sleep(2 * CULL_SECONDS)
        kernels = kernels_of(psutil.Process(app.process.pid))
        return tuple(any(is_kernel(each, page.kernel) for each in kernels) for page in pages)
    finally:
        for page in pages:
            await page.close()


def test_a_reader_who_leaves_takes_the_kernel_along_but_nobody_elses(explore):
    server = explore()
    reader = server.read()
    refused, _ = server.request("POST", f"/voila/api/shutdown/{reader.id}")
    assert refused.status == 403
    assert reader.process.is_running()
    assert server.say_goodbye(reader) == 204
    assert not psutil.wait_procs([reader.process], timeout=5)[1]


def test_kernels_are_culled_when_they_are_left_and_not_while_they_wait(explore):
    quick = "app.CULL_SECONDS, app.CULL_EVERY_SECONDS = 3, 1"
    server = explore("--preheat", "1", before=quick)
    (waiting,) = server.wait_for_kernels(1)
    time.sleep(5)  # longer than a kernel that was left would stay
    assert waiting.is_running()
    asked = datetime.now(UTC)
    reader = server.read()
    assert reader.process == waiting
    model = json.loads(server.request("GET", f"/api/kernels/{reader.id}")[1])
    assert datetime.fromisoformat(model["last_activity"]) >= asked, "its time runs from when the reader came"
    assert not psutil.wait_procs([waiting], timeout=10)[1]
    server.wait_for_kernels(1)


@pytest.mark.slow
@needs_jit
def test_on_a_shared_server_a_page_that_was_hidden_for_long_loses_its_kernel():
    app = App("--preheat", "2", before=f"app.CULL_SECONDS, app.CULL_EVERY_SECONDS = {CULL_SECONDS}, 1")
    try:
        assert asyncio.run(look_and_look_away(app)) == (True, False)
    finally:
        app.stop()


@pytest.mark.parametrize(
    ("host", "base_url", "waiting", "alone", "shared"),
    [
        ("127.0.0.1", "/", 1, True, False),
        ("localhost", "/", 1, True, False),
        ("::1", "/", 1, True, False),
        ("127.0.0.1", "/", 30, True, True),
        ("0.0.0.0", "/", 1, False, True),
        ("127.0.0.1", "/user/ada/bitmass/", 1, False, True),
    ],
)
def test_who_has_the_server_alone_keeps_a_hidden_page_and_no_other_name_leads_there(
    tmp_path, host, base_url, waiting, alone, shared
):
    options = Options(explainer_notebook(), host, base_url=base_url, preheat=waiting)
    configuration = configured(options)
    assert configuration["MappingKernelManager"]["cull_connected"] is shared
    assert configuration.Voila.tornado_settings["allow_remote_access"] is not alone
    # Another page does not ask for its kernel, and would lose it while it is looked at.
    (tmp_path / "plain.ipynb").write_text('{"cells": []}')
    plain = configured(replace(options, notebook=tmp_path / "plain.ipynb"))
    assert plain["MappingKernelManager"]["cull_connected"] is False


@pytest.mark.parametrize(("jump", "kept"), [(0, False), (7200, True)])
def test_after_a_nap_nobody_was_idle(monkeypatch, tmp_path, jump, kept):
    """What cannot be had without stopping the machine: its clock goes on, and the time that was lived does not."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(seconds=jump)

    culled = []

    async def main():
        voila = Voila(notebook_path=str(tmp_path / "page.ipynb"))
        kernels = PreheatedKernels(
            parent=voila, config=Config({"MappingKernelManager": {"cull_idle_timeout": 600}})
        )
        kernel_id = await kernels.start_kernel()
        kernel = kernels.get_kernel(kernel_id)
        try:
            kernel.execution_state = "idle"
            kernel.last_activity = datetime.now(UTC) - timedelta(seconds=3600)
            monkeypatch.setattr(kernel_pool, "datetime", Clock)
            await kernels.cull_kernels()
            culled.append(kernel_id not in kernels)
            monkeypatch.undo()
        finally:
            await kernels.shutdown_all(now=True)

    asyncio.run(main())
    assert culled == [not kept]
