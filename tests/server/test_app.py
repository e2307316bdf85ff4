"""The server: its kernels, those that wait for readers among them, and what it sends."""

import asyncio
import gc
import gzip
import json
import re
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import nbformat
import psutil
import pytest
import zmq
from jupyter_client import AsyncKernelManager
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from tornado.websocket import WebSocketClosedError
from voila.app import Voila, get_voila_labextensions_path
from voila.paths import collect_static_paths

from bitmass_viz.server.app import EXTENSIONS
from bitmass_viz.server.kernel_pool import PreheatedKernels
from bitmass_viz.server.kernel_spec import ThisPython
from bitmass_viz.server.page_assets import ENTRY, Scripts, has_formulas, wanted_chunks
from bitmass_viz.server.websocket import PromptConnection
from tests.conftest import find_node
from tests.server.kernel_client import connect, tell


@pytest.mark.parametrize(("error", "heard"), [(WebSocketClosedError(), 0), (OSError("disk"), 1), (None, 0)])
def test_only_a_page_that_has_gone_is_passed_over_in_silence(error, heard):
    complaints = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: complaints.append(context))
        sent = loop.create_future()
        handler = SimpleNamespace(write_message=lambda *message, sent=sent: sent)
        connection = SimpleNamespace(websocket_handler=handler)
        PromptConnection.write_message.fget(connection)("frame", binary=False)
        if error is None:
            sent.set_result(None)
        else:
            sent.set_exception(error)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del sent, handler, connection
        gc.collect()

    asyncio.run(main())
    assert len(complaints) == heard


@pytest.mark.parametrize("before", ["", "app.PINGS_TO_MISS = 0"])
def test_a_page_that_answers_stays_connected_and_what_it_sends_while_it_is_cut_off_costs_nothing(explore, before):
    server = explore(before=f"app.PING_MS = 600\n{before}")
    reader = server.read()

    async def ask_for_seconds(seconds):
        """Return whether the server kept the connection, and how often it answered."""
        connection = await connect(server, reader)
        until = time.monotonic() + seconds
        answers = 0
        while time.monotonic() < until:
            try:
                await tell(connection, "kernel_info_request", {})
            except WebSocketClosedError:
                return False, answers
            try:
                if await asyncio.wait_for(connection.read_message(), 1) is None:
                    return False, answers
            except TimeoutError:
                continue  # asked before the server had reached the kernel: ask again, as a page does
            answers += 1
            await asyncio.sleep(0.01)
        connection.close()
        return True, answers

    kept, answers = asyncio.run(ask_for_seconds(4))
    assert kept == (before == "")
    assert answers > 0
    process = psutil.Process(server.process.pid)
    assert process.memory_info().rss < 300 << 20
    stdout, stderr = server.stop()
    assert stdout == ""
    assert re.sub("WebSocket ping timeout after .* ms\\.\n", "", stderr) == ""


def test_every_reader_gets_a_kernel_from_the_pool_and_the_pool_is_filled_again(explore):
    server = explore("--preheat", "2")
    waiting = server.wait_for_kernels(2)
    first, second = server.read(), server.read()
    assert {first.process, second.process} == set(waiting)
    third = server.read()
    assert third.process not in waiting, "an empty pool does not turn a reader away"
    server.wait_for_kernels(5)
    kernels = server.kernels()
    stdout, stderr = server.stop()
    assert server.process.returncode == 0, stderr
    assert stdout + stderr == ""
    assert not psutil.wait_procs(kernels, timeout=5)[1]


def test_where_no_cache_can_be_kept_nothing_is_said_and_nothing_stays(explore, tmp_path):
    (tmp_path / "file").touch()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    before = f"import tempfile\ntempfile.tempdir = {str(temporary)!r}"
    server = explore(before=before, cache=tmp_path / "file" / "cache")
    server.read()
    assert len(list(temporary.rglob("profile_default"))) == 1
    assert server.stop() == ("", "")
    assert list(temporary.iterdir()) == []


def test_a_kernel_that_died_in_the_pool_goes_to_nobody_and_is_replaced(explore):
    server = explore("--preheat", "1")
    (waiting,) = server.wait_for_kernels(1)
    waiting.kill()
    server.wait_for_kernels(0)
    reader = server.read()
    assert reader.process.is_running()
    server.wait_for_kernels(2)


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


@pytest.mark.parametrize(("number", "seconds"), [(signal.SIGINT, 0.3), (signal.SIGTERM, 0)])
def test_ending_while_the_pool_is_being_filled_leaves_nothing_behind(explore, number, seconds):
    server = explore("--preheat", "2")
    time.sleep(seconds)
    kernels = server.kernels()
    stdout, stderr = server.stop(number)
    assert server.process.returncode == 0, stderr
    assert stdout + stderr == ""
    assert not psutil.wait_procs(kernels, timeout=5)[1]


