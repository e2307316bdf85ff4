"""What a stranger can say to a kernel over the websocket: what a page says, and nothing that runs code."""

import asyncio
import gc
import json
import re
import struct
import time
from types import SimpleNamespace

import psutil
import pytest
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClosedError

from bitmass_viz.server import websocket
from tests.server.explore import Explore
from tests.server.kernel_client import PROTOCOL, connect, message, say, still_answers, tell, upgraded
from tests.waiting import wait_until

MARKER = "stranger-was-here"
CODE = f"open({MARKER!r}, 'w').close(); import os; os.system('touch {MARKER}-too')"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module")
def server(folder):
    server = Explore(folder)
    yield server
    server.end()


@pytest.fixture(scope="module")
def reader(server):
    return server.read()


REQUESTS = {
    "execute_request": {"code": CODE, "silent": False, "store_history": False, "user_expressions": {"x": CODE}},
    "complete_request": {"code": f"__import__('os').system('touch {MARKER}').", "cursor_pos": 48},
    "inspect_request": {"code": "open", "cursor_pos": 4, "detail_level": 1},
    "history_request": {"output": True, "raw": True, "hist_access_type": "tail", "n": 100},
    "is_complete_request": {"code": "1"},
    "debug_request": {"type": "request", "seq": 1, "command": "evaluate", "arguments": {"expression": CODE}},
    "input_reply": {"value": CODE},
    "shutdown_request": {"restart": False},
    "interrupt_request": {},
    "create_subshell_request": {},
    "comm_open": {
        "comm_id": "mine",
        "target_name": "jupyter.widget",
        "data": {"state": {"_model_module": "@jupyter-widgets/controls", "_model_name": "FileUploadModel"}},
    },
}


@pytest.mark.parametrize("channel", ["shell", "control", "stdin", "iopub"])
def test_no_message_makes_a_kernel_run_anything(server, reader, folder, channel):
    hostile = [message(kind, content, number=kind, channel=channel) for kind, content in REQUESTS.items()]
    hostile += [
        message("execute_request", {"code": CODE}, number="sub", header={"subshell_id": "x"}, channel=channel)
    ]
    heard = say(server, reader, *hostile)
    for kind in (*REQUESTS, "sub"):
        assert not any(f'"msg_id": "{kind}"'.encode() in answer for answer in heard), f"{kind} was answered"
    assert not list(folder.glob(f"{MARKER}*"))
    assert reader.process.is_running()


def test_the_older_protocols_are_not_spoken(server, reader):
    """Also by a page that has another connection: Jupyter would send it what nobody can read safely."""

    async def main():
        first = await connect(server, reader)
        for offered in ([], [""], ["v0.kernel.websocket.jupyter.org"], ["x", f"{PROTOCOL}2"]):
            with pytest.raises(HTTPClientError) as refused:
                await connect(server, reader, "old", offered)
            assert refused.value.code == 400
        await still_answers(first)
        first.close()

    asyncio.run(main())


@pytest.mark.parametrize("pieces", [1, 200])
def test_a_huge_message_is_not_taken(server, reader, pieces):
    """200 MB, at once or as a message in many frames."""
    process = psutil.Process(server.process.pid)
    before = process.memory_info().rss
    with upgraded(server, reader, "big") as line:
        size = (200 << 20) // pieces
        sent = 0
        try:
            for piece in range(pieces):
                kind = 0x82 if pieces == 1 else 0x02 if piece == 0 else 0x00
                line.sendall(struct.pack("!BBQ4s", kind, 0xFF, size, bytes(4)))
                for _ in range(size >> 20):
                    line.sendall(bytes(1 << 20))
                    sent += 1
        except OSError:
            pass
    assert sent < 100, "the server hung up long before the end"
    assert process.memory_info().rss - before < 40 << 20


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "file://"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": "evil.example"},
    ],
)
def test_another_sites_page_cannot_speak_to_a_kernel(server, reader, headers):
    with pytest.raises(HTTPClientError) as refused:
        asyncio.run(connect(server, reader, **headers))
    assert refused.value.code == 403


def test_a_kernel_has_few_connections(server, reader):
    async def connection_or_code(session):
        try:
            return await connect(server, reader, session)
        except HTTPClientError as error:
            return error.code

    async def main():
        assert await connection_or_code("x" * 300) == 400
        assert await connection_or_code("a%2Fb") == 400
        # All at once: those that are being opened count as well.
        opened = await asyncio.gather(
            *(connection_or_code(f"s{number}") for number in range(websocket.MAX_CONNECTIONS + 2))
        )
        refused = [each for each in opened if each == 429]
        for each in opened:
            if each != 429:
                each.close()
        return refused

    # Until the connections of the tests before have been found closed.
    wait_until(lambda: json.loads(server.request("GET", f"/api/kernels/{reader.id}")[1])["connections"] == 0)
    assert len(asyncio.run(main())) == 2


def test_a_page_that_is_cut_off_while_it_is_let_go_is_not_complained_of():
    async def main():
        handler = websocket.ChannelHandler.__new__(websocket.ChannelHandler)
        handler.ping_callback = None
        handler.last_ping = handler.last_pong = asyncio.get_running_loop().time()
        handler.application = SimpleNamespace(settings={"ws_ping_interval": 1_000, "ws_ping_timeout": 3_000})
        handler.ws_connection = SimpleNamespace(client_terminated=False, is_closing=lambda: True)
        handler.send_ping()

    asyncio.run(main())


@pytest.mark.parametrize(("error", "heard"), [(WebSocketClosedError(), 0), (OSError("disk"), 1), (None, 0)])
def test_only_a_page_that_has_gone_is_passed_over_in_silence(error, heard):
    complaints = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: complaints.append(context))
        sent = loop.create_future()
        handler = SimpleNamespace(write_message=lambda *message, sent=sent: sent)
        connection = SimpleNamespace(websocket_handler=handler)
        websocket.PromptConnection.write_message.fget(connection)("frame", binary=False)
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
