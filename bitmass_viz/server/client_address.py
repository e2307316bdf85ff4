"""The client that a request counts towards: the connecting address, or the one that a proxy forwards."""

from __future__ import annotations

import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from tornado.httputil import HTTPServerRequest

UNKNOWN = "unknown"
"""Stands for all clients whose address cannot be parsed; they count as one."""
IPV6_PREFIX = 64
"""IPv6 addresses count by network, since a subscriber has at least this prefix to choose addresses from."""

_WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](?::\d{1,5})?|(?P<v4>[\d.]+):\d{1,5}")


def client_address(request: HTTPServerRequest, proxy_header: str | None = None) -> str:
    """Return the address that a request counts towards.

    Parameters
    ----------
    request
        A request whose ``remote_ip`` is the address of the connection (Tornado's ``xheaders`` is off).
    proxy_header
        Header in which a proxy on this machine forwards the address, such as ``X-Forwarded-For`` or ``X-Real-IP``;
        None if it does not, or there is no proxy. The proxy must set or extend it: a client can send it, too.

    Returns
    -------
    str
        An IPv4 address, the /64 network of an IPv6 address, or `UNKNOWN`. It is the connection's address, unless
        that is this machine's and the request has the header. A header that several proxies extended is read from
        its end, since a client can forge its beginning.
    """
    connected = request.remote_ip or ""
    if proxy_header and is_this_machine(connected) and (passed_on := request.headers.get_list(proxy_header)):
        for entry in reversed(",".join(passed_on).split(",")):
            if not is_this_machine(entry.strip()):
                return normalized(entry.strip())
    return normalized(connected)


def is_this_machine(address: str) -> bool:
    """Return whether an address is this machine's, and so can stand for any number of clients behind a proxy."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


def normalized(address: str) -> str:
    """Return an address as `client_address` returns it: an IPv4 address, a /64 network or `UNKNOWN`."""
    parsed = _parsed(address)
    if parsed is None:
        return UNKNOWN
    if isinstance(parsed, IPv6Address) and not parsed.is_loopback:
        return str(IPv6Network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """Parse an address, which can have a port, as some proxies write it, or a zone."""
    if match := _WITH_PORT.fullmatch(address):
        address = match["v6"] or match["v4"]
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed
