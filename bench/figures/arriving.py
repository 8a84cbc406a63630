"""How many answers a second can arrive and still be counted within five seconds."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice

from django.db import connection

from bench import world
from bench.crowd import relationship, track
from bench.results import Figure
from bench.servers import ROOT
from bench.setting import Setting
from bench.world import Company
from events.dispatching import dispatch_due
from events.kinds import Kind
from events.publishing import NEWS, owed
from kit import clock, tenancy
from metrics.models import CountedAnswer
from surveys.models import Response

LONGEST_LAG = 5.0  # seconds
TICK = 0.1
# Answers a second; the first must hold, and holds for the whole minute.
RATES = (1_000, 2_000, 3_000, 5_000, 8_000)
REACTION = "count answers"

# As a customer's answer is stored, only many at once: the answer, its invitation, the news of it.
ANSWER = f"""
    WITH asked AS (
        UPDATE surveys_invitation SET answered_at = %(now)s, finished_at = %(now)s
        WHERE id = ANY(%(ids)s)
        RETURNING id, customer_id, programme_id, survey_version_id, touchpoint_id, context
    ), answered AS (
        INSERT INTO surveys_response (organisation_id, origin, origin_key, invitation_id,
            customer_id, programme_id, survey_version_id, touchpoint_id, metric, score, comment,
            standing, standing_reason, answered_at, local_on, revisions_made, context)
        SELECT %(organisation)s, 'invitation', id::text, id, customer_id, programme_id,
            survey_version_id, touchpoint_id,
            CASE WHEN touchpoint_id IS NULL THEN 'nps' ELSE 'csat' END, 1 + id %% 5,
            'It took two calls, and then it worked.', 'counted', '', %(now)s,
            (%(now)s::timestamptz AT TIME ZONE 'UTC')::date, 1, context
        FROM asked RETURNING id
    ), news AS (
        SELECT %(organisation)s::bigint AS organisation_id, '{Kind.RESPONSE_RECEIVED}' AS kind,
            %(now)s::timestamptz AS at, jsonb_build_object('response', id) AS payload
        FROM answered
    ), {NEWS}
    SELECT count(*) FROM happened
"""  # noqa: S608  (names of ours)
# Every third is asked about the relationship too: the two must find each other while counted.
ASK_AGAIN = """
    WITH again AS (
        SELECT * FROM surveys_invitation WHERE id = ANY(%(ids)s) AND id %% 3 = 0
    ), decided AS (
        INSERT INTO surveys_decision (organisation_id, programme_id, customer_id, occasion,
            is_asked, rule, facts, decided_at)
        SELECT organisation_id, %(programme)s, customer_id, 'due:' || id, true, 'asked', '{}',
            created_at
        FROM again RETURNING id, customer_id
    )
    INSERT INTO surveys_invitation (organisation_id, decision_id, programme_id, survey_version_id,
        customer_id, address_key, context, is_test, created_at, expires_at, sent_at, sent_on)
    SELECT a.organisation_id, d.id, %(programme)s, %(version)s, a.customer_id, '',
        a.context || jsonb_build_object('plan', 'p' || a.id %% 4, 'agent', 'a' || a.id %% 40),
        false, a.created_at, a.expires_at, a.sent_at, a.sent_on
    FROM again a JOIN decided d USING (customer_id) RETURNING id
