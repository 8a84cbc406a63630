"""A decision for every programme at the touchpoint; a yes writes invitation and mail with it."""

from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Organisation
from accounts.rules.actors import Actor
from events.dispatching import Happening
from events.kinds import Kind
from events.models import Event
from kit import tenancy
from surveys.actions.considering import (
    ask_by_hand,
    consider_inviting,
    decide_many,
    hold_people,
)
from surveys.models import Company, Decision, Invitation, Message, Suppression, Survey
from surveys.queries.candidates import Candidate
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_touchpoint,
    an_interaction,
    an_organisation,
)

pytestmark = pytest.mark.django_db
RITA = Actor(name="rita@acme.example")


@pytest.fixture
def organisation():
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        yield organisation


def consider(organisation, *interactions, now=NOW):
    events = [
        Happening(0, Kind.INTERACTION_RECORDED, now, {"interaction": each.pk})
        for each in interactions
    ]
    consider_inviting(organisation.pk, events, now)


def test_an_asked_customer_gets_one_invitation_and_one_queued_mail(organisation):
    touchpoint = a_touchpoint(organisation)
    programme = a_programme(organisation, touchpoint, delay_minutes=90)
    ada = a_customer(organisation, properties={"plan": "Basic", "agent": "?"})
    interaction = an_interaction(organisation, ada, touchpoint, context={"agent": "Aisha"})
    consider(organisation, interaction)
    consider(organisation, interaction)
    invitation = Invitation.objects.get()
    message = Message.objects.get()
    assert invitation.context == {"plan": "Basic", "agent": "Aisha"}
    assert invitation.expires_at == NOW + timedelta(days=30)
    assert (invitation.programme, invitation.decision.rule) == (programme, "asked")
    assert (message.state, message.about) == ("queued", f"invitation:{invitation.pk}")
    assert message.due_at == interaction.occurred_at + timedelta(minutes=90)


def test_each_programme_at_the_touchpoint_decides_for_itself(organisation):
    touchpoint, elsewhere = a_touchpoint(organisation), a_touchpoint(organisation, "shop")
    off = a_programme(organisation, touchpoint, is_on=False)
    on = a_programme(organisation, touchpoint)
    a_programme(organisation, elsewhere)
    a_programme(organisation)
    consider(organisation, an_interaction(organisation, a_customer(organisation), touchpoint))
    assert dict(Decision.objects.values_list("programme", "rule")) == {
        off.pk: "programme_off",
        on.pk: "asked",
    }


def test_two_interactions_at_once_are_one_ask(organisation):
    touchpoint = a_touchpoint(organisation)
    a_programme(organisation, touchpoint, rest_days=0)
    ada = a_customer(organisation)
    first = an_interaction(organisation, ada, touchpoint, occurred_at=NOW - timedelta(hours=2))
    second = an_interaction(organisation, ada, touchpoint)
    consider(organisation, second, first)
    rules = dict(Decision.objects.values_list("interaction", "rule"))
    assert rules == {first.pk: "asked", second.pk: "asked_recently"}


def test_caps_hold_for_the_address_a_family_shares(organisation):
    touchpoint = a_touchpoint(organisation)
    a_programme(organisation, touchpoint)
    for name in ("Ada", "Obi"):
        person = a_customer(organisation, "family@mail.example", name=name)
        consider(organisation, an_interaction(organisation, person, touchpoint))
    assert list(Decision.objects.order_by("id").values_list("rule", flat=True)) == [
        "asked",
        "resting",
    ]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [({"way": "import"}, "imported"), ({"occurred_at": NOW - timedelta(days=8)}, "too_old")],
)
def test_history_never_sends(organisation, fields, rule):
    touchpoint = a_touchpoint(organisation)
    a_programme(organisation, touchpoint)
    consider(
        organisation, an_interaction(organisation, a_customer(organisation), touchpoint, **fields)
    )
    assert Decision.objects.get().rule == rule
    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)


