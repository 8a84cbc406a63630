"""No column can be written by naming it: every model field as extra input is refused."""

import json
import re

import pytest
from django.apps import apps

from api.parsing import MOST_FAULTS
from api.problems import Kind
from api.reference import description
from api.v1.alerts import ChangedAlert, NewAlert
from api.v1.annotations import AnnotationBody, NewAnnotation
from api.v1.answering import Amendment, ExclusionBody, NewResponse
from api.v1.benchmarks import NewBenchmark
from api.v1.companies import CompanyBody, NewCompany
from api.v1.customer_forms import CustomerBody
from api.v1.export_forms import ExportFilter, NewExport
from api.v1.goals import GoalBody
from api.v1.import_forms import NewImport
from api.v1.imports import Start
from api.v1.interactions import NewInteraction
from api.v1.interactions_bulk import ManyInteractions
from api.v1.invitations import NewInvitation
from api.v1.merging import Merging
from api.v1.pauses import NewPause
from api.v1.persons import Erasure
from api.v1.programme_forms import ChangedProgramme, NewProgramme
from api.v1.properties import PropertyBody
from api.v1.response_tags import TagBody
from api.v1.sending import SendingBody
from api.v1.suppressions import NewSuppression, Wish
from api.v1.survey_forms import ContentBody
from api.v1.tags import NamedTag
from api.v1.touchpoints import ChangedTouchpoint, NewTouchpoint
from api.v1.versions import NewVersion
from api.v1.waves import NewWave
from api.v1.webhook_forms import ChangedWebhook, NewWebhook, Period, Rotation
from kit import tenancy
from tests.api.problem_documents import check_problem
from tests.api.rows import OURS, stored
from tests.api.test_bad_input import GOOD

pytestmark = pytest.mark.django_db


def _columns():
    for app in OURS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                yield field.name
                yield getattr(field, "attname", field.name)


