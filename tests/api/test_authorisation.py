"""Who may call what: every operation of the description, with every kind of key."""

import json
import os
from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from django.test import Client

from accounts.actions.keys import revoke_key
from accounts.models import ApiKey
from accounts.rules.scopes import Scope
from api.problems import Kind
from api.reference import description
from kit import clock, tenancy
from tests.api.conftest import OWNER, Program, a_key, a_program, a_world
from tests.api.problem_documents import check_problem
from tests.api.rows import stored
from tests.builders import a_programme

pytestmark = pytest.mark.django_db

CANARY = "canary7391"
# Looks at a stranger's row and at none in turn, and seconds between the medians of both (D-19).
LOOKS, APART = (500 if os.environ.get("FULL") else 50), 0.002


# The rows of a world that addresses name by their ids.
PARTS = (
    "interaction", "customer", "decision", "response", "anonymous", "touchpoint", "company",
    "suppression", "invitation", "webhook", "delivery", "tag", "survey", "programme",
    "file", "alert", "export", "annotation", "benchmark", "pause", "wave",
)  # fmt: skip


def an_interaction():
    return {
        "source_id": "new",
        "touchpoint": "acme-billing",
        "occurred_at": (clock.now() - timedelta(hours=1)).isoformat(),
        "customer": {"email": "grace@mail.example"},
    }


def an_invitation():
    return {
        "programme_id": "PROGRAMME",
        "reference": "receipt-1",
        "customer": {"external_id": "grace"},
    }


def a_touchpoint():
    return {"name": "Delivery", "kind": "experience", "stage": "Get help"}


def an_address():
    return {"email": "nobody@mail.example", "reason": "opted_out"}


def a_webhook():
    return {"name": "Lake", "url": "https://hooks.example.com/in"}


def a_period():
    return {"since": "2026-05-01T00:00:00Z", "until": "2026-05-02T00:00:00Z"}


WEBHOOKS = {Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE}


def a_response():
    return {
        "programme_id": "PROGRAMME",
        "source_id": "old-1",
        "answered_at": "2025-03-02T10:15:00Z",
        "score": 4,
        "touchpoint": "acme-billing",
    }


def a_new_programme():
    return {
        "name": "After delivery",
        "kind": "transactional",
        "metric": "csat",
        "touchpoints": ["acme-billing"],
    }


def an_annotation():
    return {"on_day": "2026-05-01", "text": "New billing system"}


def a_benchmark():
    return {
        "card": "experience", "value": 21, "source": "Ofcom", "year": 2025,
        "method": "Panel", "n": 9,
    }  # fmt: skip


def a_version_of_csat():
    return {"seen_version": 1, "reason": "numbers to words", "since_on": "2026-05-01", "cut": 4}


