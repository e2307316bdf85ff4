"""Clients that keep connections open and say nothing, or say it slowly: everyone else is answered.

Real sockets and a real server, whose limits are made small where a test would take minutes.
"""

import asyncio
import http.client
import re
import socket
import time

import psutil
import pytest

from bitmass_viz.server import connections, websocket
from tests.processes import processor_seconds
from tests.server.explore import open_line
from tests.server.hostile import HALF
from tests.server.kernel_client import connect, say, still_answers
from tests.waiting import wait_until

LIMIT = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
"""
SHORT = "connections.REQUEST_SECONDS = connections.RESPONSE_SECONDS = 2.0"


def is_open(line):
    """Tell whether the server has not closed a connection."""
    line.setblocking(False)
    try:
        while line.recv(1 << 16):
            pass
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        line.settimeout(20)


def is_answered(server):
    return server.request("GET", "/voila/static/voila.js")[0].status == 200


def test_half_sent_requests_leave_room_for_whole_ones(explore):
    """A thousand of them, where the process may open no more than 400 files."""
    server = explore(before=LIMIT.format(soft=200, hard=400))
    first = server.read()
    lines = []
    for number in range(1_000):
        lines.append(open_line(server, content=HALF[number % len(HALF)]))
        if number % 50 == 0:
            assert is_answered(server)
    wait_until(lambda: sum(map(is_open, lines)) <= 200)
    assert psutil.Process(server.process.pid).num_fds() < 350
    second = server.read()
    for reader in (first, second):
        say(server, reader)
    for line in lines:
        line.close()


def test_no_file_descriptors_are_left(explore):
    """Here nothing limits the connections but the system: those that wait are closed as soon as it has no more."""
    many = "app.raise_descriptor_limit = lambda: 100_000\n"
    server = explore(before=LIMIT.format(soft=150, hard=150) + many)
    lines = []
    for number in range(500):
        lines.append(open_line(server, content=HALF[number % len(HALF)]))
        if number % 25 == 0:
            assert is_answered(server)
    assert psutil.Process(server.process.pid).num_fds() <= 150
    assert is_answered(server)
    for line in lines:
        line.close()


EATER = """
import os, threading, time

def eat():
    eaten = []
    while True:
        if os.path.exists({path!r}):
            try:
                eaten.append(os.open("/dev/null", os.O_RDONLY))
                continue
            except OSError:
                pass
        else:
            while eaten:
                os.close(eaten.pop())
        time.sleep(0.05)

