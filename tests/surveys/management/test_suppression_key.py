"""`manage.py suppression_key`: a key that is missing is noticed before anybody is asked again."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kit import tenancy
from kit.tokens import name_of_key
from surveys.actions.suppressing import suppress_address
from surveys.queries.suppressed import sealed_address
from tests.builders import NOW, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings):
    settings.SUPPRESSION_KEYS = [b"the first key"]
    return settings


def hide(*addresses):
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        for address in addresses:
            suppress_address(
                organisation_id=organisation.pk,
                address_key=sealed_address(address),
                reason="staff",
                now=NOW,
            )
        suppress_address(
            organisation_id=organisation.pk, address_key="plain@a.example", reason="staff", now=NOW
        )


def run(*options):
    out = StringIO()
    call_command("suppression_key", *options, stdout=out)
    return out.getvalue().splitlines()


def test_it_counts_over_all_organisations():
    hide("ada@mail.example", "eve@mail.example")
    hide("ada@mail.example")
    assert run() == [f"key {name_of_key(b'the first key')} hides 3 addresses"]


def test_a_rotated_key_counts_beside_the_new_one(keys):
    hide("ada@mail.example")
    keys.SUPPRESSION_KEYS = [b"new", b"the first key"]
    assert run() == [
        f"key {name_of_key(b'new')} hides 0 addresses",
        f"key {name_of_key(b'the first key')} hides 1 addresses",
    ]


def test_a_lost_key_is_an_error(keys):
    hide("ada@mail.example")
    keys.SUPPRESSION_KEYS = [b"new"]
    with pytest.raises(CommandError, match="1 addresses of erased people are hidden by key"):
        run()


def test_the_key_is_shown_only_when_asked_for():
    assert run("--show") == ["the first key"]
    assert "the first key" not in "".join(run())
