"""The receivers of the guide, run as they are printed, believe us and nobody else."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from followup.models import WebhookDelivery
from followup.rules import signing
from kit import clock
from kit.http import read_named
from tests.builders import a_webhook_delivery

GUIDE = Path("docs/webhooks.md").read_text(encoding="utf-8")
NODE, _ = compute_driver_executable()  # the one that drives the browser: always there


def block(language):
    (found,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return found


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.mark.django_db
def test_the_receiver_in_python_believes_what_we_sign(world, settings):
    port = free_port()
    settings.WEBHOOK_NETWORKS = (read_named(f"127.0.0.1/32:{port}"),)
    endpoint, secret = world.endpoint(f"http://127.0.0.1:{port}/")
    forged, _ = world.endpoint(f"http://127.0.0.1:{port}/", name="With another secret")
    with world.inside():
        for each in (endpoint, forged):
            fresh = {"state": "waiting", "attempts": 0, "finished_at": None}
            a_webhook_delivery(each, webhook_id=f"evt_{each.pk}", **fresh)
    told = {**os.environ, "PORT": str(port), "CXAPP_WEBHOOK_SECRET": secret}
    receiver = subprocess.Popen(
        [sys.executable, "-c", "print('ready', flush=True)\n" + block("python")],
        env=told,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert receiver.stdout.readline() == "ready\n"
        wait_for(port)
        world.deliver(clock.now())
        assert receiver.stdout.readline() == f"evt_{endpoint.pk} response.received\n"
    finally:
        receiver.kill()
        receiver.wait()
        receiver.stdout.close()
    with world.inside():
        states = dict(WebhookDelivery.objects.values_list("endpoint_id", "last_status"))
    assert states == {endpoint.pk: 204, forged.pk: 400}


def wait_for(port):
    """Until somebody listens; the test's own time limit ends a wait for nobody."""
    while True:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return


def test_the_check_in_javascript_believes_what_we_sign(tmp_path):
    secret, body = signing.written(b"k" * 32), '{"type":"ping"}'
    signed = signing.headers(webhook_id="m", timestamp=1000, body=body.encode(), secrets=[secret])
    (tmp_path / "check.mjs").write_text(block("js"))
    (tmp_path / "run.mjs").write_text(
        "import { verified } from './check.mjs';\n"
        f"const headers = {json.dumps(signed)}, body = {json.dumps(body)};\n"
        f"console.log(verified(headers, body, {json.dumps(secret)}, 1000).type);\n"
        "for (const [b, now] of [[body + ' ', 1000], [body, 2000]]) {\n"
        f"  try {{ verified(headers, b, {json.dumps(secret)}, now); console.log('believed'); }}\n"
        "  catch (error) { console.log(error.message); }\n"
        "}\n"
    )
    done = subprocess.run(
        [NODE, str(tmp_path / "run.mjs")], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split("\n")[:3] == ["ping", "not ours", "too old or too new"]
