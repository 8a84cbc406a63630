"""Somebody who may read every row of every table looks for a way from answers to customers.

The test knows who gave which answer. It takes every column of every table, and what PostgreSQL
keeps with each row, and looks for values that both sides share and for orders that both follow.
"""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import IntegrityError, connection, transaction

from kit import tenancy
from surveys.actions.answering_anonymously import Said, record_anonymous
from surveys.actions.shuffling import shuffle_answers
from surveys.models import AnonymousAnswer, Response
from surveys.rules.doubts import Signs
from surveys.rules.feelings import Feeling
from tests.builders import (
    a_customer,
    a_programme,
    a_response,
    a_touchpoint,
    an_interaction,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db(transaction=True)

HUMAN = Signs(seconds=9.0)
NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)
PEOPLE = 60
# With 60 pairs chance alone passes this once in ten million looks.
FOLLOWS = 0.7
ANSWERS = "surveys_anonymousanswer"
PLANS = ("Gold", "Free", "Team")
PHYSICAL = "ctid::text AS ctid, xmin::text AS xmin, xmax::text AS xmax"
TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
# What both sides may share: whose programme it is, and the one property that is kept.
KNOWN_TO_BOTH = {"organisation_id", "programme_id", "kept"}
OF_POSTGRESQL = {"ctid", "xmin", "xmax"}
# Every answer locks these rows, and tells by it no more than whose it is.
SHARED = {"accounts_organisation", "surveys_programme"}
# Single digits stand everywhere, and where a row lies is an order: both are looked at as orders.
LOOKED_AT_OTHERWISE = KNOWN_TO_BOTH | {"score", "ctid", "xmax"}


@pytest.fixture
def house():
    """Sixty people were asked one after another and answered in quite another order."""
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation, metric="nps", is_anonymous=True, kept_property="plan")
    invitations = [_asked(organisation, programme, number) for number in range(PEOPLE)]
    order = invitations[:]
    Random(5).shuffle(order)
    for number, invitation in enumerate(order):
        said = Said(
            score=number * 7 % 11,
            comment=f"Words of {invitation.customer_id}",
            feelings=[list(Feeling)[number % 6]],
        )
        at = NOW + timedelta(minutes=number)
        assert record_anonymous(invitation_id=invitation.pk, said=said, signs=HUMAN, now=at) == ""
    return organisation


def _asked(organisation, programme, number):
    with tenancy.organisation(organisation.pk):
        customer = a_customer(
            organisation,
            f"person{number}@mail.example",
            name=f"Person {number}",
            external_id=f"crm-{number}",
        )
        return an_invitation(
            organisation,
            programme,
            customer,
            at=NOW - timedelta(hours=PEOPLE - number),
            is_anonymous=True,
            context={"plan": PLANS[number % 3], "agent": f"Agent {number}"},
        )


def shuffled(organisation):
    with tenancy.organisation(organisation.pk):
        return shuffle_answers(
            organisation_id=organisation.pk, time_zone="UTC", now=NOW + timedelta(hours=18)
        )


# --- reading everything -----------------------------------------------------------------------


