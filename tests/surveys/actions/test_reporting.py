"""Whatever is reported of a mail, in any order and how often, ends in the same facts."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions.handover import recover
from accounts.models.outgoing import State
from events.kinds import Kind
from events.models import Event
from kit import tenancy
from surveys.actions.delivering import Messages
from surveys.actions.reporting import KEPT, Reported, prune_reports, record_reports
from surveys.models import DeliveryReport, Invitation, Message, Suppression
from surveys.rules.reports import Report
from tests.builders import NOW, a_customer, a_programme, an_invitation, an_organisation

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def acme():
    return an_organisation()


def a_mail(organisation, *, state="sent", customer=None, **fields):
    """One mail that left, or may have left, an hour ago."""
    with tenancy.organisation(organisation.pk):
        invitation = an_invitation(
            organisation, a_programme(organisation), customer or a_customer(organisation), **fields
        )
        message = invitation.messages.get()
        message.state, message.handing_over_at = state, NOW - HOUR
        message.save()
    return message


def said(message, kind, number=0, **more):
    more = {"at": NOW - timedelta(minutes=30 - number), **more}
    return Reported(message_id=message.pk, kind=kind, key=f"{kind}{number}", **more)


def tell(organisation, *reports, provider="postmark", now=NOW):
    with tenancy.organisation(organisation.pk):
        return record_reports(
            organisation_id=organisation.pk, provider=provider, reports=reports, now=now
        )


def facts(organisation):
    """All that reports may change, without the ids that say in which order rows were written."""
    with tenancy.organisation(organisation.pk):
        invitation = Invitation.objects.get()
        return (
            invitation.sent_at,
            invitation.delivered_at,
            invitation.bounced_at,
            invitation.complained_at,
            invitation.opted_out_at,
            Message.objects.get().state,
            sorted(Suppression.objects.values_list("address_key", "reason", "lifted_at")),
            sorted(DeliveryReport.objects.values_list("kind", "key")),
            sorted(Event.objects.values_list("kind", flat=True)),
        )


@pytest.mark.parametrize(
    ("kind", "fact", "reason", "event"),
    [
        (Report.TAKEN, None, None, None),
        (Report.DELIVERED, "delivered_at", None, Kind.MESSAGE_DELIVERED),
        (Report.SOFT_BOUNCE, "bounced_at", None, Kind.MESSAGE_BOUNCED),
        (Report.HARD_BOUNCE, "bounced_at", "bounced", Kind.MESSAGE_BOUNCED),
        (Report.COMPLAINED, "complained_at", "complained", Kind.MESSAGE_COMPLAINED),
        (Report.UNSUBSCRIBED, "opted_out_at", "opted_out", Kind.CUSTOMER_OPTED_OUT),
    ],
)
def test_each_report_leaves_its_fact_and_what_follows(acme, kind, fact, reason, event):
    message = a_mail(acme)

    assert tell(acme, said(message, kind)) == 1

    with tenancy.organisation(acme.pk):
        invitation = Invitation.objects.get()
        times = {
            name
            for name in ("delivered_at", "bounced_at", "complained_at", "opted_out_at")
            if getattr(invitation, name)
        }
        assert times == ({fact} if fact else set()) | (
            {"delivered_at"} if kind is Report.COMPLAINED else set()
        )
        address = invitation.customer.address_key
        expected = [(address, None, reason)] if reason else []
        found = Suppression.objects.values_list("address_key", "programme_id", "reason")
        assert list(found) == expected
        assert list(Event.objects.values_list("kind", flat=True)) == ([event] if event else [])


KINDS = [Report.DELIVERED, Report.SOFT_BOUNCE, Report.HARD_BOUNCE, Report.COMPLAINED]


@pytest.mark.parametrize("state", ["sent", "uncertain"])
@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_order_with_repetitions_ends_alike(state, data):
    """Each set of reports is told in order, then shuffled, split and repeated for a twin."""
    kinds = data.draw(st.lists(st.sampled_from(list(Report)), min_size=1, max_size=5))
    once, twin = an_organisation(), an_organisation()
    ours, theirs = (
        a_mail(each, state=state, sent=state == "sent", customer=None) for each in (once, twin)
    )
    for each in (once, twin):
        with tenancy.organisation(each.pk):
            one = Invitation.objects.get()
            moved = {"email": "ada@mail.example", "address_key": "ada@mail.example"}
            type(one.customer).objects.update(**moved)
            Invitation.objects.update(address_key="ada@mail.example")
    for number, kind in enumerate(kinds):
        tell(once, said(ours, kind, number))
    numbered = list(enumerate(kinds))
    again = data.draw(st.permutations(numbered + numbered[:2]))
    cut = data.draw(st.integers(0, len(again)))
    for part in (again[:cut], again[cut:]):
        tell(twin, *(said(theirs, kind, number) for number, kind in part))

    assert facts(twin) == facts(once)


def test_all_orders_of_four_reports_end_alike():
    seen = set()
    for order in permutations(KINDS):
        organisation = an_organisation()
        customer = None
        with tenancy.organisation(organisation.pk):
            customer = a_customer(organisation, "ada@mail.example")
        message = a_mail(organisation, customer=customer)
        for kind in order:
            tell(organisation, said(message, kind, KINDS.index(kind)))
        seen.add(repr(facts(organisation)))

    assert len(seen) == 1
    assert "hard_bounce" in seen.pop()


def test_a_soft_bounce_is_forgotten_once_it_was_delivered(acme):
    message = a_mail(acme)
    tell(acme, said(message, Report.SOFT_BOUNCE))
    with tenancy.organisation(acme.pk):
        assert Invitation.objects.get().bounced_at is not None

    tell(acme, said(message, Report.DELIVERED))

    with tenancy.organisation(acme.pk):
        invitation = Invitation.objects.get()
        assert (invitation.bounced_at, bool(invitation.delivered_at)) == (None, True)
        assert not Suppression.objects.exists()


def test_two_providers_may_number_their_reports_alike(acme):
    message = a_mail(acme)
    first, second = said(message, Report.DELIVERED), said(message, Report.COMPLAINED)
    assert tell(acme, first, provider="postmark") == 1
    assert tell(acme, replace(second, key=first.key), provider="mailgun") == 1
    with tenancy.organisation(acme.pk):
        assert Invitation.objects.get().complained_at is not None


def test_a_report_is_proof_of_an_uncertain_mail(acme):
    message = a_mail(acme, state="uncertain", sent=False)

    tell(acme, said(message, Report.TAKEN))

    with tenancy.organisation(acme.pk):
        message = Message.objects.select_related("invitation").get()
        assert message.state == State.SENT
        assert message.invitation.sent_at == NOW - HOUR
        assert list(Event.objects.values_list("kind", flat=True)) == ["message.sent"]


def test_a_report_that_came_before_the_worker_died_is_proof_too(acme):
    message = a_mail(acme, state="uncertain", sent=False)
    with tenancy.organisation(acme.pk):
        Message.objects.update(
            state="handing_over",
            claim="00000000-0000-0000-0000-000000000001",
            lease_until=NOW - HOUR,
        )
    tell(acme, said(message, Report.DELIVERED))

    recover(outbox=Messages(), now=NOW)

    with tenancy.organisation(acme.pk):
        assert Message.objects.get().state == State.SENT
        assert "message.uncertain" not in set(Event.objects.values_list("kind", flat=True))


def test_the_address_it_went_to_is_stopped_not_the_one_she_has_now(acme):
    message = a_mail(acme)
    with tenancy.organisation(acme.pk):
        invitation = Invitation.objects.get()
        old = invitation.address_key
        moved = {"email": "new@mail.example", "address_key": "new@mail.example"}
        type(invitation.customer).objects.update(**moved)

    tell(acme, said(message, Report.HARD_BOUNCE, recipient=old))
    tell(acme, said(message, Report.HARD_BOUNCE, 2, recipient="stranger@mail.example"))

    with tenancy.organisation(acme.pk):
        stopped = set(Suppression.objects.values_list("address_key", flat=True))
    assert stopped == {old, "new@mail.example"}


def test_reports_about_mails_of_long_ago_and_of_others_are_passed_over(acme):
    old = a_mail(acme, at=NOW - KEPT - HOUR)
    theirs = a_mail(an_organisation())

    assert tell(acme, said(old, Report.DELIVERED), said(theirs, Report.HARD_BOUNCE)) == 0

    with tenancy.organisation(acme.pk):
        assert not DeliveryReport.objects.exists()


def test_old_reports_are_pruned_and_their_facts_stay(acme):
    message = a_mail(acme)
    tell(acme, said(message, Report.DELIVERED))
    with tenancy.organisation(acme.pk):
        assert prune_reports(now=NOW + 2 * KEPT) == 0
        assert prune_reports(now=NOW + 2 * KEPT + HOUR) == 1
        assert Invitation.objects.get().delivered_at is not None
