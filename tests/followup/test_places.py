"""Where webhooks may go: nowhere inside, however the address is written (D-28).

A listener on this machine counts who connects. The port it happens to have is let in for these
tests, so that it is the address that is judged and not the port.
"""

import socket
import threading

import pytest

from followup.actions.endpoints import BadEndpoint, read_address
from followup.models import WebhookAttempt, WebhookDelivery
from followup.transport import NOT_CALLED
from kit import http
from kit.http import read_named
from tests.builders import NOW, a_webhook, a_webhook_delivery

pytestmark = pytest.mark.django_db

PUBLIC, LOOPBACK = "93.184.216.34", "127.0.0.1"
REBINDING, INSIDE, MIXED = "rebinding.example", "inside.example", "mixed.example"
HOSTS = [
    # this machine, in every spelling
    "127.0.0.1", "127.1", "127.0.1", "127.8.8.8", "0.0.0.0", "0", "2130706433", "0x7f000001",
    "0x7f.1", "0177.0.0.1", "017700000001", "localhost", "LOCALHOST", "localhost.",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[fe80::1%25lo]",
    # its network, the provider's metadata, and what is nobody's
    "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "192.0.0.8",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[fe80::1]", "[fc00::1]",
    "[fec0::1]", "[ff02::1]", "[2001:db8::1]",
    # names
    INSIDE, REBINDING, MIXED, "ⓛocalhost", "①②⑦.⓪.⓪.①", "127。0。0。1",
]  # fmt: skip
WHOLE = [
    "https://public.example@127.0.0.1:{port}/",
    "https://me:secret@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_POST",
    "ftp://127.0.0.1:{port}/",
    "file:///etc/passwd",
    "https://127.0.0.1:{port}#@public.example/",
    "https://127.0.0.1:{port}\\@public.example/",
]
PORTS = [22, 25, 3306, 5432, 6379, 11211]


class Canary:
    """Counts connections to this machine; every other one is noted and refused."""

    def __init__(self):
        self.server = socket.create_server((LOOPBACK, 0), backlog=50)
        self.port = self.server.getsockname()[1]
        self.visits, self.elsewhere = 0, []
        self.thread = threading.Thread(target=self._count)
        self.thread.start()

    def _count(self):
        while True:
            try:
                visitor, _ = self.server.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join()


@pytest.fixture
def canary(monkeypatch, settings):
    one = Canary()
    settings.WEBHOOK_NETWORKS = ()
    monkeypatch.setattr(http, "WEB_PORTS", {443, one.port})
    looked_up = []
    genuine, connect = socket.getaddrinfo, socket.socket.connect

    def resolve(host, port, *args, **kwargs):
        looked_up.append(host)
        if host == REBINDING:
            found = [PUBLIC if looked_up.count(host) == 1 else LOOPBACK]
        elif host in {INSIDE, MIXED}:
            found = [LOOPBACK] if host == INSIDE else [LOOPBACK, PUBLIC]
        else:
            return genuine(host, port, *args, **kwargs)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    def dial(own, address):
        if address[0] == LOOPBACK:
            return connect(own, address)
        one.elsewhere.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", dial)
    yield one
    one.close()


def visited(world, *urls):
    """Have one message for each address, as if it had slipped past every form, and send them."""
    with world.inside():
        for number, url in enumerate(urls):
            # Chats are told by the same road, and must be.
            kind = "chat" if number % 2 else "webhook"
            endpoint = a_webhook(world.organisation, url=url, name=str(number), kind=kind)
            waiting = {"state": "waiting", "attempts": 0, "finished_at": None}
            a_webhook_delivery(endpoint, webhook_id=f"evt_{number}", **waiting)
    while world.deliver(NOW):
        pass
    with world.inside():
        return list(WebhookAttempt.objects.order_by("id").values_list("error", flat=True))


