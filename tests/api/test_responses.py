"""What a program reads of an answer: the score and every follow-up question."""

import pytest

from kit import tenancy
from tests.builders import a_response

pytestmark = pytest.mark.django_db


def test_follow_up_questions_come_with_the_answer_in_their_order(world, program):
    answer = program.get(f"/responses/{world.response.pk}").json()

    assert answer["follow_ups"] == [
        {
            "number": 1,
            "kind": "text",
            "question": "acme more?",
            "choices": [],
            "chosen": [],
            "words": "acme told",
        },
        {
            "number": 2,
            "kind": "single",
            "question": "How did you reach us?",
            "choices": [2],
            "chosen": ["In the shop"],
            "words": "",
        },
    ]


@pytest.mark.parametrize("more", [0, 2])
def test_they_cost_no_further_statement(world, program, more, django_assert_num_queries):
    with tenancy.organisation(world.organisation.pk):
        for _ in range(more):
            a_response(world.organisation, world.programme, 3)
    program.get("/responses")

    with django_assert_num_queries(7):
        items = program.get("/responses").json()["items"]

    assert [len(item["follow_ups"]) for item in items] == [0] * more + [2]


def test_feeling_and_contact_come_with_the_answer(world, program):
    assert (world.response.feelings, world.response.contact) == ([], "")
    plain = program.get(f"/responses/{world.response.pk}").json()
    assert (plain["feelings"], plain["contact"]) == ([], None)
    with tenancy.organisation(world.organisation.pk):
        told = a_response(
            world.organisation, world.programme, 2, feelings=["valued", "annoyed"], contact="no"
        )
    answer = program.get(f"/responses/{told.pk}").json()
    assert (answer["feelings"], answer["contact"]) == (["valued", "annoyed"], "no")
