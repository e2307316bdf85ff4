"""Connections of clients: how many there may be, how long each may keep the server waiting, what it leaves unread.

Tornado waits an hour for a request's header, for ever for a response to be read, and accepts connections until the
process has no file descriptors left; it then tries again at once, and logs that, thousands of times a second.
"""

from __future__ import annotations

import errno
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
    responses,
)
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.iostream import IOStream, StreamClosedError

from bitmass_viz.server.backpressure import Account, UnreadOutput
from bitmass_viz.server.client_address import NO_PROXIES, TrustedProxies, is_exempt, normalized

REQUEST_SECONDS = 30.0
"""For the header of a request, from the end of the one before; and as long again for its body."""
RESPONSE_SECONDS = 60.0
"""A response of which nothing has been read for this long is given up."""
MAX_CONNECTIONS = 1024
"""Open websockets are not counted: kernels limit those."""
SHARE_OF_A_CLIENT = 0.5
"""The part of all connections that one address may have."""
MAX_HEADER_BYTES = 32 << 10
SEND_BUFFER_BYTES = 256 << 10
"""What the system holds for a connection. It would be megabytes, and a slow reader would seem to have stalled."""
MAX_DESCRIPTORS = 1 << 16
ACCEPTS_AT_A_TIME = 64
PAUSE_SECONDS = 0.5
"""How long no connection is accepted if there are no file descriptors left, and none can be freed."""

_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def raise_descriptor_limit() -> int:
    """Let this process open as many files as the system lets it, up to `MAX_DESCRIPTORS`; return how many."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MAX_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= MAX_DESCRIPTORS:
        return MAX_DESCRIPTORS
    for wanted in (MAX_DESCRIPTORS, MAX_DESCRIPTORS // 8):  # macOS refuses more than a limit of its own
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            if limit > soft:
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
                return limit
    return soft


class Phase(Enum):
    """What a connection is at."""

    REQUEST = "the client is to send a request, or the rest of one"
    RESPONSE = "the server answers it"
    WEBSOCKET = "both send messages"


class ClientStream(IOStream):
    """A connection that knows what it is at and counts what the client has not read.

    Attributes
    ----------
    client : str
        The address it counts for.
    unread : int
        Bytes that the system has not taken yet.
    moved_at : float
        When the client last read, or began the phase that the connection is in; in the event loop's time.
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
        """Note what the connection is at from now on."""
        self.phase = phase
        self.moved_at = self.io_loop.time()
        if phase is Phase.WEBSOCKET:
            self._connections.remove(self)

    def count_for(self, account: Account) -> None:
        """Count what is unread on another account."""
        for each, change in ((self._account, -self.unread), (account, self.unread)):
            each.count(change)
        self._account.holders.discard(self)
        if not self.closed():
            account.holders.add(self)
        self._account = account

    def write(self, data: bytes | memoryview) -> Any:
        """See `IOStream`. Where too much is unread, this closes connections; perhaps this one."""
        if self.closed():
            return super().write(data)
        size = memoryview(data).nbytes
        if not self._account.make_room(size):
            self.drop()
        if self.closed():
            # Not raised: nobody could have known that it is closed, and handlers would complain of it.
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
            del data  # the buffer behind it cannot shrink before
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
        """Cut the client off (see `Holder`)."""
        self.close()

    def _count(self, change: int) -> None:
        self.unread += change
        self._account.count(change)


