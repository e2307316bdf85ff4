"""The line between a page and its kernel: what may be said on it, how fast, and how much waits on it.

A reader's kernel has run the notebook, and from then on it hears what the widgets of a page say and nothing else;
no message of a page makes it run code.
"""

from __future__ import annotations

import asyncio
import json
import re
import struct
from asyncio import Future
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from bitmass_viz.admission import AdmittingKernels
from bitmass_viz.guard import write_plain_error

PROTOCOL = "v1.kernel.websocket.jupyter.org"
MAX_MESSAGE_BYTES = 1 << 20
"""What a page says is a few kilobytes: a drawn digit is 784 numbers, a link a few hundred."""
MESSAGE_TYPES = ("comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request")
"""Voilà's own list has a shutdown, too; a page says goodbye over HTTP."""
TARGETS = ("jupyter.widget.control",)
"""What a page may open: the line on which it asks for all widgets. It makes no widgets in the kernel."""
MAX_OPENED = 20
MAX_PARTS = 64
MAX_HEADER_TEXT = 200
MAX_CONNECTIONS = 8
"""To one kernel. A page has one; another may come before the server knows that the first is cut."""
BYTES_A_SECOND = 1 << 20
LEAST_BYTES = 256
"""What a message costs at least."""
BURST_SECONDS = 4
MAX_UNSENT_BYTES = 96 << 20
"""A page that has not taken so much of what was sent to it is let go; a long history is 16 MB."""

_SESSION = re.compile(r"[\w-]{1,64}")


class ChannelHandler(VoilaKernelWebsocketHandler):
    """A page's line to its kernel, which takes no more than a page has to say."""

    async def get(self, kernel_id: str) -> None:
        """See `KernelWebsocketHandler`."""
        if _SESSION.fullmatch(self.get_argument("session_id", "page")) is None:
            raise HTTPError(400)
        if self.kernel_manager._kernel_connections.get(kernel_id, 0) >= MAX_CONNECTIONS:
            raise HTTPError(429)
        self._purse = Purse()
        self._unsent = 0
        await super().get(kernel_id)

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """See `VoilaKernelWebsocketHandler`. What a page does not take is held in memory until then."""
        size = len(message)
        if self._unsent + size > MAX_UNSENT_BYTES:
            self.close(1008, "more was asked for than was taken")
        sent = super().write_message(message, binary)
        if sent is not None:
            self._unsent += size
            sent.add_done_callback(partial(self._note_sent, size))
        return sent

    def write_error(self, status_code: int, **more: Any) -> None:
        """See `RequestHandler`."""
        write_plain_error(self, status_code)

    def send_ping(self) -> None:
        """See `WebSocketMixin`, which pings also while it waits for a page that will not say goodbye any more."""
        with suppress(WebSocketClosedError):
            super().send_ping()

    def _note_sent(self, size: int, _sent: Any) -> None:
        self._unsent -= size

    async def on_message(self, ws_message: str | bytes) -> None:
        """See `KernelWebsocketHandler`. Nothing more is read from this page before this is over."""
        await self._purse.pay(len(ws_message))
        if self.connection is not None:
            super().on_message(ws_message)


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends every message to the page at once, and makes no fuss when the page has gone.

    A small status message goes before and after whatever the page sends. Unless told otherwise, TCP holds back
    the frame behind it until the browser has acknowledged the status, which it puts off for 40 ms.

    What no page of ours would say is passed over, and so is what a page was still sending when the server closed
    the connection. Jupyter would take that for a message of an older protocol, and a few bytes of it for a count
    of parts: gigabytes to allocate.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._door = Doorkeeper()

    def connect(self) -> Any:
        """See `ZMQChannelsWebsocketConnection`."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()

    def handle_incoming_message(self, incoming_msg: str) -> None:
        """See `ZMQChannelsWebsocketConnection`."""
        if self._door.admits(incoming_msg, self.subprotocol):
            super().handle_incoming_message(incoming_msg)

    @property
    def write_message(self) -> Callable[..., Future[None]]:
        """See `ZMQChannelsWebsocketConnection`. Nobody waits for what it returns, so nobody would see an error."""

        def write(message: str | bytes, binary: bool = False) -> Future[None]:
            sent: Future[None]
            try:
                sent = self.websocket_handler.write_message(message, binary)
            except WebSocketClosedError:
                sent = Future()
                sent.set_result(None)
            sent.add_done_callback(_overlook_closed)
            return sent

        return write


def _overlook_closed(sent: Future[None]) -> None:
    if not sent.cancelled() and not isinstance(sent.exception(), WebSocketClosedError | None):
        sent.result()


class Purse:
    """Makes who sends too much wait: a kernel's queue must not grow without end."""

    def __init__(self) -> None:
        self._left = float(BURST_SECONDS)
        self._at = 0.0

    async def pay(self, size: int) -> None:
        """Wait until there is time enough for a message of some bytes."""
        now = asyncio.get_running_loop().time()
        self._left = min(float(BURST_SECONDS), self._left + now - self._at)
        self._at = now
        self._left -= max(LEAST_BYTES, size) / BYTES_A_SECOND
        if self._left < 0:
            await asyncio.sleep(-self._left)


