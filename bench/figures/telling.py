"""What one webhook costs beside one Celery task that does nothing."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redis
from django.conf import settings
from django.db import connection

from accounts.rules.actors import COMMAND_LINE
from bench import nothing
from bench.pairing import ratio_of, take_pairs
from bench.results import Figure
from bench.setting import Setting
from events.models import Event
from followup.actions.delivering import deliver_due
from followup.actions.endpoints import Details, add_endpoint
from followup.models import WebhookDelivery, WebhookEndpoint
from kit import clock, tenancy
from kit.http import read_named
from surveys.models import Response

ADDRESSES = 4
QUEUE = """
    WITH happened AS (
        INSERT INTO events_event (organisation_id, kind, at, payload)
        SELECT %(organisation)s, 'response.received', %(now)s,
            jsonb_build_object('response', %(response)s::bigint)
        FROM generate_series(1, %(count)s) RETURNING id
    )
    INSERT INTO followup_webhookdelivery (organisation_id, endpoint_id, webhook_id, type, event,
        subject, at, created_at, state, due_at, attempts, tries_before, body, last_error)
    SELECT %(organisation)s, (%(endpoints)s::bigint[])[1 + id %% %(addresses)s],
        'evt_' || id || '_1', 'response.received', id, %(response)s, %(now)s, %(now)s, 'waiting',
        %(now)s, 0, 0, '', ''
    FROM happened
"""


def webhook_rate(setting: Setting) -> Figure:
    """Signed messages per second of one worker process over tasks that do nothing, of one too."""
    count = max(setting.requests, 1000)
    with _taker() as port:
        settings.WEBHOOK_NETWORKS = (read_named(f"127.0.0.1/32:{port}"),)
        response = _prepare(setting, port)
        taken = take_pairs(
            lambda: _bare(count),
            lambda: _product(setting, response, count),
            pairs=setting.pairs,
            repeats=5,
        )
    return Figure(
        name="webhook_rate",
        value=ratio_of(taken),
        unit="of Celery no-ops",
        must=0.3,
        goal=0.5,
        better="higher",
        runs=[pair.ratio for pair in taken],
        setup=f"{setting.pairs} pairs of {count}, {ADDRESSES} receivers in one process, bodies with"
        f" words, fsync on; one prefork process without a task's work"
        f" {max(pair.yardstick for pair in taken):.0f}/s",
    )


def _prepare(setting: Setting, port: int) -> int:
    """Addresses, and the answer that they are told of again and again."""
    own, now = setting.company.organisation_id, clock.now()
    with tenancy.organisation(own):
        for number in range(ADDRESSES):
            add_endpoint(
                organisation_id=own,
                details=Details(
                    name=f"Receiver {number}",
                    url=f"http://127.0.0.1:{port}/",
                    events=("response.received",),
                    detail="answers",
                ),
                actor=COMMAND_LINE,
                now=now,
            )
        return Response.objects.create(
            organisation_id=own,
            origin="import",
            origin_key="bench:webhooks",
            programme_id=setting.company.programme_id,
            survey_version_id=setting.company.version_id,
            touchpoint_id=setting.company.touchpoint_id,
            metric="csat",
            score=2,
            comment="Nobody called back. " * 10,
            standing="counted",
            answered_at=now,
            local_on=now.date(),
            context={"agent": "Aisha", "plan": "Gold"},
        ).pk


def _product(setting: Setting, response: int, count: int) -> float:
    own = setting.company.organisation_id
    with tenancy.organisation(own):
        endpoints = list(WebhookEndpoint.objects.order_by("id").values_list("id", flat=True))
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"organisation": own, "response": response, "count": count}
            values |= {"endpoints": endpoints, "addresses": len(endpoints), "now": clock.now()}
            cursor.execute(QUEUE, values)
    begun = time.perf_counter()
    sent = deliver_due(clock=clock.now, seconds=3600)
    took = time.perf_counter() - begun
    with tenancy.organisation(own):
        delivered = WebhookDelivery.objects.filter(state="delivered")
        if sent != count or delivered.count() != count:
            raise RuntimeError(f"{sent} of {count} messages were sent")
        delivered.delete()
        Event.objects.filter(kind="response.received").delete()
    return count / took


def _bare(count: int) -> float:
    """Put all of them into the queue, then have one worker process take them out."""
    broker = redis.Redis.from_url(nothing.URL)
    broker.delete(nothing.QUEUE, nothing.MARKS)
    nothing.mark.apply_async()
    for _ in range(count):
        nothing.nothing.apply_async()
    nothing.mark.apply_async()
    command = [sys.executable, "-m", "celery", "-A", "bench.nothing", "worker"]
    command += ["-c", "1", "-Q", nothing.QUEUE, "--loglevel", "ERROR"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker = subprocess.Popen(  # noqa: S603
        command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while broker.llen(nothing.MARKS) < 2:
            if worker.poll() is not None:
                raise RuntimeError("the Celery worker has ended")
            time.sleep(0.05)
    finally:
        worker.terminate()
        worker.wait()
    begun, ended = map(float, broker.lrange(nothing.MARKS, 0, 1))
    return count / (ended - begun)


@contextmanager
def _taker() -> Iterator[int]:
    """A process of its own that takes what is sent; yields its port."""
    command = [sys.executable, "-m", "bench.taker"]
    taker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert taker.stdout is not None
        yield int(taker.stdout.readline())
    finally:
        taker.terminate()
        taker.wait()
        if taker.stdout is not None:
            taker.stdout.close()
