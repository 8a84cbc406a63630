"""What programs pay: one report, a thousand in one call, and a page of answers."""

import itertools
import json
from datetime import datetime, timedelta

from django.db import connection, connections

from accounts.actions.keys import Wanted, create_key
from accounts.rules.actors import Actor
from accounts.rules.scopes import Scope
from bench.client import Exchange, post, rate
from bench.pairing import ratio_of, take_pairs
from bench.results import Figure
from bench.setting import Setting
from kit import tenancy
from surveys.models import Response

HOST = "127.0.0.1"
BULK = 500  # items of one call
PEOPLE = 4000  # who come again and again, as in a year of a company
PAGE = 100
_numbers = itertools.count(1)


def interaction_post(setting: Setting) -> Figure:
    """POST of one interaction of somebody who is known, over one bare create() in autocommit."""
    key = _key(setting)
    _meet(setting, key)
    bare = [[Exchange(post(HOST, "/store", "score=4"), 302)]] * setting.requests
    taken = take_pairs(
        lambda: rate(setting.yardstick, bare),
        lambda: _singles(setting, key, setting.requests),
        pairs=setting.pairs,
        repeats=setting.pairs,
    )
    return Figure(
        name="interaction_post",
        value=ratio_of(taken),
        unit="of bare Django's rate",
        must=0.12,
        goal=0.25,
        better="higher",
        runs=[pair.ratio for pair in taken],
        setup=f"{setting.words}; bare {max(pair.yardstick for pair in taken):.0f}/s",
    )


