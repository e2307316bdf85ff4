"""Limits on client connections: their number, how long each can keep the server waiting, and their unread output.

Tornado waits an hour for a request's header, waits indefinitely for a response to be read, and accepts connections
until the process has no file descriptors left; it then retries and logs that, thousands of times per second.
"""

from __future__ import annotations

import errno
import http.client
import socket
from asyncio import Future
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from enum import Enum
from typing import Any

from tornado.http1connection import HTTP1ServerConnection
from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.iostream import IOStream, StreamClosedError

from bitmass_viz.server.backpressure import Account, UnreadOutput
from bitmass_viz.server.client_address import is_this_machine, normalized

REQUEST_SECONDS = 30.0
"""Time limit for a request's header, from the end of the previous request, and again for its body."""
RESPONSE_SECONDS = 60.0
"""A connection is closed if nothing of a response has been read for this long."""
MAX_CONNECTIONS = 1024
"""Open websockets do not count: they are limited per kernel."""
SHARE_OF_A_CLIENT = 0.5
"""Largest fraction of all connections for one address."""
MAX_HEADER_BYTES = 32 << 10
SEND_BUFFER_BYTES = 256 << 10
"""Size of the system's send buffer. The default is megabytes, and a slow reader would seem to have stalled."""
MAX_DESCRIPTORS = 1 << 16
ACCEPTS_AT_A_TIME = 64
PAUSE_SECONDS = 0.5
"""Pause in accepting connections when no file descriptors are left and none can be freed."""

