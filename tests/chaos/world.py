"""A database of the run's own, with a company in it and mails that are due."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings

from accounts.actions.keys import Wanted, create_key
from accounts.rules.actors import Actor
from accounts.rules.scopes import Scope
from kit import clock, tenancy
from surveys.models import Customer, Message
from tests.builders import a_programme, a_touchpoint, an_invitation, an_organisation
from tests.databases import drop, point_at, run_at

QUEUE = """
    WITH person AS (
        INSERT INTO surveys_customer (organisation_id, email, address_key, name, phone, language,
            time_zone, properties, created_at)
        SELECT %(organisation)s, n || '@chaos.example', n || '@chaos.example', 'Ada Okafor', '',
            '', '', '{}', %(now)s
        FROM generate_series(%(first)s, %(first)s + %(count)s - 1) n RETURNING id, address_key
    ), decided AS (
        INSERT INTO surveys_decision (organisation_id, programme_id, customer_id, occasion,
            is_asked, rule, facts, decided_at)
        SELECT %(organisation)s, %(programme)s, id, 'chaos:' || id, true, 'asked', '{}', %(now)s
        FROM person RETURNING id, customer_id
    ), invited AS (
        INSERT INTO surveys_invitation (organisation_id, decision_id, programme_id,
            survey_version_id, customer_id, address_key, touchpoint_id, context, is_test,
            created_at, expires_at)
        SELECT %(organisation)s, d.id, %(programme)s, %(version)s, d.customer_id, p.address_key,
            %(touchpoint)s, '{}', false, %(now)s, %(until)s
        FROM decided d JOIN person p ON p.id = d.customer_id RETURNING id
    )
    INSERT INTO surveys_message (organisation_id, about, invitation_id, state, due_at, expires_at,
        attempts, message_id, last_code, last_error, created_at)
    SELECT %(organisation)s, 'invitation:' || id, id, 'queued', %(now)s, %(until)s, 0,
        id || '.chaos@acme.example', '', '', %(now)s
    FROM invited
"""

HAVE_LEFT = """
    UPDATE surveys_message SET state = 'sent', finished_at = %(at)s WHERE state = 'queued';
    UPDATE surveys_invitation SET sent_at = %(at)s, sent_on = %(at)s::timestamptz::date
    WHERE sent_at IS NULL RETURNING id
"""

# A checkout under test has collected none.
PLAIN_STATIC_FILES = override_settings(
    STORAGES={
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
)


@contextmanager
def database() -> Iterator[None]:
    """Create a database, migrate it, drop it at the end."""
    name = f"chaos_{os.getpid()}"
    given = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    run_at(given["owner"], "CREATE DATABASE {}", name)
    try:
        point_at(name)
        call_command("migrate", verbosity=0, interactive=False)
        yield
    finally:
        point_at(given["owner"]["NAME"])
        # By force the owner would fail where a killed worker's session is not over yet.
        drop(name, given)


def environment() -> dict[str, str]:
    """What a process of the product must be told to work on this run's database."""
    name = connections["default"].settings_dict["NAME"]
    moved = {
        variable: f"{os.environ[variable].rpartition('/')[0]}/{name}"
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    return {**os.environ, **moved}


class Company:
    """An organisation with one programme, whose customers are all waiting to be asked."""

    def __init__(self, now: datetime, *, doubts_soon: int = 0, metric: str = "csat") -> None:
        # Answers follow their mails within seconds here; a customer's never do.
        organisation = an_organisation(
            sender_email="hello@acme.example", suspect_within_seconds=doubts_soon
        )
        self.organisation, self.organisation_id = organisation, organisation.pk
        with self.entered():
            touchpoint = a_touchpoint(organisation, topic="your bill")
            self.programme = programme = a_programme(organisation, touchpoint, metric=metric)
            version = programme.survey.versions.get()
        self.values = {
            "organisation": organisation.pk,
            "programme": programme.pk,
            "version": version.pk,
            "touchpoint": touchpoint.pk,
            "now": now,
            "until": now + timedelta(days=30),
        }
        self.mails = 0

    def entered(self):
        return tenancy.organisation(self.organisation_id)

    def headers(self) -> dict[str, str]:
        """What the company's helpdesk shows when it calls the API."""
        wanted = Wanted(name="Helpdesk", scopes=frozenset(Scope))
        key = create_key(
            organisation_id=self.organisation_id,
            wanted=wanted,
            actor=Actor(name="maya@acme.example"),
            now=clock.now(),
        )
        return {"Authorization": f"Bearer {key.text}"}

    def queue(self, count: int) -> None:
        """Put so many mails into the outbox, all due."""
        values = {**self.values, "first": self.mails + 1, "count": count}
        with self.entered(), connection.cursor() as cursor:
            cursor.execute(QUEUE, values)
        self.mails += count
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does within a minute
        connections["owner"].close()

    def ask(self, count: int, *, ago: timedelta) -> list[int]:
        """Invite so many people whose mails were handed over so long ago; return the ids."""
        at = clock.now() - ago
        values = {**self.values, "now": at, "first": self.mails + 1, "count": count}
        with self.entered(), connection.cursor() as cursor:
            cursor.execute(QUEUE, values)
            cursor.execute(HAVE_LEFT, {"at": at})
            ids = [row[0] for row in cursor.fetchall()]
        self.mails += count
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        connections.close_all()
        return sorted(ids)

    def ask_again(self, address: str) -> int:
        """One more mail to somebody who was asked before, due now; return its id."""
        with self.entered():
            customer = Customer.objects.get(address_key=address)
            invitation = an_invitation(
                self.organisation, self.programme, customer, sent=False, at=clock.now()
            )
            return int(invitation.messages.get().pk)

    def messages(self) -> list[Message]:
        with self.entered():
            return list(Message.objects.order_by("id"))

    def still_open(self) -> int:
        with self.entered():
            return Message.objects.filter(state__in=["queued", "claimed", "handing_over"]).count()

    def cancel_rest(self) -> None:
        """Leave nothing that the next storm's workers would take for theirs."""
        with self.entered():
            Message.objects.filter(state__in=["queued", "claimed", "handing_over"]).update(
                state="cancelled"
            )