def test_a_survey_without_a_published_version_asks_nobody_and_says_so(organisation):
    touchpoint = a_touchpoint(organisation)
    unpublished = Survey.objects.create(
        organisation=organisation, name="Draft", metric="csat", created_at=NOW
    )
    programme = a_programme(organisation, touchpoint, survey=unpublished)
    consider(organisation, an_interaction(organisation, a_customer(organisation), touchpoint))
    by_hand = ask_by_hand(
        organisation_id=organisation.pk,
        programme_id=programme.pk,
        customer_id=a_customer(organisation).pk,
        actor=RITA,
        now=NOW,
    )
    rules = list(Decision.objects.values_list("rule", "is_asked"))
    assert rules == [("nothing_to_ask", False)] * 2
    assert (by_hand.is_asked, Invitation.objects.count(), Message.objects.count()) == (False, 0, 0)


def test_a_test_key_leaves_a_decision_and_no_mail(organisation):
    touchpoint = a_touchpoint(organisation)
    a_programme(organisation, touchpoint)
    consider(
        organisation,
        an_interaction(organisation, a_customer(organisation), touchpoint, is_test=True),
    )
    assert (Decision.objects.get().rule, Message.objects.count()) == ("test_key", 0)


@pytest.mark.parametrize("for_all", [True, False])
def test_who_opted_out_is_not_asked(organisation, for_all):
    touchpoint = a_touchpoint(organisation)
    programme = a_programme(organisation, touchpoint)
    ada = a_customer(organisation)
    Suppression.objects.create(
        organisation=organisation,
        address_key=ada.address_key,
        programme=None if for_all else programme,
        reason="opted_out",
        created_at=NOW,
    )
    consider(organisation, an_interaction(organisation, ada, touchpoint))
    assert Decision.objects.get().rule == "opted_out"


def test_asking_by_hand_obeys_the_rules_and_says_so(organisation):
    programme, ada = a_programme(organisation), a_customer(organisation)
    whom = {"programme_id": programme.pk, "customer_id": ada.pk, "actor": RITA}
    asked = ask_by_hand(organisation_id=organisation.pk, now=NOW, **whom)
    again = ask_by_hand(organisation_id=organisation.pk, now=NOW + timedelta(days=2), **whom)
    assert (asked.rule, again.rule) == ("asked", "resting")
    assert Message.objects.count() == 1
    acts = AuditEntry.objects.order_by("id").values_list("action", "actor", "object_id")
    assert list(acts)[-2:] == [
        ("customer.asked", "rita@acme.example", ada.pk),
        ("customer.not_asked", "rita@acme.example", ada.pk),
    ]


def test_a_double_click_asks_once_and_is_one_act(organisation):
    programme, ada = a_programme(organisation), a_customer(organisation)
    before = AuditEntry.objects.count()
    for moment in (NOW, NOW + timedelta(milliseconds=300)):
        ask_by_hand(
            organisation_id=organisation.pk,
            programme_id=programme.pk,
            customer_id=ada.pk,
            actor=RITA,
            now=moment,
        )
    assert Message.objects.count() == 1
    assert AuditEntry.objects.count() == before + 1


@pytest.mark.parametrize("count", [1, 3])
def test_deciding_many_takes_as_many_statements_as_deciding_one(
    organisation, django_assert_num_queries, count
):
    touchpoint = a_touchpoint(organisation)
    for _ in range(count):
        a_programme(organisation, touchpoint, rest_days=0)
    interactions = [
        an_interaction(organisation, a_customer(organisation), touchpoint) for _ in range(count)
    ]
    Organisation.objects.update(ask_again_after_days=0)
    with django_assert_num_queries(14):
        consider(organisation, *interactions)
    assert Message.objects.count() == count * count