def interaction_bulk(setting: Setting) -> Figure:
    """Interactions a second in calls of many, over those in calls of one."""
    key, calls = _key(setting), max(8, setting.requests // 50)
    _meet(setting, key)
    taken = take_pairs(
        lambda: _singles(setting, key, setting.requests),
        lambda: BULK * _bulks(setting, key, calls),
        pairs=setting.pairs,
        repeats=setting.pairs,
    )
    return Figure(
        name="interaction_bulk",
        value=ratio_of(taken),
        unit="times the single rate",
        must=10,
        goal=None,
        better="higher",
        runs=[pair.ratio for pair in taken],
        setup=f"{setting.pairs} pairs of {calls} calls of {BULK}, granian 2 workers, 4 connections,"
        f" fsync on; single {max(pair.yardstick for pair in taken):.0f}/s",
    )


def responses_list(setting: Setting) -> Figure:
    """A page of 100 answers with their customers, over REST framework's plain list of values."""
    _answers(setting, 10 * PAGE)
    key, count = _key(setting), setting.requests // 4
    path = f"/api/v1/responses?limit={PAGE}&expand=customer"
    bare = [[Exchange(_get("/rest", ""), 200)]] * count
    asked = [[Exchange(_get(path, key), 200)]] * count
    taken = take_pairs(
        lambda: rate(setting.yardstick, bare),
        lambda: rate(setting.product, asked),
        pairs=setting.pairs,
        repeats=setting.pairs,
    )
    return Figure(
        name="responses_list",
        value=ratio_of(taken),
        unit="of DRF's plain list's rate",
        must=0.35,
        goal=0.6,
        better="higher",
        runs=[pair.ratio for pair in taken],
        setup=f"{setting.pairs} pairs of {count} pages of {PAGE}, granian 2 workers, 4 connections;"
        f" bare {max(pair.yardstick for pair in taken):.0f}/s",
    )


def _key(setting: Setting) -> str:
    with tenancy.organisation(setting.company.organisation_id):
        made = create_key(
            organisation_id=setting.company.organisation_id,
            wanted=Wanted(name=f"Bench {next(_numbers)}", scopes=tuple(Scope)),
            actor=Actor(name="bench"),
            now=setting.now,
        )
    return made.text


def _meet(setting: Setting, key: str) -> None:
    """Let everybody be known before the first pair: a short run would measure newcomers only."""
    _bulks(setting, key, PEOPLE // BULK)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does within a minute


def _singles(setting: Setting, key: str, count: int) -> float:
    steps = [
        [Exchange(_post("/api/v1/interactions", key, _item(setting)), 201)] for _ in range(count)
    ]
    return rate(setting.product, steps)


def _bulks(setting: Setting, key: str, calls: int) -> float:
    bodies = [{"items": [_item(setting) for _ in range(BULK)]} for _ in range(calls)]
    steps = [[Exchange(_post("/api/v1/interactions/bulk", key, body), 200)] for body in bodies]
    return rate(setting.product, steps)


def _item(setting: Setting) -> dict[str, object]:
    number = next(_numbers)
    return {
        "source_id": f"ticket-{number}",
        "touchpoint": "billing",
        "occurred_at": (setting.now - timedelta(hours=1)).isoformat(),
        "customer": {
            "external_id": f"bench-{number % PEOPLE}",
            "email": f"bench{number % PEOPLE}@mail.example",
            "name": "Ada Okafor",
            "properties": {"plan": "Basic"},
        },
        "subject": "Bill of October",
        "context": {"agent": "Aisha", "team": "Billing"},
    }


def _post(path: str, key: str, body: object) -> bytes:
    raw = json.dumps(body).encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
    ).encode() + raw


def _get(path: str, key: str) -> bytes:
    shown = f"Authorization: Bearer {key}\r\n" if key else ""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{shown}\r\n".encode()


ANSWERS = """
    WITH person AS (
        INSERT INTO surveys_customer (organisation_id, external_id, email, address_key, name, phone,
            language, time_zone, properties, created_at)
        SELECT %(organisation)s, 'list-' || n, 'l' || n || '@mail.example',
            'l' || n || '@mail.example', 'Ada Okafor', '', 'en', 'Europe/Madrid',
            '{"plan": "Basic", "lines": 3}', %(now)s
        FROM generate_series(1, %(count)s) n RETURNING id
    )
    INSERT INTO surveys_response (organisation_id, origin, origin_key, customer_id, programme_id,
        survey_version_id, touchpoint_id, metric, score, comment, context, standing, answered_at,
        local_on, revisions_made, standing_reason)
    SELECT %(organisation)s, 'import', 'list:' || id, id, %(programme)s, %(version)s,
        %(touchpoint)s, 'csat', 4, 'Aisha found the mistake in a minute.',
        '{"agent": "Aisha", "plan": "Basic"}',
        'counted', %(now)s, %(now)s::date, 1, ''
    FROM person
"""
PLAIN = """
    WITH person AS (
        INSERT INTO yardstick_plaincustomer (external_id, email, name, language, time_zone,
            properties, created_at)
        SELECT 'list-' || n, 'l' || n || '@mail.example', 'Ada Okafor', 'en', 'Europe/Madrid',
            '{"plan": "Basic", "lines": 3}', %(now)s
        FROM generate_series(1, %(count)s) n RETURNING id
    )
    INSERT INTO yardstick_plainresponse (metric, score, comment, standing, origin, context,
        local_on, answered_at, customer_id)
    SELECT 'csat', 4, 'Aisha found the mistake in a minute.', 'counted', 'import',
        '{"agent": "Aisha", "plan": "Basic"}', %(now)s::date, %(now)s, id
    FROM person
"""


def _answers(setting: Setting, count: int) -> None:
    company = setting.company
    values: dict[str, int | datetime] = {
        "organisation": company.organisation_id,
        "programme": company.programme_id,
        "version": company.version_id,
        "touchpoint": company.touchpoint_id,
        "count": count,
        "now": setting.now,
    }
    with tenancy.organisation(company.organisation_id), connection.cursor() as cursor:
        cursor.execute(ANSWERS, values)
        if Response.objects.count() < PAGE:
            raise RuntimeError("a page of answers is not full")
    with connections["owner"].cursor() as cursor:
        cursor.execute(PLAIN, values)
        cursor.execute("ANALYZE")  # as autovacuum does within a minute