"""


def fold_rate(setting: Setting) -> Figure:
    """The highest rate whose answers were all counted within five seconds.

    Rows and events are written by this process at a steady rate; another one reacts, woken every
    two seconds as in an installation. The lag is the age of the oldest answer not yet counted.
    """
    company = world.found_company(setting.now)
    with tenancy.organisation(company.organisation_id):
        track(company, setting.now)
        relational = relationship(company, setting.now)
    lags: dict[int, float] = {}
    with _dispatcher():
        for rate in RATES[:2] if setting.is_short else RATES:
            lags[rate] = _worst_lag(setting, company, relational, rate)
            sys.stderr.write(f"  {rate:,}/s: lag {lags[rate]:.1f} s\n")
            if lags[rate] >= LONGEST_LAG:
                break
            _wait_until_counted()
        _wait_until_counted()
    _check(company)
    held = [rate for rate, lag in lags.items() if lag < LONGEST_LAG]
    return Figure(
        name="fold_rate",
        value=max(held, default=0),
        unit="answers a second",
        must=1000,
        goal=5000,
        better="higher",
        runs=list(lags.values()),
        setup=f"{_seconds(setting, RATES[0])} s at the first, {_seconds(setting, 0)} s at each "
        "further rate; worst lag " + ", ".join(f"{lag:.1f} s at {r}/s" for r, lag in lags.items()),
    )


def _seconds(setting: Setting, rate: int) -> int:
    if setting.is_short:
        return 5
    return 60 if rate == RATES[0] else 30


def _worst_lag(
    setting: Setting, company: Company, relational: tuple[int, int], rate: int
) -> float:  # fmt: skip
    """Write so many answers a second; return the worst age of one that was not yet counted."""
    seconds = _seconds(setting, rate)
    waiting = iter(_asked(setting, company, relational, rate * seconds))
    worst, is_over = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(worst, is_over), daemon=True)
    watcher.start()
    begun = time.monotonic()
    for tick in range(1, int(seconds / TICK) + 1):
        _answer(company, list(islice(waiting, int(rate * TICK))))
        time.sleep(max(begun + tick * TICK - time.monotonic(), 0))
    late = time.monotonic() - begun - seconds
    is_over.set()
    watcher.join()
    if late > seconds * 0.05:
        sys.stderr.write(f"  {rate:,}/s could not be written: {late:.1f} s late\n")
        return max(worst[0], LONGEST_LAG)
    return worst[0]


def _asked(
    setting: Setting, company: Company, relational: tuple[int, int], count: int
) -> list[int]:  # fmt: skip
    """Ask so many, every fourth time about the relationship, in the order they will answer."""
    ids = world.invite(company, count, setting.now)
    with tenancy.organisation(company.organisation_id), connection.cursor() as cursor:
        cursor.execute(
            ASK_AGAIN, {"ids": ids, "programme": relational[0], "version": relational[1]}
        )
        again = [row[0] for row in cursor.fetchall()]
    mixed = [*ids[: count - len(again)], *again]
    return [mixed[place * 7919 % len(mixed)] for place in range(len(mixed))]


def _answer(company: Company, ids: list[int]) -> None:
    with tenancy.organisation(company.organisation_id), connection.cursor() as cursor:
        cursor.execute(
            ANSWER,
            {
                "organisation": company.organisation_id,
                "ids": ids,
                "now": clock.now(),
                **owed(Kind.RESPONSE_RECEIVED),
            },
        )


def _watch(worst: list[float], is_over: threading.Event) -> None:
    while not is_over.wait(0.2):
        worst[0] = max(worst[0], _lag())
    connection.close()


def _lag() -> float:
    with tenancy.system("dispatch"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - min(due_at)) FROM events_delivery"
            " WHERE reaction = %s",
            [REACTION],
        )
        (seconds,) = cursor.fetchone()
    return float(seconds or 0)


def _wait_until_counted() -> None:
    while _lag():
        time.sleep(0.5)


def _check(company: Company) -> None:
    """A short lag is worth nothing if something was left out."""
    with tenancy.organisation(company.organisation_id):
        given, counted = Response.objects.count(), CountedAnswer.objects.count()
    if not given or given != counted:
        raise RuntimeError(f"{counted} of {given} answers were counted")


@contextmanager
def _dispatcher() -> Iterator[None]:
    while dispatch_due(now=clock.now() + timedelta(seconds=1)):
        pass  # nothing left over from another figure
    command = [sys.executable, "-m", "bench.folding"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        process.stdout.readline()  # it is ready
        try:
            yield
        finally:
            process.terminate()