threading.Thread(target=eat, daemon=True).start()
"""


def test_it_waits_quietly_until_there_are_file_descriptors_again(explore, tmp_path):
    eats = tmp_path / "eats"
    server = explore(before=LIMIT.format(soft=200, hard=200) + EATER.format(path=str(eats)))
    assert is_answered(server)
    eats.touch()
    process = psutil.Process(server.process.pid)
    wait_until(lambda: process.num_fds() >= 200)
    line = open_line(server, content=f"GET /nothing HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
    before = processor_seconds([process])
    time.sleep(4)
    # Connections are accepted twice a second, not thousands of times. (The thread that eats takes some, too.)
    assert processor_seconds([process]) - before < 1.5
    assert is_open(line)
    eats.unlink()
    assert line.recv(100).startswith(b"HTTP/1.1 404")
    assert is_answered(server)


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
        b"POST /voila/api/shutdown/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\n",
        b"POST /voila/api/shutdown/x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n",
    ],
    ids=["start", "header", "body", "chunk"],
)
def test_a_byte_now_and_then_is_not_enough(explore, begun):
    """The time counts from the beginning of a request, and not from its last byte."""
    server = explore(before=SHORT)
    line = open_line(server, content=begun)

    def one_more_byte():
        time.sleep(0.2)
        try:
            line.sendall(b"x")
        except OSError:
            return True
        return not is_open(line)

    wait_until(one_more_byte, 20)
    line.close()
    assert is_answered(server)


def test_a_connection_that_says_nothing_more_is_closed(explore):
    server = explore(before=SHORT)
    connection = http.client.HTTPConnection(server.host, timeout=20)
    for _ in range(2):
        connection.request("GET", "/nothing")
        assert connection.getresponse().read() is not None
    assert is_open(connection.sock)
    wait_until(lambda: not is_open(connection.sock))


@pytest.mark.slow
def test_who_is_there_is_not_cut(explore):
    """A page that takes long to render, a slow download, and a websocket on which nothing is said for long."""
    server = explore(before=SHORT, more=["import time; time.sleep(8); print('rendered')"])
    reader = server.read()
    assert "rendered" in reader.page

    async def main():
        connection = await connect(server, reader)
        await still_answers(connection)
        await asyncio.get_running_loop().run_in_executor(None, download)
        await still_answers(connection)
        connection.close()

    def download():
        script = re.search(r'src="([^"]*scripts\.js[^"]*)"', reader.page)[1]
        size = len(server.request("GET", script)[1])
        slow = http.client.HTTPConnection(server.host, timeout=20)
        slow.connect()
        slow.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        slow.request("GET", script)
        response = slow.getresponse()
        came = 0
        while piece := response.read(size // 40):
            came += len(piece)
            time.sleep(0.2)
        assert came == size

    asyncio.run(main())


def test_a_response_that_is_not_read_is_given_up(explore):
    server = explore(before=SHORT)
    script = re.search(r'src="([^"]*scripts\.js[^"]*)"', server.read().page)[1]
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(tuple(int(part) if part.isdecimal() else part for part in server.host.split(":")))
    line.sendall(f"GET {script} HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
    process = psutil.Process(server.process.pid)

    def peers():
        return [each for each in process.net_connections() if each.status == "ESTABLISHED" and each.raddr]

    mine = line.getsockname()
    wait_until(lambda: any(tuple(each.raddr) == mine for each in peers()))
    wait_until(lambda: not any(tuple(each.raddr) == mine for each in peers()))
    line.close()


def test_one_address_takes_no_place_from_another(explore):
    """Here 127.0.0.2 is a stranger, and the server has few places: 40 in all, and 20 for one address."""
    server = explore(
        *("--max-readers", "10"),
        before="connections.is_this_machine = lambda host: False\napp.MAX_CONNECTIONS = 40",
    )
    honest = [open_line(server) for _ in range(15)]
    strangers = []
    for number in range(300):
        strangers.append(open_line(server, HALF[number % len(HALF)], "127.0.0.2"))
        if number % 20 == 0:
            assert is_answered(server)
    wait_until(lambda: sum(map(is_open, strangers)) <= 20)
    assert all(map(is_open, honest)), "whoever was there before"
    # Somebody else behind the same address, as in a school, is answered, too.
    last = open_line(server, f"GET /nothing HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode(), "127.0.0.2")
    assert last.recv(100).startswith(b"HTTP/1.1 404")
    for line in [*strangers, *honest, last]:
        line.close()


def test_the_limit_on_descriptors_is_raised(explore):
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    server = explore(before=LIMIT.format(soft=256, hard=hard))
    limits = psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_NOFILE)
    assert limits[0] == min(hard, connections.MAX_DESCRIPTORS)
    assert limits[1] == hard


SOCKETS = """
import zmq
from bitmass_viz.server import websocket

def write(self, *given, plain=websocket.BoundedKernels.admit):
    with open({path!r}, "w") as file:
        file.write(str(self.context.get(zmq.MAX_SOCKETS)))
    return plain(self, *given)

websocket.BoundedKernels.admit = write
"""


def test_kernels_of_many_readers_have_sockets_enough(explore, tmp_path):
    """ZeroMQ would stop at 1,023: 32 readers with eight connections of four sockets each."""
    path = tmp_path / "sockets"
    explore(before=SOCKETS.format(path=str(path))).read()
    assert int(path.read_text()) >= 300 * (4 * websocket.MAX_CONNECTIONS + 8)
