"""A Celery application whose task does nothing: what moving a task costs by itself."""

import os
import time
from typing import Any

import redis
from celery import Celery

URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
QUEUE, MARKS = "bench-nothing", "bench-marks"

app: Any = Celery("nothing", broker=URL)
app.conf.update(
    task_ignore_result=True,
    task_default_queue=QUEUE,
    worker_prefetch_multiplier=1,  # as the product's
    broker_connection_retry_on_startup=True,
)


@app.task(name="bench.nothing")  # type: ignore[untyped-decorator]
def nothing() -> None:
    """Do nothing."""


@app.task(name="bench.mark")  # type: ignore[untyped-decorator]
def mark() -> None:
    """Write down when it was run: before the first and after the last of them."""
    redis.Redis.from_url(URL).rpush(MARKS, time.time())