@pytest.mark.parametrize("count", [1, 3])
def test_deciding_many_refusals_takes_as_many_statements_as_one(
    organisation, django_assert_num_queries, count
):
    touchpoint = a_touchpoint(organisation)
    a_programme(organisation, touchpoint, is_on=False)
    interactions = [
        an_interaction(organisation, a_customer(organisation), touchpoint) for _ in range(count)
    ]
    with django_assert_num_queries(14):
        consider(organisation, *interactions)
    assert (Decision.objects.count(), Invitation.objects.count()) == (count, 0)


OTHERS = """
    WITH person AS (
        INSERT INTO surveys_customer (organisation_id, email, address_key, name, phone, language,
            time_zone, properties, created_at)
        SELECT %(organisation)s, n || '@mail.example', n || '@mail.example', '', '', '', '', '{}',
            %(now)s
        FROM generate_series(1, 5000) n RETURNING id, address_key
    ), decided AS (
        INSERT INTO surveys_decision (organisation_id, programme_id, customer_id, occasion,
            is_asked, rule, facts, decided_at)
        SELECT %(organisation)s, %(programme)s, id, 'wave:1', true, 'asked', '{}', %(now)s
        FROM person RETURNING id, customer_id
    )
    INSERT INTO surveys_invitation (organisation_id, decision_id, programme_id, survey_version_id,
        customer_id, address_key, context, is_test, created_at, expires_at)
    SELECT %(organisation)s, d.id, %(programme)s, %(version)s, p.id, p.address_key, '{}', false,
        %(now)s, %(now)s + interval '1 day'
    FROM decided d JOIN person p ON p.id = d.customer_id
"""


FORGET = """
    SELECT pg_clear_relation_stats('public', %(table)s),
        (SELECT count(pg_clear_attribute_stats('public', %(table)s, attname, false))
         FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0)
"""


# What is known after others asked a million times: of this organisation there is nothing.
OTHERS_ONLY = """
    SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', %(table)s,
            'relpages', 40000, 'reltuples', 1000000::real),
        pg_restore_attribute_stats('schemaname', 'public', 'relname', %(table)s,
            'attname', 'organisation_id', 'inherited', false, 'null_frac', 0::real,
            'avg_width', 8, 'n_distinct', 2::real, 'most_common_vals', '{1,2}',
            'most_common_freqs', '{0.5,0.5}'::real[])
"""
ASKED_TABLES = ("surveys_decision", "surveys_invitation")


@pytest.fixture(params=["no statistics", "statistics of others"])
def bad_statistics(request):
    """What other tests left is forgotten, then told of large organisations (PostgreSQL 18)."""
    place = connections["owner"].get_connection_params()
    kept = {name: place.get(name) for name in ("host", "port", "user", "password", "dbname")}
    with closing(psycopg2.connect(**kept)) as owner:
        _tell(owner, FORGET, *[OTHERS_ONLY] * (request.param == "statistics of others"))
        yield
        _tell(owner, FORGET)


def _tell(owner, *commands):
    with owner, owner.cursor() as cursor:
        for command in commands:
            for table in ASKED_TABLES:
                cursor.execute(command, {"table": table})


def test_only_the_own_rows_of_those_in_question_are_read(bad_statistics, organisation):
    """In the first minutes of a large wave the planner knows nothing, or only of others."""
    programme = a_programme(organisation, metric="nps")
    people = [a_customer(organisation) for _ in range(3)]
    candidates = [Candidate(programme, each.pk, "wave:1") for each in people]
    decide_many(organisation=organisation, candidates=candidates, now=NOW)
    version = programme.survey.versions.get().pk
    own = {"organisation": organisation.pk, "programme": programme.pk, "version": version}
    with connection.cursor() as cursor:
        cursor.execute(OTHERS, {**own, "now": NOW})
    with CaptureQueriesContext(connection) as asked:
        decide_many(organisation=organisation, candidates=candidates, now=NOW)

    statements = [each["sql"] for each in asked if "LATERAL" in each["sql"]]
    read = [rows_read(each, ASKED_TABLES) for each in statements]
    # Each decision by its occasion; each question by the person and by the address.
    assert read == [3, 6]