# operation: (scopes of which one is needed, status for a key that has it, body)
TABLE: dict[str, tuple[set[Scope], int, Any]] = {
    "listInteractions": ({Scope.INTERACTIONS_READ}, 200, None),
    "recordInteraction": ({Scope.INTERACTIONS_WRITE}, 201, an_interaction),
    "recordInteractions": (
        {Scope.INTERACTIONS_WRITE},
        200,
        lambda: {"items": [an_interaction()]},
    ),
    "getInteraction": ({Scope.INTERACTIONS_READ}, 200, None),
    "listCustomers": ({Scope.CUSTOMERS_READ}, 200, None),
    "createCustomer": ({Scope.CUSTOMERS_WRITE}, 201, lambda: {"email": "grace@mail.example"}),
    "getCustomer": ({Scope.CUSTOMERS_READ}, 200, None),
    "updateCustomer": ({Scope.CUSTOMERS_WRITE}, 200, lambda: {"name": "Grace"}),
    "mergeCustomer": ({Scope.CUSTOMERS_MERGE}, 422, lambda: {"merged_id": "999999999"}),
    "createInvitation": ({Scope.INVITATIONS_WRITE}, 201, an_invitation),
    "listInvitations": ({Scope.INVITATIONS_READ}, 200, None),
    "getInvitation": ({Scope.INVITATIONS_READ}, 200, None),
    "cancelInvitation": ({Scope.INVITATIONS_WRITE}, 200, None),
    "listDecisions": ({Scope.DECISIONS_READ}, 200, None),
    "getDecision": ({Scope.DECISIONS_READ}, 200, None),
    "listResponses": ({Scope.RESPONSES_READ}, 200, None),
    "getResponse": ({Scope.RESPONSES_READ}, 200, None),
    "createResponse": ({Scope.RESPONSES_WRITE}, 201, a_response),
    "amendResponse": ({Scope.RESPONSES_WRITE}, 200, lambda: {"score": 1, "reason": "Told"}),
    "excludeResponse": ({Scope.RESPONSES_WRITE}, 200, lambda: {"reason": "A test"}),
    "restoreResponse": ({Scope.RESPONSES_WRITE}, 200, None),
    "listResponseTags": ({Scope.RESPONSES_READ}, 200, None),
    "tagResponse": ({Scope.RESPONSES_WRITE}, 200, lambda: {"name": "late"}),
    "untagResponse": ({Scope.RESPONSES_WRITE}, 200, None),
    "eraseCustomer": ({Scope.ERASURE_WRITE}, 200, lambda: {"mode": "anonymise"}),
    "exportCustomer": ({Scope.CUSTOMERS_EXPORT}, 200, None),
    "listMetrics": ({Scope.METRICS_READ}, 200, None),
    "getMetric": ({Scope.METRICS_READ}, 200, None),
    "compareMetric": ({Scope.METRICS_READ}, 200, None),
    "getAnonymousAnswers": ({Scope.METRICS_READ}, 200, None),
    "listTouchpoints": (set(Scope), 200, None),
    "createTouchpoint": ({Scope.TOUCHPOINTS_WRITE}, 201, a_touchpoint),
    "getTouchpoint": (set(Scope), 200, None),
    "updateTouchpoint": ({Scope.TOUCHPOINTS_WRITE}, 200, lambda: {"name": "Bills"}),
    "listCompanies": ({Scope.COMPANIES_READ}, 200, None),
    "createCompany": ({Scope.COMPANIES_WRITE}, 201, lambda: {"name": "Hopper Ltd"}),
    "getCompany": ({Scope.COMPANIES_READ}, 200, None),
    "updateCompany": ({Scope.COMPANIES_WRITE}, 200, lambda: {"external_id": "ORG-1"}),
    "listSuppressions": ({Scope.SUPPRESSIONS_READ}, 200, None),
    "createSuppression": ({Scope.SUPPRESSIONS_WRITE}, 201, an_address),
    "getSuppression": ({Scope.SUPPRESSIONS_READ}, 200, None),
    "liftSuppression": ({Scope.SUPPRESSIONS_WRITE}, 200, None),
    "stopAskingCustomer": ({Scope.SUPPRESSIONS_WRITE}, 200, lambda: {"reason": "staff"}),
    "listWebhooks": (WEBHOOKS, 200, None),
    "createWebhook": ({Scope.WEBHOOKS_WRITE}, 201, a_webhook),
    "getWebhook": (WEBHOOKS, 200, None),
    "updateWebhook": ({Scope.WEBHOOKS_WRITE}, 200, lambda: {"groups": ["low"]}),
    "deleteWebhook": ({Scope.WEBHOOKS_WRITE}, 204, None),
    "getWebhookSecret": ({Scope.WEBHOOKS_WRITE}, 200, None),
    "rotateWebhookSecret": ({Scope.WEBHOOKS_WRITE}, 200, dict),
    "testWebhook": ({Scope.WEBHOOKS_WRITE}, 201, None),
    "replayWebhook": ({Scope.WEBHOOKS_WRITE}, 200, a_period),
    "listWebhookDeliveries": (WEBHOOKS, 200, None),
    "getWebhookDelivery": (WEBHOOKS, 200, None),
    "resendWebhookDelivery": ({Scope.WEBHOOKS_WRITE}, 200, None),
    "listProgrammes": (set(Scope), 200, None),
    "createProgramme": ({Scope.PROGRAMMES_WRITE}, 201, a_new_programme),
    "getProgramme": (set(Scope), 200, None),
    "updateProgramme": ({Scope.PROGRAMMES_WRITE}, 200, lambda: {"is_on": False}),
    "dryRunProgramme": ({Scope.DECISIONS_READ}, 200, None),
    "listAlerts": ({Scope.ALERTS_WRITE}, 200, None),
    "createAlert": (
        {Scope.ALERTS_WRITE},
        422,  # of nobody who may be told
        lambda: {"name": "Bad bills", "members": ["nobody@mail.example"]},
    ),
    "getAlert": ({Scope.ALERTS_WRITE}, 200, None),
    "updateAlert": ({Scope.ALERTS_WRITE}, 200, lambda: {"is_on": False}),
    "deleteAlert": ({Scope.ALERTS_WRITE}, 204, None),
    "listImports": ({Scope.IMPORTS_WRITE}, 200, None),
    "createImport": (
        {Scope.IMPORTS_WRITE},
        202,
        lambda: {"kind": "customers", "content": "ZW1haWwKYUBtYWlsLmV4YW1wbGUK"},
    ),
    "getImport": ({Scope.IMPORTS_WRITE}, 200, None),
    "startImport": ({Scope.IMPORTS_WRITE}, 409, dict),  # it has come in already
    "cancelImport": ({Scope.IMPORTS_WRITE}, 409, None),
    "listRefusedRows": ({Scope.IMPORTS_WRITE}, 200, None),
    "listExports": ({Scope.EXPORTS_WRITE}, 200, None),
    "createExport": (
        {Scope.EXPORTS_WRITE},
        202,
        lambda: {"what": "responses", "format": "csv", "filter": {"days": 30}},
    ),
    "getExport": ({Scope.EXPORTS_WRITE}, 200, None),
    "downloadExport": ({Scope.EXPORTS_WRITE}, 200, None),
    "cancelExport": ({Scope.EXPORTS_WRITE}, 409, None),  # it is made already
    "listSurveys": ({Scope.SURVEYS_READ}, 200, None),
    "getSurvey": ({Scope.SURVEYS_READ}, 200, None),
    "getSurveyDraft": ({Scope.SURVEYS_READ}, 200, None),
    "updateSurveyDraft": ({Scope.SURVEYS_WRITE}, 200, lambda: {"asks_why": False}),
    "discardSurveyDraft": ({Scope.SURVEYS_WRITE}, 200, None),
    "publishSurvey": ({Scope.SURVEYS_WRITE}, 409, None),  # there is no draft
    "listTags": ({Scope.RESPONSES_READ}, 200, None),
    "getTag": ({Scope.RESPONSES_READ}, 200, None),
    "renameTag": ({Scope.RESPONSES_WRITE}, 200, lambda: {"name": "slow"}),
    "deleteTag": ({Scope.RESPONSES_WRITE}, 204, None),
    "listMetricVersions": ({Scope.METRICS_READ}, 200, None),
    "createMetricVersion": ({Scope.MEASURING_WRITE}, 201, a_version_of_csat),
    "listAnnotations": ({Scope.METRICS_READ}, 200, None),
    "createAnnotation": ({Scope.MEASURING_WRITE}, 201, an_annotation),
    "getAnnotation": ({Scope.METRICS_READ}, 200, None),
    "updateAnnotation": ({Scope.MEASURING_WRITE}, 200, lambda: {"text": "New bills"}),
    "deleteAnnotation": ({Scope.MEASURING_WRITE}, 204, None),
    "listGoals": ({Scope.METRICS_READ}, 200, None),
    "setGoal": ({Scope.MEASURING_WRITE}, 200, lambda: {"value": 82}),
    "dropGoal": ({Scope.MEASURING_WRITE}, 204, None),
    "listBenchmarks": ({Scope.METRICS_READ}, 200, None),
    "createBenchmark": ({Scope.MEASURING_WRITE}, 201, a_benchmark),
    "getBenchmark": ({Scope.METRICS_READ}, 200, None),
    "deleteBenchmark": ({Scope.MEASURING_WRITE}, 204, None),
    "listProperties": ({Scope.METRICS_READ}, 200, None),
    "trackProperty": ({Scope.MEASURING_WRITE}, 200, lambda: {"key": "plan"}),
    "giveUpProperty": ({Scope.MEASURING_WRITE}, 409, lambda: {"key": "plan"}),  # is not tracked
    "listWaves": ({Scope.PROGRAMMES_WRITE}, 200, None),
    "startWave": ({Scope.PROGRAMMES_WRITE}, 202, lambda: {"everybody": True}),
    "getWave": ({Scope.PROGRAMMES_WRITE}, 200, None),
    "stopWave": ({Scope.PROGRAMMES_WRITE}, 200, None),
    "getSending": ({Scope.SENDING_WRITE}, 200, None),
    "updateSending": ({Scope.SENDING_WRITE}, 200, lambda: {"is_paused": True}),
    "listPauses": ({Scope.SENDING_WRITE}, 200, None),
    "beginPause": ({Scope.SENDING_WRITE}, 201, lambda: {"reason": "Outage"}),
    "getPause": ({Scope.SENDING_WRITE}, 200, None),
    "endPause": ({Scope.SENDING_WRITE}, 200, None),
    "listAudit": ({Scope.AUDIT_READ}, 200, None),
}
QUERIES = {"listInvitations": "?customer={customer_id}"}  # what a list cannot do without
OPERATIONS = {
    operation["operationId"]: (method, path)
    for path, methods in json.loads(description())["paths"].items()
    for method, operation in methods.items()
}


