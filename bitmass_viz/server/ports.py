"""Hosts and ports that the server listens on, and the URL to open in a browser."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

DEFAULT_PORT = 8866
BY_DEFAULT = range(DEFAULT_PORT, DEFAULT_PORT + 50)
"""Ports to try if none is given."""


class PortError(OSError):
    """The server cannot listen on the given host and port."""


def url_of(host: str, port: int) -> str:
    """Return the server's URL for a browser on this machine."""
    if host in ("", "0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def is_loopback(host: str) -> bool:
    """Return whether an address can be reached only from this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def bind(host: str, ports: Iterable[int]) -> list[socket.socket]:
    """Return sockets that listen on the first available port.

    Raises
    ------
    PortError
        If none is available, or the host is not an address of this machine.
    """
    from tornado.netutil import bind_sockets

    tried: OSError | None = None
    for port in ports:
        try:
            return bind_sockets(port, host)
        except OSError as error:
            tried = error
            if isinstance(error, socket.gaierror):
                break
    ports = list(ports)
    what = f"port {ports[0]}" if len(ports) == 1 else f"any port from {ports[0]} to {ports[-1]}"
    raise PortError(
        f"cannot listen on {what} of {host} ({getattr(tried, 'strerror', None) or tried}); choose another with "
        "--port, or leave --port out to get the next free one"
    )
