"""Too many dead addresses or complaints stop the sending, until somebody has looked."""

from datetime import timedelta

import pytest

from accounts.actions.handover import Worker, hand_over
from accounts.channels.letters import written
from accounts.models import AuditEntry, Letter, User
from accounts.rules.actors import Actor
from accounts.rules.roles import Role
from events.dispatching import dispatch_due
from kit import tenancy
from surveys.actions.braking import NotBraked, release_brake
from surveys.actions.delivering import Messages
from surveys.actions.reporting import Reported, record_reports
from surveys.channels.stopped import Resumed
from surveys.models import Brake, Invitation, Message
from surveys.rules import brakes
from surveys.rules.brakes import Because, Limit
from surveys.rules.reports import Report
from tests.builders import NOW, a_customer, a_member, a_programme, an_invitation, an_organisation
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MANAGER = Actor(name="maya@acme.example")


@pytest.fixture(autouse=True)
def _fewer(monkeypatch):
    """The same rules at a tenth of the mails."""
    few = (
        Limit(Because.BOUNCES, 0.05, 20, timedelta(hours=24)),
        Limit(Because.COMPLAINTS, 0.1, 10, timedelta(days=7)),
    )
    monkeypatch.setattr("surveys.actions.braking.LIMITS", few)
    assert brakes.LIMITS[0].share == few[0].share


@pytest.fixture
def acme():
    return an_organisation()


def mails(organisation, count, *, at=NOW - HOUR, programme=None):
    with tenancy.organisation(organisation.pk):
        programme = programme or a_programme(organisation)
        found = [
            an_invitation(organisation, programme, a_customer(organisation), at=at)
            for _ in range(count)
        ]
        return [invitation.messages.get() for invitation in found]


def report(organisation, messages, kind, now=NOW):
    with tenancy.organisation(organisation.pk):
        record_reports(
            organisation_id=organisation.pk,
            provider="postmark",
            reports=[
                Reported(message_id=each.pk, kind=kind, key=f"{kind}{each.pk}", at=now)
                for each in messages
            ],
            now=now,
        )
    while dispatch_due(now=now):
        pass


def open_brakes(organisation):
    with tenancy.organisation(organisation.pk):
        found = Brake.objects.filter(released_at__isnull=True)
        return list(found.values_list("programme_id", "because", "count", "of"))


def test_five_of_a_hundred_bounces_stop_all_and_say_why(acme):
    sent = mails(acme, 40)
    report(acme, sent[:1], Report.HARD_BOUNCE)
    assert open_brakes(acme) == []

    report(acme, sent[1:2], Report.HARD_BOUNCE)

    assert open_brakes(acme) == [(None, "bounces", 2, 40)]
    with tenancy.organisation(acme.pk):
        entry = AuditEntry.objects.get(action="sending.stopped")
        assert entry.after == {"because": "bounces", "count": 2, "of": 40}


def test_whoever_may_resume_is_told_by_a_letter(acme):
    for role in Role:
        a_member(acme, role, User.objects.create(email=f"{role}@acme.example"))
    report(acme, mails(acme, 40)[:2], Report.HARD_BOUNCE)
    with tenancy.organisation(acme.pk):
        letters = list(Letter.objects.order_by("to"))
        assert [each.to for each in letters] == ["manager@acme.example", "owner@acme.example"]
        told = written(letters[0], NOW)
        assert "2 of 40 mails in a day went to addresses where nobody lives" in told.text
        assert f"/o/{acme.slug}/programmes/" in told.text
        release_brake(brake=Brake.objects.get(), actor=MANAGER, now=NOW)
        with pytest.raises(Resumed):
            written(letters[1], NOW)


def test_soft_bounces_and_few_mails_stop_nothing(acme):
    sent = mails(acme, 40)
    report(acme, sent, Report.SOFT_BOUNCE)
    few = mails(an_organisation(), 0) or mails(other := an_organisation(), 19)
    report(other, few, Report.HARD_BOUNCE)

    assert (open_brakes(acme), open_brakes(other)) == ([], [])


