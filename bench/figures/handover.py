"""What handing over one mail costs beside the bare conversation with the same server."""

import smtplib
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from django.db import connection, connections

from accounts.actions.handover import Worker, hand_over
from bench import world
from bench.pairing import ratio_of, take_pairs
from bench.results import Figure
from bench.setting import Setting
from kit import clock, tenancy
from kit.mail import as_bytes
from kit.mail.smtp import Route, SmtpTransport
from surveys.actions.delivering import Messages
from surveys.models import Message
from tests.chaos.sink import Sink

QUEUE = """
    WITH waiting AS (
        UPDATE surveys_invitation SET sent_at = NULL, sent_on = NULL WHERE id = ANY(%(ids)s)
        RETURNING id, organisation_id, expires_at
    )
    INSERT INTO surveys_message (organisation_id, about, invitation_id, state, due_at, expires_at,
        attempts, message_id, last_code, last_error, created_at)
    SELECT organisation_id, 'invitation:' || id, id, 'queued', %(now)s, expires_at, 0,
        id || '@bench.example', '', '', %(now)s
    FROM waiting
"""


def handover(setting: Setting) -> Figure:
    """Mails per second of one worker process over raw smtplib on one open connection."""
    count = setting.requests // 4
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        sink = stack.enter_context(Sink(Path(folder) / "sink.jsonl"))
        transport = SmtpTransport(Route("127.0.0.1", sink.port))
        stack.callback(transport.close)
        client = stack.enter_context(smtplib.SMTP("127.0.0.1", sink.port))
        bare = _bare(client, _a_mail(setting), count)
        taken = take_pairs(
            bare, lambda: _product(setting, transport, count), pairs=setting.pairs, repeats=5
        )
        _check(sink, expected=2 * count)
    return Figure(
        name="handover",
        value=ratio_of(taken),
        unit="of raw smtplib's rate",
        must=0.2,
        goal=0.4,
        better="higher",
        runs=[pair.ratio for pair in taken],
        setup=f"{setting.pairs} pairs of {count} mails, aiosmtpd in its own process, fsync on; "
        f"raw {max(pair.yardstick for pair in taken):.0f}/s",
    )


def _a_mail(setting: Setting) -> bytes:
    """The bytes of one real mail, so that both sides send the same."""
    queue(setting, 1)
    with tenancy.organisation(setting.company.organisation_id):
        message = Message.objects.get(state="queued")
    (mail,) = Messages().write([message], setting.now).values()
    if isinstance(mail, Exception):
        raise mail
    with tenancy.organisation(setting.company.organisation_id):
        Message.objects.filter(pk=message.pk).update(state="cancelled")
    return as_bytes(mail)


def _bare(client: smtplib.SMTP, raw: bytes, count: int) -> Callable[[], float]:
    def send() -> float:
        begun = time.perf_counter()
        for _ in range(count):
            client.sendmail("hello@bench.example", ["ada@bench.example"], raw)
        return count / (time.perf_counter() - begun)

    return send


def _product(setting: Setting, transport: SmtpTransport, count: int) -> float:
    queue(setting, count)
    worker = Worker(transport=transport, clock=clock.now)
    done, begun = 0, time.perf_counter()
    while taken := hand_over(outbox=Messages(), worker=worker):
        done += taken
    took = time.perf_counter() - begun
    with tenancy.organisation(setting.company.organisation_id):
        sent = Message.objects.filter(state="sent").count()
        Message.objects.update(state="cancelled")
    if sent != count or done != count:
        raise RuntimeError(f"{sent} of {count} mails were sent, {done} taken up")
    return count / took


def queue(setting: Setting, count: int) -> None:
    ids = world.invite(setting.company, count, setting.now)
    with tenancy.organisation(setting.company.organisation_id), connection.cursor() as cursor:
        cursor.execute(QUEUE, {"ids": ids, "now": setting.now})
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does within a minute


def _check(sink: Sink, *, expected: int) -> None:
    """A rate is worth nothing if the mails did not arrive."""
    arrived = len(sink.stored())
    if arrived < expected:
        raise RuntimeError(f"only {arrived} mails arrived")
