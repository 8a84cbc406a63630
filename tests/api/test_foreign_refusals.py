"""What Django itself refuses under /api/ is a problem document too."""

import pytest
from django.db import OperationalError

from api import endpoints
from api.problems import Kind
from tests.api.problem_documents import check_problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    ["", "v1", "v1/", "v2/customers", "v1/nothing", "v1/customers/", "v1//customers"],
)
def test_an_unknown_address(client, path):
    check_problem(client.get(f"/api/{path}"), Kind.NOT_FOUND)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/customers", "GET, HEAD, POST"),
        ("PUT", "/customers/1", "GET, HEAD, PATCH"),
        ("POST", "/metrics/nps", "GET, HEAD"),
        ("OPTIONS", "/metrics/nps", "GET, HEAD"),
        ("TRACE", "/decisions", "GET, HEAD"),
        ("BREW", "/decisions", "GET, HEAD"),
    ],
)
def test_an_unknown_method(program, method, path, allowed):
    answer = program.send(method, path, "{}")
    check_problem(answer, Kind.METHOD_NOT_ALLOWED)
    assert answer["Allow"] == allowed


@pytest.mark.parametrize("path", ["openapi.json", "docs", "problems"])
def test_an_unknown_method_of_a_page(client, path):
    answer = client.post(f"/api/v1/{path}")
    check_problem(answer, Kind.METHOD_NOT_ALLOWED)
    assert answer["Allow"] == "GET, HEAD"


def test_a_foreign_host(client):
    answer = client.get("/api/v1/customers", headers={"Host": "evil.example"})
    check_problem(answer, Kind.BAD_REQUEST)


@pytest.mark.parametrize("debug", [True, False])
def test_a_crash_leaks_nothing(program, monkeypatch, settings, debug):
    settings.DEBUG = debug
    program.client.raise_request_exception = False

    def crash(*_, **__):
        raise RuntimeError("secret")

    monkeypatch.setattr(endpoints, "reply", crash)
    monkeypatch.setattr("api.v1.customers.reply", crash)
    answer = program.get("/customers")
    check_problem(answer, Kind.SERVER_ERROR)
    assert "secret" not in answer.content.decode()


def test_a_database_that_is_away(program, monkeypatch):
    def away(*_, **__):
        raise OperationalError("connection refused")

    monkeypatch.setattr(endpoints, "authenticate", away)
    answer = program.get("/customers")
    check_problem(answer, Kind.UNAVAILABLE)
    assert answer["Retry-After"] == "5"


def test_head_answers_like_get_without_a_body(program):
    answer = program.send("HEAD", "/customers", "")
    assert (answer.status_code, answer.content) == (200, b"")


def test_answers_are_not_to_be_kept_by_anybody(program):
    for path in ("/customers", "/customers/none"):
        assert program.get(path)["Cache-Control"] == "no-store"