_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def raise_descriptor_limit() -> int:
    """Raise this process's limit of open files as far as possible, up to `MAX_DESCRIPTORS`; return the limit."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MAX_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= MAX_DESCRIPTORS:
        return MAX_DESCRIPTORS
    for wanted in (MAX_DESCRIPTORS, MAX_DESCRIPTORS // 8):  # macOS has a lower maximum
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            if limit > soft:
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
                return limit
    return soft


class Phase(Enum):
    """The state of a connection."""

    REQUEST = "the client is to send a request, or the rest of one"
    RESPONSE = "the server answers it"
    WEBSOCKET = "both send messages"


class ClientStream(IOStream):
    """A connection that tracks its phase and its unread output.

    Attributes
    ----------
    client : str
        The address that it counts towards.
    unread : int
        Bytes that the system has not accepted yet.
    moved_at : float
        Event-loop time of the client's last read, or of the start of the current phase if that is later.
    """

    def __init__(self, connection: socket.socket, host: str, connections: Connections, **settings: Any) -> None:
        super().__init__(connection, **settings)
        self.client = normalized(host)
        self.unread = 0
        self._connections = connections
        self._account = connections.unread.of_client(self.client)
        self._account.holders.add(self)
        connections.add(self)
        self.enter(Phase.REQUEST)

    def enter(self, phase: Phase) -> None:
        """Enter a phase."""
        self.phase = phase
        self.moved_at = self.io_loop.time()
        if phase is Phase.WEBSOCKET:
            self._connections.remove(self)

    def count_for(self, account: Account) -> None:
        """Move the unread output to another account."""
        for each, change in ((self._account, -self.unread), (account, self.unread)):
            each.count(change)
        self._account.holders.discard(self)
        if not self.closed():
            account.holders.add(self)
        self._account = account

    def write(self, data: bytes | memoryview) -> Any:
        """See `IOStream`. If too much is unread, this closes connections, possibly this one."""
        if self.closed():
            return super().write(data)
        size = memoryview(data).nbytes
        if not self._account.make_room(size):
            self.drop()
        if self.closed():
            # Not raised, since the caller could not know that the stream is closed, and handlers would log it.
            given_up: Future[None] = Future()
            given_up.set_exception(StreamClosedError())
            given_up.exception()
            return given_up
        if self.unread == 0:
            self.moved_at = self.io_loop.time()
        self._count(size)
        return super().write(data)

    def write_to_fd(self, data: memoryview) -> int:
        """See `IOStream`."""
        try:
            taken = super().write_to_fd(data)
        finally:
            del data  # the underlying buffer cannot shrink while a view exists
        if taken:
            self.moved_at = self.io_loop.time()
            self._count(-taken)
        return taken

    def close_fd(self) -> None:
        """See `IOStream`."""
        super().close_fd()
        self._count(-self.unread)
        self._account.holders.discard(self)
        self._connections.remove(self)

    def drop(self) -> None:
        """Disconnect the client (see `Holder`)."""
        self.close()

    def _count(self, change: int) -> None:
        self.unread += change
        self._account.count(change)


class Connections:
    """All connections of the server.

    If there are too many, those that have kept the server waiting longest are closed, starting with the client
    that has most of them. So a client that sends its request promptly is served however many idle connections
    there are.

    Parameters
    ----------
    unread
        Counts the clients' unread output.
    limit
        Most connections, not counting open websockets.
    """

    def __init__(self, unread: UnreadOutput, limit: int) -> None:
        self.unread = unread
        self._limit = limit
        self._open: dict[str, set[ClientStream]] = {}

    def __len__(self) -> int:
        """Return the number of connections other than websockets."""
        return sum(map(len, self._open.values()))

    def add(self, stream: ClientStream) -> None:
        """Count a connection."""
        self._open.setdefault(stream.client, set()).add(stream)

    def remove(self, stream: ClientStream) -> None:
        """Stop counting a connection that has closed or become a websocket."""
        streams = self._open.get(stream.client, set())
        streams.discard(stream)
        if not streams:
            self._open.pop(stream.client, None)

    def admits(self, host: str) -> bool:
        """Return whether a host can open one more connection, after closing waiting ones if necessary."""
        client = normalized(host)
        limit = max(1, int(self._limit * SHARE_OF_A_CLIENT))
        if not is_this_machine(host) and len(self._open.get(client, ())) >= limit:
            return self._close_some(client)
        return len(self) < self._limit or self.close_some()

    def close_some(self) -> bool:
        """Close connections that keep the server waiting; return whether there were any."""
        waiting = Counter({client: sum(map(_waits, streams)) for client, streams in self._open.items()})
        return any(number and self._close_some(client) for client, number in waiting.most_common(1))

    def close_stalled(self) -> None:
        """Close connections whose response has not been read for too long."""
        for streams in list(self._open.values()):
            for stream in list(streams):
                since = stream.io_loop.time() - stream.moved_at
                if stream.phase is Phase.RESPONSE and stream.unread and since > RESPONSE_SECONDS:
                    stream.close()

    def _close_some(self, client: str) -> bool:
        waiting = sorted(filter(_waits, self._open.get(client, ())), key=lambda stream: stream.moved_at)
        # Several together, because finding them takes longer than closing them.
        for stream in waiting[: 1 + len(waiting) // 16]:
            stream.close()
        return bool(waiting)


def _waits(stream: ClientStream) -> bool:
    """Return whether the server is waiting for the client rather than the other way round."""
    return stream.phase is Phase.REQUEST or (stream.phase is Phase.RESPONSE and stream.unread > 0)


class LimitedServer(HTTPServer):
    """An HTTP server whose connections are `ClientStream`, and which rejects malformed requests."""

    def initialize(  # type: ignore[override]
        self,
        *arguments: Any,
        check: Callable[[RequestStartLine, HTTPHeaders], int | None],
        headers: dict[str, str],
        **settings: Any,
    ) -> None:
        """See `HTTPServer`.

        Parameters
        ----------
        *arguments, **settings
            As of `HTTPServer`.
        check
            Returns the status with which to reject a request, or None.
        headers
            Headers of such a response.
        """
        settings |= {"idle_connection_timeout": REQUEST_SECONDS, "body_timeout": REQUEST_SECONDS}
        settings |= {"max_header_size": MAX_HEADER_BYTES}
        super().initialize(*arguments, **settings)
        self.check = check
        self._headers = headers

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """See `HTTPServer`."""
        assert isinstance(server_conn, HTTP1ServerConnection)
        assert isinstance(server_conn.stream, ClientStream)
        server_conn.stream.enter(Phase.REQUEST)
        delegate = super().start_request(server_conn, request_conn)
        return _CheckedRequest(self, server_conn.stream, request_conn, delegate)

    def refuse(self, connection: HTTPConnection, status: int) -> None:
        """Respond with only a status, and finish."""
        text = f"{status}\n".encode()
        headers = HTTPHeaders({**self._headers, "Content-Type": "text/plain", "Content-Length": str(len(text))})
        connection.write_headers(
            ResponseStartLine("HTTP/1.1", status, http.client.responses[status]), headers, text
        )
        connection.finish()


class _CheckedRequest(HTTPMessageDelegate):
    """Passes a valid request to its handler, and enters the response phase when it is complete."""

    def __init__(
        self, server: LimitedServer, stream: ClientStream, connection: HTTPConnection, handler: HTTPMessageDelegate
    ) -> None:
        self._server = server
        self._stream = stream
        self._connection = connection
        self._handler = handler
        self._refused = False

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> Awaitable[None] | None:
        status = self._server.check(start_line, headers)
        if status is None:
            return self._handler.headers_received(start_line, headers)
        self._refused = True
        self._server.refuse(self._connection, status)
        return None

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return None if self._refused else self._handler.data_received(chunk)

    def finish(self) -> None:
        if not self._refused:
            self._stream.enter(Phase.RESPONSE)
            self._handler.finish()

    def on_connection_close(self) -> None:
        if not self._refused:
            self._handler.on_connection_close()


class Listener:
    """Accepts connections and hands them to a server.

    Parameters
    ----------
    sockets
        Listening sockets; closed by `stop`.
    server
        Receives the connections.
    connections
        Decides which are accepted.
    max_buffer_size
        Most bytes that are read from a connection before they are processed.
    """

    def __init__(
        self, sockets: Iterable[socket.socket], server: HTTPServer, connections: Connections, max_buffer_size: int
    ) -> None:
        self._sockets = list(sockets)
        self._server = server
        self._connections = connections
        self._max_buffer_size = max_buffer_size
        self._loop = IOLoop.current()
        self._pause: object | None = None
        self._sweep = PeriodicCallback(connections.close_stalled, 1000 * RESPONSE_SECONDS / 10)

    def start(self) -> None:
        """Start accepting connections."""
        self._listen()
        self._sweep.start()

    def stop(self) -> None:
        """Stop accepting connections; open ones remain."""
        self._sweep.stop()
        if self._pause is None:
            self._unlisten()
        else:
            self._loop.remove_timeout(self._pause)
        for listening in self._sockets:
            listening.close()

    def _listen(self) -> None:
        self._pause = None
        for listening in self._sockets:
            self._loop.add_handler(listening, self._accept, IOLoop.READ)

    def _unlisten(self) -> None:
        for listening in self._sockets:
            self._loop.remove_handler(listening)

    def _accept(self, listening: socket.socket, events: int) -> None:
        for _ in range(ACCEPTS_AT_A_TIME):
            try:
                connection, address = listening.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _EXHAUSTED or not self._connections.close_some():
                    self._unlisten()
                    self._pause = self._loop.call_later(PAUSE_SECONDS, self._listen)
                return
            self._take(connection, address)

    def _take(self, connection: socket.socket, address: Any) -> None:
        try:
            if not self._connections.admits(address[0]):
                connection.close()
                return
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            stream = ClientStream(connection, address[0], self._connections, max_buffer_size=self._max_buffer_size)
        except OSError:  # it is closed already
            connection.close()
            return
        self._server.handle_stream(stream, address)
