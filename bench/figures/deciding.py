"""How many interactions one worker decides in a second, with every rule switched on."""

import time
from typing import Any

from django.db import connection, connections

from accounts.models import Organisation
from bench import world
from bench.results import Figure
from bench.setting import Setting
from bench.world import Company
from events.dispatching import dispatch_due
from events.kinds import Kind
from events.publishing import NEWS, owed
from kit import clock, tenancy
from surveys.models import Decision, Message, Programme, SendingPause, Survey, SurveyVersion
from surveys.models.programmes import ProgrammeTouchpoint

FEW, MANY, RUNS = 2_000, 10_000, 3
# People of companies of four, each of whom met us a moment ago.
REPORT = f"""
    WITH firm AS (
        INSERT INTO surveys_company (organisation_id, name, properties, created_at)
        SELECT %(organisation)s, %(run)s || '-' || n, '{{}}', %(now)s
        FROM generate_series(1, %(count)s / 4) n RETURNING id
    ), person AS (
        INSERT INTO surveys_customer (organisation_id, email, address_key, name, phone, language,
            time_zone, properties, created_at, company_id)
        SELECT %(organisation)s, %(run)s || n || '@bench.example', %(run)s || n || '@bench.example',
            'Ada Okafor', '', '', '', '{{"plan": "Basic", "region": "North"}}',
            %(now)s::timestamptz - interval '2 years', firm.id
        FROM firm, generate_series(firm.id * 4, firm.id * 4 + 3) n RETURNING id
    ), met AS (
        INSERT INTO surveys_interaction (organisation_id, source, source_id, touchpoint_id,
            customer_id, occurred_at, local_on, recorded_at, way, is_test, subject, context)
        SELECT %(organisation)s, 'bench', id::text, %(touchpoint)s, id, %(now)s,
            %(now)s::timestamptz::date, %(now)s, 'api', false, '', '{{"agent": "Aisha"}}'
        FROM person RETURNING id
    ), news AS (
        SELECT %(organisation)s::bigint AS organisation_id, '{Kind.INTERACTION_RECORDED}' AS kind,
            %(now)s::timestamptz AS at, jsonb_build_object('interaction', id) AS payload
        FROM met
    ), {NEWS}
    SELECT count(*) FROM happened
"""  # noqa: S608  (names of ours)


def decide_rate(setting: Setting) -> Figure:
    """Interactions whose decision is stored, a second; invitation and mail come with each yes."""
    company, count = _strict_company(setting), FEW if setting.is_short else MANY
    rates = [_rate(company, f"run{number}x", count) for number in range(RUNS)]
    with tenancy.organisation(company.organisation_id):
        asked = Message.objects.count() / Decision.objects.count()
    return Figure(
        name="decide_rate",
        value=sorted(rates)[len(rates) // 2],
        unit="interactions a second",
        must=200,
        goal=2000,
        better="higher",
        runs=rates,
        setup=f"{RUNS} times {count:,}, one worker, two programmes, conditions, sampling, limits of"
        f" companies, a calendar and a pause; {100 * asked:.0f} % of the decisions are a yes",
    )


def _strict_company(setting: Setting) -> Company:
    """A company that uses every rule, so that none of them is free."""
    company = world.found_company(setting.now)
    with tenancy.organisation(company.organisation_id):
        organisation = Organisation.objects.get(pk=company.organisation_id)
        organisation.people_per_company, organisation.holdout_percent = 3, 5
        organisation.save()
        wants = [{"key": "plan", "test": "is one of", "values": ["Basic", "Plus"]}]
        Programme.objects.update(sampling_percent=90, conditions=wants)
        _programme(organisation, "Second", setting, kind="transactional", priority=60)
        _programme(organisation, "Relationship", setting, kind="relational", cadence_months=6)
        for programme in Programme.objects.filter(kind="transactional"):
            ProgrammeTouchpoint.objects.create(
                organisation=organisation, programme=programme, touchpoint_id=company.touchpoint_id
            )
        SendingPause.objects.create(
            organisation=organisation, reason="Network down", key="region", values=["South"],
            begins_at=setting.now, created_at=setting.now,
        )  # fmt: skip
    return company


def _programme(
    organisation: Organisation, name: str, setting: Setting, **fields: str | int
) -> Programme:
    own = {"organisation": organisation, "name": name}
    survey = Survey.objects.create(**own, metric="nps", created_at=setting.now)
    SurveyVersion.objects.create(
        organisation=organisation, survey=survey, number=1, published_at=setting.now
    )
    return Programme.objects.create(
        **own, survey=survey, is_on=True, created_at=setting.now, **fields
    )


def _rate(company: Company, run: str, count: int) -> float:
    values: dict[str, Any] = {
        "organisation": company.organisation_id,
        "touchpoint": company.touchpoint_id,
        "count": count,
        "run": run,
        "now": clock.now(),
        **owed(Kind.INTERACTION_RECORDED),
    }
    with tenancy.organisation(company.organisation_id), connection.cursor() as cursor:
        cursor.execute(REPORT, values)
        before = Decision.objects.count()
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does within a minute
    begun = time.perf_counter()
    while dispatch_due(now=clock.now()):
        pass
    took = time.perf_counter() - begun
    with tenancy.organisation(company.organisation_id):
        decided = Decision.objects.count() - before
    if decided != 2 * count:
        raise RuntimeError(f"{decided} decisions about {count} interactions at two programmes")
    return count / took
