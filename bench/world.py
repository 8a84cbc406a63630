"""A database of the run's own, and a company in it with as many open invitations as needed."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.core.management import call_command
from django.db import connection, connections
from psycopg2 import sql

from accounts.models import Organisation
from bench.yardstick.models import PlainAnswer
from kit import tenancy
from surveys.actions.starting import lay_out_journey
from surveys.models import Programme, Survey, SurveyVersion, Touchpoint

URLS = ("DATABASE_URL", "DATABASE_OWNER_URL")


@contextmanager
def database() -> Iterator[None]:
    """Create a database, point the environment at it, drop it at the end."""
    name, given = f"bench_{os.getpid()}", {url: os.environ[url] for url in URLS}
    _as_owner(given, "CREATE DATABASE {}", name)
    try:
        os.environ.update({url: _renamed(value, name) for url, value in given.items()})
        yield
    finally:
        connections.close_all()
        os.environ.update(given)
        _as_owner(given, "DROP DATABASE {} WITH (FORCE)", name)


def _renamed(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _as_owner(given: dict[str, str], command: str, name: str) -> None:
    with closing(psycopg2.connect(given["DATABASE_OWNER_URL"])) as owner:
        owner.autocommit = True
        with owner.cursor() as cursor:
            cursor.execute(sql.SQL(command).format(sql.Identifier(name)))


def migrate() -> None:
    """Create the product's tables and the yardstick's one."""
    with connections["owner"].schema_editor() as editor:
        editor.create_model(PlainAnswer)
    call_command("migrate", verbosity=0, interactive=False)


@dataclass(frozen=True)
class Company:
    """An organisation with one touchpoint and one CSAT programme that is switched on."""

    organisation_id: int
    programme_id: int
    touchpoint_id: int
    version_id: int


def found_company(now: datetime) -> Company:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_organisation', 'id'))")
        (row_id,) = cursor.fetchone()
    with tenancy.organisation(row_id):
        organisation = Organisation.objects.create(
            id=row_id, slug=f"bench-{row_id}", name="Bench Mobile", created_at=now
        )
        stage = lay_out_journey(organisation_id=row_id, now=now).stages.get(position=5)
        touchpoint = Touchpoint.objects.create(
            organisation=organisation, stage=stage, slug="billing", name="Billing", kind="service",
            created_at=now,
        )  # fmt: skip
        survey = Survey.objects.create(
            organisation=organisation, name="Billing", metric="csat", created_at=now
        )
        version = SurveyVersion.objects.create(
            organisation=organisation, survey=survey, number=1, published_at=now
        )
        programme = Programme.objects.create(
            organisation=organisation, name="Billing", kind="transactional", survey=survey,
            is_on=True, created_at=now,
        )  # fmt: skip
    return Company(row_id, programme.pk, touchpoint.pk, version.pk)


INVITE = """
    WITH person AS (
        INSERT INTO surveys_customer (organisation_id, email, address_key, name, phone, language,
            time_zone, properties, created_at)
        SELECT %(organisation)s, 'c' || n || '@bench.example', 'c' || n || '@bench.example',
            'Ada Okafor', '', '', '', '{"plan": "Basic"}', %(at)s
        FROM generate_series(1, %(count)s) n RETURNING id
    ), decided AS (
        INSERT INTO surveys_decision (organisation_id, programme_id, customer_id, occasion,
            is_asked, rule, facts, decided_at)
        SELECT %(organisation)s, %(programme)s, id, 'bench:' || id, true, 'asked', '{}', %(at)s
        FROM person RETURNING id, customer_id
    )
    INSERT INTO surveys_invitation (organisation_id, decision_id, programme_id, survey_version_id,
        customer_id, address_key, touchpoint_id, context, is_test, created_at, expires_at,
        sent_at, sent_on)
    SELECT %(organisation)s, id, %(programme)s, %(version)s, customer_id, '', %(touchpoint)s,
        '{"plan": "Basic", "agent": "Aisha"}', false, %(at)s, %(until)s, %(at)s, %(at)s::date
    FROM decided RETURNING id
"""


def invite(company: Company, count: int, now: datetime) -> list[int]:
    """Return the ids of `count` new invitations that were handed over an hour ago."""
    values: dict[str, int | datetime] = {
        "organisation": company.organisation_id,
        "programme": company.programme_id,
        "version": company.version_id,
        "touchpoint": company.touchpoint_id,
        "count": count,
        "at": now - timedelta(hours=1),
        "until": now + timedelta(days=30),
    }
    with tenancy.organisation(company.organisation_id), connection.cursor() as cursor:
        cursor.execute(INVITE, values)
        return [row[0] for row in cursor.fetchall()]
