"""The guide's own examples, run as they are printed: a guide that fails costs the first hour."""

import json
import re
import shlex
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connections

from api.reference import description
from events.dispatching import dispatch_due
from kit import clock, tenancy
from surveys.actions.answering import record_score
from surveys.models import Invitation
from tests.api.conftest import a_key, a_world
from tests.builders import PLAIN, a_customer, a_programme, a_touchpoint

GUIDE = Path("docs/api.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.django_db(transaction=True)


RESOURCES = Path("docs/api-resources.md").read_text(encoding="utf-8")


def blocks(language, text=GUIDE):
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.fixture
def environment(live_server):
    """A server, a key and the demo's touchpoint; somebody who reacts, as the worker does."""
    world = a_world()
    with tenancy.organisation(world.organisation.pk):
        touchpoint = a_touchpoint(world.organisation, "billing-enquiry")
        a_programme(world.organisation, touchpoint, name="After support")
    stop = threading.Event()
    worker = threading.Thread(target=_react, args=(stop,))
    worker.start()
    yield world, {"CXAPP_URL": live_server.url, "CXAPP_KEY": a_key(world.organisation).text}
    stop.set()
    worker.join()


def _react(stop):
    while not stop.wait(0.2):
        dispatch_due(now=clock.now())
    connections.close_all()


def test_the_python_quick_start(environment, tmp_path):
    world, told = environment
    [script] = blocks("python")
    first = _run(script, told)
    assert re.search(r"^stored as interaction \d+$", first, flags=re.MULTILINE)
    assert "After support: Asked." in first
    with tenancy.organisation(world.organisation.pk):
        invitation = Invitation.objects.latest("id")
        record_score(
            invitation_id=invitation.pk,
            score=5,
            signs=PLAIN,
            now=clock.now(),
        )
    second = _run(script, told)
    assert "After support: Not asked: this programme asked on" in second
    assert "csat 5" in second


def _of_javascript(said):
    assert said[0] == "2 recorded, 0 refused"
    assert said[1:3] == ["After support: Asked."] * 2
    assert said[3].endswith("Ada acme")


@pytest.mark.xdist_group("browser")
def test_the_javascript_quick_start_in_a_browser(environment, page):
    """The words as they are printed, on a page of the same origin."""
    [script] = blocks("js")
    _, told = environment
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{told['CXAPP_URL']}/api/v1/problems")
    page.evaluate(f"async () => {{ const process = {{ env: {json.dumps(told)} }};\n{script} }}")
    _of_javascript(said)


def _run(script, told):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env=told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_curl_quick_start(environment):
    _, told = environment
    calls = [block for block in blocks("sh") if block.startswith("curl")]
    touchpoints, dry, stored = [_curl(block, told) for block in calls]
    assert "billing-enquiry" in [row["slug"] for row in touchpoints.json()["items"]]
    assert [verdict["sentence"] for verdict in dry.json()["verdicts"]] == ["Asked."]
    assert stored.status_code == 201


def _curl(block, told):
    """Send what curl would: the options the guide uses, and no others."""
    for name, value in told.items():
        block = block.replace(f"${name}", value)
    block = block.replace("OCCURRED_AT", (clock.now() - timedelta(hours=1)).isoformat())
    words = shlex.split(block.replace("\\\n", " "))[1:]
    method, url, headers, body = "GET", None, {}, None
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = words.pop(0)
        else:
            assert url is None
            url = word
    return httpx.request(method, url, headers=headers, content=body)


def test_the_example_of_a_problem_is_what_is_answered(environment):
    _, told = environment
    [example] = [json.loads(block) for block in blocks("json")]
    answer = httpx.post(
        f"{told['CXAPP_URL']}/api/v1/interactions",
        headers={"Authorization": f"Bearer {told['CXAPP_KEY']}"},
        json={
            "source_id": "1",
            "touchpoint": "billing-enquiry",
            "occurred_at": "2026-11-21T14:05:00",
            "customer": {"email": "ada@mail.example"},
        },
    ).json()
    assert {key: answer[key] for key in ("type", "title", "status", "detail")} == {
        key: example[key] for key in ("type", "title", "status", "detail")
    }
    assert answer["errors"][0]["pointer"] == example["errors"][0]["pointer"]


def test_the_readme_shows_a_call_that_works(environment):
    _, told = environment
    readme = Path("README.md").read_text(encoding="utf-8")
    [block] = [part for part in re.findall(r"```\n(.*?)```", readme, re.DOTALL) if "curl" in part]
    block = block.replace("http://127.0.0.1:8000", told["CXAPP_URL"])
    assert _curl(block, told).status_code == 201


def test_the_examples_of_the_resources_work_as_they_are_printed(environment):
    world, told = environment
    ids = {name.upper(): str(row.pk) for name, row in vars(world).items() if hasattr(row, "pk")}
    with tenancy.organisation(world.organisation.pk):
        ids["BADALERT"] = ids["ALERT"]
        ids["DOUBLE"] = str(a_customer(world.organisation).pk)
    answers = {}
    for block in blocks("sh", RESOURCES):
        shown = re.sub(r"\b[A-Z]{6,}\b", lambda word: ids.get(word[0], word[0]), block)
        answer = _curl(shown, told)
        answers[block] = (answer.status_code, answer.text)
    assert len(answers) >= 4
    assert {block: one for block, one in answers.items() if not 200 <= one[0] < 300} == {}


def test_every_call_is_named_in_the_pages():
    named = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?]*)[^`]*`", RESOURCES)
    told = {(method, re.sub(r"\{\w+\}", "{id}", path)) for method, path in named}
    described = json.loads(description())["paths"]
    missing = {
        f"{method.upper()} {path}"
        for path, methods in described.items()
        for method in methods
        if (method.upper(), re.sub(r"\{\w+\}", "{id}", path.removeprefix("/api/v1"))) not in told
    }
    assert missing == set()
