"""A company with as many answers as asked for, on the same days, touchpoints and properties."""

import sys
import time
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection, connections

from bench.world import Company, found_company
from kit import tenancy
from metrics.actions.rebuilding import rebuild_cells
from metrics.models import TrackedProperty
from surveys.models import Programme, Stage, Survey, SurveyVersion, Touchpoint

TRACKED = ("plan", "region", "agent", "channel")
UNTRACKED = ("reason", "q3")  # a property without cells, and one of its seven values
CUSTOMERS = """
    INSERT INTO surveys_customer (organisation_id, email, address_key, name, phone, language,
        time_zone, properties, created_at)
    SELECT %(organisation)s, 'c' || n || '@bench.example', 'c' || n || '@bench.example',
        'Ada Okafor', '', '', '', '{}', %(now)s
    FROM generate_series(1, %(customers)s) n
"""
# When a customer answers the relationship survey: twice, half a year apart, as its cadence asks
# her; or anew at random within weeks, which makes many more pairs of days.
REPEATS = {
    "every half year": """abs(hashint4(n / 3 %% %(customers)s)::bigint) %% 182
        + 182 * LEAST(n / 3 / %(customers)s, 1)""",
    "at random": "abs(hashint4(n + 13)::bigint) %% 365",
}
# Each property has so few values that ten thousand answers, too, show a verdict for each of them:
# pages are compared that hold the same rows. hashint4 spreads the numbers as a die would, and the
# same way on every machine.
ANSWERS = """
    WITH person AS (
        SELECT min(id) AS first FROM surveys_customer WHERE organisation_id = %(organisation)s
    ), drawn AS (
        SELECT n, abs(hashint4(n)::bigint) AS a, abs(hashint4(n + 7)::bigint) AS b,
            n %% 3 = 0 AS relational, n / 3 %% %(customers)s AS who,
            CASE WHEN n %% 3 > 0 THEN n %% 365
                ELSE {repeats} END::int AS days
        FROM generate_series(1, %(answers)s) n
    )
    INSERT INTO surveys_response (organisation_id, origin, origin_key, customer_id, programme_id,
        survey_version_id, touchpoint_id, metric, score, comment, standing, standing_reason,
        answered_at, local_on, revisions_made, context)
    SELECT %(organisation)s, 'import', n::text,
        person.first + CASE WHEN relational THEN who ELSE a %% %(customers)s END,
        CASE WHEN relational THEN %(relational)s ELSE %(programme)s END,
        CASE WHEN relational THEN %(nps)s ELSE %(version)s END,
        CASE WHEN relational THEN NULL ELSE (%(touchpoints)s::bigint[])[1 + b %% %(places)s] END,
        CASE WHEN relational THEN 'nps' ELSE 'csat' END,
        CASE WHEN relational THEN a %% 11 ELSE 1 + a %% 5 END,
        CASE WHEN n %% 2 = 0 THEN 'It took two calls, and then it worked.' ELSE '' END,
        'counted', '', %(now)s::timestamptz - make_interval(days => days),
        (%(now)s::timestamptz - make_interval(days => days))::date, 1,
        jsonb_build_object('plan', 'p' || b %% 4, 'region', 'r' || a %% 5, 'agent', 'a' || b %% 12,
            'channel', 'c' || a %% 4, 'reason', 'q' || b %% 7)
    FROM drawn, person
"""


def crowded_company(answers: int, now: datetime, repeats: str = "every half year") -> Company:
    """Found a company, give it the answers and count them; the same one all through a run."""
    return _crowded_company(answers, now, repeats)  # a cache tells a default from its value


@cache
def _crowded_company(answers: int, now: datetime, repeats: str) -> Company:
    begun = time.monotonic()
    company = found_company(now)
    with tenancy.organisation(company.organisation_id):
        track(company, now)
        places = _touchpoints(company, now)
        relational, version = relationship(company, now)
        values: dict[str, Any] = {
            "organisation": company.organisation_id,
            "customers": max(answers // 6, 1),
            "answers": answers,
            "programme": company.programme_id,
            "version": company.version_id,
            "relational": relational,
            "nps": version,
            "touchpoints": places,
            "places": len(places),
            "now": now - timedelta(minutes=1),
        }
        with connection.cursor() as cursor:
            cursor.execute(CUSTOMERS, values)
            cursor.execute(ANSWERS.replace("{repeats}", REPEATS[repeats]), values)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does within a minute
    with tenancy.organisation(company.organisation_id):
        rebuild_cells(organisation_id=company.organisation_id)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    sys.stderr.write(f"{answers:,} answers: {time.monotonic() - begun:.0f} s\n")
    return company


def track(company: Company, now: datetime) -> None:
    TrackedProperty.objects.bulk_create(
        TrackedProperty(organisation_id=company.organisation_id, slot=slot, key=key, tracked_at=now)
        for slot, key in enumerate(TRACKED, start=1)
    )


def _touchpoints(company: Company, now: datetime) -> list[int]:
    stages = Stage.objects.order_by("position")
    made = [
        Touchpoint.objects.create(
            organisation_id=company.organisation_id,
            stage=stage,
            slug=f"place-{stage.position}",
            name=f"Place {stage.position}",
            kind="service" if stage.position % 2 else "experience",
            created_at=now,
        )
        for stage in stages
    ]
    return [company.touchpoint_id, *(touchpoint.pk for touchpoint in made)]


def relationship(company: Company, now: datetime) -> tuple[int, int]:
    own = company.organisation_id
    survey = Survey.objects.create(
        organisation_id=own, name="Relationship", metric="nps", created_at=now
    )
    version = SurveyVersion.objects.create(
        organisation_id=own, survey=survey, number=1, published_at=now
    )
    programme = Programme.objects.create(
        organisation_id=own,
        name="Relationship",
        kind="relational",
        survey=survey,
        cadence_months=6,
        created_at=now,
    )
    return programme.pk, version.pk


def touchpoints_of(company: Company) -> list[int]:
    """The touchpoints of a crowd, in the same order in each."""
    with tenancy.organisation(company.organisation_id):
        return list(Touchpoint.objects.order_by("pk").values_list("pk", flat=True))
