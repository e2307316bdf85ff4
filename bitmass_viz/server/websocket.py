"""The connection between a page and its kernel: what may be sent on it, how fast, and how much waits on it."""

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
"""What a page says is a few kilobytes: a drawn digit is 784 numbers, a link a few hundred."""
MAX_SOCKETS = 1 << 14
"""Each connection to a kernel has four of ZeroMQ's, which allows 1,023 of them unless it is told otherwise."""
MAX_WAITING = 2
"""Messages that ZeroMQ holds for a connection. It would be 1,000, of any size, and nobody counts them."""
MAX_CONNECTIONS = 8
"""To one kernel. A page has one; another may come before the server knows that the first is cut."""

_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")


class BoundedKernels(AdmittingKernels):
    """Kernels that have few connections, take messages at a bounded rate, and have a bounded output unread."""

    def __init__(self, **settings: Any) -> None:
        self.unread = UnreadOutput()
        self.connections_to: Counter[str] = Counter()
        """How many websockets there are to each kernel, with those that are being opened and closed."""
        self._buckets: dict[str, TokenBucket] = {}
        super().__init__(**settings)
        self.context.set(zmq.MAX_SOCKETS, MAX_SOCKETS)
        # For all sockets that are made from now on. What the server has not looked at yet waits in the kernel.
        self.context.setsockopt(zmq.RCVHWM, MAX_WAITING)

    def bucket_of(self, kernel_id: str) -> TokenBucket:
        """Return what limits the rate of the messages to a kernel, on all its connections together."""
        self._buckets = {each: bucket for each, bucket in self._buckets.items() if each in self}
        return self._buckets.setdefault(kernel_id, TokenBucket())

    def start_buffering(self, kernel_id: str, session_key: str, channels: dict[str, Any]) -> None:
        """See `MappingKernelManager`."""
        super().start_buffering(kernel_id, session_key, channels)
        self._kernel_buffers[kernel_id]["buffer"] = BoundedBuffer(self.unread.of_kernel(kernel_id))


class ChannelHandler(VoilaKernelWebsocketHandler):
    """A page's connection to its kernel. It speaks Jupyter's v1 protocol and no other.

    The protocol from before is binary too, and begins with other counts. Voilà looks into all that is sent, and
    always by the rules of v1: it would take eight bytes of such a message for a count of about 10^18, and make a
    list of so many offsets.
    """

    kernel_manager: BoundedKernels
    _is_connected = False

    async def get(self, kernel_id: str) -> None:
        """See `KernelWebsocketHandler`."""
        kernels = self.kernel_manager
        self._check_upgrade()
        # Those that are being opened count as well, or else any number could be opened at the same time.
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
            kernels.connections_to += Counter()  # without those that have none
            if self.get_status() == 101:
                # Tornado does not say so if it failed to open.
                self.on_connection_close()
            self._forget_session()

    def _check_upgrade(self) -> None:
        """Refuse what is no websocket of a page, before Jupyter has begun to connect to the kernel for it."""
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
            return  # the page left while Jupyter asked the kernel; the connection would never be closed
        self._stream.enter(Phase.WEBSOCKET)
        self._stream.count_for(self.kernel_manager.unread.of_kernel(kernel_id))
        self._is_connected = True
        await super().open(kernel_id)

    def on_close(self) -> None:
        """See `KernelWebsocketHandler`, which would undo a connection that was never made."""
        if self._is_connected:
            super().on_close()
        self.connection = None

    def is_closing(self) -> bool:
        """Tell whether nothing can be sent any more."""
        return self.ws_connection is None or self.ws_connection.is_closing()

    def write_message(self, message: Any, binary: bool = False) -> Any:
        """See `VoilaKernelWebsocketHandler`. Nothing looks into what a closed connection cannot send any more."""
        if self.is_closing():
            raise WebSocketClosedError
        return super().write_message(message, binary)

    def write_error(self, status_code: int, **more: Any) -> None:
        """See `RequestHandler`."""
        write_plain_error(self, status_code)

    def send_ping(self) -> None:
        """See `WebSocketMixin`, which pings also while it waits for a page that will not say goodbye any more."""
        with suppress(WebSocketClosedError):
            super().send_ping()

    async def on_message(self, ws_message: str | bytes) -> None:
        """See `KernelWebsocketHandler`. Nothing more is read from this page before this is over."""
        await self._bucket.take(len(ws_message))
        if self.connection is not None:
            super().on_message(ws_message)

    def _forget_session(self) -> None:
        """Forget a session that was registered for a websocket which then was not opened."""
        opened = ZMQChannelsWebsocketConnection._open_sessions
        for key in [key for key, handler in opened.items() if handler is self]:
            del opened[key]


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends every message to the page at once, and makes no fuss when the page has gone.

    A small status message goes before and after whatever the page sends. Unless told otherwise, TCP holds back
    the frame behind it until the browser has acknowledged the status, which it puts off for 40 ms.

    What no page of ours would say is passed over.
    """

    subprotocol = PROTOCOL
    """Jupyter asks the connection, and takes one that is closed for one that speaks the protocol from before."""

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
        """See `ZMQChannelsWebsocketConnection`. Output that nobody can get is not looked into."""
        handler = self.websocket_handler
        if not (isinstance(handler, ChannelHandler) and handler.is_closing()):
            super().handle_outgoing_message(stream, outgoing_msg)

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
