"""Where calls may go: the internet, and this machine only where that was said."""

import pytest

from kit.http import Call, Place, PlaceRefused, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.8", "224.0.0.1", "255.255.255.255", "240.0.0.1",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "2002:7f00:1::", "2001:0:7f00:1::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_what_leads_inward_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "0x7f000001", "2130706433", "0177.0.0.1", "127.1", "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)  # fmt: skip
def test_no_spelling_of_this_machine_is_called(host):
    with pytest.raises((PlaceRefused, OSError)) as refused:
        Call(Place(f"https://{host}:9")).connect()
    assert isinstance(refused.value, PlaceRefused), "refused, not tried"


def test_a_password_is_in_no_representation():
    assert "hush" not in repr(Place("https://a.example", "user", "hush"))