def rows_read(statement, tables):
    """How many rows of these tables the statement looked at."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        found = [cursor.fetchone()[0][0]["Plan"]]
    read = 0
    while found:
        node = found.pop()
        found += node.get("Plans", [])
        if node.get("Relation Name") in tables:
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            read += round(rows * node["Actual Loops"])
    return read


def test_what_is_locked_is_what_others_lock(organisation):
    """Erasing holds the same names; who has no address is held by her own."""
    Organisation.objects.update(people_per_company=3)
    organisation.refresh_from_db()
    company = Company.objects.create(organisation=organisation, name="Firm", created_at=NOW)
    programme = a_programme(organisation, metric="nps")
    people = [
        a_customer(organisation, email, company=company)
        for email in ("zoë@mail.example", "Ada@mail.example", "ada@mail.example", "")
    ]
    candidates = [Candidate(programme, each.pk, "wave:1") for each in people]
    decide_many(organisation=organisation, candidates=candidates, now=NOW)
    held = locks()

    hold_people([each.pk for each in people])
    assert len(held) == 4, "two addresses, the one without, and their company"
    assert locks() == held


@pytest.mark.parametrize(
    ("channel", "sms", "names"),
    [("sms", (("account", "AC1"),), 3), ("email", (("account", "AC1"),), 2), ("sms", (), 2)],
)
def test_whoever_may_be_texted_is_held_by_her_number(organisation, settings, channel, sms, names):
    """A number written in two ways is one; two people without an address are two."""
    settings.SMS, settings.SMS_REGION = sms, "GB"
    programme = a_programme(organisation, metric="nps", channel=channel)
    people = [a_customer(organisation, "", phone=it) for it in ("07911 123456", "+447911123456")]
    candidates = [Candidate(programme, each.pk, "wave:1") for each in people]
    decide_many(organisation=organisation, candidates=candidates, now=NOW)
    assert len(locks()) == names


def locks():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT classid, objid FROM pg_locks WHERE locktype = 'advisory'"
            " AND pid = pg_backend_pid()"
        )
        return set(cursor.fetchall())


def test_nothing_to_decide_asks_only_who_might(organisation, django_assert_num_queries):
    touchpoint = a_touchpoint(organisation)
    interaction = an_interaction(organisation, a_customer(organisation), touchpoint)
    with django_assert_num_queries(3):
        consider(organisation, interaction)
    assert Decision.objects.count() == 0


def test_deciding_the_same_occasions_again_returns_what_was_stored(organisation):
    touchpoint = a_touchpoint(organisation)
    programme = a_programme(organisation, touchpoint)
    ada, obi = a_customer(organisation), a_customer(organisation)
    first, second = (an_interaction(organisation, each, touchpoint) for each in (ada, obi))
    known = Candidate(programme, ada.pk, "interaction:1", first)
    (before,) = decide_many(organisation=organisation, candidates=[known], now=NOW)
    new = Candidate(programme, obi.pk, "interaction:2", second)
    told = decide_many(
        organisation=organisation, candidates=[new, known, new], now=NOW + timedelta(days=1)
    )
    stored = dict(Decision.objects.values_list("customer", "id"))
    assert [(each.decision_id, each.is_new, each.verdict) for each in told] == [
        (stored[obi.pk], True, told[0].verdict),
        (before.decision_id, False, before.verdict),
        (stored[obi.pk], True, told[0].verdict),
    ]
    assert (before.decision_id, told[0].verdict.is_asked) == (stored[ada.pk], True)


def test_one_event_tells_of_the_decisions_of_a_batch(organisation):
    touchpoint = a_touchpoint(organisation)
    a_programme(organisation, touchpoint)
    consider(
        organisation,
        *(an_interaction(organisation, a_customer(organisation), touchpoint) for _ in range(3)),
    )
    told = Event.objects.get(kind=Kind.DECISION_MADE).payload
    assert told == {"decisions": list(Decision.objects.order_by("id").values_list("id", flat=True))}
