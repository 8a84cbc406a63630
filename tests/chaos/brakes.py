"""D-16: five bounces of a hundred, or one complaint of a thousand, stop the sending."""

import base64
import json
import time
from collections.abc import Sequence
from pathlib import Path

from django.db import connection, connections
from django.test import Client, override_settings

from accounts.models import AuditEntry
from events.tasks import dispatch
from kit import clock
from kit.providers import MARK
from surveys.models import Brake, Message
from tests.chaos.invariants import Findings
from tests.chaos.sink import Sink
from tests.chaos.workers import hurry, product
from tests.chaos.world import Company

SECRET = "hook:a secret of this run"
MOST_SECONDS = 60.0
HAVE_LEFT = """
    UPDATE surveys_message SET state = 'sent', finished_at = %(now)s;
    UPDATE surveys_invitation SET sent_at = %(now)s, sent_on = %(now)s::timestamptz::date
"""


def run(*, seed: int, folder: Path) -> Findings:
    """At the true limits: one report fewer stops nothing, the last one stops all."""
    counts: dict[str, int] = {}
    broken: list[str] = []
    with (
        override_settings(ANYMAIL={"WEBHOOK_SECRET": SECRET}),
        Sink(folder / f"brakes-{seed}.jsonl", seed=seed) as sink,
    ):
        hurry(sink.port)
        for kind, mails, reports in (("HardBounce", 100, 5), ("SpamComplaint", 1000, 1)):
            company = Company(clock.now())
            before, took = _reported(company, kind, mails, reports)
            arrived = len(sink.stored())
            company.queue(1)
            product()
            left = len(sink.stored()) - arrived
            counts |= {f"{kind} of {mails}": reports, f"{kind} ms to stop": round(1000 * took)}
            with company.entered():
                rules = {
                    "one report fewer stops nothing": not before,
                    "the last one stops all": Brake.objects.filter(released_at=None).count() == 1,
                    f"within {MOST_SECONDS:.0f} s": took <= MOST_SECONDS,
                    "no mail leaves": not left and Message.objects.filter(state="queued").exists(),
                    "audited once": AuditEntry.objects.filter(action="sending.stopped").count()
                    == 1,
                }
            company.cancel_rest()
            connections.close_all()
            broken += [f"{kind}: {rule}" for rule, holds in rules.items() if not holds]
    return Findings(counts, broken)


def _reported(company: Company, kind: str, mails: int, reports: int) -> tuple[int, float]:
    """Let the provider report; return the brakes before the last report, and how long it took."""
    company.queue(mails)
    with company.entered(), connection.cursor() as cursor:
        cursor.execute(HAVE_LEFT, {"now": clock.now()})
        names = list(Message.objects.order_by("id").values_list("message_id", flat=True)[:reports])
    _post(kind, names[:-1])
    dispatch()
    with company.entered():
        before = Brake.objects.count()
    begun = time.monotonic()
    _post(kind, names[-1:])
    dispatch()  # the worker is woken for it every two seconds
    return before, time.monotonic() - begun + 2


def _post(kind: str, names: Sequence[str]) -> None:
    proof = {"Authorization": "Basic " + base64.b64encode(SECRET.encode()).decode()}
    for name in names:
        body = {
            "RecordType": "Bounce",
            "Type": kind,
            "ID": name,
            "MessageID": name,
            "Metadata": {MARK: name},
            "Email": "somebody@chaos.example",
            "BouncedAt": clock.now().isoformat(),
        }
        answer = Client().post(
            "/hooks/postmark/", json.dumps(body), content_type="application/json", headers=proof
        )
        assert answer.status_code == 200, answer.content
