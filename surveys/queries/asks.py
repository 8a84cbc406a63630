"""Questions that were asked before, by the person, the address and the company they went to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Organisation
from accounts.models.outgoing import LEFT_STATES, OPEN_STATES
from kit import tenancy
from kit.arrays import among_numbers, plain, texts
from surveys.models import Customer, Programme
from surveys.queries.candidates import Addressee, Candidate
from surveys.rules.asking import Ask

# A question may be made long before it arrives: the longest delay, and weeks without an hour.
MADE_BEFORE = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that somebody was asked, whoever looks at it."""

    at: datetime
    programme_id: int
    customer_id: int
    address_key: str
    company_id: int | None
    is_relational: bool
    interaction_id: int | None

    def seen_by(self, candidate: Candidate, who: Addressee) -> Ask:
        mine = candidate.interaction
        return Ask(
            at=self.at,
            is_own=self.programme_id == candidate.programme.id,
            is_relational=self.is_relational,
            is_to_person=self.customer_id == who.customer_id,
            is_to_address=bool(self.address_key) and self.address_key in who.keys,
            is_same_occasion=mine is not None and mine.pk == self.interaction_id,
        )


@dataclass
class Asks:
    """Questions by whom they went to."""

    by_person: dict[int, list[Asked]] = field(default_factory=lambda: defaultdict(list))
    by_address: dict[str, list[Asked]] = field(default_factory=lambda: defaultdict(list))
    by_company: dict[int, list[Asked]] = field(default_factory=lambda: defaultdict(list))

    def note(self, asked: Asked) -> None:
        self.by_person[asked.customer_id].append(asked)
        if asked.address_key:
            self.by_address[asked.address_key].append(asked)
        if asked.company_id is not None:
            self.by_company[asked.company_id].append(asked)

    def about(self, who: Addressee) -> list[Asked]:
        """Return those that went to the person or to the address, each once."""
        own = self.by_person.get(who.customer_id, [])
        shared = [each for key in who.keys for each in self.by_address.get(key, [])]
        return [*own, *(each for each in shared if each.customer_id != who.customer_id)]

    def of_colleagues(self, who: Addressee) -> tuple[datetime, ...]:
        """Return when each other person of the company was last asked."""
        last: dict[int, datetime] = {}
        for each in self.by_company.get(who.company_id or 0, []):
            if each.customer_id != who.customer_id:
                last[each.customer_id] = max(each.at, last.get(each.customer_id, each.at))
        return tuple(last.values())


def asks_of(people: Mapping[int, Addressee], since: datetime, now: datetime) -> Asks:
    """Read what these people and their addresses were asked since then."""
    addresses = {key for who in people.values() for key in who.keys}
    found = Asks()
    for each in _asked(people, addresses, since, now):
        found.note(each)
    return found


def read_colleagues(
    asks: Asks, organisation: Organisation, people: Mapping[int, Addressee], now: datetime
) -> None:
    """Add what everybody in these people's companies was asked lately."""
    companies = {who.company_id for who in people.values() if who.company_id}
    colleagues = Customer.objects.filter(among_numbers("company", companies))
    since = now - timedelta(days=organisation.company_days) - MADE_BEFORE
    asks.by_company.clear()
    for each in _asked(colleagues.values_list("id", flat=True), (), since, now):
        asks.by_company[each.company_id or 0].append(each)


def asked_now(candidate: Candidate, who: Addressee, at: datetime) -> Asked:
    """Return the question that this candidate is about to be asked."""
    programme, interaction = candidate.programme, candidate.interaction
    return Asked(
        at,
        programme.id,
        who.customer_id,
        who.way(candidate).key,
        who.company_id,
        programme.kind == Programme.Kind.RELATIONAL,
        interaction.pk if interaction else None,
    )


# Each person and each address is looked up by itself: of a list of them the planner may think
# that it is shorter to read all that a programme ever asked, which a large wave makes long. The
# organisation stands in a query of its own, so that the planner does not know it: one that is new
# among large ones seems to have no rows, and then every index that begins with it looks as good.
# What was cancelled before anything left was no question to anybody.
# Whoever answered the widget of a page was asked there, as of a mail that leaves no row elsewhere;
# where no page has one, nobody is looked up.
_ASKED = """
    WITH asked AS (
        SELECT i.* FROM unnest(%(customers)s::bigint[]) AS who (id)
        CROSS JOIN LATERAL (
            SELECT * FROM surveys_invitation
            WHERE organisation_id = (SELECT %(organisation)s::bigint) AND customer_id = who.id
                AND created_at > %(since)s AND NOT is_test
            OFFSET 0
        ) AS i
        UNION
        SELECT i.* FROM unnest(%(addresses)s::text[]) AS who (key)
        CROSS JOIN LATERAL (
            SELECT * FROM surveys_invitation
            WHERE organisation_id = (SELECT %(organisation)s::bigint) AND address_key = who.key
                AND created_at > %(since)s AND NOT is_test
            OFFSET 0
        ) AS i
    )
    SELECT i.sent_at, i.due_at, i.created_at, i.sent_at IS NULL AND EXISTS (
            SELECT FROM surveys_message m WHERE m.invitation_id = i.id AND m.state = ANY(%(open)s)
        ), i.programme_id, i.customer_id, i.address_key, c.company_id, p.kind, i.interaction_id,
        i.id
    FROM asked i
    JOIN surveys_customer c ON c.id = i.customer_id
    JOIN surveys_programme p ON p.id = i.programme_id
    WHERE i.cancelled_at IS NULL OR i.sent_at IS NOT NULL OR EXISTS (
        SELECT FROM surveys_message m
        WHERE m.invitation_id = i.id AND m.state = ANY(%(left)s) OFFSET 0)
    UNION ALL
    SELECT r.answered_at, NULL, r.answered_at, false, r.programme_id, r.customer_id, '',
        c.company_id, p.kind, NULL, r.id
    FROM unnest(CASE
        WHEN EXISTS (SELECT FROM surveys_widget WHERE organisation_id = %(organisation)s)
        THEN %(customers)s::bigint[] ELSE '{}'
    END) AS who (id)
    CROSS JOIN LATERAL (
        SELECT * FROM surveys_response
        WHERE organisation_id = (SELECT %(organisation)s::bigint) AND customer_id = who.id
            AND origin = 'widget' AND answered_at > %(since)s AND standing <> 'suspect'
        OFFSET 0
    ) AS r
    JOIN surveys_customer c ON c.id = r.customer_id
    JOIN surveys_programme p ON p.id = r.programme_id
    ORDER BY 3, 11
"""


def _asked(
    customer_ids: Iterable[int], addresses: Iterable[str], since: datetime, now: datetime
) -> list[Asked]:
    values = {
        "organisation": tenancy.current(),
        "customers": plain(customer_ids),
        "addresses": texts(addresses),
        "since": since,
        "open": list(OPEN_STATES),
        "left": list(LEFT_STATES),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, values)
        return [_read(row, now) for row in cursor.fetchall()]


def _read(row: tuple[Any, ...], now: datetime) -> Asked:
    sent_at, due_at, created_at, waits, programme_id, customer_id, address, company_id = row[:8]
    at = sent_at or due_at or created_at
    return Asked(
        # What a pause or a slow server keeps waiting arrives now at the earliest.
        at=max(at, now) if waits else at,
        programme_id=programme_id,
        customer_id=customer_id,
        address_key=address,
        company_id=company_id,
        is_relational=row[8] == Programme.Kind.RELATIONAL,
        interaction_id=row[9],
    )
