"""The OpenAPI description: valid, complete, and true to what the door does."""

import json
import re

import pytest
from django.core.management import call_command
from django.urls import get_resolver

from api.endpoints import Endpoint
from api.problems import CONTENT_TYPE, Kind
from api.reference import description
from tests.api.problem_documents import BY_URI

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCUMENT = json.loads(description())
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def test_the_generator_has_no_complaint(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "api.yaml"))


def test_it_is_served_as_openapi_3_1(client):
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json() == DOCUMENT
    assert DOCUMENT["openapi"] == "3.1.0"


def test_every_method_of_every_endpoint_is_described():
    found = {
        (method, "/" + _path(prefix))
        for prefix, view in _endpoints(get_resolver(), "")
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method)
    }
    assert found == {(method, path) for method, path, _ in OPERATIONS.values()}


def _endpoints(resolver, prefix):
    for each in resolver.url_patterns:
        path = prefix + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from _endpoints(each, path)
        elif issubclass(getattr(each.callback, "cls", object), Endpoint):
            yield path, each.callback.cls


def _path(prefix):
    return prefix.replace("<str:", "{").replace(">", "}")


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_all_that_a_caller_needs(name):
    method, _, operation = OPERATIONS[name]
    assert operation["description"].strip()
    assert operation["summary"] == operation["description"].splitlines()[0].rstrip(".")
    assert operation["security"] == [{"key": []}]
    assert len(operation["tags"]) == 1
    assert {"400", "401", "403", "429", "500", "503"} <= operation["responses"].keys()
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    assert ("Idempotency-Key" in names) == (method != "get")
    assert method == "get" or {"409", "422"} <= operation["responses"].keys()
    if "requestBody" in operation:
        assert operation["requestBody"]["content"]["application/json"]["examples"]
        assert {"409", "411", "413", "415", "422"} <= operation["responses"].keys()


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_has_an_example_and_every_refusal_is_a_problem(name):
    for status, answer in OPERATIONS[name][2]["responses"].items():
        if status in ("204", "304"):
            assert "content" not in answer
            continue
        if name == "downloadExport" and status == "200":
            assert all(content["examples"] for content in answer["content"].values())
            assert answer["content"].keys() == {"text/csv", XLSX}
            continue
        [(content_type, content)] = answer["content"].items()
        assert content["examples"], status
        if int(status) < 400:
            assert content_type == "application/json"
            continue
        assert content_type == CONTENT_TYPE
        for example in content["examples"].values():
            kind = BY_URI[example["value"]["type"]]
            assert kind.status == int(status)


def test_every_body_is_closed_to_unknown_keys():
    bodies = {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].split("/")[-1]
        for _, _, operation in OPERATIONS.values()
        if "requestBody" in operation
    }
    schemas = DOCUMENT["components"]["schemas"]
    assert len(bodies) >= 10
    assert {name: schemas[name]["additionalProperties"] for name in bodies} == dict.fromkeys(
        bodies, False
    )


def test_ids_are_strings_everywhere():
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for key, part in schema.get("properties", {}).items():
            if key == "id" or key.endswith("_id"):
                assert "string" in part["type"], (name, key)


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.slug)
def test_every_problem_type_leads_to_its_explanation(client, kind):
    page, _, anchor = kind.uri.partition("#")
    text = client.get(page).content.decode()
    assert f'id="{anchor}"' in text
    assert kind.title in text


def test_what_is_made_or_listed_leads_to_what_can_be_done_with_it():
    made, listed = (
        OPERATIONS[name][2]["responses"][status]["links"]
        for name, status in (("createCustomer", "201"), ("listCustomers", "200"))
    )
    assert made["updateCustomer"]["parameters"] == {"customer_id": "$response.body#/id"}
    assert listed["getCustomer"]["parameters"] == {"customer_id": "$response.body#/items/0/id"}
    asked = OPERATIONS["createInvitation"][2]["responses"]["201"]["links"]["getInvitation"]
    assert asked["parameters"] == {"invitation_id": "$response.body#/invitation/id"}


def test_a_text_that_may_be_empty_is_not_forbidden_to_be():
    """Of two forms that both take the empty text `oneOf` takes none; a client believes it."""
    forms = json.loads(description())["components"]["schemas"]
    empty = {"type": "string", "maxLength": 0}
    twice = {
        f"{name}.{key}"
        for name, form in forms.items()
        for key, value in form.get("properties", {}).items()
        if empty in value.get("oneOf", ()) and re.fullmatch(value["oneOf"][0]["pattern"], "")
    }
    assert twice == set()
    assert forms["NewTouchpoint"]["properties"]["deed"]["maxLength"] == 120
