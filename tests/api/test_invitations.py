"""A personal link over the API: decided by the same rules, once for each reference."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from api.problems import Kind
from events.models import Event
from kit import clock, tenancy, tokens
from surveys.actions.answering import record_score
from surveys.actions.opting import opt_out
from surveys.models import Customer, Decision, Invitation, Message, Suppression
from tests.api.conftest import a_program, a_world
from tests.api.problem_documents import check_problem
from tests.builders import PLAIN, a_customer, a_programme, a_touchpoint, an_invitation

pytestmark = pytest.mark.django_db
LONG_AGO = clock.now() - timedelta(days=400)
ADA = {"external_id": "C-2041", "name": "Ada Okafor"}


@pytest.fixture
def shop(world):
    with tenancy.organisation(world.organisation.pk):
        return a_programme(world.organisation, a_touchpoint(world.organisation, "shop-visit"))


def wish(programme, **more):
    return {
        "programme_id": str(programme.pk),
        "reference": "receipt-88120",
        "customer": ADA,
        "context": {"branch": "Cardiff"},
        **more,
    }


def stored(world):
    """How many links were given and decided about, and how many people are known."""
    with tenancy.organisation(world.organisation.pk):
        return (
            Invitation.objects.filter(channel="link").count(),
            Decision.objects.filter(occasion__startswith="link:").count(),
            Customer.objects.count() - 1,
        )


def test_somebody_without_an_address_gets_a_link_that_counts_as_asked(world, program, shop):
    answered = program.post("/invitations", wish(shop))
    assert answered.status_code == 201
    told = answered.json()
    assert (told["is_asked"], told["rule"]) == (True, "asked")
    with tenancy.organisation(world.organisation.pk):
        invitation = Invitation.objects.select_related("touchpoint").get(channel="link")
        assert (invitation.channel, invitation.address_key) == ("link", "")
        assert invitation.touchpoint.slug == "shop-visit"
        assert invitation.context == {"branch": "Cardiff"}
        assert invitation.sent_at == invitation.created_at
        assert invitation.sent_on is not None
        assert not Message.objects.filter(invitation=invitation).exists()
        assert Event.objects.filter(
            kind="link.handed", payload={"invitation": [invitation.pk]}
        ).exists()
    page = Client().get(told["link"]["url"].partition("//")[2].partition("/")[2].join(("/", "")))
    assert page.status_code == 200
    assert tokens.read("survey", told["link"]["url"].rpartition("/")[2]) == invitation.pk
    assert told["link"]["qr_png"] == told["link"]["url"] + "/qr.png"


def test_the_same_reference_is_the_same_link(world, program, shop):
    first = program.post("/invitations", wish(shop))
    again = program.post("/invitations", wish(shop))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert stored(world) == (1, 1, 1)


def test_the_reference_is_not_kept_in_words(world, program, shop):
    program.post("/invitations", wish(shop))
    with tenancy.organisation(world.organisation.pk):
        assert "88120" not in Decision.objects.get(occasion__startswith="link:").occasion


@pytest.mark.django_db(transaction=True)
def test_the_same_wish_many_times_at_once_is_one(world, program, shop):
    def ask(_):
        return program.post("/invitations", wish(shop)).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(ask, range(8)))
    assert sorted(statuses) == [200] * 7 + [201]
    assert stored(world) == (1, 1, 1)


def test_the_same_limits_hold_as_for_mails(world, program, shop):
    program.post("/invitations", wish(shop))
    second = program.post("/invitations", wish(shop, reference="receipt-2"))
    assert second.status_code == 201
    told = second.json()
    assert (told["is_asked"], told["rule"], told["link"]) == (False, "resting", None)
    assert told["sentence"].startswith("Not asked: this programme asked on")


def test_whoever_opted_out_by_the_link_gets_no_other_one(world, program, shop):
    program.post("/invitations", wish(shop))
    with tenancy.organisation(world.organisation.pk):
        invitation = Invitation.objects.get(channel="link")
        opt_out(invitation=invitation, everything=True, now=clock.now())
        Invitation.objects.update(sent_at=LONG_AGO)
    told = program.post("/invitations", wish(shop, reference="later")).json()
    assert (told["rule"], told["link"]) == ("opted_out", None)


def test_a_dead_address_keeps_no_link_back_but_a_wish_does(world, program, shop):
    customer = {**ADA, "email": "ada@mail.example"}
    with tenancy.organisation(world.organisation.pk):
        stop = Suppression.objects.create(
            organisation=world.organisation,
            address_key="ada@mail.example",
            reason="bounced",
            created_at=clock.now(),
        )
    told = program.post("/invitations", wish(shop, customer=customer, reference="1")).json()
    assert told["is_asked"] is True
    with tenancy.organisation(world.organisation.pk):
        Invitation.objects.update(sent_at=LONG_AGO)
        Suppression.objects.filter(pk=stop.pk).update(reason="complained")
    told = program.post("/invitations", wish(shop, customer=customer, reference="2")).json()
    assert told["rule"] == "complained"


def test_a_test_key_decides_and_hands_out_nothing(world, shop):
    tester = a_program(world.organisation, is_test=True)
    told = tester.post("/invitations", wish(shop)).json()
    assert (told["rule"], told["link"]) == ("test_key", None)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"programme_id": "999999"}, "#/programme_id"),
        ({"touchpoint": "nowhere"}, "#/touchpoint"),
        ({"context": {"branch": 7}}, "#/context/branch"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_stored(world, program, shop, more, pointer):
    program.post("/invitations", wish(shop))
    fresh = {"external_id": "C-9"}
    answered = program.post("/invitations", wish(shop, customer=fresh, reference="2", **more))
    check_problem(answered, Kind.INPUT_REFUSED)
    assert answered.json()["errors"][0]["pointer"] == pointer
    assert stored(world) == (1, 1, 1)


def test_a_programme_at_several_places_must_be_told_which(world, program):
    with tenancy.organisation(world.organisation.pk):
        places = [a_touchpoint(world.organisation, slug) for slug in ("shop-a", "shop-b")]
        programme = a_programme(world.organisation, *places)
    check_problem(program.post("/invitations", wish(programme)), Kind.INPUT_REFUSED)
    assert program.post("/invitations", wish(programme, touchpoint="shop-b")).status_code == 201


def test_a_relational_programme_needs_no_place(world, program):
    with tenancy.organisation(world.organisation.pk):
        programme = a_programme(world.organisation, metric="nps", cadence_months=6)
    told = program.post("/invitations", wish(programme))
    assert told.status_code == 201


def test_a_key_of_one_programme_asks_with_no_other(world, shop):
    with tenancy.organisation(world.organisation.pk):
        other = a_programme(world.organisation, a_touchpoint(world.organisation, "other"))
    mine = a_program(world.organisation, programme_id=shop.pk)
    check_problem(mine.post("/invitations", wish(other)), Kind.INPUT_REFUSED)
    assert mine.post("/invitations", wish(shop)).status_code == 201


def test_how_far_an_invitation_came_is_listed_for_its_customer(world, program):
    with tenancy.organisation(world.organisation.pk):
        other = a_customer(world.organisation)
        for customer in (world.customer, other):
            an_invitation(world.organisation, world.programme, customer, sent=False)
    listed = program.get(f"/invitations?customer={world.customer.pk}").json()["items"]
    assert [row["sent_at"] is None for row in listed] in ([True, False], [False, True])
    one = program.get(f"/invitations/{world.invitation.pk}")
    assert one.json() in listed
    assert (one.json()["channel"], one.json()["touchpoint"]) == ("email", "acme-billing")
    assert "/s/" not in one.content.decode()
    check_problem(program.get("/invitations"), Kind.INVALID_INPUT)


def test_three_invitations_take_as_many_statements_as_one(world, program):
    path, counts = f"/invitations?customer={world.customer.pk}", []
    program.get(path)
    for rows in (1, 3):
        with CaptureQueriesContext(connections["default"]) as queries:
            assert len(program.get(path).json()["items"]) == rows
        counts.append(len(queries))
        with tenancy.organisation(world.organisation.pk):
            for _ in range(2):
                an_invitation(world.organisation, world.programme, world.customer)
    assert counts[0] == counts[1]


def test_decisions_of_some_days_are_listed(world, program):
    at = program.get(f"/decisions/{world.decision.pk}").json()["decided_at"]
    assert len(program.get(f"/decisions?since={at}").json()["items"]) == 1
    assert program.get(f"/decisions?until={at}").json()["items"] == []


def cancel(program, invitation):
    return program.send("post", f"/invitations/{invitation.pk}/cancel", "")


def by_message(programme, customer, **more):
    return {
        "programme_id": str(programme.pk),
        "by": "message",
        "customer_id": str(customer.pk),
        **more,
    }


@pytest.fixture
def ada(world):
    with tenancy.organisation(world.organisation.pk):
        return a_customer(world.organisation)


def last_act(world):
    with tenancy.organisation(world.organisation.pk):
        entry = AuditEntry.objects.latest("id")
    return entry.action, entry.actor, entry.object_id


def test_a_customer_is_asked_now_by_a_message_and_its_link_is_told_to_nobody(
    world, program, shop, ada
):
    told = program.post("/invitations", by_message(shop, ada))
    body = told.json()
    assert (told.status_code, body["sentence"], body["link"]) == (201, "Asked.", None)
    with tenancy.organisation(world.organisation.pk):
        [message] = Message.objects.filter(invitation__customer=ada)
    assert (str(message.invitation_id), message.state) == (body["invitation"]["id"], "queued")
    assert body["customer_id"] == str(ada.pk)
    assert last_act(world) == ("customer.asked", "key Helpdesk", ada.pk)
    assert "/s/" not in told.content.decode()


def test_whoever_was_just_asked_is_not_asked_again_and_the_rule_says_so(world, program, shop, ada):
    with tenancy.organisation(world.organisation.pk):
        an_invitation(world.organisation, shop, ada, at=clock.now() - timedelta(days=1))
    told = program.post("/invitations", by_message(shop, ada)).json()
    assert (told["rule"], told["invitation"]) == ("resting", None)
    assert told["sentence"].startswith("Not asked: this programme asked on")
    assert last_act(world) == ("customer.not_asked", "key Helpdesk", ada.pk)


def test_the_same_call_under_an_idempotency_key_asks_once(world, program, shop, ada):
    wish = by_message(shop, ada)
    first, again = (program.post("/invitations", wish, Idempotency_Key="7") for _ in range(2))
    assert first.json() == again.json()
    with tenancy.organisation(world.organisation.pk):
        assert Decision.objects.filter(customer=ada).count() == 1


def test_a_test_key_asks_nobody(world, shop, ada):
    tester = a_program(world.organisation, is_test=True)
    told = tester.post("/invitations", by_message(shop, ada)).json()
    assert (told["rule"], told["invitation"]) == ("test_key", None)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"customer_id": "8000000000"}, "#/customer_id"),
        ({"programme_id": "8000000000"}, "#/programme_id"),
        ({"reference": "1"}, "#/reference"),
        ({"customer": ADA}, "#/customer"),
        ({"by": "link", "reference": "1", "customer": ADA}, "#/customer_id"),
        ({"by": "link"}, "#/customer"),
    ],
)
def test_a_mix_of_link_and_message_is_refused_and_nobody_asked(
    world, program, shop, ada, change, pointer
):
    answered = program.post("/invitations", by_message(shop, ada) | change)
    check_problem(answered, Kind.INPUT_REFUSED)
    assert answered.json()["errors"][0]["pointer"] == pointer
    with tenancy.organisation(world.organisation.pk):
        assert not Decision.objects.filter(customer=ada).exists()


def test_a_strangers_and_an_archived_customer_are_as_unknown_as_none(world, program, shop, ada):
    with tenancy.organisation(world.organisation.pk):
        Customer.objects.update(archived_at=clock.now())
    told = program.post("/invitations", by_message(shop, ada))
    check_problem(told, Kind.INPUT_REFUSED)
    others = [a_world("Strange", "strange").customer.pk, 8_000_000_000]
    answers = [
        program.post("/invitations", by_message(shop, ada, customer_id=str(pk))) for pk in others
    ]
    assert {answer.content for answer in answers} == {told.content}


@pytest.fixture
def waiting(world, shop, ada):
    with tenancy.organisation(world.organisation.pk):
        return an_invitation(world.organisation, shop, ada, sent=False, at=clock.now())


def test_a_waiting_invitation_is_cancelled_once_and_says_nothing_left(world, program, waiting):
    path = f"/invitations/{waiting.pk}"
    cancelled, again = (cancel(program, waiting) for _ in range(2))
    assert (cancelled.status_code, again.status_code) == (200, 200)
    assert cancelled.json() == again.json()
    told = cancelled.json()
    assert (told.pop("left"), told["expires_at"]) == ("no", told["cancelled_at"])
    assert told == program.get(path).json()
    assert last_act(world) == ("invitation.cancelled", "key Helpdesk", waiting.pk)
    with tenancy.organisation(world.organisation.pk):
        assert AuditEntry.objects.filter(action="invitation.cancelled").count() == 1
        assert Message.objects.get(invitation=waiting).state == "cancelled"


def test_a_cancelled_customer_may_be_asked_at_once(program, shop, ada, waiting):
    refused = program.post("/invitations", by_message(shop, ada)).json()
    cancel(program, waiting)
    asked = program.post("/invitations", wish(shop, customer={"email": ada.email})).json()
    assert (refused["rule"], asked["rule"]) == ("resting", "asked")


def test_an_answered_invitation_is_not_cancelled(program, waiting):
    record_score(invitation_id=waiting.pk, score=4, signs=PLAIN, now=clock.now())
    answer = cancel(program, waiting)
    check_problem(answer, Kind.NOT_POSSIBLE_NOW)


def test_a_key_of_one_programme_cancels_no_other(world, waiting):
    mine = a_program(world.organisation, programme_id=world.programme.pk)
    check_problem(cancel(mine, waiting), Kind.NOT_FOUND)


def test_whoever_was_asked_thrice_takes_as_many_statements_as_once(world, program, shop):
    counts = []
    program.get("/touchpoints")
    for rows in (1, 3):
        with tenancy.organisation(world.organisation.pk):
            her = a_customer(world.organisation)
            for _ in range(rows):
                an_invitation(world.organisation, shop, her, at=LONG_AGO)
        with CaptureQueriesContext(connections["default"]) as asking:
            told = program.post("/invitations", by_message(shop, her)).json()
        asked = Invitation(pk=int(told["invitation"]["id"]))
        with CaptureQueriesContext(connections["default"]) as cancelling:
            assert cancel(program, asked).json()["left"] == "no"
        counts.append((len(asking), len(cancelling)))
    assert counts[0] == counts[1]
