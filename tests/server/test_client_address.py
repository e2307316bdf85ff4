"""Which client a request counts for, with and without a proxy."""

from ipaddress import ip_network
from types import SimpleNamespace

import pytest
from tornado.httputil import HTTPHeaders

from bitmass_viz.server.client_address import NO_PROXIES, UNKNOWN, TrustedProxies, client_address, is_exempt

FORWARDED = TrustedProxies("X-Forwarded-For", (ip_network("10.0.0.0/8"),))


def request(connected, *passed_on, header="X-Forwarded-For"):
    headers = HTTPHeaders()
    for value in passed_on:
        headers.add(header, value)
    return SimpleNamespace(remote_ip=connected, headers=headers)


@pytest.mark.parametrize(
    ("connected", "passed_on", "trusted", "expected"),
    [
        ("192.0.2.7", [], NO_PROXIES, "192.0.2.7"),
        ("127.0.0.1", [], NO_PROXIES, "127.0.0.1"),
        ("::1", [], NO_PROXIES, "::1"),
        ("2001:db8:1:2:3:4:5:6", [], NO_PROXIES, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", [], NO_PROXIES, "192.0.2.7"),
        ("fe80::1%eth0", [], NO_PROXIES, "fe80::/64"),
        ("", [], NO_PROXIES, UNKNOWN),
        (None, [], NO_PROXIES, UNKNOWN),
        # Without a configured header, or from a stranger, nobody's word is taken.
        ("127.0.0.1", ["192.0.2.7"], NO_PROXIES, "127.0.0.1"),
        ("192.0.2.7", ["127.0.0.1"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", [], FORWARDED, "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.7"], FORWARDED, "192.0.2.7"),
        ("10.1.2.3", ["192.0.2.7"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", ["192.0.2.7:4711"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", ["[2001:db8::1]:4711"], FORWARDED, "2001:db8::/64"),
        # The client made up all but the last address, which the proxy has added.
        ("127.0.0.1", ["127.0.0.1, 198.51.100.1, 192.0.2.7"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", ["198.51.100.1", "192.0.2.7"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", ["198.51.100.1, 192.0.2.7, 10.0.0.9"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", ["10.0.0.9, 127.0.0.1"], FORWARDED, "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.7, garbage"], FORWARDED, UNKNOWN),
        ("127.0.0.1", [""], FORWARDED, UNKNOWN),
    ],
)
def test_a_request_counts_for_the_client_and_not_for_the_proxy(connected, passed_on, trusted, expected):
    assert client_address(request(connected, *passed_on), trusted) == expected


def test_other_headers_are_not_read():
    assert client_address(request("127.0.0.1", "192.0.2.7", header="X-Real-IP"), FORWARDED) == "127.0.0.1"
    real = TrustedProxies("X-Real-IP")
    assert client_address(request("127.0.0.1", "192.0.2.7", header="X-Real-IP"), real) == "192.0.2.7"


@pytest.mark.parametrize(
    ("address", "exempt"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.1.2.3", True),
        ("192.0.2.7", False),
        ("2001:db8::/64", False),
        (UNKNOWN, False),
        ("", False),
    ],
)
def test_only_this_machine_and_proxies_are_exempt(address, exempt):
    assert is_exempt(address, FORWARDED) is exempt
    assert is_exempt("10.1.2.3") is False