COLUMNS = sorted(set(_columns()))
PLACE = {"name": "Delivery", "kind": "experience", "stage": "Get help"}
TOLD = {"programme_id": "1", "source_id": "1", "answered_at": "2026-05-01T10:00:00Z"}
ASKS = {"name": "After delivery", "kind": "transactional", "metric": "csat"}
WISH = {"reason": "staff"}
LAKE = {"name": "Lake", "url": "https://hooks.example.com/in"}
PERSON = {"email": "grace@mail.example"}
LINK = {"programme_id": "1", "reference": "1", "customer": PERSON}
FILE = {"what": "responses", "format": "csv", "filter": {}}
PERIOD = {"since": "2026-05-01T00:00:00Z", "until": "2026-05-02T00:00:00Z"}
PEOPLE = {"kind": "customers", "content": "ZW1haWwKYUBtYWlsLmV4YW1wbGUK"}
MESSAGE = {"programme_id": "1", "by": "message", "customer_id": "1"}
DONE = {"on_day": "2026-05-01", "text": "New bills"}
THEIRS = {
    "card": "experience", "value": 21, "source": "Ofcom", "year": 2025, "method": "Panel", "n": 9,
}  # fmt: skip
ANEW = {"seen_version": 1, "reason": "New words", "since_on": "2026-05-01"}
WRITES = {
    "interaction": ("post", "/interactions", GOOD, (), NewInteraction),
    "customer of an interaction": ("post", "/interactions", GOOD, ("customer",), CustomerBody),
    "new customer": ("post", "/customers", PERSON, (), CustomerBody),
    "customer": ("patch", "/customers/{customer}", PERSON, (), CustomerBody),
    "new touchpoint": ("post", "/touchpoints", PLACE, (), NewTouchpoint),
    "touchpoint": ("patch", "/touchpoints/{touchpoint}", PLACE, (), ChangedTouchpoint),
    "new programme": ("post", "/programmes", ASKS, (), NewProgramme),
    "programme": ("patch", "/programmes/{programme}", {"is_on": False}, (), ChangedProgramme),
    "draft": ("put", "/surveys/{survey}/draft", {"asks_why": True}, (), ContentBody),
    "new response": ("post", "/responses", TOLD, (), NewResponse),
    "response": ("patch", "/responses/{response}", {"reason": "Told"}, (), Amendment),
    "exclusion": ("post", "/responses/{response}/exclude", {"reason": "x"}, (), ExclusionBody),
    "tag": ("post", "/responses/{response}/tags", {"name": "x"}, (), TagBody),
    "erasure": ("post", "/customers/{customer}/erase", {"mode": "remove"}, (), Erasure),
    "link": ("post", "/invitations", LINK, (), NewInvitation),
    "message": ("post", "/invitations", MESSAGE, (), NewInvitation),
    "new company": ("post", "/companies", {"name": "Hopper Ltd"}, (), NewCompany),
    "company": ("patch", "/companies/{company}", {"name": "Hopper Ltd"}, (), CompanyBody),
    "suppression": ("post", "/suppressions", {**PERSON, **WISH}, (), NewSuppression),
    "new webhook": ("post", "/webhooks", LAKE, (), NewWebhook),
    "webhook": ("patch", "/webhooks/{webhook}", {"name": "Lake"}, (), ChangedWebhook),
    "new export": ("post", "/exports", FILE, (), NewExport),
    "filter of an export": ("post", "/exports", FILE, ("filter",), ExportFilter),
    "many interactions": ("post", "/interactions/bulk", {"items": [GOOD]}, (), ManyInteractions),
    "merging": ("post", "/customers/{customer}/merge", {"merged_id": "1"}, (), Merging),
    "new alert": ("post", "/alerts", {"name": "Bad bills"}, (), NewAlert),
    "alert": ("patch", "/alerts/{alert}", {"is_on": False}, (), ChangedAlert),
    "new import": ("post", "/imports", PEOPLE, (), NewImport),
    "start of an import": ("post", "/imports/{file}/start", {}, (), Start),
    "rotation": ("post", "/webhooks/{webhook}/rotate", {}, (), Rotation),
    "replay": ("post", "/webhooks/{webhook}/replay", PERIOD, (), Period),
    "stop": ("post", "/customers/{customer}/suppressions", WISH, (), Wish),
    "new annotation": ("post", "/annotations", DONE, (), NewAnnotation),
    "annotation": ("patch", "/annotations/{annotation}", DONE, (), AnnotationBody),
    "goal": ("put", "/goals/{card}", {"value": 82}, (), GoalBody),
    "benchmark": ("post", "/benchmarks", THEIRS, (), NewBenchmark),
    "version": ("post", "/metrics/{metric}/versions", ANEW, (), NewVersion),
    "tracked": ("post", "/properties/track", {"key": "plan"}, (), PropertyBody),
    "given up": ("post", "/properties/give-up", {"key": "plan"}, (), PropertyBody),
    "name of a tag": ("patch", "/tags/{tag}", {"name": "slow"}, (), NamedTag),
    "sending": ("patch", "/sending", {"is_paused": True}, (), SendingBody),
    "pause": ("post", "/pauses", {"reason": "Outage"}, (), NewPause),
    "wave": ("post", "/programmes/{programme}/waves", {"everybody": True}, (), NewWave),
}


def batched(columns):
    """As many at once as a refusal names."""
    return [columns[at : at + MOST_FAULTS] for at in range(0, len(columns), MOST_FAULTS)]


def test_there_are_columns_to_try():
    assert {"organisation_id", "is_test", "recorded_at", "erased_at", "id"} <= set(COLUMNS)


def test_every_operation_with_a_body_is_tried():
    described = {
        (method, re.sub(r"\{\w+\}", "{}", path))
        for path, methods in json.loads(description())["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
    }
    tried = {
        (method, "/api/v1" + re.sub(r"\{\w+\}", "{}", path)) for method, path, *_ in WRITES.values()
    }
    assert tried == described


@pytest.mark.parametrize("name", WRITES)
def test_a_column_that_is_no_key_of_the_body_is_refused(world, program, name):
    method, path, good, inside, form = WRITES[name]
    ids = {name: getattr(each, "pk", 0) for name, each in vars(world).items()}
    path = path.format(**ids, card="service", metric="csat")
    with tenancy.organisation(world.organisation.pk):
        before = stored()
    unknown = [column for column in COLUMNS if column not in form().fields]
    for columns in batched(unknown):
        body = json.loads(json.dumps(good))
        place = body
        for key in inside:
            place = place[key]
        place |= dict.fromkeys(columns, 1)
        answer = program.send(method, path, json.dumps(body), If_Match="*")
        check_problem(answer, Kind.INVALID_INPUT)
        pointers = [fault["pointer"] for fault in answer.json()["errors"]]
        assert pointers == ["/".join(["#", *inside, column]) for column in columns]
    with tenancy.organisation(world.organisation.pk):
        assert stored() == before
