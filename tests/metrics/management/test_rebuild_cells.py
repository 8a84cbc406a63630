"""The command that counts everything anew."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kit import tenancy
from metrics.actions.comparing import compare_cells
from tests.metrics.conftest import build_world, day


@pytest.fixture
def two(db):
    for organisation_id, slug in [(4_000_001, "acme"), (4_000_002, "other")]:
        with tenancy.organisation(organisation_id):
            world = build_world(organisation_id, slug=slug)
            world.answer("relation", 9, day(3))
            world.ask("relation", day(2))


def run(*arguments):
    out = StringIO()
    call_command("rebuild_cells", *arguments, stdout=out)
    return out.getvalue()


def differs(organisation_id):
    with tenancy.organisation(organisation_id):
        return compare_cells(organisation_id=organisation_id).found


def test_all_organisations_are_counted(two):
    told = run()

    assert "Organisation 4000001: 1 answers and 1 invitations counted." in told
    assert "Organisation 4000002: 1 answers and 1 invitations counted." in told
    assert not differs(4_000_001)
    assert not differs(4_000_002)


def test_one_organisation_is_counted(two):
    run("--organisation", "other")

    assert differs(4_000_001)
    assert not differs(4_000_002)


def test_checking_changes_nothing(two):
    assert "Organisation 4000001: differs" in run("--organisation", "acme", "--check")
    assert differs(4_000_001)
    run()
    assert run("--organisation", "acme", "--check") == (
        "Organisation 4000001: as the answers say.\n"
    )


def test_an_unknown_organisation_is_named(two):
    with pytest.raises(CommandError, match="No organisation is called nobody"):
        run("--organisation", "nobody")
