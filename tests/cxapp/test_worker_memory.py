"""What a worker holds before it does anything: its tasks and what they need, no door."""

import json
import subprocess
import sys

MOST_MB = 110  # what a file of 50,000 rows adds stays below the 150 that are promised
DOORS = ("api.urls", "console.urls", "respond.urls", "drf_spectacular.openapi")
WORKER = """
import json, pathlib, re, sys
sys.modules["numpy"] = None  # an installation has none; openpyxl takes it where it is
from cxapp.celery import app
app.loader.init_worker()
app.loader.import_default_modules()
status = pathlib.Path("/proc/self/status").read_text()
peak = int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024  # getrusage counts the parent's too
print(json.dumps([peak, sorted(sys.modules), sorted(app.tasks)]))
"""


def test_a_worker_loads_no_door_and_stays_small():
    said = subprocess.run(
        [sys.executable, "-c", WORKER], capture_output=True, check=True, text=True, timeout=60
    )
    peak, modules, tasks = json.loads(said.stdout)

    assert {"surveys.bring", "reports.make", "followup.deliver"} <= set(tasks)
    assert [door for door in DOORS if door in modules] == []
    assert peak < MOST_MB
