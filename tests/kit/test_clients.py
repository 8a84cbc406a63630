"""Where a request comes from: what the client writes itself is not believed."""

import pytest

from kit.clients import client_address, network_of


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, "192.0.2.1"),
        ("203.0.113.9", 0, "192.0.2.1"),
        ("203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1, 203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1, 203.0.113.9, 198.51.100.2", 2, "203.0.113.9"),
        ("203.0.113.9", 2, "192.0.2.1"),
        ("not an address", 1, "192.0.2.1"),
        ("203.0.113.9\r\nX: y", 1, "192.0.2.1"),
        ("::ffff:203.0.113.9", 1, "203.0.113.9"),
        ("2001:DB8::1", 1, "2001:db8::1"),
    ],
)
def test_the_last_hops_count(forwarded, proxies, address):
    meta = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": forwarded}

    assert client_address(meta, proxies) == address


@pytest.mark.parametrize("meta", [{}, {"REMOTE_ADDR": ""}, {"REMOTE_ADDR": "unix:"}])
def test_a_server_that_was_told_none_says_none(meta):
    assert client_address(meta, 0) is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        (None, "unknown"),
    ],
)
def test_one_household_is_one_network(address, network):
    assert network_of(address) == network
