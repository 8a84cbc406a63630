"""Definitions and comparisons over the API: what counts now, and how two sides stand."""

from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.rules.actors import Actor
from api.problems import Kind
from kit import clock, tenancy
from metrics.actions.defining import Wanted, redefine_metric
from metrics.statistics.definitions import Kind as Metric
from surveys.models import Response
from tests.api.conftest import a_program
from tests.api.problem_documents import check_problem
from tests.api.test_metrics import answers
from tests.builders import a_programme, a_touchpoint, a_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_answers(world):
    with tenancy.organisation(world.organisation.pk):
        Response.objects.all().delete()


def days_ago(days):
    return (clock.now().date() - timedelta(days=days)).isoformat()


def compared(program, query=""):
    answer = program.get(f"/metrics/csat/comparison?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def count_by_cut(world, cut, seen_version=1):
    today = clock.now().date()
    redefine_metric(
        organisation_id=world.organisation.pk,
        kind=Metric.CSAT,
        wanted=Wanted(
            cut=cut,
            smallest_change=2,
            change_to_see=10,
            window_days=90,
            since_on=today,
            reason="stricter",
        ),
        seen_version=seen_version,
        actor=Actor(name="owner@staff.example"),
        today=today,
        now=clock.now(),
    )


def test_the_definitions_that_count_now_with_their_rules_in_words(world, program):
    first = program.get("/metrics").json()["items"]
    assert [one["name"] for one in first] == ["nps@1", "csat@1", "ces@1"]
    csat = first[1]
    assert (
        csat["definition"] == program.get(csat["url"].removeprefix("/api/v1")).json()["definition"]
    )
    assert csat["interval_method"] == "95 %, Wilson"
    assert csat["in_words"]["counts"] == "Answers 4 and 5 on a scale from 1 to 5"
    with tenancy.organisation(world.organisation.pk):
        count_by_cut(world, 5)
    csat = program.get("/metrics").json()["items"][1]
    assert (csat["name"], csat["definition"]["cut"]) == ("csat@2", 5)
    assert csat["in_words"]["counts"] == "Answer 5 on a scale from 1 to 5"


def test_faces_stand_there_where_a_survey_asks_so(world, program):
    with tenancy.organisation(world.organisation.pk):
        a_version(world.survey, has_faces=True)
    names = [one["name"] for one in program.get("/metrics").json()["items"]]
    assert names == ["nps@1", "csat@1", "faces@1", "ces@1"]


def test_three_versions_take_as_many_statements_as_one(world, program):
    counts = []
    program.get("/metrics")
    for versions in ((1,), (2, 3)):
        with tenancy.organisation(world.organisation.pk):
            for seen in versions:
                count_by_cut(world, 4 + seen % 2, seen)
        with CaptureQueriesContext(connections["default"]) as queries:
            program.get("/metrics")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_without_a_word_the_days_before_are_the_other_side(world, program):
    answers(world, [5] * 81 + [1] * 19, days_ago=30)
    answers(world, [5] * 60 + [1] * 40, days_ago=120)
    told = compared(program)
    assert (told["a"]["value"], told["b"]["value"]) == (81.0, 60.0)
    assert told["b"]["period"] == {"first_on": days_ago(179), "last_on": days_ago(90)}
    assert told["sentence"] == (
        "A is 21 higher than B: more than chance explains (n = 100 and 100)"
    )
    verdict = told["verdict"]
    assert (verdict["call"], verdict["change"], verdict["needed_n"]) == ("up", 21.0, None)
    assert verdict["interval"]["low"] < 21 < verdict["interval"]["high"]
    assert told["mix"] == {"difference": 21, "by_scores": 21, "by_who_answered": 0}


def test_two_segments_in_the_same_days(world, program):
    answers(world, [5] * 45 + [1] * 15, context={"plan": "Max"})
    answers(world, [5] * 15 + [1] * 45, context={"plan": "Basic"})
    told = compared(program, "segment=plan:Max&b_segment=plan:Basic")
    assert told["a"]["period"] == told["b"]["period"]
    assert (told["may_share"], told["verdict"]["change"]) == (False, 50.0)
    assert told["a"]["counts"] == {"1": 15, "2": 0, "3": 0, "4": 0, "5": 45}


def test_two_periods_of_one_segment(world, program):
    answers(world, [5] * 30, context={"plan": "Max"})
    answers(world, [1] * 30, context={"plan": "Basic"})
    answers(world, [5] * 15 + [1] * 15, days_ago=200, context={"plan": "Max"})
    query = f"days=60&segment=plan:Max&b_from={days_ago(220)}&b_to={days_ago(180)}"
    told = compared(program, query)
    assert (told["a"]["n"], told["b"]["n"]) == (30, 30)
    assert (told["a"]["value"], told["b"]["value"]) == (100.0, 50.0)


def test_sides_that_may_share_answers_are_not_tested(world, program):
    answers(world, [5] * 60, context={"plan": "Max"})
    told = compared(program, f"segment=plan:Max&b_days=90&b_touchpoint={world.touchpoint.slug}")
    assert (told["may_share"], told["verdict"], told["mix"]) == (True, None, None)
    assert told["sentence"].startswith("no call: one answer may stand on both sides")


def test_few_answers_are_not_tested_and_none_are_null(world, program):
    answers(world, [5] * 24)
    told = compared(program)
    assert (told["verdict"], told["b"]["value"], told["b"]["interval"]) == (None, None, None)
    assert told["sentence"] == "too few answers to compare (n = 24 and 0)"


@pytest.mark.parametrize(
    ("query", "parameter", "kind"),
    [
        ("b_programme=8000000000", "b_programme", Kind.INPUT_REFUSED),
        ("b_touchpoint=nowhere", "b_touchpoint", Kind.INPUT_REFUSED),
        ("b_segment=plan:None", "b_segment", Kind.INPUT_REFUSED),
        ("programme=8000000000", "programme", Kind.INPUT_REFUSED),
        ("b_from=2026-01-01", "b_from", Kind.INPUT_REFUSED),
        ("b_from=2026-01-02&b_to=2026-01-01", "b_to", Kind.INPUT_REFUSED),
        ("b_days=3&b_from=2026-01-01&b_to=2026-01-02", "b_from", Kind.INPUT_REFUSED),
        ("b_segment=a:1&b_segment=a:2", "b_segment", Kind.INPUT_REFUSED),
        ("against=year", "against", Kind.INVALID_INPUT),
        ("b_suspects=on", "b_suspects", Kind.INVALID_INPUT),
    ],
)
def test_what_a_side_cannot_be_is_named_as_it_was_sent(program, query, parameter, kind):
    answer = program.get(f"/metrics/csat/comparison?{query}")
    check_problem(answer, kind)
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


def test_a_key_of_one_programme_compares_its_own_answers_only(world):
    with tenancy.organisation(world.organisation.pk):
        other = a_programme(world.organisation, a_touchpoint(world.organisation, "chat"))
    answers(world, [5] * 30)
    answers(world, [1] * 30, programme=other)
    mine = a_program(world.organisation, programme_id=world.programme.pk)
    told = compared(mine, f"b_from={days_ago(89)}&b_to={days_ago(0)}")
    assert (told["a"]["n"], told["b"]["n"]) == (30, 30)
    refused = mine.get(f"/metrics/csat/comparison?b_programme={other.pk}")
    check_problem(refused, Kind.INPUT_REFUSED)


def test_an_unknown_metric_is_not_found(program):
    check_problem(program.get("/metrics/mood/comparison"), Kind.NOT_FOUND)


def test_three_answers_take_as_many_statements_as_one(world, program):
    counts = []
    compared(program)
    for scores in ([5], [4, 1]):
        answers(world, scores)
        answers(world, scores, days_ago=120)
        with CaptureQueriesContext(connections["default"]) as queries:
            compared(program)
        counts.append(len(queries))
    assert counts[0] == counts[1]
