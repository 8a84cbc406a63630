"""What `python -m tests.speed` says of an installation: each kind of page once, slow ones named."""

import httpx
import pytest

from tests import speed

LINKS = {
    "/o/acme/": ["gap/", "customers/", "figures.csv", "/elsewhere/"],
    "/o/acme/gap/": ["/o/acme/", "/o/acme/gap/?days=30"],
    "/o/acme/customers/": ["/o/acme/customers/1/", "/o/acme/customers/2/"],
    "/o/acme/customers/1/": [],
}


def page(request):
    """A page of links; the customer's cannot be had while the test says so."""
    path = request.url.path
    links = "".join(f'<a href="{request.url.join(link)}">x</a>' for link in LINKS.get(path, []))
    return httpx.Response(200 if path in LINKS else 404, text=f"<main>{links}</main>")


@pytest.fixture
def client():
    transport = httpx.MockTransport(page)
    with httpx.Client(base_url="http://demo.example", transport=transport) as client:
        yield client


def test_one_page_of_each_kind_is_asked_for(client):
    found = speed.pages(client, "http://demo.example/o/acme/")

    assert list(found) == ["overview", "gap", "customers", "customers-one"]
    assert found["customers-one"] == "http://demo.example/o/acme/customers/1/"


def test_a_page_that_is_gone_is_named(client, monkeypatch):
    monkeypatch.setitem(LINKS, "/o/acme/gap/", ["/o/acme/lost/"])

    with pytest.raises(RuntimeError, match="/o/acme/lost/ answered 404"):
        speed.pages(client, "http://demo.example/o/acme/")