class BoundedKernels(AdmittingKernels):
    """Kernels that may say only so much to a page that is cut off and may come back."""

    def start_buffering(self, kernel_id: str, session_key: str, channels: dict[str, Any]) -> None:
        """See `MappingKernelManager`."""
        super().start_buffering(kernel_id, session_key, channels)
        self._kernel_buffers[kernel_id]["buffer"] = Bounded()


class Bounded(list[tuple[str, list[bytes]]]):
    """Messages by their channels; those that are too much are not kept. The page asks anew for what it shows."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = 0

    def append(self, message: tuple[str, list[bytes]]) -> None:
        """Keep a message if there is room."""
        size = sum(len(part) for part in message[1])
        if self._bytes + size <= MAX_UNSENT_BYTES:
            self._bytes += size
            super().append(message)


class Doorkeeper:
    """Says which messages of a page go on to its kernel. It is asked about each, in turn, on one connection."""

    def __init__(self) -> None:
        self._opened = 0

    def admits(self, message: bytes | str, subprotocol: str | None) -> bool:
        """Tell whether a message may go on; whatever it is, this does not fail."""
        # The older protocols are not spoken here. Jupyter would read counts out of them and allocate so much.
        if subprotocol != PROTOCOL or not isinstance(message, bytes):
            return False
        try:
            header, content = _read(message)
        except (ValueError, RecursionError, struct.error):
            return False
        kind = header.get("msg_type")
        if kind in ("comm_open", "comm_msg", "comm_close") and not _is_of_comm(content):
            return False
        if kind == "comm_open":
            self._opened += 1
            return content.get("target_name") in TARGETS and self._opened <= MAX_OPENED
        return kind in MESSAGE_TYPES


def _is_of_comm(content: dict[str, Any]) -> bool:
    return isinstance(content.get("comm_id"), str) and isinstance(content.get("data"), dict)


def _read(message: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a message's header and content, or raise ValueError if it is not written as it must be.

    A count of offsets, the offsets, and between them the channel's name and the parts: header, parent, metadata,
    content, buffers.
    """
    count = int.from_bytes(message[:8], "little")
    if not 6 <= count <= MAX_PARTS:
        raise ValueError("so many parts has no message")
    offsets = struct.unpack_from(f"<{count}Q", message, 8)
    if offsets[0] != 8 * (count + 1) or offsets[-1] != len(message) or list(offsets) != sorted(offsets):
        raise ValueError("the parts do not follow each other")
    if message[offsets[0] : offsets[1]] != b"shell":
        raise ValueError("the other channels are not for pages")
    parts = [json.loads(message[offsets[i] : offsets[i + 1]]) for i in range(1, 5)]
    if not all(isinstance(part, dict) for part in parts):
        raise ValueError("a part is not what it must be")
    header, parent, _, content = parts
    if parent or not all(isinstance(header.get(name), str) for name in ("msg_id", "msg_type", "session")):
        raise ValueError("a page's message has a number, and answers none")
    for value in header.values():
        if value is not None and not (isinstance(value, str) and len(value) <= MAX_HEADER_TEXT):
            raise ValueError("a header is made of short texts")
    if header.get("subshell_id") is not None:
        raise ValueError("a page has no subshells")
    datetime.fromisoformat(header.get("date") or "2000-01-01")
    return header, content