def test_a_bad_programme_stops_alone_where_the_whole_is_well(acme):
    mails(acme, 60)
    with tenancy.organisation(acme.pk):
        bad = a_programme(acme)
    sent = mails(acme, 20, programme=bad)

    report(acme, sent[:2], Report.HARD_BOUNCE)

    assert open_brakes(acme) == [(bad.pk, "bounces", 2, 20)]


def test_yesterdays_mails_are_not_counted(acme):
    old = mails(acme, 20, at=NOW - 25 * HOUR)
    mails(acme, 20)
    report(acme, old, Report.HARD_BOUNCE)

    assert open_brakes(acme) == []


def test_what_the_server_refused_at_once_is_among_all(acme):
    refused = mails(acme, 20)[:2]
    with tenancy.organisation(acme.pk):
        own = [each.invitation_id for each in refused]
        Invitation.objects.filter(pk__in=own).update(sent_at=None, sent_on=None)
    report(acme, refused, Report.HARD_BOUNCE)

    assert open_brakes(acme) == [(None, "bounces", 2, 20)]


def test_complaints_count_for_a_week(acme):
    old = mails(acme, 10, at=NOW - 100 * HOUR)
    report(acme, old[:1], Report.COMPLAINED)

    assert open_brakes(acme) == [(None, "complaints", 1, 10)]


def waiting(organisation, programme=None):
    with tenancy.organisation(organisation.pk):
        programme = programme or a_programme(organisation)
        invitation = an_invitation(organisation, programme, a_customer(organisation), sent=False)
        return invitation.messages.get()


def drained(at=NOW):
    transport = Scripted()
    hand_over(outbox=Messages(), worker=Worker(transport=transport, clock=Clock(at)))
    return len(transport.mails)


def test_nothing_leaves_while_braked_and_all_of_it_afterwards(acme):
    sent = mails(acme, 20)
    report(acme, sent[:1], Report.HARD_BOUNCE)
    message = waiting(acme)

    assert drained() == 0
    with tenancy.organisation(acme.pk):
        assert Message.objects.get(pk=message.pk).state == "queued"
        release_brake(brake=Brake.objects.get(), actor=MANAGER, now=NOW)
    assert drained(NOW + HOUR) == 1


def test_a_brake_between_claim_and_fence_holds_the_mail_back(acme):
    programme_mails = mails(acme, 20)
    message = waiting(acme)
    transport = Scripted()
    transport.before_fence = lambda: report(acme, programme_mails[:1], Report.HARD_BOUNCE)

    hand_over(outbox=Messages(), worker=Worker(transport=transport, clock=Clock(NOW)))

    assert transport.mails == []
    with tenancy.organisation(acme.pk):
        assert Message.objects.get(pk=message.pk).state == "queued"


def test_one_programmes_brake_lets_the_others_go(acme):
    mails(acme, 60)
    with tenancy.organisation(acme.pk):
        bad = a_programme(acme)
    report(acme, mails(acme, 20, programme=bad)[:2], Report.HARD_BOUNCE)
    waiting(acme, bad)
    waiting(acme)

    assert drained() == 1


def test_resuming_is_audited_once_and_starts_a_new_count(acme):
    sent = mails(acme, 20)
    report(acme, sent[:1], Report.HARD_BOUNCE)
    with tenancy.organisation(acme.pk):
        brake = Brake.objects.get()
        release_brake(brake=brake, actor=MANAGER, now=NOW)
        with pytest.raises(NotBraked):
            release_brake(brake=brake, actor=MANAGER, now=NOW)
        entries = AuditEntry.objects.filter(action="sending.resumed")
        assert list(entries.values_list("actor", flat=True)) == [MANAGER.name]

    report(acme, sent[1:4], Report.HARD_BOUNCE, now=NOW + HOUR)

    assert open_brakes(acme) == []


def test_tests_are_nobodys_bounce(acme):
    sent = mails(acme, 20)
    with tenancy.organisation(acme.pk):
        Invitation.objects.update(is_test=True)
    report(acme, sent, Report.HARD_BOUNCE)

    assert open_brakes(acme) == []
