"""`/metrics` is closed unless opened, adds up all processes, and holds nothing about anybody."""

import re
from datetime import timedelta
from ipaddress import ip_network

import pytest
import redis
from django.test import Client

from cxapp.watch import counts, metrics, parts, tally
from cxapp.watch.exposition import Family, Sample, written
from kit import clock, tenancy
from surveys.actions.answering import record_score
from surveys.models import Programme
from tests.builders import (
    CONFIRMED,
    NOW,
    a_customer,
    a_programme,
    a_touchpoint,
    a_webhook,
    a_webhook_delivery,
    an_invitation,
    an_organisation,
)

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-twenty-eight-chars"
EMAIL = "zephyrine.quillfeather@canary.example"
SAMPLE = re.compile(
    r'[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\.)*"(,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? -?[0-9.e+-]+'
)


class NoThread:
    def __init__(self, **_):
        """Nothing is handed over behind the test's back."""

    def start(self):
        pass


@pytest.fixture(autouse=True)
def own_counts(monkeypatch):
    """Counts of this test alone, asked for in its own thread."""
    name = f"test:{id(monkeypatch)}:{clock.now().timestamp()}"
    monkeypatch.setattr(counts, "HASH", name)
    monkeypatch.setattr(tally, "HASH", name)
    monkeypatch.setattr(tally, "MARKS", f"{name}:marks")
    monkeypatch.setattr(tally, "ONE_AT_A_TIME", f"{name}:one")
    monkeypatch.setattr(counts, "Thread", NoThread)
    monkeypatch.setattr(parts, "start", lambda work: work())
    monkeypatch.setattr(parts, "FRESH", 0.0)
    monkeypatch.setattr(counts.COUNTS, "_added", counts.Counter())
    yield
    with counts.valkey() as client:
        client.delete(name, f"{name}:marks")


@pytest.fixture
def opened(settings):
    settings.METRICS_TOKEN = TOKEN
    return Client(headers={"authorization": f"Bearer {TOKEN}"})


def asked(client):
    """What Prometheus would read: each sample with its value."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not SAMPLE.fullmatch(line)] == []
    pairs = (line.rsplit(" ", 1) for line in lines)
    return {name: float(value) for name, value in pairs}


def test_there_is_no_such_page_unless_somebody_opened_it(client):
    assert client.get("/metrics").status_code == 404


def test_the_token_opens_it_and_nothing_like_it(client, opened):
    assert opened.get("/metrics").status_code == 200
    for wrong in (f"Bearer {TOKEN}x", "Bearer ", f"Basic {TOKEN}", "Bearer \u00e9"):
        answer = client.get("/metrics", HTTP_AUTHORIZATION=wrong)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="metrics"')
        assert b"cxapp_" not in answer.content


@pytest.mark.parametrize(
    ("address", "more", "status"),
    [
        ("10.1.2.3", {}, 200),
        ("11.1.2.3", {}, 401),
        # Passed on by a proxy nobody told us of: it comes from its neighbour, not from ours.
        ("10.1.2.3", {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 401),
        ("10.1.2.3", {"HTTP_FORWARDED": "for=203.0.113.9"}, 401),
    ],
)
def test_networks_open_it_to_neighbours_only(client, settings, address, more, status):
    settings.METRICS_NETWORKS = (ip_network("10.0.0.0/8"),)
    assert client.get("/metrics", REMOTE_ADDR=address, **more).status_code == status


def test_requests_are_counted_by_pattern_and_what_leads_nowhere_is_one(opened):
    for number in range(20):
        opened.get(f"/no/such/{number}/{EMAIL}")
    opened.get("/s/abc")
    opened.generic("BREW", "/s/abc")
    found = asked(opened)
    requests = {name: n for name, n in found.items() if name.startswith("cxapp_requests_total")}
    assert requests == {
        'cxapp_requests_total{method="GET",route="nowhere",status="404"}': 20,
        'cxapp_requests_total{method="GET",route="s/<str:token>",status="404"}': 1,
        'cxapp_requests_total{method="OTHER",route="s/<str:token>",status="405"}': 1,
    }
    series = 'method="GET",route="nowhere"'
    assert found[f'cxapp_request_seconds_bucket{{{series},le="+Inf"}}'] == 20
    assert found[f"cxapp_request_seconds_count{{{series}}}"] == 20
    assert found[f"cxapp_request_seconds_sum{{{series}}}"] > 0


def test_all_processes_are_added_up():
    processes = [counts.Counts(), counts.Counts()]
    for seconds, process in zip((0.005, 0.03, 20.0), [*processes, processes[0]], strict=True):
        process.observe("task_time", "surveys.deliver", seconds=seconds)
    for process in [*processes, *processes]:  # the second handing over has nothing to add
        process.hand_over()
    (family,) = [
        one for one in metrics.counted(counts.shared()) if one.name == "cxapp_task_seconds"
    ]
    told = {one.labels.get("le", one.suffix): one.value for one in family.samples}
    assert [told[step] for step in ("0.005", "0.01", "0.025", "0.05", "10.0", "+Inf")] == [
        1, 1, 1, 2, 2, 3,
    ]  # fmt: skip
    assert (told["_sum"], told["_count"]) == (20.035, 3)


def test_without_valkey_counts_wait_and_the_rest_is_told(opened, monkeypatch):
    def lost():
        raise redis.ConnectionError

    process = counts.Counts()
    process.add("task", "surveys.plan", "done")
    with monkeypatch.context() as away:
        away.setattr(counts, "valkey", lost)
        away.setattr(tally, "valkey", lost)
        process.hand_over()
        found = asked(opened)
    assert found['cxapp_part_up{part="valkey"}'] == 0
    assert found['cxapp_oldest_seconds{what="mail"}'] == 0
    process.hand_over()
    assert counts.shared() == {counts.BREAK.join(("task", "surveys.plan", "done")): 1}


def test_what_happened_is_counted_once_when_it_has_settled(opened, monkeypatch):
    organisation = an_organisation()
    with tenancy.organisation(organisation.pk):
        a_programme(organisation, a_touchpoint(organisation))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    asked(opened)  # counts begin here
    with tenancy.organisation(organisation.pk):
        her = a_customer(organisation, email=EMAIL, name="Zephyrine")
        invitation = an_invitation(organisation, Programme.objects.get(), her)
        record_score(invitation_id=invitation.pk, score=4, signs=CONFIRMED, now=NOW)
        for due_at in (NOW, NOW, NOW + timedelta(hours=1)):
            a_webhook_delivery(a_webhook(organisation), state="waiting", due_at=due_at)
    assert 'cxapp_answers_total{origin="invitation"}' not in asked(opened)
    assert asked(opened)['cxapp_webhook_deliveries{state="due"}'] == 2
    assert asked(opened)['cxapp_webhook_deliveries{state="waiting"}'] == 1
    for minutes in (2, 3):
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=minutes))  # noqa: B023
        found = asked(opened)
        assert found['cxapp_answers_total{origin="invitation"}'] == 1
        assert found['cxapp_events_total{kind="response.received"}'] == 1
        assert found['cxapp_decisions_total{verdict="asked"}'] == 1
        assert found['cxapp_reactions_owed{reaction="count answers"}'] >= 1
    text = opened.get("/metrics").content.decode().lower()
    assert [one for one in ("canary", "zephyrine", organisation.name.lower()) if one in text] == []


def test_labels_are_escaped():
    family = Family("a", "gauge", "About.", [Sample({"b": 'x"\n\\y'}, 1.5)])
    assert written([family]) == '# HELP a About.\n# TYPE a gauge\na{b="x\\"\\n\\\\y"} 1.5\n'
