"""Two entries of one person lived through everything; merged, all of it is right for one."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import AuditEntry
from cxapp import flow
from events.models import Event
from followup.models import WebhookDelivery
from kit import clock, tenancy
from metrics.actions.comparing import compare_cells
from metrics.actions.folding import fold_answers
from metrics.models import CountedAnswer, SupersededWeek
from surveys.actions import merging_rows
from surveys.actions.considering import ask_by_hand
from surveys.actions.erasing import erase_customer
from surveys.actions.merging import SameCustomer, bring_late, merge_customers
from surveys.actions.registering import CustomerIsErased, CustomerIsMerged
from surveys.models import (
    Customer,
    Decision,
    Invitation,
    Message,
    Response,
    Suppression,
    Wave,
    WavePortion,
)
from surveys.queries.suppressed import sealed_address
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_response,
    a_touchpoint,
    a_webhook,
    a_webhook_delivery,
    an_interaction,
    an_invitation,
    an_organisation,
)
from tests.flow.canary import MAYA, settle

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class Pair:
    """One organisation, two entries of one person and somebody else."""

    def __init__(self):
        self.organisation = organisation = an_organisation(ask_again_after_days=0)
        with tenancy.organisation(organisation.pk):
            self.touchpoint = a_touchpoint(organisation)
            self.after = a_programme(organisation, self.touchpoint, rest_days=0, name="After")
            self.pulse = a_programme(organisation, metric="nps", rest_days=0, name="Pulse")
            self.kept = a_customer(organisation, "ada@mail.example", properties={"plan": "Max"})
            self.other = a_customer(
                organisation, "ada@work.example", external_id="C-9", phone="+44 7700 900077",
                properties={"plan": "Basic", "lines": 3},
            )  # fmt: skip
            self.somebody = a_customer(organisation, "grace@mail.example", name="Grace")

    def inside(self):
        return tenancy.organisation(self.organisation.pk)

    def merge(self, now=NOW):
        with self.inside():
            return merge_customers(
                customer_id=self.kept.pk, other_id=self.other.pk, actor=MAYA, now=now
            )

    def answer(self, customer, score, days_ago, programme=None, **fields):
        at = NOW - days_ago * DAY
        return a_response(
            self.organisation, programme or self.pulse, score,
            customer=customer, answered_at=at, **fields,
        )  # fmt: skip


@pytest.fixture
def pair(monkeypatch):
    flow.wire()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return Pair()


def recounted(pair):
    """Fold what changed, and compare with a count of its own over all answers."""
    settle(pair.organisation)
    with pair.inside():
        assert not compare_cells(organisation_id=pair.organisation.pk).found


def test_everything_of_the_other_is_of_the_one_that_is_left(pair):
    with pair.inside():
        contact = an_interaction(pair.organisation, pair.other, pair.touchpoint)
        asked = an_invitation(pair.organisation, pair.after, pair.other, interaction=contact)
        told = pair.answer(pair.other, 4, 1, pair.after, touchpoint=pair.touchpoint)
        earlier = a_customer(pair.organisation, "ada@old.example")
        merge_customers(customer_id=pair.other.pk, other_id=earlier.pk, actor=MAYA, now=NOW)

    made = pair.merge()

    assert made.moved == {
        "surveys_interaction": 1,
        "surveys_decision": 1,
        "surveys_invitation": 1,
        "surveys_response": 1,
    }
    with pair.inside():
        for row in (contact, asked, asked.decision, told):
            row.refresh_from_db()
            assert row.customer_id == pair.kept.pk
        left, gone = Customer.objects.get(pk=pair.kept.pk), Customer.objects.get(pk=pair.other.pk)
        earlier.refresh_from_db()
        event = Event.objects.filter(kind="customer.merged").latest("id").payload
        [entry] = AuditEntry.objects.filter(action="customer.merged", object_id=pair.kept.pk)
    assert (left.email, left.external_id, left.phone) == (
        "ada@mail.example", "C-9", "+44 7700 900077",
    )  # fmt: skip
    assert left.properties == {"plan": "Max", "lines": 3}
    assert (gone.email, gone.external_id, gone.name, gone.properties) == (
        "ada@work.example", None, "", {},
    )  # fmt: skip
    assert (gone.merged_into_id, earlier.merged_into_id) == (pair.kept.pk, pair.kept.pk)
    assert event == {"customer": pair.kept.pk, "merged": pair.other.pk, "response": [told.pk]}
    assert entry.after["merged_customer"] == pair.other.pk
    assert entry.after["properties"] == {"plan": "Max", "lines": 3}


def test_the_latest_of_each_customer_and_how_she_was_served_are_counted_anew(pair):
    with pair.inside():
        pair.answer(pair.kept, 9, 40)
        pair.answer(pair.other, 3, 20)
        pair.answer(pair.somebody, 8, 20)
        pair.answer(pair.other, 1, 60, pair.after, touchpoint=pair.touchpoint)
        ids = list(Response.objects.values_list("id", flat=True))
        fold_answers(organisation_id=pair.organisation.pk, response_ids=ids)
        assert not SupersededWeek.objects.exists()

    pair.merge()
    recounted(pair)

    with pair.inside():
        hers = CountedAnswer.objects.filter(customer_id=pair.kept.pk, is_relational=True)
        found = hers.order_by("local_on").values_list("score", "next_on")
        assert list(found) == [(9, (NOW - 20 * DAY).date()), (3, None)]
        assert not CountedAnswer.objects.filter(customer_id=pair.other.pk).exists()
        assert SupersededWeek.objects.exists()


def test_what_was_told_of_the_other_is_filed_under_her(pair):
    with pair.inside():
        told = a_webhook_delivery(a_webhook(pair.organisation), customer_id=pair.other.pk)
        a_webhook(pair.organisation, name="All", events=["customer.merged"])
    pair.merge()
    settle(pair.organisation)
    with pair.inside():
        told.refresh_from_db()
        assert told.customer_id == pair.kept.pk
        assert WebhookDelivery.objects.get(type="customer.merged").subject == pair.kept.pk


def test_both_decided_on_one_occasion_keep_both_and_she_is_not_asked_twice(pair):
    own = {"organisation": pair.organisation, "programme": pair.pulse, "decided_at": NOW}
    with pair.inside():
        for who, asked in ((pair.kept, False), (pair.other, True)):
            Decision.objects.create(
                customer=who, occasion="due:2026-05-11", is_asked=asked, rule="asked", **own
            )
    pair.merge()
    with pair.inside():
        found = Decision.objects.filter(customer=pair.kept).order_by("id")
        occasions = list(found.values_list("occasion", "is_asked"))
    assert occasions[0] == ("due:2026-05-11", False)
    assert occasions[1][0].startswith("due:2026-05-11:")
    assert occasions[1][1] is True


def test_a_wave_that_waits_asks_her_once(pair):
    own = {"organisation": pair.organisation}
    kept, other, grace = pair.kept.pk, pair.other.pk, pair.somebody.pk
    with pair.inside():
        wave = Wave.objects.create(
            programme=pair.pulse, kind="everybody", customers=3, created_at=NOW, **own
        )
        both = WavePortion.objects.create(wave=wave, customer_ids=[kept, other, grace], **own)
        alone = WavePortion.objects.create(wave=wave, customer_ids=[other], **own)
        decided = WavePortion.objects.create(wave=wave, customer_ids=[other], decided_at=NOW, **own)
    pair.merge()
    with pair.inside():
        ids = [WavePortion.objects.get(pk=one.pk).customer_ids for one in (both, alone, decided)]
    assert ids == [[kept, grace], [kept], [other]]


@pytest.mark.parametrize("reason", ["opted_out", "staff", "complained"])
def test_a_wish_of_either_holds_at_every_address(pair, reason):
    with pair.inside():
        Suppression.objects.create(
            organisation=pair.organisation, address_key="ada@work.example", reason=reason,
            created_at=NOW - DAY,
        )  # fmt: skip
    pair.merge()
    with pair.inside():
        decision = ask_by_hand(
            organisation_id=pair.organisation.pk, programme_id=pair.pulse.pk,
            customer_id=pair.kept.pk, actor=MAYA, now=NOW,
        )  # fmt: skip
        held = Suppression.objects.filter(address_key="ada@mail.example", reason=reason)
        assert held.get().created_at == NOW - DAY
    assert not decision.is_asked


def test_what_is_true_of_an_address_alone_stays_with_it(pair):
    with pair.inside():
        Suppression.objects.create(
            organisation=pair.organisation, address_key="ada@work.example", reason="bounced",
            created_at=NOW,
        )  # fmt: skip
    pair.merge()
    with pair.inside():
        assert Suppression.objects.get().address_key == "ada@work.example"


def test_a_wish_without_any_address_comes_along(pair):
    with pair.inside():
        Customer.objects.filter(pk=pair.other.pk).update(email="", address_key="", phone="")
        number = f"customer:{pair.other.pk}"
        own = {"organisation": pair.organisation, "address_key": number, "reason": "staff"}
        Suppression.objects.create(created_at=NOW, **own)
        Suppression.objects.create(created_at=NOW - DAY, lifted_at=NOW - DAY, **own)
    pair.merge()
    with pair.inside():
        rows = Suppression.objects.order_by("created_at")
        assert [(row.address_key, row.lifted_at is None) for row in rows] == [
            (f"customer:{pair.kept.pk}", False),
            ("ada@mail.example", True),
        ]


def test_of_two_waiting_questions_one_is_taken_back(pair):
    with pair.inside():
        stays = an_invitation(pair.organisation, pair.after, pair.kept, sent=False)
        goes = an_invitation(pair.organisation, pair.pulse, pair.other, sent=False)
        sent = an_invitation(pair.organisation, pair.pulse, pair.other)
    made = pair.merge()
    assert made.mails_taken_back == 1
    with pair.inside():
        states = {
            each.pk: Message.objects.get(invitation=each).state for each in (stays, goes, sent)
        }
        closed = set(Invitation.objects.exclude(cancelled_at=None).values_list("id", flat=True))
    assert states == {stays.pk: "queued", goes.pk: "cancelled", sent.pk: "sent"}
    assert closed == {goes.pk}


def test_a_question_that_alone_waits_goes_on_waiting_for_her(pair):
    with pair.inside():
        waits = an_invitation(pair.organisation, pair.pulse, pair.other, sent=False)
    assert pair.merge().mails_taken_back == 0
    with pair.inside():
        assert Message.objects.get(invitation=waits).state == "queued"


def test_what_came_in_meanwhile_is_brought_along(pair):
    pair.merge()
    with pair.inside():
        late = pair.answer(pair.other, 2, 1)
    recounted(pair)
    with pair.inside():
        assert Response.objects.get(pk=late.pk).customer_id == pair.kept.pk
        assert CountedAnswer.objects.get(response_id=late.pk).customer_id == pair.kept.pk
        events = Event.objects.count()
        bring_late(pair.organisation.pk, [], NOW)
        assert Event.objects.count() == events


@pytest.mark.parametrize("mode", ["anonymise", "remove"])
def test_erased_nothing_is_left_of_either_entry(pair, mode):
    with pair.inside():
        Customer.objects.filter(pk=pair.kept.pk).update(external_id="C-1")
        an_interaction(pair.organisation, pair.other, pair.touchpoint, source_id="C-9-ticket")
        AuditEntry.objects.create(
            organisation_id=pair.organisation.pk, at=NOW, actor="x", action="customer.edited",
            object_type="customer", object_id=pair.other.pk, after={"name": "ada@work.example"},
        )  # fmt: skip
    pair.merge()
    with pair.inside():
        erase_customer(customer_id=pair.kept.pk, tracked=(), mode=mode, actor=MAYA, now=NOW + DAY)
        late = pair.answer(pair.other, 2, 1, comment="ada@work.example")
    settle(pair.organisation, NOW + 2 * DAY)
    with pair.inside():
        gone = Customer.objects.get(pk=pair.other.pk)
        assert (gone.external_id, gone.email, gone.phone) == (None, "", "")
        assert gone.erased_at is not None
        words = Response.objects.filter(pk=late.pk).values_list("comment", flat=True)
        assert set(words) <= {""}
        told = AuditEntry.objects.get(action="customer.edited", object_id=pair.other.pk)
        assert told.after == {"name": "erased"}
        keys = set(Suppression.objects.values_list("address_key", flat=True))
        assert {sealed_address("ada@work.example"), sealed_address("ada@mail.example")} <= keys
        with pytest.raises(Customer.DoesNotExist):
            erase_customer(customer_id=pair.other.pk, tracked=(), actor=MAYA, now=NOW)


def test_who_is_not_there_is_not_merged(pair):
    same = {"actor": MAYA, "now": NOW}
    with pair.inside(), pytest.raises(SameCustomer):
        merge_customers(customer_id=pair.kept.pk, other_id=pair.kept.pk, **same)
    pair.merge()
    with pair.inside(), pytest.raises(CustomerIsMerged) as refused:
        merge_customers(customer_id=pair.somebody.pk, other_id=pair.other.pk, **same)
    assert refused.value.into == pair.kept.pk
    with pair.inside():
        erase_customer(customer_id=pair.kept.pk, tracked=(), actor=MAYA, now=NOW)
    with pair.inside(), pytest.raises(CustomerIsErased):
        merge_customers(customer_id=pair.somebody.pk, other_id=pair.kept.pk, **same)
    stranger = an_organisation("Globex")
    with tenancy.organisation(stranger.pk), pytest.raises(Customer.DoesNotExist):
        merge_customers(customer_id=pair.somebody.pk, other_id=pair.kept.pk, **same)


def test_every_column_that_names_a_customer_is_handled():
    """A new one turns this red until it says who moves it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.conrelid::regclass || '.' || a.attname
            FROM pg_constraint c JOIN pg_attribute a
                ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
            WHERE c.contype = 'f' AND c.confrelid = 'surveys_customer'::regclass
            UNION
            SELECT table_name || '.' || column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND column_name IN ('customer_id', 'customer_ids')
            """
        )
        found = {name for (name,) in cursor.fetchall()}
    assert found == merging_rows.HANDLED.keys()
