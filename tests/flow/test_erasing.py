"""A person goes through all that the product does, is erased, and no column anywhere knows her."""

import io
import logging
from datetime import date, timedelta

import pytest
import redis
from django.conf import settings
from django.db import connection

from accounts.actions.handover import Worker, hand_over
from accounts.models import AuditEntry
from accounts.transport import Kind as Ending
from accounts.transport import Outcome, Phase
from cxapp.watch.lines import JsonLines
from events.models import Event
from followup.actions.delivering import deliver_due
from followup.actions.endpoints import Details, add_endpoint
from followup.rules.happenings import Type
from kit import tenancy
from kit.periods import Period
from metrics.actions.comparing import compare_cells
from metrics.actions.forgetting import TAKEN_OUT
from metrics.models import AskCell, Cell, CountedAnswer
from metrics.queries.definitions import definitions_of
from metrics.queries.marks import marks_in
from reports.models import ExportJob, ExportPart
from surveys.actions import erasing_rows
from surveys.actions.answering import record_reason, record_score
from surveys.actions.considering import ask_by_hand
from surveys.actions.customers import CustomerFields
from surveys.actions.delivering import Messages
from surveys.actions.erasing import Mode
from surveys.actions.importing import import_responses
from surveys.actions.registering import CustomerIsErased, correct_customer
from surveys.models import (
    Customer,
    Decision,
    Invitation,
    Message,
    Response,
    Suppression,
)
from surveys.queries.suppressed import sealed_address
from tests.builders import (
    NOW,
    PLAIN,
    a_customer,
    a_programme,
    an_export,
    an_organisation,
)
from tests.flow.canary import (
    EMAIL,
    IMPORTED,
    MARKS,
    MAYA,
    PLAN,
    canary_world,
    erase,
    known_in,
    live,
    report,
    settle,
)
from tests.receiver import receiving
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(monkeypatch):
    return canary_world(monkeypatch)


def counts(organisation):
    with tenancy.organisation(organisation.pk):
        return [
            sorted(model.objects.values_list(*fields))
            for model, fields in (
                (
                    Cell,
                    ("local_on", "standing", "dim_1", "dim_2", "value_1", "value_2", "c2", "c4"),
                ),
                (AskCell, ("sent_on", "dim_1", "dim_2", "finished", "began", "silent")),
                (CountedAnswer, ("response_id", "customer_id", "score", "local_on", "standing")),
            )
        ]


def test_the_canary_is_known_nearly_everywhere_before(acme, tmp_path):
    live(acme, tmp_path)
    assert {table for table, _ in known_in(acme)} == {
        "accounts_auditentry",
        "accounts_idempotencykey",
        "events_delivery",
        "followup_webhookattempt",
        "followup_webhookdelivery",
        "surveys_answer",
        "surveys_customer",
        "surveys_exclusion",
        "surveys_interaction",
        "surveys_invitation",
        "surveys_messageattempt",
        "surveys_response",
        "surveys_responserevision",
        "surveys_suppression",
    }


@pytest.mark.parametrize("mode", list(Mode))
def test_after_erasing_no_column_of_any_table_knows_her(acme, tmp_path, mode):
    her = live(acme, tmp_path)

    receipt = erase(acme, her, mode=mode)
    settle(acme, NOW + timedelta(hours=5))

    assert known_in(acme) == set()
    assert not [mark for mark in MARKS if mark in str(receipt).lower()]
    with tenancy.organisation(acme.pk):
        assert not compare_cells(organisation_id=acme.pk).found


def test_valkey_knows_nobody(acme, tmp_path):
    her = live(acme, tmp_path)
    erase(acme, her)
    for address in (settings.CACHES["default"]["LOCATION"], settings.CELERY_BROKER_URL):
        valkey = redis.Redis.from_url(address)
        held = list(valkey.scan_iter(count=1000))
        shown = b" ".join([*held, *(valkey.dump(key) or b"" for key in held)]).lower()
        assert not [mark for mark in MARKS if mark.encode() in shown]


def test_no_line_of_the_log_knows_her_even_before(acme, tmp_path, monkeypatch):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [handler])
    monkeypatch.setattr(root, "level", logging.DEBUG)

    her = live(acme, tmp_path)
    erase(acme, her)
    settle(acme, NOW + timedelta(hours=5))

    text = stream.getvalue().lower()
    assert '"cxapp.requests"' in text
    assert [mark for mark in MARKS if mark in text] == []


