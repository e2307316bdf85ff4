"""The client that a request counts towards: the connecting address, or the one that a trusted proxy forwards."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from tornado.httputil import HTTPServerRequest

UNKNOWN = "unknown"
"""Stands for all clients whose address cannot be parsed; they count as one."""
IPV6_PREFIX = 64
"""IPv6 addresses count by network, since a subscriber has at least this prefix to choose addresses from."""

_WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](?::\d{1,5})?|(?P<v4>[\d.]+):\d{1,5}")


@dataclass(frozen=True)
class TrustedProxies:
    """The reverse proxies that are trusted to name a client's address.

    Parameters
    ----------
    header
        Header in which they forward the address, such as ``X-Forwarded-For`` or ``X-Real-IP``; None if they do
        not, or there is no proxy. They must set or extend it themselves, because a client can send it too.
    networks
        Networks that they connect from. This machine is always trusted.
    """

    header: str | None = None
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def __contains__(self, address: str) -> bool:
        """Return whether an address is a trusted proxy's or this machine's."""
        parsed = _parsed(address)
        return parsed is not None and (parsed.is_loopback or any(parsed in network for network in self.networks))


NO_PROXIES = TrustedProxies()


def client_address(request: HTTPServerRequest, trusted: TrustedProxies = NO_PROXIES) -> str:
    """Return the address that a request counts towards.

    Parameters
    ----------
    request
        A request whose ``remote_ip`` is the address of the connection (Tornado's ``xheaders`` is off).
    trusted
        Only these can name an address other than their own.

    Returns
    -------
    str
        An IPv4 address, the /64 network of an IPv6 address, or `UNKNOWN`. It is the connection's address, unless
        that is a trusted proxy's and the request has the configured header. A header extended by several proxies
        is read from its end, since a client can forge its beginning.
    """
    connected = request.remote_ip or ""
    if trusted.header and connected in trusted and (passed_on := request.headers.get_list(trusted.header)):
        for entry in reversed(",".join(passed_on).split(",")):
            if entry.strip() not in trusted:
                return normalized(entry.strip())
    return normalized(connected)


def is_exempt(address: str, trusted: TrustedProxies = NO_PROXIES) -> bool:
    """Return whether an address is this machine or a proxy, with any number of clients behind it.

    Parameters
    ----------
    address
        From `client_address`, or a connection's address before its request is read.
    trusted
        See `client_address`.
    """
    return address in trusted


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
