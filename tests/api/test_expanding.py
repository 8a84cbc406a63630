"""`expand`: the customer beside an answer, in one statement more whatever the page's length."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.rules.scopes import Scope
from api.problems import Kind
from kit import tenancy
from surveys.models import Response
from tests.api.conftest import a_program
from tests.api.problem_documents import check_problem
from tests.builders import a_customer, a_response

pytestmark = pytest.mark.django_db


def _more(world, count):
    with tenancy.organisation(world.organisation.pk):
        for number in range(count):
            customer = a_customer(world.organisation, name=f"Nr {number}")
            a_response(world.organisation, world.programme, 3, customer=customer)


def test_the_customer_is_carried_as_she_is_read(world, program):
    [row] = program.get("/responses?expand=customer").json()["items"]
    assert row["customer"] == program.get(f"/customers/{world.customer.pk}").json()
    assert row["customer_id"] == row["customer"]["id"]
    one = program.get(f"/responses/{world.response.pk}?expand=customer").json()
    assert one == row
    assert "customer" not in program.get("/responses").json()["items"][0]


def test_three_rows_take_as_many_statements_as_one(world, program):
    program.get("/responses")
    counts = []
    for rows in (1, 3):
        with CaptureQueriesContext(connections["default"]) as queries:
            answer = program.get("/responses?expand=customer").json()
        assert len({row["customer"]["id"] for row in answer["items"]}) == rows
        counts.append(len(queries))
        _more(world, 2)
    with CaptureQueriesContext(connections["default"]) as plain:
        program.get("/responses")
    assert counts == [len(plain) + 1] * 2


def test_an_answer_of_nobody_carries_nobody(world, program):
    with tenancy.organisation(world.organisation.pk):
        Response.objects.all().delete()
        a_response(world.organisation, world.programme, 3)
    [row] = program.get("/responses?expand=customer").json()["items"]
    assert (row["customer_id"], row["customer"]) == (None, None)


@pytest.mark.parametrize(
    "asked", ["", "nobody", "customer,nobody", "customer,customer", "Customer"]
)
def test_what_cannot_be_expanded_is_refused(program, asked):
    answer = program.get(f"/responses?expand={asked}")
    check_problem(answer, Kind.INVALID_INPUT)
    assert answer.json()["errors"][0]["parameter"] == "expand"
    check_problem(program.get("/decisions?expand=customer"), Kind.INVALID_INPUT)


def test_a_parameter_twice_is_refused(program):
    check_problem(program.get("/responses?expand=customer&expand=customer"), Kind.INVALID_INPUT)


def test_a_key_that_may_not_read_customers_may_not_expand_them(world):
    program = a_program(world.organisation, scopes=[Scope.RESPONSES_READ])
    check_problem(program.get("/responses?expand=customer"), Kind.SCOPE_MISSING)
    assert program.get("/responses").status_code == 200
