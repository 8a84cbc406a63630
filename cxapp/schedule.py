"""When the worker is woken, and for what; a wake-up nobody took in time expires."""

from typing import Any

from celery.schedules import crontab


def _every(seconds: float, task: str) -> dict[str, Any]:
    return {"task": task, "schedule": seconds, "options": {"expires": seconds * 2}}


def _nightly(hour: int, minute: int, task: str) -> dict[str, Any]:
    return {
        "task": task,
        "schedule": crontab(hour=hour, minute=minute),
        "options": {"expires": 3600},
    }


SCHEDULE: dict[str, dict[str, Any]] = {
    "react to what happened": _every(2, "events.dispatch"),
    "deliver surveys": _every(2, "surveys.deliver"),
    "ask whose slot has come": _every(60, "surveys.plan"),
    "decide waves": _every(2, "surveys.decide"),
    "bring imports in": _every(2, "surveys.bring"),
    "make files to take away": _every(2, "reports.make"),
    "check senders": _every(2, "accounts.check"),
    "deliver texts": _every(2, "surveys.deliver_texts"),
    "deliver letters": _every(2, "accounts.deliver"),
    "send uncertain mails again where so decided": _every(300, "surveys.resend"),
    "forget what providers reported": _nightly(2, 50, "surveys.prune"),
    "count what was newly tracked": _every(5, "metrics.track"),
    "forget ended sessions and old failures": _nightly(2, 40, "accounts.tidy"),
    "renew what comparisons share": _every(900, "metrics.renew"),
    "deliver webhooks": _every(2, "followup.deliver"),
    "tell of bad answers": _every(5, "followup.alert"),
    "forget old webhooks": _nightly(2, 30, "followup.prune"),
    "forget kept files": _nightly(2, 20, "reports.prune"),
    "forget what is kept no longer": _nightly(1, 50, "metrics.retain"),
    "shuffle anonymous answers": _nightly(3, 40, "surveys.shuffle"),
    "compare cells with answers": _nightly(3, 10, "metrics.compare"),
}