def test_every_operation_stands_in_the_table():
    assert TABLE.keys() == OPERATIONS.keys()


def call(program, name, world):
    method, path = OPERATIONS[name]
    ids = {
        "touchpoint_id": world.touchpoint.pk,
        "company_id": world.company.pk,
        "suppression_id": world.suppression.pk,
        "tag_id": world.tag.pk,
        "invitation_id": world.invitation.pk,
        "interaction_id": world.interaction.pk,
        "customer_id": world.customer.pk,
        "decision_id": world.decision.pk,
        "response_id": world.response.pk,
        "webhook_id": world.webhook.pk,
        "delivery_id": world.delivery.pk,
        "metric": "csat",
        "card": "service",
        "annotation_id": world.annotation.pk,
        "benchmark_id": world.benchmark.pk,
        "pause_id": world.pause.pk,
        "wave_id": world.wave.pk,
        "survey_id": world.survey.pk,
        "import_id": world.file.pk,
        "alert_id": world.alert.pk,
        "export_id": world.export.pk,
        "programme_id": world.anonymous.pk if name == "getAnonymousAnswers" else world.programme.pk,
    }
    path = path.removeprefix("/api/v1").format(**ids) + QUERIES.get(name, "").format(**ids)
    if method == "get":
        return program.get(path)
    make, headers = TABLE[name][2], {"If_Match": "*"} if method == "put" else {}
    if make is None:
        return program.send(method, path, "")
    body = json.dumps(make()).replace("PROGRAMME", str(world.programme.pk))
    return program.send(method, path, body, **headers)