def test_what_webhooks_told_of_her_and_were_answered_is_emptied(acme, tmp_path, settings):
    with receiving() as receiver:
        settings.WEBHOOK_NETWORKS = (receiver.network,)
        receiver.take = lambda request: (200, {}, request.body)  # one that says all again
        with tenancy.organisation(acme.pk):
            details = Details(
                name="CRM", url=receiver.url, events=tuple(sorted(Type)), detail="customers"
            )
            add_endpoint(organisation_id=acme.pk, details=details, actor=MAYA, now=NOW)
        her = live(acme, tmp_path)
        deliver_due(clock=lambda: NOW + timedelta(hours=3))
    told = {table for table, _ in known_in(acme) if table.startswith("followup_")}
    assert told == {"followup_webhookattempt", "followup_webhookdelivery"}

    erase(acme, her)
    settle(acme, NOW + timedelta(hours=5))

    assert known_in(acme) == set()


def test_no_file_that_was_made_before_is_offered_any_more(acme, tmp_path):
    her = live(acme, tmp_path)
    with tenancy.organisation(acme.pk):
        ready = an_export(acme, EMAIL.encode(), filter={"segment": ["nick:Zephyrine"]})
        asked = {"q": "Zephyrine", "from": "2026-05-01", "to": "2026-05-31"}
        waits = an_export(acme, state="waiting", asked=asked)

    erase(acme, her)
    settle(acme, NOW + timedelta(hours=5))

    with tenancy.organisation(acme.pk):
        assert ExportPart.objects.count() == 0
        left = ExportJob.objects.order_by("id").values_list("id", "state", "filter", "asked")
        assert list(left) == [(ready.pk, "failed", {}, {}), (waits.pk, "failed", {}, {})]


def test_anonymised_the_counts_stay_as_they_were(acme, tmp_path):
    her = live(acme, tmp_path)
    before = counts(acme)

    receipt = erase(acme, her)
    settle(acme, NOW + timedelta(hours=5))

    assert counts(acme) == before
    with tenancy.organisation(acme.pk):
        kept = Response.objects.get(customer=her, origin="invitation")
        assert (kept.score, kept.context, kept.comment) == (4, {"plan": "Basic"}, "")
        assert kept.touchpoint.slug == "billing"
        said = kept.answers.order_by("question").values_list("picked", "words")
        assert list(said) == [([], ""), ([2], "")]
        sent = kept.revisions.get(number=2).answers
        assert sorted(map(str, sent.values())) == ["", "[2]"]
        told = AuditEntry.objects.get(action="customer.erased").after
    assert receipt.answers == 2
    assert receipt.days == ()
    assert (told["mode"], told["answers"], told["emptied_surveys_response"]) == ("anonymise", 2, 2)


def test_removed_her_answers_leave_the_counts_and_the_days_are_told(acme, tmp_path):
    her = live(acme, tmp_path)

    receipt = erase(acme, her, mode="remove")
    settle(acme, NOW + timedelta(hours=5))

    with tenancy.organisation(acme.pk):
        assert [model.objects.filter(customer=her).count() for model in (Response, Invitation)] == [
            0,
            0,
        ]
        assert list(CountedAnswer.objects.values_list("score", flat=True)) == [5]
        event = Event.objects.get(kind="customer.erased").payload
        marks = marks_in(definitions_of(acme.pk), Period(date(2026, 1, 1), date(2026, 12, 31)))
    assert [day.isoformat() for day in receipt.days] == ["2026-01-11", "2026-05-12"]
    assert (event["mode"], event["days"]) == ("remove", ["2026-01-11", "2026-05-12"])
    assert [(mark.on.isoformat(), mark.text) for mark in marks.every] == [
        ("2026-01-11", TAKEN_OUT),
        ("2026-05-12", TAKEN_OUT),
    ]


