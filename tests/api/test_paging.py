"""Lists: a fixed number of statements whatever their length, and stable while rows come and go."""

import os
import random
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from kit import tenancy
from metrics.models import Annotation
from surveys.models import (
    Company,
    Customer,
    Programme,
    Response,
    SendingPause,
    Suppression,
    Tag,
    Wave,
)
from tests.api.conftest import a_program, a_world
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_response,
    a_touchpoint,
    an_interaction,
    an_invitation,
)


def _more(world, number):
    organisation = world.organisation
    with tenancy.organisation(organisation.pk):
        touchpoint = a_touchpoint(organisation, f"more-{number}")
        programme = a_programme(organisation, touchpoint, world.touchpoint)
        customer = a_customer(organisation, company=a_company(organisation, number))
        interaction = an_interaction(organisation, customer, touchpoint)
        an_invitation(organisation, programme, customer, interaction=interaction)
        Suppression.objects.create(
            organisation=organisation, address_key=f"{number}@x.example", reason="staff",
            created_at=NOW,
        )  # fmt: skip
        a_response(organisation, programme, 3, customer=customer, touchpoint=touchpoint)
        Tag.objects.create(organisation=organisation, name=f"tag {number}", created_at=NOW)
        Annotation.objects.create(
            organisation=organisation,
            made_at=NOW,
            on_day=NOW.date(),
            text="x",
            touchpoint=touchpoint,
        )
        SendingPause.objects.create(
            organisation=organisation, reason="x", begins_at=NOW, ends_at=NOW, created_at=NOW
        )
        Wave.objects.create(
            organisation=organisation, programme=world.programme, kind="listed", customers=1,
            created_at=NOW,
        )  # fmt: skip


def a_company(organisation, number):
    return Company.objects.create(
        organisation=organisation, name=f"Company {number}", created_at=NOW
    )


LISTS = {
    "interactions": 1,
    "customers": 1,
    "decisions": 1,
    "responses": 1,
    "touchpoints": 1,
    "companies": 1,
    "suppressions": 1,
    "programmes": 2,
    "surveys": 1,
    "tags": 1,
    "annotations": 1,
    "pauses": 1,
    "programmes/{programme}/waves": 3,
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_as_many_statements_for_three_rows_as_for_one(world, program, path):
    with tenancy.organisation(world.organisation.pk):
        Programme.objects.filter(is_anonymous=True).update(archived_at=NOW)
    shown, path = path, path.format(programme=world.programme.pk)
    program.get(f"/{path}")  # the key notes its use once a minute
    counts = {}
    for rows in (1, 3):
        with CaptureQueriesContext(connections["default"]) as queries:
            answer = program.get(f"/{path}")
        assert len(answer.json()["items"]) == rows
        counts[rows] = len(queries)
        if rows == 1:
            _more(world, 1)
            _more(world, 2)
    assert counts[1] == counts[3] == _at_the_door(program) + LISTS[shown]


def _at_the_door(program):
    """Statements of a call that reads nothing: an id that is none."""
    with CaptureQueriesContext(connections["default"]) as queries:
        assert program.get("/customers/none").status_code == 404
    return len(queries)


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 200])
def test_pages_hold_every_row_once_newest_first(world, program, limit):
    with tenancy.organisation(world.organisation.pk):
        for number in range(6):
            at = NOW + timedelta(seconds=number // 3)
            a_response(world.organisation, world.programme, 3, answered_at=at)
        expected = list(
            Response.objects.order_by("-answered_at", "-id").values_list("id", flat=True)
        )
    assert _walk(program, f"/responses?limit={limit}") == [str(pk) for pk in expected]


@pytest.mark.django_db
def test_the_last_page_says_so(world, program):
    with tenancy.organisation(world.organisation.pk):
        a_response(world.organisation, world.programme, 3)
    full = program.get("/responses?limit=2").json()
    assert (len(full["items"]), full["next_cursor"]) == (2, None)


@pytest.mark.django_db
def test_filters_hold_on_every_page(world, program):
    with tenancy.organisation(world.organisation.pk):
        for number in range(4):
            standing = "counted" if number % 2 else "suspect"
            a_response(world.organisation, world.programme, number + 1, standing=standing)
    found = _walk(program, "/responses?limit=1&standing=suspect")
    with tenancy.organisation(world.organisation.pk):
        suspects = Response.objects.filter(standing="suspect").order_by("-id")
        assert found == [str(response.pk) for response in suspects]


@pytest.mark.django_db
def test_since_is_included_and_until_is_not(world, program):
    with tenancy.organisation(world.organisation.pk):
        Response.objects.all().delete()
        for hours in range(4):
            a_response(
                world.organisation,
                world.programme,
                3,
                answered_at=NOW + timedelta(hours=hours),
                comment=str(hours),
            )
    since = (NOW + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    until = (NOW + timedelta(hours=3)).isoformat().replace("+", "%2B")
    rows = program.get(f"/responses?since={since}&until={until}").json()["items"]
    assert [row["comment"] for row in rows] == ["2", "1"]


def _walk(program, path, between=lambda: None):
    found, cursor = [], ""
    while True:
        page = program.get(f"{path}{cursor and '&cursor=' + cursor}").json()
        found += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return found
        between()


FULL = bool(os.environ.get("FULL"))
MANY, WRITERS = (10_000, 5) if FULL else (1000, 3)


@pytest.mark.django_db(transaction=True)
def test_rows_present_throughout_come_exactly_once_under_writers():
    world = a_world()
    organisation, program = world.organisation, a_program(world.organisation)
    with tenancy.organisation(organisation.pk):
        Customer.objects.bulk_create(
            Customer(
                organisation=organisation,
                email="",
                external_id=f"stays-{number}",
                created_at=NOW + timedelta(seconds=number % 10),
            )
            for number in range(MANY)
        )
    stop = threading.Event()
    writers = [
        threading.Thread(target=_write, args=(organisation, seed, stop)) for seed in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    try:
        found = _walk(program, "/customers?limit=61")
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    with tenancy.organisation(organisation.pk):
        rows = Customer.objects.filter(external_id__startswith="stays-")
        stayed = {str(pk) for pk in rows.values_list("id", flat=True)}
    assert len(found) == len(set(found))
    assert stayed <= set(found)


def _write(organisation, seed, stop):
    """Insert at the same few moments as the rows that stay, and delete again."""
    draw = random.Random(seed)
    while not stop.is_set():
        with tenancy.organisation(organisation.pk):
            customer = Customer.objects.create(
                organisation=organisation, created_at=NOW + timedelta(seconds=draw.randrange(10))
            )
        if draw.random() < 0.5:
            with tenancy.organisation(organisation.pk):
                customer.delete()
    connections["default"].close()
