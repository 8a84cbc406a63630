"""The demo's sign-in page has a log-in filled in; no other installation has."""

import subprocess
import sys

import pytest
from bs4 import BeautifulSoup

DEMO = [
    {"role": role, "name": name, "email": f"{name.lower()}@acme.example", "password": "demo-word"}
    for role, name in [("owner", "Maya"), ("manager", "Tom"), ("viewer", "Victor")]
]


def test_the_settings_offer_everybody_of_the_demo_and_nobody_elsewhere(service_environment):
    asked = "from django.conf import settings; print([p['role'] for p in settings.DEMO_SIGN_INS])"
    said = [
        subprocess.run(
            [sys.executable, "-c", asked],
            env={**service_environment, "CXAPP_DEMO": demo},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for demo in ("1", "")
    ]

    assert said == ["['owner', 'manager', 'responder', 'viewer']", "[]"]


def page(client, address):
    return BeautifulSoup(client.get(address).content, "html.parser")


def filled(client, address):
    found = page(client, address)
    return [found.select_one(f"input[name={name}]").get("value") for name in ("login", "password")]


@pytest.mark.parametrize(
    ("address", "email"),
    [
        ("/sign-in/", "maya@acme.example"),
        ("/sign-in/?as=viewer", "victor@acme.example"),
        ("/sign-in/?as=emperor", "maya@acme.example"),
    ],
)
def test_the_demo_fills_in_who_is_chosen(db, client, settings, address, email):
    settings.DEMO_SIGN_INS = DEMO

    assert filled(client, address) == [email, "demo-word"]
    links = [a["href"] for a in page(client, address).select(".demo-people li a")]
    assert links == ["?as=owner", "?as=manager", "?as=viewer"]


def test_elsewhere_nothing_is_filled_in(db, client):
    assert filled(client, "/sign-in/?as=owner") == [None, None]
    assert page(client, "/sign-in/").select(".demo-people") == []
