"""`manage.py create_organisation` on a new installation."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.queries.joining import openable
from accounts.queries.lookups import belongings, organisation_ids
from kit import clock

GIVEN = {"name": "Acme Mobile", "time_zone": "Europe/Berlin", "owner_email": "maya@acme.example"}


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch):
    monkeypatch.delenv("CXAPP_OWNER_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))


def run(**options):
    out = io.StringIO()
    call_command("create_organisation", stdout=out, **{**GIVEN, **options})
    return out.getvalue()


def test_it_prints_a_link_with_which_the_owner_joins(db):
    printed = run()

    assert "http://localhost:8000/o/acme-mobile/" in printed
    token = re.search(r"http://localhost:8000/join/(\w+)/", printed)[1]
    found = openable(token, clock.now())
    assert (found.email, found.role, found.slug) == ("maya@acme.example", "owner", "acme-mobile")


@pytest.mark.parametrize("way", ["environment", "standard input"])
def test_with_a_password_the_owner_can_sign_in(db, monkeypatch, way):
    if way == "environment":
        monkeypatch.setenv("CXAPP_OWNER_PASSWORD", "Tram-47-purple-otter")
    else:
        monkeypatch.setattr("sys.stdin", io.StringIO("Tram-47-purple-otter\nnever read\n"))
    printed = run(password_stdin=way == "standard input", owner_name="Maya Okafor")

    user = User.objects.get()
    assert user.check_password("Tram-47-purple-otter")
    assert user.name == "Maya Okafor"
    assert [one.slug for one in belongings(user.pk)] == ["acme-mobile"]
    assert "maya@acme.example signs in at http://localhost:8000/sign-in/" in printed
    assert "otter" not in printed


def test_a_known_owner_keeps_her_password_and_is_told(db, monkeypatch):
    monkeypatch.setenv("CXAPP_OWNER_PASSWORD", "Tram-47-purple-otter")
    run()
    printed = run(name="Globex")

    assert "her password stays as it was" in printed
    assert len(belongings(User.objects.get().pk)) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"time_zone": "Berlin"}, "'Berlin' is no time zone"),
        ({"owner_email": "maya"}, "Nothing was created"),
        ({"slug": "Acme Mobile"}, "cannot stand in an address"),
        ({"name": None}, "--name is missing"),
        ({"time_zone": None}, "--time-zone is missing"),
        ({"owner_email": None}, "--owner-email is missing"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_created(db, options, words):
    with pytest.raises(CommandError, match=words):
        run(**options)

    assert organisation_ids() == []


def test_a_weak_password_creates_nothing(db, monkeypatch):
    monkeypatch.setenv("CXAPP_OWNER_PASSWORD", "password")

    with pytest.raises(CommandError, match="The password was refused"):
        run()
    assert organisation_ids() == []


def test_an_empty_line_is_no_password(db, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))

    with pytest.raises(CommandError, match="The password was refused"):
        run(password_stdin=True)