def every_row(organisation):
    """Every row of every table, with where it lies and which transactions wrote and locked it."""
    found = {}
    with tenancy.organisation(organisation.pk), connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT {PHYSICAL}, t.* FROM {table} t")
            names = [column.name for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert len(found[ANSWERS]) == len(found["surveys_invitation"]) == PEOPLE
    assert len(found) > 50
    return found


def scalars(value):
    """All that a column holds, however deep."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except ValueError:
            return {value}
    if isinstance(value, dict):
        return {one for key, part in value.items() for one in {key} | scalars(part)}
    if isinstance(value, list | tuple):
        return {one for part in value for one in scalars(part)}
    return set() if value in (None, "", True, False) else {str(value)}


def shared_values(rows):
    """Columns of answers whose values stand in another table, too, and where."""
    elsewhere = {}
    for table in rows.keys() - {ANSWERS, *SHARED}:
        for name, value in (cell for row in rows[table] for cell in row.items()):
            for one in scalars(value):
                elsewhere.setdefault((one, name in OF_POSTGRESQL), set()).add(f"{table}.{name}")
    cells = {
        (name, one, name in OF_POSTGRESQL)
        for row in rows[ANSWERS]
        for name, value in row.items()
        if name not in LOOKED_AT_OTHERWISE
        for one in scalars(value)
    }
    return {(name, place) for name, *one in cells for place in elsewhere.get(tuple(one), ())}


def orders_followed(rows):
    """Pairs of columns, one of each side, in whose order the same people stand."""
    answers = {row["comment"].split()[-1]: row for row in rows[ANSWERS]}
    pairs = []
    for table, of in rows.items():
        by_person = {person: row for row in of if (person := _person(table, row, rows))}
        if table == ANSWERS or len(by_person) < PEOPLE:
            continue
        people = sorted(by_person)
        for theirs in next(iter(by_person.values())):
            for ours in rows[ANSWERS][0]:
                one = _ranks([by_person[person][theirs] for person in people], theirs)
                other = _ranks([answers[person][ours] for person in people], ours)
                if one and other and abs(_correlation(one, other)) > FOLLOWS:
                    pairs.append((f"{table}.{theirs}", ours))
    return {pair for pair in pairs if not _is_allowed(*pair)}


def _person(table, row, rows):
    if table == "surveys_customer":
        return str(row["id"])
    if "customer_id" in row:
        return str(row["customer_id"] or "")
    asked = {one["id"]: str(one["customer_id"]) for one in rows["surveys_invitation"]}
    return asked.get(row.get("invitation_id"), "")


def _is_allowed(theirs, ours):
    """The marker in the words is how the test itself knows who wrote them."""
    return ours == "comment" or ours in KNOWN_TO_BOTH


def _ranks(values, name):
    """Where each stands when they are ordered; none where all are alike or have no order."""
    if name == "ctid":
        values = [tuple(map(int, value.strip("()").split(","))) for value in values]
    if name in ("xmin", "xmax"):
        values = [int(value) for value in values]
    if any(isinstance(value, dict | list) for value in values):
        values = [json.dumps(value, default=str, sort_keys=True) for value in values]
    if None in values or len(set(values)) < 2:
        return []
    ordered = sorted(values)
    first, last = {}, {}
    for place, value in enumerate(ordered):
        first.setdefault(value, place)
        last[value] = place
    return [(first[value] + last[value]) / 2 for value in values]


def _correlation(one, other):
    """Spearman's, of ranks."""
    middle = (len(one) - 1) / 2
    return (
        sum((a - middle) * (b - middle) for a, b in zip(one, other, strict=True))
        / (sum((a - middle) ** 2 for a in one) * sum((b - middle) ** 2 for b in other)) ** 0.5
    )


# --- what is found ----------------------------------------------------------------------------


def test_until_the_night_the_transaction_and_the_place_tell(house):
    """So the docs say; and so it is known that the search below would find what is there."""
    rows = every_row(house)
    assert shared_values(rows) == {
        ("xmin", "surveys_invitation.xmin"),
        ("xmin", "surveys_invitation.xmax"),
        ("xmin", "surveys_customer.xmax"),
    }
    followed = orders_followed(rows)
    assert ("surveys_invitation.xmin", "ctid") in followed
    assert {ours for _, ours in followed} == {"ctid", "xmin"}


def test_after_it_nothing_leads_from_an_answer_to_who_gave_it(house):
    assert shuffled(house) == PEOPLE
    rows = every_row(house)
    assert shared_values(rows) == set()
    assert orders_followed(rows) == set()
    assert len({row["xmin"] for row in rows[ANSWERS]}) == 1
    # The columns are these; whoever adds one has to think of this page.
    assert set(rows[ANSWERS][0]) - OF_POSTGRESQL == {
        "id", "organisation_id", "programme_id", "month", "kept", "score", "comment", "feelings",
    }  # fmt: skip


def test_the_night_changes_places_and_ids_and_nothing_else(house):
    def told():
        with tenancy.organisation(house.pk):
            rows = AnonymousAnswer.objects.values_list(
                "programme_id", "month", "kept", "score", "comment", "feelings", "id"
            )
            return sorted((*row[:-1],) for row in rows), {row[-1] for row in rows}

    before, ids = told()
    shuffled(house)
    after, new_ids = told()
    assert after == before
    assert not ids & new_ids
    with tenancy.organisation(house.pk):
        AnonymousAnswer.objects.update(month=datetime(2026, 3, 1, tzinfo=UTC).date())
    assert shuffled(house) == 0  # a month that was over for long lies as it lies


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["customer", "invitation", "interaction"])
def test_the_database_refuses_a_response_that_names_anybody(who):
    """Whatever code writes it: an answer under a name is no answer of an anonymous programme."""
    house = an_organisation()
    with tenancy.organisation(house.pk):
        hidden, open_one = a_programme(house, is_anonymous=True), a_programme(house)
        ada = a_customer(house)
        named = {
            "customer": lambda: ada,
            "invitation": lambda: an_invitation(house, hidden, ada, is_anonymous=True),
            "interaction": lambda: an_interaction(house, ada, a_touchpoint(house)),
        }[who]()
        came = {"origin": "invitation", "origin_key": str(named.pk)}
        given = came if who == "invitation" else {}
        with pytest.raises(IntegrityError, match="names somebody"), transaction.atomic():
            a_response(house, hidden, 4, **{who: named}, **given)
        nameless = a_response(house, hidden, 4)
        with pytest.raises(IntegrityError, match="names somebody"), transaction.atomic():
            Response.objects.filter(pk=nameless.pk).update(customer=ada)
        known = a_response(house, open_one, 4, customer=ada)
        with pytest.raises(IntegrityError, match="names somebody"), transaction.atomic():
            Response.objects.filter(pk=known.pk).update(programme=hidden)
