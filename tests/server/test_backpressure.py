"""Clients that do not read what they ask for: the server stays small, and who reads gets everything.

Real kernels send megabytes over real sockets here.
"""

import asyncio
import re
import socket
import time

import pytest

from bitmass_viz.server import backpressure
from bitmass_viz.server.backpressure import MAX_KERNEL_BYTES, MAX_SERVER_BYTES, BoundedBuffer, UnreadOutput
from tests.server.hostile import STATE_BYTES, Attacked, request_state
from tests.server.kernel_client import Deaf, connect, still_answers, tell
from tests.waiting import wait_until


@pytest.fixture
def attacked(tmp_path):
    attacked = Attacked(tmp_path)
    try:
        yield attacked
        attacked.stop()
    finally:
        # With its kernels: where a test fails, it may be that the server does not obey.
        for process in [*attacked.server.kernels(), attacked.process] if attacked.process.is_running() else ():
            process.kill()


async def read_slowly(server, reader, states, seconds):
    """Ask for some states, read them at a few megabytes a second, and return how many came."""
    connection = await connect(server, reader, "honest")
    await still_answers(connection)
    for _ in range(states):
        await connection.write_message(request_state(reader), binary=True)
    came, until = 0, time.monotonic() + seconds
    while came < states and time.monotonic() < until:
        answer = await asyncio.wait_for(connection.read_message(), seconds)
        assert answer is not None, "an honest reader was cut off"
        came += len(answer) > STATE_BYTES
        await asyncio.sleep(0.2)
    connection.close()
    return came


@pytest.mark.slow
def test_eight_connections_of_a_kernel_that_read_nothing(attacked):
    stranger, honest = attacked.read(), attacked.read()
    lines = [Deaf(attacked.server, stranger) for _ in range(8)]
    # 480 states to each of eight: 15 GB.
    assert all(line.send(request_state(stranger)) for line in lines for _ in range(60))
    for _ in range(60):
        attacked.check()
        time.sleep(0.05)
    assert asyncio.run(read_slowly(attacked.server, honest, 4, 60)) == 4
    peaks = attacked.peaks()
    assert 60 << 20 < peaks["kernel"] <= MAX_KERNEL_BYTES < 128 << 20
    assert sum(line.is_cut() for line in lines) >= 6
    assert honest.process.is_running()
    attacked.check()


@pytest.mark.parametrize("reads", [False, True])
def test_a_connection_that_is_replaced_while_output_is_on_its_way(attacked, reads):
    """Jupyter closes it when another has the same session, and what still comes must not be written as before v1.

    Voilà would read a count of parts out of a frame of the protocol from before, if it has binary parts.
    """
    reader = attacked.read()

    async def main():
        for _ in range(3):
            old.append(Deaf(attacked.server, reader, "same"))
            assert all(old[-1].send(request_state(reader)) for _ in range(6))
            if reads:
                old[-1].line.recv(1 << 20)
            new = await connect(attacked.server, reader, "same")
            await still_answers(new)
            new.close()
            attacked.check()

    old = []
    asyncio.run(main())
    assert all(line.is_cut() for line in old)


@pytest.mark.slow
def test_output_of_many_kernels_to_nobody(attacked):
    """Each holds less than a kernel may, all together more than the server; an honest reader is slow meanwhile."""
    strangers, honest = [attacked.read() for _ in range(4)], attacked.read()

    async def main():
        slow = asyncio.create_task(read_slowly(attacked.server, honest, 4, 60))
        lines = []
        for _ in range(3):
            for stranger in strangers:
                await asyncio.sleep(0.3)
                lines.append(Deaf(attacked.server, stranger))
                assert all(lines[-1].send(request_state(stranger)) for _ in range(5))
        came = await slow
        for _ in range(10):
            await asyncio.sleep(0.3)
            attacked.check()
        return came, lines

    came, lines = asyncio.run(main())
    assert came == 4
    assert MAX_SERVER_BYTES * 0.8 < attacked.peaks()["server"] <= MAX_SERVER_BYTES < 256 << 20
    assert 1 <= sum(line.is_cut() for line in lines) < len(lines)


@pytest.mark.slow
def test_output_to_pages_that_are_cut_off_and_never_come_back(attacked):
    """Each closes its only connection after it has asked for much; its kernel's answers wait for it."""
    strangers, honest = [attacked.read() for _ in range(3)], attacked.read()
    for stranger in strangers:
        line = Deaf(attacked.server, stranger)
        assert all(line.send(request_state(stranger)) for _ in range(40))
        time.sleep(0.5)  # until the kernel has them
        line.line.close()
    for _ in range(20):
        attacked.check()
        time.sleep(0.3)
    assert asyncio.run(read_slowly(attacked.server, honest, 4, 60)) == 4
    peaks = attacked.peaks()
    assert 60 << 20 < peaks["kernel"] <= MAX_KERNEL_BYTES
    assert peaks["server"] <= MAX_SERVER_BYTES
    # A page that does come back gets what was kept, and then anything else.
    assert asyncio.run(read_slowly(attacked.server, strangers[0], 1, 60)) == 1