def test_the_trail_keeps_who_did_what_and_forgets_to_whom(acme, tmp_path):
    her = live(acme, tmp_path)
    with tenancy.organisation(acme.pk):
        before = list(AuditEntry.objects.order_by("id").values_list("id", "action", "actor"))

    erase(acme, her)

    with tenancy.organisation(acme.pk):
        rows = AuditEntry.objects.order_by("id").values_list("id", "action", "actor")
        assert list(rows)[:-1] == before
        edited = AuditEntry.objects.get(action="customer.edited")
        assert edited.before == {"name": "erased", "phone": "erased"}
        amended = AuditEntry.objects.get(action="response.amended")
        assert amended.after == {"score": 4, "comment": "erased", "reason": "erased"}
        excluded = AuditEntry.objects.get(action="response.excluded")
        assert excluded.after == {"standing": "excluded", "reason": "erased"}


def test_the_function_that_empties_the_trail_leaves_the_living_alone(acme, tmp_path):
    her = live(acme, tmp_path)
    with tenancy.organisation(acme.pk), connection.cursor() as cursor:
        cursor.execute("SELECT surveys_forget_in_audit(%s)", [her.pk])
        assert cursor.fetchone() == (0,)
        assert AuditEntry.objects.get(action="customer.edited").before["phone"] == "+44 7700 900077"
    other = an_organisation("Globex")
    erase(acme, her)
    with tenancy.organisation(acme.pk):
        AuditEntry.objects.create(
            organisation_id=acme.pk, at=NOW, actor="x", action="customer.edited",
            object_type="customer", object_id=her.pk, after={"name": "late"},
        )  # fmt: skip
    with tenancy.organisation(other.pk), connection.cursor() as cursor:
        cursor.execute("SELECT surveys_forget_in_audit(%s)", [her.pk])
        assert cursor.fetchone() == (0,)


def test_a_repeated_call_brings_her_not_back(acme, tmp_path):
    her = live(acme, tmp_path)
    erase(acme, her)
    settle(acme, NOW + timedelta(hours=5))
    program, body, _ = report(acme, key="another")
    with tenancy.organisation(acme.pk):
        people = Customer.objects.count()

    answered = program.post("/interactions", {**body, "source_id": "ticket-31337"})

    assert (answered.status_code, answered.json()["subject"]) == (200, "")
    with tenancy.organisation(acme.pk):
        assert Customer.objects.count() == people
    path = tmp_path / "again.csv"
    path.write_text(IMPORTED)
    import_responses(organisation_id=acme.pk, path=path, plan=PLAN, actor=MAYA, now=NOW)
    assert known_in(acme) == set()


def test_when_she_comes_back_she_is_still_not_asked(acme, tmp_path):
    her = live(acme, tmp_path)
    with tenancy.organisation(acme.pk):
        rows = Suppression.objects.values_list("reason", "address_key")
        assert set(rows) == {("opted_out", EMAIL), ("opted_out", "+447700900078")}
    erase(acme, her)
    program, body, _ = report(acme, source_id="ticket-2")

    program.post("/interactions", {**body, "source_id": "ticket-2"})
    settle(acme, NOW + timedelta(hours=5))

    with tenancy.organisation(acme.pk):
        back = Customer.objects.get(external_id="CANARY-0077")
        assert list(Decision.objects.filter(customer=back).values_list("rule", flat=True)) == [
            "opted_out"
        ]


def test_a_wish_for_a_former_address_is_kept_without_the_address(acme, tmp_path):
    her = live(acme, tmp_path)
    with tenancy.organisation(acme.pk):
        Customer.objects.filter(pk=her.pk).update(email="new@mail.example", phone="")
        Customer.objects.filter(pk=her.pk).update(address_key="new@mail.example")
    erase(acme, her)
    assert "surveys_suppression" not in {table for table, _ in known_in(acme)}
    with tenancy.organisation(acme.pk):
        keys = set(Suppression.objects.values_list("address_key", flat=True))
        assert {sealed_address(EMAIL), sealed_address("+447700900078")} < keys
        assert all(key.startswith("erased:") for key in keys)


@pytest.mark.parametrize(("stops", "rule"), [(True, "stopped_by_staff"), (False, "asked")])
def test_an_address_is_asked_again_only_where_nobody_said_no(acme, stops, rule):
    with tenancy.organisation(acme.pk):
        her = a_customer(acme, email=EMAIL)
    erase(acme, her, stops_asking=stops)
    program, body, _ = report(acme)

    program.post("/interactions", body)
    settle(acme)

    with tenancy.organisation(acme.pk):
        assert Decision.objects.get().rule == rule


