"""Which kernels are ended: those that were left, those whose page was hidden for long, and none after a nap."""

import asyncio
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from traitlets.config import Config
from voila.app import Voila

from bitmass_viz.cli.main import explainer_notebook
from bitmass_viz.server import kernel_pool
from bitmass_viz.server.app import _configuration
from bitmass_viz.server.kernel_pool import PreheatedKernels
from tests.browser.conftest import App
from tests.conftest import needs_jit
from tests.load.page import Page

SHARED = """
from bitmass_viz.server import app
app.CULL_SECONDS, app.CULL_EVERY_SECONDS = 4, 1
from bitmass_viz.cli.main import main
main(["explore", "--no-browser", "--port", "0", "--preheat", "2"])
"""


async def look_and_look_away(app):
    """Two readers: one goes on looking at the page, the other turns to another tab; return who is still there."""
    seen, hidden = pages = [Page(app.url), Page(app.url)]
    try:
        for page in pages:
            await page.load()
            await page.connect()
            await page.until(lambda page=page: page.status.get("state") == "paused", "the page is ready")
        hidden.say("hidden")
        for number in range(9):
            seen.say("here", id=number)
            await asyncio.sleep(1)
        there = {page.kernel for page in pages if await is_there(app, page.kernel)}
        return seen.kernel in there, hidden.kernel in there
    finally:
        for page in pages:
            await page.close()


async def is_there(app, kernel):
    commands = [" ".join(child.cmdline()) for child in psutil.Process(app.process.pid).children()]
    return any(kernel in command for command in commands)


@pytest.mark.slow
@needs_jit
def test_on_a_shared_server_a_page_that_was_hidden_for_long_loses_its_kernel():
    app = App(command=["-c", SHARED])
    try:
        assert asyncio.run(look_and_look_away(app)) == (True, False)
    finally:
        app.stop()


@pytest.mark.parametrize(
    ("host", "base_url", "waiting", "name", "shared"),
    [
        ("127.0.0.1", "/", 1, "explainer.ipynb", False),
        ("127.0.0.1", "/", 30, "explainer.ipynb", True),
        ("0.0.0.0", "/", 1, "explainer.ipynb", True),
        ("127.0.0.1", "/user/ada/bitmass/", 1, "explainer.ipynb", True),
        # Its page does not ask for its kernel, and would lose it while it is looked at.
        ("0.0.0.0", "/", 30, "plain.ipynb", False),
    ],
)
def test_a_page_is_given_up_only_where_others_want_its_place(tmp_path, host, base_url, waiting, name, shared):
    (tmp_path / "plain.ipynb").write_text('{"cells": []}')
    notebook = explainer_notebook() if name == "explainer.ipynb" else tmp_path / name
    configuration = _configuration(notebook, host, waiting, base_url)
    assert configuration["MappingKernelManager"]["cull_connected"] == shared


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
