"""The first organisation of an installation: by the link of its server, once."""

import io

import pytest
from django.core.management import call_command

from accounts.actions.first_run import AlreadyFounded, first_link, found_first, opens
from accounts.actions.founding import Owner
from accounts.queries.lookups import organisation_ids


def token():
    return first_link().rstrip("/").rpartition("/")[2]


def found(now, actor, name="Acme Mobile"):
    owner = Owner(email="maya@acme.example", name="Maya", password="Tram-47-purple-otter")
    return found_first(name=name, time_zone="UTC", owner=owner, actor=actor, now=now)


def test_the_link_opens_an_empty_installation_and_no_other(db, now, actor):
    assert opens(token())
    assert not opens(token()[:-1] + ("A" if token()[-1] != "A" else "B"))
    assert not opens("1")

    founded = found(now, actor)

    assert organisation_ids() == [founded.organisation_id]
    assert not opens(token())


def test_a_second_one_is_refused_whoever_pressed_first(db, now, actor):
    found(now, actor)

    with pytest.raises(AlreadyFounded):
        found(now, actor, name="Stranger")

    assert len(organisation_ids()) == 1


def test_a_link_of_another_installation_opens_nothing(db, settings):
    theirs = token()
    settings.TOKEN_KEYS = [b"another installation's key, of forty letters"]

    assert not opens(theirs)


def test_the_command_prints_it_until_there_is_an_organisation(db, now, actor):
    out = io.StringIO()
    call_command("first_link", stdout=out)
    found(now, actor)
    call_command("first_link", stdout=out)

    _, address, after = out.getvalue().splitlines()
    assert address == first_link()
    assert after == "This installation is set up: its organisations' owners sign in."
