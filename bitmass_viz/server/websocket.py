"""The websocket between a page and its kernel, with limits on messages, their rate and unread output."""

from __future__ import annotations

import re
from asyncio import Future
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import zmq
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from bitmass_viz.server.access import write_plain_error
from bitmass_viz.server.admission import AdmittingKernels
from bitmass_viz.server.backpressure import BoundedBuffer, UnreadOutput
from bitmass_viz.server.connections import ClientStream, Phase
from bitmass_viz.server.message_filter import PROTOCOL, MessageFilter, TokenBucket

MAX_MESSAGE_BYTES = 1 << 20
"""A page's messages are a few kilobytes: a drawn digit is 784 numbers, a link a few hundred."""
MAX_SOCKETS = 1 << 14
"""Limit of ZeroMQ sockets. A connection to a kernel uses four, and the default limit is 1,023."""
MAX_WAITING = 2
"""Messages that ZeroMQ queues per connection. The default is 1,000, of any size, which our limits do not see."""
MAX_CONNECTIONS = 8
"""Connections per kernel. A page has one; it can reconnect before the server notices that the first is lost."""

_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")


class BoundedKernels(AdmittingKernels):
    """Kernels with limits on connections, on the rate of messages and on unread output."""

    def __init__(self, **settings: Any) -> None:
        self.unread = UnreadOutput()
        self.connections_to: Counter[str] = Counter()
        """Number of websockets per kernel, including those that are opening or closing."""
        self._buckets: dict[str, TokenBucket] = {}
        super().__init__(**settings)
        self.context.set(zmq.MAX_SOCKETS, MAX_SOCKETS)
        # Applies to all sockets created from now on. Further messages wait in the kernel.
        self.context.setsockopt(zmq.RCVHWM, MAX_WAITING)

    def bucket_of(self, kernel_id: str) -> TokenBucket:
        """Return the rate limit for messages to a kernel, shared by all its connections."""
        self._buckets = {each: bucket for each, bucket in self._buckets.items() if each in self}
        return self._buckets.setdefault(kernel_id, TokenBucket())

    def start_buffering(self, kernel_id: str, session_key: str, channels: dict[str, Any]) -> None:
        """See `MappingKernelManager`."""
        super().start_buffering(kernel_id, session_key, channels)
        self._kernel_buffers[kernel_id]["buffer"] = BoundedBuffer(self.unread.of_kernel(kernel_id))


class ChannelHandler(VoilaKernelWebsocketHandler):
    """A page's connection to its kernel, in Jupyter's v1 protocol only.

    The older protocol is binary too, but has a different header. Voilà parses everything that is sent as v1, so it
    would read eight bytes of such a message as a count of about 10^18 and build a list of that many offsets.
    """

    kernel_manager: BoundedKernels
    _is_connected = False

    async def get(self, kernel_id: str) -> None:
        """See `KernelWebsocketHandler`."""
        kernels = self.kernel_manager
        self._check_upgrade()
        # Connections that are opening count too, or any number could be opened at the same time.
        if kernels.connections_to[kernel_id] >= MAX_CONNECTIONS:
            raise HTTPError(429)
        stream = self.request.connection.stream
        assert isinstance(stream, ClientStream)
        self._stream = stream
        self._bucket = kernels.bucket_of(kernel_id)
        kernels.connections_to[kernel_id] += 1
        try:
            await super().get(kernel_id)
        finally:
            kernels.connections_to[kernel_id] -= 1
            kernels.connections_to += Counter()  # drops entries that are 0
            if self.get_status() == 101:
                # Tornado does not call this if opening failed.
                self.on_connection_close()
            self._forget_session()

    def _check_upgrade(self) -> None:
        """Reject requests that are not a page's websocket, before Jupyter connects to the kernel."""
        headers = self.request.headers
        offered = [each.strip() for each in headers.get("Sec-WebSocket-Protocol", "").split(",")]
        upgrades = [each.strip().lower() for each in headers.get("Connection", "").split(",")]
        if headers.get("Upgrade", "").lower() != "websocket" or "upgrade" not in upgrades:
            raise HTTPError(400)
        if headers.get("Sec-WebSocket-Version") != "13":
            self.set_header("Sec-WebSocket-Version", "13")
            raise HTTPError(426)
        if not headers.get("Sec-WebSocket-Key") or PROTOCOL not in offered:
            raise HTTPError(400)
        if _SESSION.fullmatch(self.get_argument("session_id", "page")) is None:
            raise HTTPError(400)

    def select_subprotocol(self, subprotocols: list[str]) -> str:
        """See `KernelWebsocketHandler`."""
        return PROTOCOL

    async def open(self, kernel_id: str) -> None:
        """See `KernelWebsocketHandler`."""
        if self._stream.closed():
            return  # the page left while Jupyter connected; `on_close` would never be called
        self._stream.enter(Phase.WEBSOCKET)
        self._stream.count_for(self.kernel_manager.unread.of_kernel(kernel_id))
        self._is_connected = True
        await super().open(kernel_id)

    def on_close(self) -> None:
        """See `KernelWebsocketHandler`, which assumes that a connection was made."""
        if self._is_connected:
            super().on_close()
        self.connection = None

    def is_closing(self) -> bool:
        """Return whether the connection is closed or closing."""
        return self.ws_connection is None or self.ws_connection.is_closing()

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """See `VoilaKernelWebsocketHandler`. Messages to a closed connection are not parsed."""
        if self.is_closing():
            raise WebSocketClosedError
        return super().write_message(message, binary)

    def write_error(self, status_code: int, **more: Any) -> None:
        """See `RequestHandler`."""
        write_plain_error(self, status_code)

    def send_ping(self) -> None:
        """See `WebSocketMixin`, which can also ping a connection that is closing."""
        with suppress(WebSocketClosedError):
            super().send_ping()

    async def on_message(self, ws_message: str | bytes) -> None:
        """See `KernelWebsocketHandler`. The page's next message is not read until this returns."""
        await self._bucket.take(len(ws_message))
        if self.connection is not None:
            super().on_message(ws_message)

    def _forget_session(self) -> None:
        """Remove a session that was registered for a websocket that did not open."""
        opened = ZMQChannelsWebsocketConnection._open_sessions
        for key in [key for key, handler in opened.items() if handler is self]:
            del opened[key]


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends every message without delay, drops messages that the filter rejects, and ignores a closed page.

    The kernel sends a small status message before and after its reply to each message. By default TCP holds back
    the next frame until the browser has acknowledged the status, and the browser delays that by 40 ms.
    """

    subprotocol = PROTOCOL
    """Fixed, because Jupyter reads it from the connection and assumes the older protocol if that is closed."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._filter = MessageFilter()

    def connect(self) -> Any:
        """See `ZMQChannelsWebsocketConnection`."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()

    def handle_incoming_message(self, incoming_msg: str) -> None:
        """See `ZMQChannelsWebsocketConnection`."""
        message: Any = self._filter.passed_on(incoming_msg)
        if message is not None:
            super().handle_incoming_message(message)

    def handle_outgoing_message(self, stream: str, outgoing_msg: list[Any]) -> None:
        """See `ZMQChannelsWebsocketConnection`. Output to a closing connection is not processed."""
        handler = self.websocket_handler
        if not (isinstance(handler, ChannelHandler) and handler.is_closing()):
            super().handle_outgoing_message(stream, outgoing_msg)

    @property
    def write_message(self) -> Callable[..., Future[None]]:
        """See `ZMQChannelsWebsocketConnection`. Its result is not awaited, so errors are handled here."""

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
