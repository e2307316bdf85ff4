"""Hostile requests, frames and messages: each is refused, and none leaves a trace in the log.

Where a request fails in a handler, the traceback has all of it: that may be megabytes, or a kernel's id, which
is all that it takes to connect to that kernel.
"""

import json
import logging
import os
import random
import re
import struct
import uuid

import psutil
import pytest

from bitmass_viz.server import error_log
from tests.server.explore import Explore
from tests.server.hostile import KEY, SPOKEN, UPGRADE, VERSION, exchange, requests_of
from tests.server.kernel_client import message, say

MAX_LOG = 10_000
WIDGETS = """
import ipywidgets
import bitmass_viz as bm
digits = bm.load_digits("strokes")
widgets = [ipywidgets.IntSlider(), ipywidgets.Text(), ipywidgets.Button(), bm.Explorer(bm.Run("sgd", digits))]
widgets += [bm.OneExample(digits), bm.Evidence("bit-knife", digits), bm.SideBySide(digits, ["sgd", "adamw"])]
print("comms", *(widget.comm.comm_id for widget in widgets), end=";")
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Explore(tmp_path_factory.mktemp("notebooks"), more=[WIDGETS])
    try:
        yield server
        assert server.stop() == ("", "")
    finally:
        if server.process.poll() is None:
            server.process.kill()


@pytest.fixture(scope="module")
def reader(server):
    reader = server.read()
    reader.comms = re.search("comms ([0-9a-f ]+);", reader.page)[1].split()
    return reader


@pytest.mark.parametrize("mutated", [100, pytest.param(900, marks=pytest.mark.slow)])
def test_no_request_reaches_the_log(server, reader, mutated):
    rng = random.Random(7)
    plain = list(requests_of(server, reader))
    hostile = list(plain)
    for _ in range(mutated):
        content = bytearray(rng.choice(plain)[:4_000] or b"GET / HTTP/1.1\r\n\r\n")
        for _ in range(rng.randint(1, 5)):
            content[rng.randrange(len(content))] = rng.choice([0, 9, 10, 13, 32, 37, 58, 255, rng.randrange(256)])
        hostile.append(bytes(content))
    before = len(server.kernels())
    for number, content in enumerate(hostile):
        answer = exchange(server, content)
        status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0
        assert status < 500 or status == 503, f"{content[:300]}: {answer[:300]}"
        assert b"Traceback" not in answer
        if number % 100 == 0:
            assert server.request("GET", "/voila/static/voila.js")[0].status == 200
    # What asks for the page itself, in a way that is right in the end, may start a kernel, as anybody does.
    assert len(server.kernels()) <= before + 8
    assert reader.process.is_running()


def frame(kind, content=b"", *, length=None, final=True, masked=True, reserved=0):
    size = len(content) if length is None else length
    begun = struct.pack("!B", (0x80 if final else 0) | reserved | kind)
    mask = 0x80 if masked else 0
    if size < 126:
        begun += struct.pack("!B", mask | size)
    elif size < 1 << 16:
        begun += struct.pack("!BH", mask | 126, size)
    else:
        begun += struct.pack("!BQ", mask | 127, size)
    return begun + bytes(4) * masked + content


FRAMES = {
    "text that is no UTF-8": frame(1, b"\xff\xfe"),
    "text with a surrogate": frame(1, b"\xed\xa0\x80"),
    "text": frame(1, b"hello"),
    "reserved kind": frame(3, b"x"),
    "reserved bits": frame(2, b"x", reserved=0x40),
    "unmasked": frame(2, b"xyz", masked=False),
    "fragmented control": frame(9, b"x", final=False),
    "long control": frame(9, b"x" * 200),
    "nothing to continue": frame(0, b"x"),
    "begun twice": frame(2, b"x", final=False) + frame(2, b"y"),
    "huge": frame(2, length=1 << 40),
    "largest": frame(2, length=(1 << 63) - 1),
    "close with text that is no UTF-8": frame(8, b"\x03\xe8\xff\xff"),
    "close with half a code": frame(8, b"\x03"),
    "close with code 0": frame(8, b"\x00\x00"),
    "close, and then more": frame(8, b"\x03\xe8") + frame(2, b"x"),
    "empty": frame(2),
    "many pings": frame(9, b"x" * 125) * 2_000,
    "many pongs": frame(10, b"x") * 2_000,
    "many pieces": frame(2, b"x", final=False) + frame(0, b"y", final=False) * 20_000,
    "half a frame": frame(2, b"x" * 100)[:50],
    "noise": os.urandom(500),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_no_frame_reaches_the_log(server, reader, kind):
    asked = f"/api/kernels/{reader.id}/channels?session_id={uuid.uuid4().hex} HTTP/1.1\r\nHost: {server.host}\r\n"
    answer = exchange(server, b"GET " + asked.encode() + UPGRADE + KEY + VERSION + SPOKEN + b"\r\n" + FRAMES[kind])
    assert answer.startswith((b"HTTP/1.1 101", b"HTTP/1.1 4")) or answer == b""
    say(server, reader)


def to_widget(comm, buffers=(), **data):
    return message("comm_msg", {"comm_id": comm, "data": data}, number=uuid.uuid4().hex, buffers=buffers)


def hostile_to(comm):
    deep = json.loads("[" * 900 + "]" * 900)
    yield to_widget(comm, method="x" * 900_000)
    yield to_widget(comm)
    yield to_widget(comm, method="update", state={"value": "x" * 100_000, "description": 5, "x": deep})
    yield to_widget(comm, method="update", state={"value": 1}, buffer_paths=[["value", "x"]], buffers=[b"x"])
    yield to_widget(comm, method="update", state={"value": 1}, buffer_paths=[[], "x", 1], buffers=[b"x"] * 5)
    yield to_widget(comm, method="update", state=[], buffer_paths=5, buffers=[b"x"])
    yield to_widget(
        comm, method="update", state={"comm": 1, "_model_name": "x", "keys": ["x"], "layout": "IPY_MODEL_x"}
    )
    for content in ({}, {"action": "x" * 900_000}, {"event": "click"}, deep):
        yield to_widget(comm, method="custom", content=content)
    yield to_widget(comm, method="custom")
    yield to_widget(comm, method="request_state")


CONTROL = {"comm_id": "d", "target_name": "jupyter.widget.control", "target_module": "os", "data": {}}
GENERAL = [
    b"",
    message("comm_msg", {}, header={"msg_id": "x" * 500_000}),
    *(
        message("kernel_info_request", {}, header={"msg_id": uuid.uuid4().hex} | header)
        for header in (
            {"version": "x"},
            {"version": "4.0"},
            {"date": "0001-01-01T00:00:00+23:59"},
            {"username": "\ud800"},
        )
    ),
    message("comm_close", {"comm_id": "unknown", "data": {}}),
    message("comm_open", CONTROL, metadata={"version": "x" * 100}),
    message("comm_msg", {"comm_id": "d", "data": {}}),
    message("comm_msg", {"comm_id": "d", "data": {"method": "request_states"}}),
    message("comm_close", {"comm_id": "d", "data": {}}),
    message("comm_close", {"comm_id": "d", "data": {}}),
]
"""Most get through to the kernel, in other words; the first two do not, and are for the server."""


def test_no_message_reaches_the_log(server, reader):
    """Neither through the server nor through its kernel; both go on."""
    process = psutil.Process(server.process.pid)
    say(server, reader, *GENERAL)
    for comm in reader.comms:
        say(server, reader, *hostile_to(comm))
    closed = [
        message("comm_close", {"comm_id": comm, "data": {}}, number=uuid.uuid4().hex) for comm in reader.comms
    ]
    say(server, reader, *closed, *map(to_widget, reader.comms))
    assert process.memory_info().rss < 400 << 20
    assert reader.process.is_running()


def test_what_ipykernel_complains_of_stays_out_of_the_log(tmp_path):
    """It writes past its own log if output is slow to leave. Of what it logs, it is only said where."""
    complaint = "import logging, sys; print('complaint', file=sys.__stderr__, flush=True)\n"
    complaint += "for _ in range(50): logging.getLogger('tornado.general').error('megabytes' * 9)"
    server = Explore(tmp_path, more=[complaint])
    server.read()
    stdout, stderr = server.stop()
    assert stdout == ""
    assert stderr.count("\n") <= 1
    assert "complaint" not in stderr
    assert "megabytes" not in stderr


FAILS = """
from bitmass_viz.server import access, page_assets

