"""A repeated call is answered from the record of the first one, also when fifty come at once."""

import os
import random
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from time import sleep

import pytest
from django.db import connections
from django.db.models import F
from django.test import Client

from accounts.actions import idempotency
from accounts.actions.tidying import forget_what_is_over
from accounts.models import ApiKey, IdempotencyKey
from api.problems import Kind
from kit import clock, tenancy
from surveys.models import Customer, Interaction
from tests.api.conftest import Program, a_key, a_program, a_world
from tests.api.problem_documents import check_problem
from tests.dying import ended_by

FULL = bool(os.environ.get("FULL"))
OLD, KILLS = (10_000, 20) if FULL else (3, 4)
GRACE = {"email": "grace@mail.example", "name": "Grace"}


@pytest.mark.django_db
def test_a_repetition_is_the_kept_answer(world, program):
    first = program.post("/customers", GRACE, Idempotency_Key="k1")
    second = program.post("/customers", GRACE, Idempotency_Key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Location"] == first["Location"]
    assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")
    with tenancy.organisation(world.organisation.pk):
        assert Customer.objects.filter(name="Grace").count() == 1


@pytest.mark.django_db
def test_order_and_spaces_of_the_body_do_not_matter(program):
    program.post("/customers", GRACE, Idempotency_Key="k1")
    spaced = '{ "name" : "Grace",\n "email":"grace@mail.example" }'
    answer = program.send("post", "/customers", spaced, Idempotency_Key="k1")
    assert answer["Idempotent-Replayed"] == "true"


@pytest.mark.django_db
def test_another_body_is_refused(world, program):
    program.post("/customers", GRACE, Idempotency_Key="k1")
    answer = program.post("/customers", {**GRACE, "name": "Hopper"}, Idempotency_Key="k1")
    check_problem(answer, Kind.KEY_REUSED)
    with tenancy.organisation(world.organisation.pk):
        assert not Customer.objects.filter(name="Hopper").exists()


@pytest.mark.django_db
def test_the_key_counts_for_one_method_path_and_api_key(world, program):
    other = a_program(world.organisation, name="Shop")
    program.post("/customers", GRACE, Idempotency_Key="k1")
    path = f"/customers/{world.customer.pk}"
    assert program.patch(path, {"name": "A"}, Idempotency_Key="k1").status_code == 200
    hopper = {"email": "hopper@mail.example"}
    answer = other.post("/customers", hopper, Idempotency_Key="k1")
    assert (answer.status_code, "Idempotent-Replayed" in answer) == (201, False)


@pytest.mark.django_db
def test_what_is_refused_is_not_kept(world, program):
    check_problem(program.post("/customers", {}, Idempotency_Key="k1"), Kind.INVALID_INPUT)
    taken = {"external_id": world.customer.external_id}
    check_problem(program.post("/customers", taken, Idempotency_Key="k1"), Kind.CUSTOMER_EXISTS)
    answer = program.post("/customers", GRACE, Idempotency_Key="k1")
    assert (answer.status_code, "Idempotent-Replayed" in answer) == (201, False)


@pytest.mark.django_db
def test_a_link_is_in_no_kept_answer_and_in_every_repetition(world, program):
    body = {
        "programme_id": str(world.programme.pk),
        "reference": "receipt-1",
        "customer": {"external_id": "grace"},
    }
    first = program.post("/invitations", body, Idempotency_Key="k1")
    token = first.json()["link"]["url"].rpartition("/")[2]
    with tenancy.organisation(world.organisation.pk):
        kept = IdempotencyKey.objects.get(key="k1").body
    assert (token in kept, '"link"' in kept) == (False, True)
    again = program.post("/invitations", body, Idempotency_Key="k1")
    assert (again.content, again.status_code) == (first.content, 201)
    assert (again["Location"], again["Idempotent-Replayed"]) == (first["Location"], "true")


@pytest.mark.django_db
def test_a_crash_frees_the_key_and_stores_nothing(world, program, monkeypatch):
    def crash(**_):
        raise RuntimeError("lost")

    program.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "finish_call", crash)
        answer = program.post("/customers", GRACE, Idempotency_Key="k1")
    check_problem(answer, Kind.SERVER_ERROR)
    assert "lost" not in answer.content.decode()
    with tenancy.organisation(world.organisation.pk):
        assert not Customer.objects.filter(name="Grace").exists()
        assert not IdempotencyKey.objects.exists()
    assert program.post("/customers", GRACE, Idempotency_Key="k1").status_code == 201


@pytest.mark.django_db
def test_after_a_day_the_key_is_new(world, program):
    program.post("/customers", GRACE, Idempotency_Key="k1")
    _age(world, idempotency.KEPT_FOR - timedelta(minutes=1))
    assert program.post("/customers", GRACE, Idempotency_Key="k1").status_code == 201
    _age(world, timedelta(minutes=2))
    answer = program.post("/customers", GRACE, Idempotency_Key="k1")
    check_problem(answer, Kind.CUSTOMER_EXISTS)