def _kept(world):
    with tenancy.organisation(world.organisation.pk):
        return stored()


@pytest.mark.parametrize("name", TABLE)
def test_a_key_with_just_one_of_the_needed_scopes_may(world, name):
    needed, status, _ = TABLE[name]
    program = a_program(world.organisation, scopes=[min(needed)])
    assert call(program, name, world).status_code == status


@pytest.mark.parametrize("name", TABLE)
def test_a_key_with_all_other_scopes_may_not(world, name):
    others = set(Scope) - TABLE[name][0]
    program = a_program(world.organisation)
    with tenancy.organisation(world.organisation.pk):
        ApiKey.objects.update(scopes=sorted(others))
    before = _kept(world)
    answer = call(program, name, world)
    check_problem(answer, Kind.SCOPE_MISSING)
    assert min(TABLE[name][0]) in answer.json()["detail"]
    assert _kept(world) == before


def _outsiders(world):
    good = a_key(world.organisation, "Good").text
    expired = a_key(world.organisation, "Expired", expires_at=clock.now() + timedelta(hours=1))
    revoked = a_key(world.organisation, "Revoked")
    with tenancy.organisation(world.organisation.pk):
        ApiKey.objects.filter(pk=expired.key.pk).update(expires_at=clock.now())
        revoke_key(
            organisation_id=world.organisation.pk,
            key_id=revoked.key.pk,
            actor=OWNER,
            now=clock.now(),
        )
    swapped = good[:20] + good[21:25] + good[20] + good[25:]
    return {
        "none": {},
        "empty": {"Authorization": ""},
        "bearer alone": {"Authorization": "Bearer"},
        "basic": {"Authorization": f"Basic {good}"},
        "no scheme": {"Authorization": good},
        "cut": {"Authorization": f"Bearer {good[:-1]}"},
        "longer": {"Authorization": f"Bearer {good}x"},
        "swapped": {"Authorization": f"Bearer {swapped}"},
        "unknown": {"Authorization": f"Bearer {_unknown()}"},
        "not ASCII": {"Authorization": "Bearer ключ"},
        "two keys": {"Authorization": f"Bearer {good} {good}"},
        "expired": {"Authorization": f"Bearer {expired.text}"},
        "revoked": {"Authorization": f"Bearer {revoked.text}"},
    }


