"""The worker: Celery wakes it, the rows in PostgreSQL say what is to be done."""

import logging
import os
import time
from typing import Any

from celery import Celery, Task
from celery.app.amqp import AMQP
from celery.signals import setup_logging, task_postrun, task_prerun
from kombu import Connection

from kit import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxapp.settings")
# Celery would run Django's checks in each worker, and they load every page and endpoint: 55 MB
# that no task uses. `make check` runs them, and so does whatever migrates.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

log = logging.getLogger(__name__)

# Left to itself a worker looks for a lost broker less and less often, at last every 30 s: after a
# long failure mails would wait so much longer than they must.
LOOK_AGAIN_SECONDS = 2


class _Connection(Connection):
    """To the broker, looked for at a steady pace; losing it never ends a worker."""

    def maybe_close_channel(self, channel: Any) -> None:
        # A channel that puts back what it holds may meet a connection that is gone already, an
        # AttributeError in kombu 5.7, and the worker would end itself. What it held were wake-ups:
        # the rows say what is to be done.
        try:
            super().maybe_close_channel(channel)
        except Exception:  # whatever it is, it is about a connection that is over
            log.warning("a channel to the lost broker did not close", exc_info=True)

    def ensure_connection(self, *args: Any, **kwargs: Any) -> "_Connection":
        return super().ensure_connection(*args, **{**kwargs, "interval_max": LOOK_AGAIN_SECONDS})


class _Messaging(AMQP):
    Connection = _Connection


app = Celery("cxapp", amqp=_Messaging)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule_filename = os.environ.get("CXAPP_BEAT_FILE", "celerybeat-schedule")
app.autodiscover_tasks()


_begun: dict[str, float] = {}


@setup_logging.connect
def keep_our_log_lines(**kwargs: object) -> None:
    """Celery would write lines of its own; settings.LOGGING says how ours look."""


@task_prerun.connect
def begin_trace(task_id: str, task: "Task[..., object]", **kwargs: object) -> None:
    tracing.begin(task_id, task=task.name)
    _begun[task_id] = time.monotonic()


@task_postrun.connect
def count_task(
    task_id: str, task: "Task[..., object]", state: str | None, retval: object, **kwargs: object
) -> None:
    from cxapp.watch import admission, counts  # noqa: PLC0415  (settings are not read yet)

    seconds = time.monotonic() - _begun.pop(task_id, time.monotonic())
    if admission.is_open():
        counts.COUNTS.add("task", task.name, "failed" if state == "FAILURE" else "done")
        counts.COUNTS.observe("task_time", task.name, seconds=seconds)
        if isinstance(retval, int) and retval > 0:
            counts.COUNTS.add("task_items", task.name, by=retval)
    tracing.end()


@app.on_after_finalize.connect
def add_schedule(sender: Celery, **kwargs: object) -> None:
    from cxapp.schedule import SCHEDULE  # noqa: PLC0415  (tasks exist only once apps are loaded)

    sender.conf.beat_schedule = SCHEDULE
