"""Which client a request counts for: the address that connects, or the one that a trusted proxy passes on."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from tornado.httputil import HTTPServerRequest

UNKNOWN = "unknown"
"""Stands for all clients whose address cannot be read. Together they count as one."""
IPV6_PREFIX = 64
"""A single IPv6 subscriber has at least this network to choose addresses from."""

_WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](?::\d{1,5})?|(?P<v4>[\d.]+):\d{1,5}")


@dataclass(frozen=True)
class TrustedProxies:
    """The reverse proxies whose word about a client's address is taken.

    Parameters
    ----------
    header
        Name of the header in which they pass the address on, such as ``X-Forwarded-For`` or ``X-Real-IP``; None if
        they do not, or there is no proxy. They must set or extend it themselves: a client can send it too.
    networks
        Where they connect from, as well as this machine itself, which is always trusted.
    """

    header: str | None = None
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def __contains__(self, address: str) -> bool:
        """Tell whether a proxy of ours connects from an address."""
        parsed = _parsed(address)
        return parsed is not None and (parsed.is_loopback or any(parsed in network for network in self.networks))


NO_PROXIES = TrustedProxies()


def client_address(request: HTTPServerRequest, trusted: TrustedProxies = NO_PROXIES) -> str:
    """Return the address that a request counts for.

    Parameters
    ----------
    request
        A request whose ``remote_ip`` is the address of the connection (Tornado's ``xheaders`` is off).
    trusted
        Only these may name another address than their own.

    Returns
    -------
    str
        An IPv4 address, the /64 network of an IPv6 address, or `UNKNOWN`. It is the address of the connection,
        unless that is a trusted proxy's and has the configured header. A header that was extended by several
        proxies is read from its end, since a client may have made up its beginning.
    """
    connected = request.remote_ip or ""
    if trusted.header and connected in trusted and (passed_on := request.headers.get_list(trusted.header)):
        for entry in reversed(",".join(passed_on).split(",")):
            if entry.strip() not in trusted:
                return normalized(entry.strip())
    return normalized(connected)


def is_exempt(address: str, trusted: TrustedProxies = NO_PROXIES) -> bool:
    """Tell whether an address is this machine or a proxy, so that any number of clients may be behind it.

    Parameters
    ----------
    address
        Returned by `client_address`, or the address of a connection before its request has been read.
    trusted
        See `client_address`.
    """
    return address in trusted


def normalized(address: str) -> str:
    """Return what `client_address` says of an address, before or without a request."""
    parsed = _parsed(address)
    if parsed is None:
        return UNKNOWN
    if isinstance(parsed, IPv6Address) and not parsed.is_loopback:
        return str(IPv6Network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """Return an address that may have a port, as some proxies write it, or a zone."""
    if match := _WITH_PORT.fullmatch(address):
        address = match["v6"] or match["v4"]
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return parsed.ipv4_mapped or parsed if isinstance(parsed, IPv6Address) else parsed