def _unknown():
    """A well-formed key of nobody, as a deleted one would be."""
    other = a_world("Gone", "gone").organisation
    key = a_key(other)
    with tenancy.organisation(other.pk):
        ApiKey.objects.all().delete()
    return key.text


@pytest.mark.parametrize("name", TABLE)
def test_whoever_shows_no_valid_key_gets_one_identical_answer(world, name):
    outsiders = _outsiders(world)
    before = _kept(world)
    answers = [
        call(Outsider(headers), name, world)  # the same bytes and headers for each of them
        for headers in outsiders.values()
    ]
    for answer in answers:
        check_problem(answer, Kind.KEY_REFUSED)
    assert len({(answer.content, str(_told(answer))) for answer in answers}) == 1
    assert answers[0]["WWW-Authenticate"] == 'Bearer realm="cxapp"'
    assert _kept(world) == before


class Outsider(Program):
    def __init__(self, headers):
        super().__init__("", Client())
        self.shown = headers

    def _headers(self, headers):
        return {**headers, **self.shown}


@pytest.mark.parametrize("name", [name for name in TABLE if "_id}" in OPERATIONS[name][1]])
def test_a_strangers_row_is_as_unknown_as_none(world, name):
    strange = a_world("Strange", CANARY)
    program = a_program(world.organisation)
    nowhere = replace(
        strange,
        **{part: type(getattr(strange, part))(pk=8_000_000_000) for part in PARTS},
    )
    before = _kept(strange)
    theirs, nobodys = call(program, name, strange), call(program, name, nowhere)
    check_problem(theirs, Kind.NOT_FOUND)
    assert (theirs.content, _told(theirs)) == (nobodys.content, _told(nobodys))
    assert _kept(strange) == before


def test_a_strangers_row_takes_no_longer_than_none(world, program, settings):
    settings.API_CALLS_A_MINUTE = 10 * LOOKS
    strange = a_world("Strange", CANARY)
    took = {f"/customers/{pk}": [] for pk in (strange.customer.pk, 8_000_000_000)}
    for _ in range(LOOKS):
        for path, times in took.items():
            begun = perf_counter()
            answer = program.get(path)
            times.append(perf_counter() - begun)
            assert answer.status_code == 404
    theirs, nobodys = map(median, took.values())
    assert abs(theirs - nobodys) < APART, (theirs, nobodys)


def _told(answer):
    """The headers but those that every call has its own of."""
    own = {"RateLimit", "X-Request-ID"}
    return {name: value for name, value in answer.headers.items() if name not in own}


@pytest.mark.parametrize("name", TABLE)
def test_no_byte_of_another_organisation_appears(world, program, name):
    strange = a_world("Strange", CANARY)
    for answer in (call(program, name, world), call(program, name, strange)):
        assert CANARY not in answer.getvalue().decode()
        assert CANARY not in str(answer.headers)


FILTERS = [
    "/interactions?customer={customer}", "/interactions?source=canary7391",
    "/decisions?customer={customer}", "/decisions?programme={programme}",
    "/invitations?customer={customer}",
    "/decisions?interaction={interaction}", "/responses?customer={customer}",
    "/responses?programme={programme}", "/responses?company={company}",
    "/responses?touchpoint=canary7391-billing",
    "/companies?name=canary7391 Ltd", "/suppressions?email=never.canary7391@mail.example",
    "/responses?tag=canary7391 tag", "/customers?email=canary7391@mail.example",
    "/customers?external_id=canary7391-1",
]  # fmt: skip