def test_the_canary_hears_who_comes(world, canary, settings):
    settings.WEBHOOK_NETWORKS = (read_named(f"127.0.0.0/8:{canary.port}"),)
    visited(world, f"https://127.0.0.1:{canary.port}/", f"https://localhost:{canary.port}/")
    assert canary.visits >= 2


def test_no_spelling_of_an_inner_address_is_called(world, canary):
    urls = [f"https://{host}:{canary.port}/" for host in HOSTS]
    urls += [url.format(port=canary.port) for url in WHOLE]
    assert len(urls) >= 50

    errors = visited(world, *urls)

    assert len(errors) == len(urls), "each was judged"
    assert canary.visits == 0
    assert canary.elsewhere == [PUBLIC, PUBLIC], "what rebinds and what is mixed: outside only"
    with world.inside():
        assert not WebhookDelivery.objects.filter(state="delivered").exists()


@pytest.mark.parametrize("port", PORTS)
def test_no_port_of_anything_but_the_web_is_called_even_outside(world, canary, port):
    (error,) = visited(world, f"https://{PUBLIC}:{port}/")
    assert error == NOT_CALLED
    assert canary.elsewhere == []


def test_plain_http_leads_into_a_named_network_only(world, canary, settings):
    settings.WEBHOOK_NETWORKS = (read_named("10.9.0.0/16"),)
    monkeyed = [f"http://{PUBLIC}/", "http://10.9.1.1:443/", "http://10.8.1.1:443/"]
    visited(world, *monkeyed)
    assert canary.elsewhere == ["10.9.1.1"]


def test_a_redirect_to_the_canary_is_not_followed(world, canary, receiver):
    for status in (301, 302, 303, 307, 308):
        receiver.answers.insert(0, (status, {"Location": f"http://127.0.0.1:{canary.port}/"}, b""))
    visited(world, *[receiver.url] * 5)
    assert len(receiver.received) == 5
    assert canary.visits == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/", "gopher://hooks.example/", "//hooks.example/", "hooks.example",
        "https://", "https:///path", "https://a:b@hooks.example/", "https://@hooks.example/",
        "https://hooks.example/#x", "https://hooks.example:99999/", "https://hooks.example:x/",
        "https://[fe80::1%25lo]/", "https://[::1/", "https://hooks .example/", "https://a..b/",
        "https://hooks.example\\@evil.example/", "https://-a.example/", "https://hooks.example/\n",
        "https://hooks.example/ä", f"https://hooks.example/{'a' * 500}", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_an_odd_address_is_refused_by_the_form(url):
    if url.endswith("\n"):  # what only surrounds it is cut off, as browsers do
        assert read_address(url) == url.strip()
        return
    with pytest.raises(BadEndpoint):
        read_address(url)


@pytest.mark.parametrize("host", [*HOSTS[:25], "10.0.0.1", "[fc00::1]", "a.localhost"])
def test_an_address_that_is_never_called_is_refused_by_the_form_too(host, settings):
    settings.WEBHOOK_NETWORKS = ()
    with pytest.raises(BadEndpoint):
        read_address(f"https://{host}/")


def test_a_named_network_is_taken_by_the_form_and_only_at_its_port(settings):
    settings.WEBHOOK_NETWORKS = (read_named("127.0.0.1:9000"),)
    for host in ("127.0.0.1", "127.1", "localhost"):
        assert read_address(f"http://{host}:9000/") == f"http://{host}:9000/"
        with pytest.raises(BadEndpoint, match="leads to no address that may be called"):
            read_address(f"http://{host}:9001/")
    with pytest.raises(BadEndpoint, match="leads to no address that may be called"):
        read_address(f"https://{PUBLIC}:25/")


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ("https://hooks.example", "https://hooks.example/"),
        ("https://Bücher.example/in?x=1", "https://xn--bcher-kva.example/in?x=1"),
        (" https://hooks.example:8443/a%20b ", "https://hooks.example:8443/a%20b"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
    ],
)
def test_an_address_is_written_as_it_will_be_called(typed, called):
    assert read_address(typed) == called
