"""The worker: Celery wakes it, the rows in PostgreSQL say what is to be done."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxapp.settings")

app = Celery("cxapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule_filename = os.environ.get("CXAPP_BEAT_FILE", "celerybeat-schedule")
app.autodiscover_tasks()


@app.on_after_finalize.connect
def add_schedule(sender: Celery, **kwargs: object) -> None:
    from cxapp.schedule import SCHEDULE  # noqa: PLC0415  (tasks exist only once apps are loaded)

    sender.conf.beat_schedule = SCHEDULE