class Connections:
    """All connections of the server.

    Where there are too many, those that have kept the server waiting longest are closed: first of the client with
    most of them. So a client that asks at once is answered, however many others hold connections open.

    Parameters
    ----------
    unread
        Counts what clients have not read.
    limit
        How many there may be, as well as open websockets.
    trusted
        Any number of clients may be behind these and behind this machine's own address.
    """

    def __init__(self, unread: UnreadOutput, limit: int = MAX_CONNECTIONS, trusted: TrustedProxies = NO_PROXIES):
        self.unread = unread
        self._limit = limit
        self._trusted = trusted
        self._open: dict[str, set[ClientStream]] = {}

    def __len__(self) -> int:
        """Return how many connections there are that are no websockets."""
        return sum(map(len, self._open.values()))

    def add(self, stream: ClientStream) -> None:
        """Count a connection."""
        self._open.setdefault(stream.client, set()).add(stream)

    def remove(self, stream: ClientStream) -> None:
        """Count a connection no longer: it is closed, or has become a websocket."""
        streams = self._open.get(stream.client, set())
        streams.discard(stream)
        if not streams:
            self._open.pop(stream.client, None)

    def admits(self, host: str) -> bool:
        """Tell whether one more connection may be opened from a host; close others if that makes room for it."""
        client = normalized(host)
        limit = max(1, int(self._limit * SHARE_OF_A_CLIENT))
        if not is_exempt(host, self._trusted) and len(self._open.get(client, ())) >= limit:
            return self._close_some(client)
        return len(self) < self._limit or self.close_some()

    def close_some(self) -> bool:
        """Close connections that keep the server waiting; return whether there are any."""
        waiting = Counter({client: sum(map(_waits, streams)) for client, streams in self._open.items()})
        return any(number and self._close_some(client) for client, number in waiting.most_common(1))

    def close_stalled(self) -> None:
        """Close connections on which nothing of a response has been read for too long."""
        for streams in list(self._open.values()):
            for stream in list(streams):
                since = stream.io_loop.time() - stream.moved_at
                if stream.phase is Phase.RESPONSE and stream.unread and since > RESPONSE_SECONDS:
                    stream.close()

    def _close_some(self, client: str) -> bool:
        waiting = sorted(filter(_waits, self._open.get(client, ())), key=lambda stream: stream.moved_at)
        # Several at once: to look for them takes longer than to close them.
        for stream in waiting[: 1 + len(waiting) // 16]:
            stream.close()
        return bool(waiting)


def _waits(stream: ClientStream) -> bool:
    """Tell whether the server waits for a client, and not the client for the server."""
    return stream.phase is Phase.REQUEST or (stream.phase is Phase.RESPONSE and stream.unread > 0)


class LimitedServer(HTTPServer):
    """An HTTP server whose connections are `ClientStream`, and which passes on only requests that are in order."""

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
            Returns the status with which a request is refused, or None.
        headers
            What such an answer has.
        """
        settings |= {"idle_connection_timeout": REQUEST_SECONDS, "body_timeout": REQUEST_SECONDS}
        settings |= {"max_header_size": MAX_HEADER_BYTES}
        super().initialize(*arguments, **settings)
        self._check = check
        self._headers = headers

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """See `HTTPServer`."""
        assert isinstance(server_conn, HTTP1ServerConnection)
        assert isinstance(server_conn.stream, ClientStream)
        server_conn.stream.enter(Phase.REQUEST)
        delegate = super().start_request(server_conn, request_conn)
        return _CheckedRequest(self, server_conn.stream, request_conn, delegate)

    def refusal(self, start_line: RequestStartLine, headers: HTTPHeaders) -> int | None:
        """Return the status with which a request is refused, or None."""
        return self._check(start_line, headers)

    def refuse(self, connection: HTTPConnection, status: int) -> None:
        """Answer with a status and nothing else; the connection is closed then."""
        text = f"{status}\n".encode()
        headers = HTTPHeaders({**self._headers, "Content-Type": "text/plain", "Content-Length": str(len(text))})
        connection.write_headers(ResponseStartLine("HTTP/1.1", status, responses[status]), headers, text)
        connection.finish()


class _CheckedRequest(HTTPMessageDelegate):
    """Passes a request on to its handler if it is in order, and notes when all of it has come."""

    def __init__(
        self, server: LimitedServer, stream: ClientStream, connection: HTTPConnection, handler: HTTPMessageDelegate
    ) -> None:
        self._server = server
        self._stream = stream
        self._connection = connection
        self._handler = handler
        self._refused = False

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> Awaitable[None] | None:
        status = self._server.refusal(start_line, headers)
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
        They listen already, and are closed at the end.
    server
        Gets the connections.
    connections
        Says which are accepted.
    max_buffer_size
        Bytes that may be read from a connection before they are used.
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
        """Accept connections from now on."""
        self._listen()
        self._sweep.start()

    def stop(self) -> None:
        """Accept no further connections; those that are open remain."""
        self._sweep.stop()
        if self._pause is None:
            self._leave_off()
        else:
            self._loop.remove_timeout(self._pause)
        for listening in self._sockets:
            listening.close()

    def _listen(self) -> None:
        self._pause = None
        for listening in self._sockets:
            self._loop.add_handler(listening, self._accept, IOLoop.READ)

    def _leave_off(self) -> None:
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
                    self._leave_off()
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
