"""No column can be written by naming it: every model field as extra input is refused."""

import json

import pytest
from django.apps import apps

from api.problems import Kind
from api.v1.customers import CustomerBody
from api.v1.interactions import NewInteraction
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
PERSON = {"email": "grace@mail.example"}
WRITES = {
    "interaction": ("post", "/interactions", GOOD, (), NewInteraction),
    "customer of an interaction": ("post", "/interactions", GOOD, ("customer",), CustomerBody),
    "new customer": ("post", "/customers", PERSON, (), CustomerBody),
    "customer": ("patch", "/customers/{customer}", PERSON, (), CustomerBody),
}


def test_there_are_columns_to_try():
    assert {"organisation_id", "is_test", "recorded_at", "erased_at", "id"} <= set(COLUMNS)


@pytest.mark.parametrize("name", WRITES)
def test_a_column_that_is_no_key_of_the_body_is_refused(world, program, name):
    method, path, good, inside, form = WRITES[name]
    path = path.format(customer=world.customer.pk)
    with tenancy.organisation(world.organisation.pk):
        before = stored()
    for column in COLUMNS:
        if column in form().fields:
            continue
        body = json.loads(json.dumps(good))
        place = body
        for key in inside:
            place = place[key]
        place[column] = 1
        answer = program.send(method, path, json.dumps(body))
        check_problem(answer, Kind.INVALID_INPUT)
        assert answer.json()["errors"][0]["pointer"] == "/".join(["#", *inside, column])
    with tenancy.organisation(world.organisation.pk):
        assert stored() == before