def test_a_page_that_comes_back_gets_what_was_said_meanwhile(attacked):
    reader = attacked.read()
    later = {"comm_id": reader.comm, "data": {"method": "custom", "content": "later"}}

    async def main():
        connection = await connect(attacked.server, reader)
        await still_answers(connection)
        await tell(connection, "comm_msg", later)
        await still_answers(connection)
        connection.close()
        kept = await asyncio.to_thread(wait_until, lambda: attacked.peaks().get("kernel", 0))
        assert STATE_BYTES < kept < 2 * STATE_BYTES, "it waits for the page"
        connection = await connect(attacked.server, reader)
        while len(await asyncio.wait_for(connection.read_message(), 20)) < STATE_BYTES:
            pass
        connection.close()

    asyncio.run(main())
    attacked.check()


def test_downloads_that_nobody_reads(attacked):
    """Hundreds of the page's largest file, which would be gigabytes."""
    page = attacked.server.read().page
    path = re.search(r'src="([^"]*scripts\.js[^"]*)"', page)[1]
    host, port = attacked.server.host.split(":")
    size = len(attacked.server.request("GET", path)[1])
    number = 2 * MAX_SERVER_BYTES // size
    lines = []
    for _ in range(number):
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect((host, int(port)))
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {attacked.server.host}\r\n\r\n".encode())
        lines.append(line)
        if len(lines) % 10 == 0:
            attacked.check()
    assert len(attacked.server.request("GET", path)[1]) == size, "who reads it gets it whole"
    assert MAX_SERVER_BYTES * 0.8 < attacked.peaks()["server"] <= MAX_SERVER_BYTES
    for line in lines:
        line.close()


def run(function):
    async def main():
        return function()

    return asyncio.run(main())


class Held:
    """Something that holds unread output."""

    def __init__(self, account, size, stalled=False):
        self.account, self.unread, self.dropped = account, size, False
        self.moved_at = asyncio.get_running_loop().time() - (backpressure.STALLED_SECONDS + 1) * stalled
        account.holders.add(self)
        account.count(size)

    def drop(self):
        self.account.count(-self.unread)
        self.unread, self.dropped = 0, True


def test_the_worst_offender_is_dropped_first():
    def check():
        whole = UnreadOutput(limit=100)
        large, small, client = whole.of_kernel("large"), whole.of_kernel("small"), whole.of_client("192.0.2.7")
        held = [Held(large, 20), Held(large, 30), Held(small, 15), Held(client, 10), Held(client, 20)]
        assert whole.unread == 95
        assert client.make_room(5)
        assert not any(each.dropped for each in held)
        assert small.make_room(10)
        assert [each.dropped for each in held] == [False, True, False, False, False], "the largest of the largest"
        stalled = Held(small, 9, stalled=True)
        assert large.make_room(40)
        assert stalled.dropped, "first who takes nothing, however little it is"
        assert not large.make_room(101), "more than there is room for at all"
        assert whole.unread == 0

    run(check)


def test_a_kernels_limit_costs_no_other_kernel_anything():
    def check():
        whole = UnreadOutput()
        greedy, honest = whole.of_kernel("greedy"), whole.of_kernel("honest")
        held = [Held(honest, 50 << 20, stalled=True), Held(greedy, MAX_KERNEL_BYTES - 10)]
        assert greedy.make_room(11)
        assert [each.dropped for each in held] == [False, True]

    run(check)


def test_what_waits_for_a_page_is_bounded():
    def check():
        whole = UnreadOutput()
        account = whole.of_kernel("k")
        kept = BoundedBuffer(account)
        each = ("iopub", [bytes(1 << 10), bytes(1 << 20)])
        for _ in range(1_000):
            kept.append(each)
        assert len(kept) == MAX_KERNEL_BYTES // ((1 << 20) + (1 << 10))
        assert account.unread == whole.unread == len(kept) * ((1 << 20) + (1 << 10))
        for number, _ in enumerate(kept):
            if number == 10:
                break
        assert whole.unread == len(kept) * ((1 << 20) + (1 << 10)), "what was sent counts no longer"
        del kept
        assert account.unread == whole.unread == 0
        assert list(whole) == []

    run(check)
