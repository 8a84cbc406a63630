"""How often a key may call: exactly so often, told in every answer, and open without Valkey."""

import multiprocessing
import os
import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connections
from django.test import Client

from api.problems import Kind
from kit import recent
from tests.api.conftest import Program, a_key, a_program, a_world
from tests.api.problem_documents import check_problem

MOST = 5
# Of many at once: how many may, how many try, from how many processes and threads of each.
ROOM, TRIES, PROCESSES, THREADS = (100, 1000, 4, 16) if os.environ.get("FULL") else (20, 60, 2, 4)


@pytest.fixture(autouse=True)
def few(settings):
    settings.API_CALLS_A_MINUTE = MOST
    settings.API_REFUSALS_A_MINUTE = MOST
    recent.forget_connection()
    yield
    recent.forget_connection()


@pytest.mark.django_db
def test_every_answer_tells_what_is_left(program):
    found, refused = program.get("/touchpoints"), program.get("/nothing/here")
    absent = program.get("/customers/none")
    assert found["RateLimit-Policy"] == absent["RateLimit-Policy"] == f'"key";q={MOST};w=60'
    assert _left(found) == MOST - 1
    assert _left(absent) == MOST - 2
    assert "RateLimit" not in refused  # no address: nobody asked for a key


def _left(answer):
    left, again = re.fullmatch(r'"key";r=(\d+);t=(\d+)', answer["RateLimit"]).groups()
    assert 0 < int(again) <= 60
    return int(left)


@pytest.mark.django_db
def test_one_more_is_refused_and_told_when_to_come_again(world, program):
    for _ in range(MOST):
        assert program.get("/touchpoints").status_code == 200
    answer = program.get("/touchpoints")
    check_problem(answer, Kind.TOO_MANY_CALLS)
    assert 50 < int(answer["Retry-After"]) <= 60
    assert _left(answer) == 0
    other = a_program(world.organisation, name="Shop")
    assert other.get("/touchpoints").status_code == 200


@pytest.mark.django_db
def test_a_refusal_changes_nothing_and_keeps_no_key(world, program):
    for _ in range(MOST):
        program.get("/touchpoints")
    body = {"email": "grace@mail.example"}
    check_problem(program.post("/customers", body, Idempotency_Key="k"), Kind.TOO_MANY_CALLS)
    again = a_program(world.organisation, name="Shop").get("/customers?email=grace@mail.example")
    assert again.json()["items"] == []


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_as_many_are_let_in(settings):
    settings.API_CALLS_A_MINUTE = ROOM
    key = a_key(a_world().organisation).text
    connections.close_all()
    forked = multiprocessing.get_context("fork")
    shares = [range(first, TRIES, PROCESSES) for first in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=forked) as processes:
        found = sum(processes.map(partial(_all_at_once, key), shares), Counter())
    assert found == {(200, False): ROOM, (429, True): TRIES - ROOM}


def _all_at_once(key, numbers):
    """Call so often from one process; return how often each status came, with Retry-After."""
    recent.forget_connection()

    def call(number):
        hop = f"192.0.2.{number % 50}"  # whatever a caller writes there moves nothing
        answer = Program(key, Client()).get("/touchpoints", X_Forwarded_For=hop)
        connections["default"].close()
        return answer.status_code, "Retry-After" in answer

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(call, numbers))


@pytest.mark.django_db
def test_who_has_no_key_is_counted_by_the_place_that_a_proxy_saw(world, settings):
    settings.TRUSTED_PROXIES = 1
    place = "2001:db8:7::"

    def knock(number, seen):
        hops = f"192.0.2.{number}, {seen}"
        return Program("cx_wrong", Client()).get("/touchpoints", X_Forwarded_For=hops)

    answers = [knock(number, f"{place}{number}") for number in range(MOST + 2)]
    assert [answer.status_code for answer in answers] == [401] * MOST + [429] * 2
    check_problem(answers[-1], Kind.TOO_MANY_CALLS)
    assert int(answers[-1]["Retry-After"]) > 50
    assert knock(1, "2001:db8:8::1").status_code == 401
    # A neighbour's mistakes do not lock out whoever has a key.
    good = a_program(world.organisation)
    assert good.get("/touchpoints", X_Forwarded_For=f"{place}1").status_code == 200


@pytest.mark.django_db
def test_without_valkey_reports_still_come_in(program, settings):
    settings.CACHES = {"default": {"LOCATION": "redis://127.0.0.1:1/0"}}
    recent.forget_connection()
    answers = [program.get("/touchpoints") for _ in range(MOST + 3)]
    assert {answer.status_code for answer in answers} == {200}
    assert not any("RateLimit" in answer for answer in answers)