def fail(self, *given, **more):
    raise RuntimeError(repr(self.request) + "x" * 1_000_000)

access.ModelHandler.get = fail
page_assets.ScriptsHandler.get = fail
"""


def test_a_failure_that_nobody_foresaw_is_logged_once_and_without_what_was_sent(tmp_path):
    """Here handlers fail with all that was sent in their message."""
    server = Explore(tmp_path, before=FAILS)
    reader = server.read()
    marker = "stranger-was-here"
    for _ in range(20):
        for path in (f"/api/kernels/{reader.id}", f"/voila/scripts.js?{marker}"):
            answer, content = server.request("GET", path, **{"User-Agent": marker})
            assert answer.status == 500
            assert b"Traceback" not in content
    stdout, stderr = server.stop()
    assert stdout == ""
    assert stderr.count("RuntimeError") == 1
    assert re.search(r"<string>, line \d+\n  RuntimeError", stderr), "it says where"
    for sent in (reader.id, marker, "xxxx", "HTTPServerRequest"):
        assert sent not in stderr
    assert len(stderr) < MAX_LOG


def test_failures_are_few_and_short():
    form = error_log.RedactingFormatter()

    def record(number, text):
        return logging.LogRecord("x", logging.ERROR, f"/file{number}.py", number, text, (), None)

    kept = [form.filter(record(number, "x" * 10_000)) for number in range(100)]
    assert sum(kept) == error_log.MAX_FAILURES
    assert all("xxx" not in form.format(record(number, "x" * 10_000)) for number in range(3))
    ours = logging.LogRecord(
        "x", logging.ERROR, error_log.__file__, 1, "kernel %s\n\x1b[31m", (str(uuid.uuid4()),), None
    )
    assert form.format(ours) == "kernel (id) \\x1b[31m"
    later = record(1, "")
    later.created += 2 * error_log.SECONDS
    assert form.filter(later), "an hour later it is said again"