@pytest.mark.parametrize("path", FILTERS)
def test_a_filter_by_a_strangers_id_finds_nothing(program, path):
    strange = a_world("Strange", CANARY)
    ids = {
        part: getattr(strange, part).pk
        for part in ("customer", "programme", "interaction", "company")
    }
    answer = program.get(path.format(**ids))
    assert answer.json() == {"items": [], "next_cursor": None}
    owner = a_program(strange.organisation)
    assert len(owner.get(path.format(**ids)).json()["items"]) == 1


@pytest.mark.parametrize("query", ["programme={programme}", "touchpoint=canary7391-billing"])
def test_a_metric_of_a_strangers_part_is_refused_like_none(program, query):
    strange = a_world("Strange", CANARY)
    theirs = program.get(f"/metrics/csat?{query.format(programme=strange.programme.pk)}")
    nobodys = program.get(
        f"/metrics/csat?{query.format(programme=8_000_000_000).replace(CANARY, 'nobodys')}"
    )
    check_problem(theirs, Kind.INPUT_REFUSED)
    assert theirs.content == nobodys.content


def test_the_same_names_in_two_organisations_stay_apart(world, program):
    """Equal source, source_id, address and external id: each organisation has its own."""
    strange = a_world("Strange", "acme")
    stranger = a_program(strange.organisation)
    body = an_interaction()
    body["customer"]["external_id"] = "C-1"
    before = _kept(strange)
    first = program.post("/interactions", body, Idempotency_Key="same")
    assert _kept(strange) == before
    second = stranger.post("/interactions", body, Idempotency_Key="same")
    assert (first.status_code, second.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in second
    assert first.json()["customer_id"] != second.json()["customer_id"]


def test_a_revoked_key_is_out_at_once(world):
    key = a_key(world.organisation)
    program = Program(key.text, Client())
    assert program.get("/touchpoints").status_code == 200
    with tenancy.organisation(world.organisation.pk):
        revoke_key(
            organisation_id=world.organisation.pk, key_id=key.key.pk, actor=OWNER, now=clock.now()
        )
    assert program.get("/touchpoints").status_code == 401


def test_a_session_opens_nothing(world, client, django_user_model):
    client.force_login(django_user_model.objects.create_user("maya@staff.example", "pass word 1"))
    check_problem(client.get("/api/v1/touchpoints"), Kind.KEY_REFUSED)


def test_a_key_in_the_address_opens_nothing(world, program):
    answer = Client().get(f"/api/v1/touchpoints?api_key={program.key}")
    check_problem(answer, Kind.KEY_REFUSED)
    assert program.key not in answer.content.decode()


def test_a_key_of_one_programme_sees_its_rows_only(world):
    with tenancy.organisation(world.organisation.pk):
        other = a_programme(world.organisation, world.touchpoint, name="Other")
    everything = a_program(world.organisation)
    own = a_program(world.organisation, name="Own", programme_id=world.programme.pk)
    others = a_program(world.organisation, name="Others", programme_id=other.pk)
    for path, name in (("/decisions", "decision"), ("/responses", "response")):
        row = f"{path}/{getattr(world, name).pk}"
        assert own.get(path).json() == everything.get(path).json()
        assert own.get(row).status_code == 200
        assert others.get(path).json()["items"] == []
        check_problem(others.get(row), Kind.NOT_FOUND)
    assert [row["name"] for row in others.get("/programmes").json()["items"]] == ["Other"]
    asked = others.post("/interactions", {**an_interaction(), "dry_run": True}).json()
    assert [verdict["programme"] for verdict in asked["verdicts"]] == ["Other"]
    theirs = others.get(f"/metrics/csat?programme={world.programme.pk}")
    check_problem(theirs, Kind.INPUT_REFUSED)
    person = f"/customers/{world.customer.pk}"
    for beyond in (
        others.get(f"{person}/export"),
        others.post(f"{person}/erase", {"mode": "remove"}),
        others.get("/webhooks"),
        others.get("/exports"),
        others.get(f"/exports/{world.export.pk}/file"),
    ):
        check_problem(beyond, Kind.SCOPE_MISSING)
    assert others.get("/metrics/csat").status_code == 200