def test_an_erased_person_cannot_be_erased_or_edited(acme):
    with tenancy.organisation(acme.pk):
        her = a_customer(acme)
    erase(acme, her)
    with pytest.raises(CustomerIsErased):
        erase(acme, her)
    with tenancy.organisation(acme.pk), pytest.raises(CustomerIsErased):
        correct_customer(customer=her, fields=CustomerFields(name="Ada"), actor=MAYA, now=NOW)
    with tenancy.organisation(acme.pk):
        assert Customer.objects.get(pk=her.pk).name == ""
        assert AuditEntry.objects.filter(action="customer.erased").count() == 1


def test_her_links_are_closed(acme, tmp_path):
    her = live(acme, tmp_path)
    with tenancy.organisation(acme.pk):
        invitation = Invitation.objects.filter(customer=her).latest("id")
        Invitation.objects.filter(pk=invitation.pk).update(finished_at=None)
    erase(acme, her)
    at = NOW + timedelta(hours=6)

    assert record_score(invitation_id=invitation.pk, score=3, signs=PLAIN, now=at) is None
    assert record_reason(invitation_id=invitation.pk, comment="Zephyrine", now=at) is False
    settle(acme, at)
    assert known_in(acme) == set()


def test_a_family_at_one_address_is_left_in_peace_together(acme):
    with tenancy.organisation(acme.pk):
        her, son = a_customer(acme, email=EMAIL), a_customer(acme, email=EMAIL, name="Son")
    erase(acme, her)
    with tenancy.organisation(acme.pk):
        decision = ask_by_hand(
            organisation_id=acme.pk,
            programme_id=a_programme(acme).pk,
            customer_id=son.pk,
            actor=MAYA,
            now=NOW,
        )
        assert decision.rule == "stopped_by_staff"


def test_a_mail_at_the_fence_while_she_is_erased_is_never_sent(acme):
    program, body, _ = report(acme)
    program.post("/interactions", body)
    settle(acme)
    with tenancy.organisation(acme.pk):
        her = Customer.objects.get()
    transport = Scripted()
    transport.before_fence = lambda: erase(acme, her)

    hand_over(outbox=Messages(), worker=Worker(transport=transport, clock=Clock(NOW)))

    assert transport.mails == []
    with tenancy.organisation(acme.pk):
        assert Message.objects.get().state == "cancelled"


def test_a_mail_past_the_fence_may_have_left_and_is_said_to(acme):
    program, body, _ = report(acme)
    program.post("/interactions", body)
    settle(acme)
    with tenancy.organisation(acme.pk):
        her = Customer.objects.get()
    bounced = Outcome(Ending.REFUSED, Phase.DOT, 550, "5.1.1", f"5.1.1 <{EMAIL}> unknown")
    transport, receipts = Scripted(bounced), []
    transport.after_fence = lambda: receipts.append(erase(acme, her))

    hand_over(outbox=Messages(), worker=Worker(transport=transport, clock=Clock(NOW)))

    assert (receipts[0].mails_stopped, receipts[0].mails_on_their_way) == (0, 1)
    assert known_in(acme) == set()
    with tenancy.organisation(acme.pk):
        assert Message.objects.get().state == "uncertain"


# --- no table is forgotten --------------------------------------------------------------------


def test_every_table_that_leads_to_a_customer_is_handled():
    """A new table with a foreign key to her rows, or to theirs, must say what becomes of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE hers AS (
                SELECT 'surveys_customer'::regclass::oid AS id
                UNION
                SELECT c.conrelid FROM pg_constraint c JOIN hers ON c.confrelid = hers.id
                WHERE c.contype = 'f'
            )
            SELECT id::regclass::text FROM hers ORDER BY 1
            """
        )
        found = {name for (name,) in cursor.fetchall()}
    assert found == erasing_rows.HANDLED


def test_only_counted_rows_name_customers_without_a_foreign_key():
    """They hold her number, her score and tracked values: what an emptied row keeps."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'customer_id'"
        )
        found = {name for (name,) in cursor.fetchall()}
    assert found - erasing_rows.HANDLED == {"followup_webhookdelivery", "metrics_countedanswer"}
