"""Which client a request counts for, with and without a proxy."""

from types import SimpleNamespace

import pytest
from tornado.httputil import HTTPHeaders

from bitmass_viz.server.client_address import UNKNOWN, client_address, is_this_machine

FORWARDED = "X-Forwarded-For"


def request(connected, *passed_on, header="X-Forwarded-For"):
    headers = HTTPHeaders()
    for value in passed_on:
        headers.add(header, value)
    return SimpleNamespace(remote_ip=connected, headers=headers)


@pytest.mark.parametrize(
    ("connected", "passed_on", "header", "expected"),
    [
        ("192.0.2.7", [], None, "192.0.2.7"),
        ("127.0.0.1", [], None, "127.0.0.1"),
        ("::1", [], None, "::1"),
        ("2001:db8:1:2:3:4:5:6", [], None, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", [], None, "192.0.2.7"),
        ("fe80::1%eth0", [], None, "fe80::/64"),
        ("", [], None, UNKNOWN),
        (None, [], None, UNKNOWN),
        # Without a configured header, or from a stranger, nobody's word is taken.
        ("127.0.0.1", ["192.0.2.7"], None, "127.0.0.1"),
        ("192.0.2.7", ["127.0.0.1"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", [], FORWARDED, "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.7"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", ["192.0.2.7:4711"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", ["[2001:db8::1]:4711"], FORWARDED, "2001:db8::/64"),
        # The client made up all but the last address, which the proxy has added.
        ("127.0.0.1", ["127.0.0.1, 198.51.100.1, 192.0.2.7"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", ["198.51.100.1", "192.0.2.7"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", ["198.51.100.1, 192.0.2.7, 127.0.0.9"], FORWARDED, "192.0.2.7"),
        ("127.0.0.1", ["127.0.0.9, 127.0.0.1"], FORWARDED, "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.7, garbage"], FORWARDED, UNKNOWN),
        ("127.0.0.1", [""], FORWARDED, UNKNOWN),
    ],
)
def test_a_request_counts_for_the_client_and_not_for_the_proxy(connected, passed_on, header, expected):
    assert client_address(request(connected, *passed_on), header) == expected


def test_other_headers_are_not_read():
    real = request("127.0.0.1", "192.0.2.7", header="X-Real-IP")
    assert client_address(real, FORWARDED) == "127.0.0.1"
    assert client_address(real, "X-Real-IP") == "192.0.2.7"


@pytest.mark.parametrize(
    ("address", "this"),
    [
        *((address, True) for address in ("127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1")),
        *((address, False) for address in ("10.1.2.3", "192.0.2.7", "2001:db8::/64", UNKNOWN, "")),
    ],
)
def test_this_machine_is_known_by_its_addresses(address, this):
    assert is_this_machine(address) is this