def test_the_page_asks_for_voilas_scripts_at_once(explore):
    server = explore()
    page = server.read().page
    address = re.search(r'<script async src="(/voila/scripts\.js\?v=\w+)"', page)[1]
    assert page.index(address) < page.index("<body")
    plain, script = server.request("GET", address)
    packed, content = server.request("GET", address, **{"Accept-Encoding": "gzip, br"})
    assert plain.status == packed.status == 200
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(content) == script
    assert "immutable" in packed.headers["Cache-Control"]


def test_the_scripts_are_those_that_voila_would_load():
    (static,) = {Path(place) for place in collect_static_paths(["voila"], "lab") if Path(place, ENTRY).is_file()}
    entry = (static / ENTRY).read_text("utf-8")
    wanted = wanted_chunks(entry)
    assert len(wanted) > 20, "Voilà's entry is no longer written as it was"
    content = Scripts([static], []).content
    assert content.endswith(entry.encode())
    chunks = [static / f"{number}.{ENTRY}" for number in wanted if (static / f"{number}.{ENTRY}").is_file()]
    assert all(chunk.read_bytes() in content for chunk in chunks)


def test_a_model_that_comes_in_the_last_moment_is_not_missing():
    """Whoever waits for one looks again before giving up: nobody else would try again."""
    (static,) = {Path(place) for place in collect_static_paths(["voila"], "lab") if Path(place, ENTRY).is_file()}
    extensions = [Path(root, name, "static") for root in get_voila_labextensions_path([]) for name in EXTENSIONS]
    content = Scripts([static], extensions).content.decode()
    found = [in_braces(content[begun.start() :]) for begun in re.finditer(r"async get_model\(", content)]
    assert found, "the manager of widgets is no longer written as it was"
    script = """
        let now = 0, model, waited = false;
        Date.now = () => now;
        setTimeout = (go) => { waited = true; now += 1e6; manager._models.it = model = {}; queueMicrotask(go); };
        const manager = new (class { _models = {}; %s })();
        manager.get_model("it").then(
            (got) => { if (got !== model) throw Error("another"); },
            (error) => { if (waited) throw error; },  // who does not wait has nothing to miss
        );
    """
    for function in found:
        done = subprocess.run([find_node(), "-e", script % function], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def in_braces(source):
    """Return a function, from its name to the brace that ends it."""
    depth = 0
    for position, character in enumerate(source):
        depth += (character == "{") - (character == "}")
        if character == "}" and depth == 0:
            return source[: position + 1]
    raise AssertionError("the braces do not match")


def test_a_page_without_formulas_does_without_mathjax(tmp_path):
    (static,) = {Path(place) for place in collect_static_paths(["voila"], "lab") if Path(place, ENTRY).is_file()}
    assert b"ensureMathDocument" in Scripts([static], [], formulas=True).content
    assert b"ensureMathDocument" not in Scripts([static], [], formulas=False).content
    for source, expected in (
        ("cut 3 % off", False),
        ("$x^2$", True),
        (r"\\(x\\)", True),
        (r"\begin{align}", True),
    ):
        cells = [nbformat.v4.new_markdown_cell(source)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "notebook.ipynb")
        assert has_formulas(tmp_path / "notebook.ipynb") is expected, source


def test_without_voilas_entry_there_is_no_script(tmp_path):
    assert Scripts([tmp_path], [tmp_path]).url == ""
    assert wanted_chunks("something else altogether") == []


def test_chunks_are_found_in_the_entry():
    entry = (
        "g={9:(e,t,r)=>{Promise.all([r.e(1),r.e(2)]).then(r.bind(r,7))}};"
        'y={70:()=>c("default","a",!1,[1,2],(()=>r.e(3).then((()=>()=>x(3))))),'
        '80:()=>c("default","b",!1,[1],(()=>Promise.all([r.e(4),r.e(2)]).then((()=>()=>x(4)))))},'
        "P={2:[70],3:[80],5:[70]}"
    )
    assert wanted_chunks(entry) == [1, 2, 3, 4]


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


def test_a_kernel_says_nothing_of_messages_that_are_meant_for_another(tmp_path):
    """The system may give it the port of one that has just ended."""

    async def main():
        with (tmp_path / "said").open("w") as said:
            manager = AsyncKernelManager(kernel_spec_manager=ThisPython())
            await manager.start_kernel(stdout=said, stderr=said)
            own = manager.client()
            own.start_channels()
            await own.wait_for_ready(timeout=60)
            with zmq.Context() as context:
                for channel in ("shell", "control"):
                    stranger = context.socket(zmq.DEALER)
                    stranger.connect(f"tcp://127.0.0.1:{getattr(manager, f'{channel}_port')}")
                    for message in (
                        [b""],
                        [b"nothing"],
                        [b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"],
                        [b"<IDS|MSG>", b"forged", b"{}", b"{}", b"{}", b"{}"],
                        [b"<IDS|MSG>", b"short"],
                    ):
                        stranger.send_multipart(message)
                    stranger.close(linger=1_000)
            own.kernel_info()
            answer = await own.get_shell_msg(timeout=30)
            own.stop_channels()
            await manager.shutdown_kernel()
            return answer["header"]["msg_type"]

    assert asyncio.run(main()) == "kernel_info_reply"
    assert (tmp_path / "said").read_text() == ""
