"""Where calls may go: the internet, and this machine only where that was said."""

import socket
import threading

import pytest

from kit import http
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


def test_a_name_with_many_silent_addresses_takes_no_longer_than_one(monkeypatch):
    moment, dialled = [0.0], []

    class Silent:
        def __init__(self, *_):
            self.patience = 0.0

        def settimeout(self, seconds):
            self.patience = seconds

        def connect(self, address):
            dialled.append((address[0], self.patience))
            moment[0] += min(self.patience, 8)
            raise TimeoutError

        def close(self):
            pass

    found = [(2, 1, 6, "", (f"93.184.216.{n}", 443)) for n in range(1, 100)]
    monkeypatch.setattr(http.socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(http.socket, "socket", Silent)
    monkeypatch.setattr(http.time, "monotonic", lambda: moment[0])
    with pytest.raises(TimeoutError):
        Call(Place("https://many.example", timeout=20)).connect()
    assert [patience for _, patience in dialled] == [20, 12, 4]


def test_a_greeting_that_never_ends_is_cut():
    server = socket.create_server(("127.0.0.1", 0))
    call = Call(Place(f"https://127.0.0.1:{server.getsockname()[1]}", may_be_here=True, timeout=60))
    ended = []

    def connect():
        try:
            call.connect()
        except OSError as error:
            ended.append(error)

    thread = threading.Thread(target=connect)
    thread.start()
    visitor, _ = server.accept()
    visitor.recv(1)  # the greeting has begun; nothing is said to it
    for _ in range(300):  # it may be about to wait and not wait yet
        call.cut()
        thread.join(0.05)
        if not thread.is_alive():
            break
    was_cut = len(ended) == 1
    visitor.close()
    server.close()
    thread.join()
    assert was_cut
    assert not call.is_open
