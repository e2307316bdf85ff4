"""A page's connection to its kernel: version 1 of the protocol that Jupyter speaks over websockets."""

import asyncio
import json
import socket
import struct
import uuid
from contextlib import suppress

from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

PROTOCOL = "v1.kernel.websocket.jupyter.org"


async def connect(server, reader, session="page", protocols=(PROTOCOL,), **headers):
    """Open a websocket to a reader's kernel."""
    request = HTTPRequest(address(server, reader, session), headers=headers, connect_timeout=120)
    return await websocket_connect(request, subprotocols=list(protocols), max_message_size=1 << 28)


async def hang_up(connection):
    """Close a connection, and wait until the server has closed it, too."""
    connection.close()
    while await connection.read_message() is not None:
        pass


async def tell(connection, kind, content, **more):
    """Send a message under a number of its own, and return that: no kernel hears the same message twice."""
    number = uuid.uuid4().hex
    await connection.write_message(message(kind, content, number=number, **more), binary=True)
    return number


def upgraded(server, reader, session):
    """Return a bare socket on which a websocket has just been opened."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(20)
    host, port = server.host.split(":")
    line.connect((host, int(port)))
    line.sendall(
        f"GET /api/kernels/{reader.id}/channels?session_id={session} HTTP/1.1\r\n"
        f"Host: {server.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n".encode()
    )
    assert b" 101 " in line.recv(100)
    return line


def message(kind, content, *, number="1", header=None, parent=None, metadata=None, channel="shell", buffers=()):
    header = {"msg_id": number, "msg_type": kind, "session": "page", "username": "", "version": "5.3"} | (
        header or {}
    )
    parts = [json.dumps(part).encode() for part in (header, parent or {}, metadata or {}, content)]
    return serialize_msg_to_ws_v1([*parts, *buffers], channel)


def address(server, reader, session="page"):
    return f"ws://{server.host}/api/kernels/{reader.id}/channels?session_id={session}"


async def still_answers(connection):
    """Return what came before the kernel's answer to a harmless question; it must come."""
    heard, asked = [], []
    async with asyncio.timeout(20):
        while True:
            # The server drops a question that comes before it has reached the kernel.
            asked.append((await tell(connection, "kernel_info_request", {})).encode())
            with suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    while True:
                        answer = await connection.read_message()
                        assert answer is not None, "the server hung up"
                        heard.append(answer)
                        if b"kernel_info_reply" in answer and any(number in answer for number in asked):
                            return heard


def say(server, reader, *messages):
    """Send messages as a page would, and return what the kernel and the server said until all were heard."""

    async def main():
        connection = await connect(server, reader, uuid.uuid4().hex)
        await still_answers(connection)
        for each in messages:
            await connection.write_message(each, binary=True)
        heard = await still_answers(connection)
        await hang_up(connection)
        return heard

    return asyncio.run(main())


class Deaf:
    """A websocket that sends and never reads."""

    def __init__(self, server, reader, session=None):
        self.line = upgraded(server, reader, session or uuid.uuid4().hex)

    def send(self, content):
        """Return whether it could be sent."""
        try:
            self.line.sendall(struct.pack("!BBQ4s", 0x82, 0xFF, len(content), bytes(4)) + content)
        except OSError:
            return False
        return True

    def is_cut(self):
        """Read to the end; tell whether the server closed the connection."""
        self.line.settimeout(5)
        try:
            while self.line.recv(1 << 20):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        return True
