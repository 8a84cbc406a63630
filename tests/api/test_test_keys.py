"""Keys for tests: they report and ask as a test, and change nothing that is live."""

import pytest

from api.problems import Kind
from kit import tenancy
from surveys.models import Interaction, Invitation, Response
from tests.api.conftest import a_program
from tests.api.problem_documents import check_problem
from tests.api.rows import stored
from tests.api.test_authorisation import OPERATIONS, TABLE, call
from tests.builders import an_invitation

pytestmark = pytest.mark.django_db

FOR_TESTS = {
    "recordInteraction",
    "recordInteractions",
    "createResponse",
    "createInvitation",
    "cancelInvitation",
}
CHANGES = sorted(name for name, (method, _) in OPERATIONS.items() if method != "get")


@pytest.fixture
def tester(world):
    return a_program(world.organisation, name="Tester", is_test=True)


def test_only_these_take_a_test_key(world, tester):
    with tenancy.organisation(world.organisation.pk):
        before = stored()
    refused = set()
    for name in CHANGES:
        if name not in FOR_TESTS:
            check_problem(call(tester, name, world), Kind.TEST_KEY)
            refused.add(name)
    assert refused == set(CHANGES) - FOR_TESTS
    with tenancy.organisation(world.organisation.pk):
        assert stored() == before


def test_what_it_makes_stands_apart_as_a_test(world, tester):
    for name in ("recordInteraction", "createResponse"):
        assert call(tester, name, world).status_code == TABLE[name][1]
    answer = call(tester, "createInvitation", world)
    assert answer.status_code == 201
    assert (answer.json()["rule"], answer.json()["link"]) == ("test_key", None)
    with tenancy.organisation(world.organisation.pk):
        assert Response.objects.latest("id").standing == "test"
        assert Interaction.objects.latest("id").is_test


def test_it_takes_back_only_what_was_asked_as_a_test(world, tester):
    with tenancy.organisation(world.organisation.pk):
        own = an_invitation(world.organisation, world.programme, world.customer, is_test=True)
    assert tester.send("post", f"/invitations/{own.pk}/cancel", "").status_code == 200
    live = tester.send("post", f"/invitations/{world.invitation.pk}/cancel", "")
    check_problem(live, Kind.TEST_KEY)
    with tenancy.organisation(world.organisation.pk):
        assert Invitation.objects.get(pk=world.invitation.pk).cancelled_at is None


def test_reading_is_as_its_scopes_say(world, tester):
    assert tester.get("/programmes").status_code == 200