@pytest.mark.django_db
def test_what_is_a_day_old_is_forgotten(world, program):
    program.post("/customers", {"external_id": "0"}, Idempotency_Key="k0")
    with tenancy.organisation(world.organisation.pk):
        kept = IdempotencyKey.objects.get()
        IdempotencyKey.objects.bulk_create(_copies(kept, OLD - 1))
    _age(world, idempotency.KEPT_FOR + timedelta(minutes=1))
    program.post("/customers", GRACE, Idempotency_Key="fresh")
    assert forget_what_is_over(now=clock.now()) == OLD
    with tenancy.organisation(world.organisation.pk):
        assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["fresh"]


def _copies(kept, number):
    values = {field.attname: getattr(kept, field.attname) for field in kept._meta.concrete_fields}
    del values["id"]
    return [IdempotencyKey(**{**values, "key": f"k{one}"}) for one in range(1, number + 1)]


def _age(world, by):
    with tenancy.organisation(world.organisation.pk):
        IdempotencyKey.objects.update(created_at=F("created_at") - by)


@pytest.mark.django_db(transaction=True)
def test_while_the_first_runs_the_second_is_told_to_wait():
    world = a_world()
    program = a_program(world.organisation)
    claimed, release = threading.Event(), threading.Event()

    def hold():
        call = _named(world)
        with tenancy.organisation(world.organisation.pk):
            idempotency.begin_call(call=call, now=clock.now())
            claimed.set()
            release.wait(10)
        connections.close_all()

    first = threading.Thread(target=hold)
    first.start()
    assert claimed.wait(10)
    answer = program.post("/customers", GRACE, Idempotency_Key="k1")
    release.set()
    first.join()
    check_problem(answer, Kind.STILL_RUNNING)
    assert answer["Retry-After"] == "1"


def _named(world):
    with tenancy.organisation(world.organisation.pk):
        key_id = ApiKey.objects.get().pk
    return idempotency.Call(
        organisation_id=world.organisation.pk,
        api_key_id=key_id,
        method="POST",
        path="/api/v1/customers",
        key="k1",
        body_sha256="0" * 64,
    )


KEYS, TIMES, THREADS = (100, 50, 50) if FULL else (4, 50, 25)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_key", [True, False], ids=["Idempotency-Key", "source_id alone"])
def test_fifty_equal_posts_at_once_make_one_object(with_key):
    world = a_world()
    key = a_key(world.organisation).text
    occurred_at = (clock.now() - timedelta(hours=1)).isoformat()
    local = threading.local()

    def post(number):
        if not hasattr(local, "program"):
            local.program = Program(key, Client())
        body = {
            "source_id": f"s{number}",
            "touchpoint": "acme-billing",
            "occurred_at": occurred_at,
            "customer": {"email": f"person{number % 3}@mail.example"},
        }
        headers = {"Idempotency_Key": f"k{number}"} if with_key else {}
        answer = local.program.post("/interactions", body, **headers)
        connections["default"].close()
        return number, answer.status_code, answer.json().get("id")

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(post, [number for number in range(KEYS) for _ in range(TIMES)]))
    assert {status for _, status, _ in answers} <= {200, 201, 409}
    ids = {(number, found) for number, _, found in answers if found}
    assert len(ids) == KEYS
    if not with_key:
        assert Counter(status for _, status, _ in answers) == {201: KEYS, 200: KEYS * (TIMES - 1)}
    with tenancy.organisation(world.organisation.pk):
        assert Interaction.objects.filter(source="Helpdesk").count() == KEYS
        assert Customer.objects.filter(address_key__startswith="person").count() == 3


POINTS = ("interaction.begun", "interaction.stored", "api.before_commit", "api.committed")


@pytest.mark.django_db(transaction=True)
def test_whatever_kills_a_web_process_a_repetition_makes_one_object():
    """The caller never heard whether it was stored; the same call again finds out."""
    world = a_world()
    key, draw = a_key(world.organisation).text, random.Random(21)
    points = [*POINTS, *(draw.choice(POINTS) for _ in range(KILLS - len(POINTS)))]
    occurred_at = (clock.now() - timedelta(hours=1)).isoformat()
    replayed = []
    for number, point in enumerate(points):
        body = {
            "source_id": f"killed{number}",
            "touchpoint": "acme-billing",
            "occurred_at": occurred_at,
            "customer": {"email": f"killed{number}@mail.example"},
        }
        call = partial(_report, key, body)
        assert ended_by(call, f"{point}=kill") == signal.SIGKILL
        while (answer := call()).status_code == 409:  # the server has not noticed the death yet
            sleep(0.02)
        assert answer.status_code == 201
        replayed.append("Idempotent-Replayed" in answer)
    # Only what was committed before the process died is answered from the record.
    assert replayed == [point == "api.committed" for point in points]
    with tenancy.organisation(world.organisation.pk):
        made = Interaction.objects.filter(source_id__startswith="killed")
        assert made.count() == made.values("source_id").distinct().count() == KILLS
        assert Customer.objects.filter(address_key__startswith="killed").count() == KILLS


def _report(key, body):
    return Program(key, Client()).post("/interactions", body, Idempotency_Key=body["source_id"])
