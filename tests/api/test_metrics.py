"""Metrics over the API: the figures a hand count gives, and null where nobody answered."""

from datetime import timedelta

import pytest

from accounts.rules.actors import Actor
from api.problems import Kind
from kit import clock, tenancy
from metrics.actions.defining import Wanted, redefine_metric
from metrics.actions.folding import fold_answers
from metrics.actions.tracking import track_property
from metrics.statistics.definitions import Kind as Metric
from surveys.models import Response
from tests.api.problem_documents import check_problem
from tests.builders import a_programme, a_response, a_touchpoint

pytestmark = pytest.mark.django_db

NOTHING = {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0}


@pytest.fixture(autouse=True)
def no_answers(world):
    with tenancy.organisation(world.organisation.pk):
        Response.objects.all().delete()


def answers(world, scores, *, days_ago=30, programme=None, **fields):
    """Answers of these scores so many days ago, folded into the cells."""
    organisation = world.organisation
    at = clock.now() - timedelta(days=days_ago)
    with tenancy.organisation(organisation.pk):
        fields.setdefault("touchpoint", world.touchpoint)
        rows = [
            a_response(organisation, programme or world.programme, score, answered_at=at, **fields)
            for score in scores
        ]
        fold_answers(organisation_id=organisation.pk, response_ids=[row.pk for row in rows])


def test_no_answers_are_null_and_never_zero(program):
    answer = program.get("/metrics/csat").json()
    kept = ("value", "shown", "n", "interval", "verdict", "counts", "left_out")
    assert {key: answer[key] for key in kept} == {
        "value": None,
        "shown": None,
        "n": 0,
        "interval": None,
        "verdict": None,
        "counts": NOTHING,
        "left_out": {},
    }


def test_a_score_with_all_that_stands_beside_it(world, program):
    answers(world, [5] * 50 + [4] * 31 + [3] * 10 + [1] * 9)
    answers(world, [4], standing="suspect")
    today = clock.now().date()
    answer = program.get("/metrics/csat").json()
    assert answer == {
        "metric": "csat",
        "definition": {
            "version": 1,
            "is_current": True,
            "since_on": None,
            "reason": "",
            "words": "Answers 4 and 5 on a scale from 1 to 5",
            "lowest_score": 1,
            "highest_score": 5,
            "cut": 4,
            "smallest_change": 2,
            "change_to_see": 10,
            "window_days": 90,
            "null_policy": "left_out",
            "dedupe": "latest_if_relational",
            "rounding": "half_away",
        },
        "asked": "transactional",
        "period": {
            "first_on": (today - timedelta(days=89)).isoformat(),
            "last_on": today.isoformat(),
        },
        "value": 81.0,
        "shown": 81,
        "n": 100,
        "interval": {"low": 72.22, "high": 87.49},  # Wilson for 81 of 100
        "mean": {"value": 4.13, "low": 3.89, "high": 4.37},  # t(99) = 1.984, sd = 1.186
        "is_small_sample": False,
        "counts": {"1": 9, "2": 0, "3": 10, "4": 31, "5": 50},
        "left_out": {"suspect": 1},
        "counts_suspects": False,
        "verdict": None,
    }


def test_a_change_is_judged_against_the_period_before(world, program):
    answers(world, [5] * 81 + [1] * 19, days_ago=30)
    answers(world, [5] * 60 + [1] * 40, days_ago=120)
    verdict = program.get("/metrics/csat").json()["verdict"]
    assert (verdict["call"], verdict["change"]) == ("up", 21.0)
    assert verdict["sentence"] == "up 21: more than chance explains (n = 100 and 100)"
    assert (verdict["now"]["value"], verdict["before"]["value"]) == (81.0, 60.0)
    assert verdict["p"] < 0.01
    assert verdict["interval"]["low"] < 21 < verdict["interval"]["high"]
    assert verdict["needed_n"] is None


def test_what_could_be_chance_is_no_call_and_says_how_many_are_needed(world, program):
    answers(world, [5] * 24 + [1] * 6, days_ago=30)
    answers(world, [5] * 18 + [1] * 12, days_ago=120)
    verdict = program.get("/metrics/csat").json()["verdict"]
    assert (verdict["call"], verdict["change"]) == ("no call", 20.0)
    needed = verdict["needed_n"]
    assert verdict["sentence"] == (
        "no call: could be chance (n = 30 and 30). "
        f"To see 10 points, about {needed} answers are needed in each period"
    )
    assert needed > 100


def test_below_25_answers_on_one_side_nothing_is_called(world, program):
    answers(world, [5] * 40, days_ago=30)
    answers(world, [1] * 24, days_ago=120)
    assert program.get("/metrics/csat").json()["verdict"] is None
    answers(world, [1], days_ago=120)
    assert program.get("/metrics/csat").json()["verdict"]["call"] == "up"


def test_the_other_side_may_be_a_year_before_or_days_of_ones_own(world, program):
    answers(world, [5] * 40, days_ago=30)
    answers(world, [1] * 40, days_ago=30 + 364)
    today = clock.now().date()
    first, last = today - timedelta(days=500), today - timedelta(days=300)
    queries = ["", "?against=before", "?against=year", f"?against_from={first}&against_to={last}"]
    verdicts = [program.get(f"/metrics/csat{query}").json()["verdict"] for query in queries]
    assert verdicts[:2] == [None, None]
    assert [verdict["before"]["n"] for verdict in verdicts[2:]] == [40, 40]
    assert [verdict["call"] for verdict in verdicts[2:]] == ["up", "up"]


def test_suspects_are_counted_where_asked(world, program):
    answers(world, [5] * 3)
    answers(world, [1], standing="suspect")
    apart, counted = (program.get(f"/metrics/csat{query}").json() for query in ("", "?suspects=on"))
    assert (apart["n"], apart["left_out"]) == (3, {"suspect": 1})
    assert (counted["n"], counted["left_out"]) == (4, {})
    assert (apart["counts_suspects"], counted["counts_suspects"]) == (False, True)


def test_nps_is_of_relational_programmes_unless_asked_otherwise(world, program):
    with tenancy.organisation(world.organisation.pk):
        relational = a_programme(world.organisation, metric="nps")
        after = a_programme(world.organisation, world.touchpoint, metric="nps")
    answers(world, [10] * 3 + [7] + [0], programme=relational, touchpoint=None)
    answers(world, [0] * 4, programme=after)
    assert [
        (found["asked"], found["value"], found["n"])
        for found in (
            program.get(f"/metrics/nps{query}").json()
            for query in (
                "",
                "?asked=transactional",
                f"?programme={relational.pk}",
                f"?programme={after.pk}",
            )
        )
    ] == [
        ("relational", 40.0, 5),
        ("transactional", -100.0, 4),
        ("relational", 40.0, 5),
        ("transactional", -100.0, 4),
    ]


def test_days_first_and_last_are_included(world, program):
    for days_ago in (9, 10, 20, 21):
        answers(world, [5], days_ago=days_ago)
    today = clock.now().date()
    first, last = today - timedelta(days=20), today - timedelta(days=10)
    assert program.get(f"/metrics/csat?from={first}&to={last}").json()["n"] == 2
    assert program.get("/metrics/csat?days=10").json()["n"] == 1


def test_a_touchpoint_its_kind_and_a_segment_narrow(world, program):
    with tenancy.organisation(world.organisation.pk):
        shop = a_touchpoint(world.organisation, "shop", kind="experience")
    answers(world, [5, 5, 1], context={"plan": "Basic", "desk": 7})
    answers(world, [1], touchpoint=shop, context={"plan": "Pro", "desk": 7})
    with tenancy.organisation(world.organisation.pk):
        track_property(organisation_id=world.organisation.pk, key="plan", now=clock.now())
    found = {
        query: program.get(f"/metrics/csat?{query}").json()["n"]
        for query in (
            "touchpoint=shop",
            "touchpoint_kind=service",
            "segment=plan:Basic",
            "segment=plan:Pro&touchpoint=shop",
            "segment=plan:Pro&touchpoint=acme-billing",
            "segment=desk:7",
            "segment=desk:7&segment=plan:Basic",
        )
    }
    assert found == {
        "touchpoint=shop": 1,
        "touchpoint_kind=service": 3,
        "segment=plan:Basic": 3,
        "segment=plan:Pro&touchpoint=shop": 1,
        "segment=plan:Pro&touchpoint=acme-billing": 0,
        "segment=desk:7": 4,
        "segment=desk:7&segment=plan:Basic": 3,
    }


@pytest.mark.parametrize(
    ("query", "kind", "parameter"),
    [
        ("days=0", Kind.INVALID_INPUT, "days"),
        ("days=3661", Kind.INVALID_INPUT, "days"),
        ("from=2026-01-01", Kind.INPUT_REFUSED, "from"),
        ("from=2026-01-02&to=2026-01-01", Kind.INPUT_REFUSED, "to"),
        ("from=2026-01-01&to=2026-01-01&days=1", Kind.INPUT_REFUSED, "from"),
        ("from=0001-01-01&to=2026-01-01", Kind.INPUT_REFUSED, "from"),
        ("from=2026-02-30&to=2026-03-01", Kind.INVALID_INPUT, "from"),
        ("against=never", Kind.INVALID_INPUT, "against"),
        ("against_from=2026-01-01", Kind.INPUT_REFUSED, "against_from"),
        (
            "against=year&against_from=2026-01-01&against_to=2026-01-01",
            Kind.INPUT_REFUSED,
            "against_from",
        ),
        ("suspects=off", Kind.INVALID_INPUT, "suspects"),
        ("segment=plan", Kind.INVALID_INPUT, "segment"),
        ("segment=plan:a&segment=plan:b", Kind.INPUT_REFUSED, "segment"),
        ("days=1&days=2", Kind.INVALID_INPUT, "days"),
        ("segment=plan:Nothing", Kind.INPUT_REFUSED, "segment"),
        ("programme=1", Kind.INPUT_REFUSED, "programme"),
        ("touchpoint=nowhere", Kind.INPUT_REFUSED, "touchpoint"),
        ("touchpoint_kind=other", Kind.INVALID_INPUT, "touchpoint_kind"),
        ("period=90", Kind.INVALID_INPUT, "period"),
    ],
)
def test_what_is_no_period_or_part_is_refused_by_name(program, query, kind, parameter):
    answer = program.get(f"/metrics/csat?{query}")
    check_problem(answer, kind)
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_a_programme_is_asked_for_its_own_metric(world, program):
    answer = program.get(f"/metrics/nps?programme={world.programme.pk}")
    check_problem(answer, Kind.INPUT_REFUSED)
    assert answer.json()["detail"] == "This programme asks csat."


def test_there_are_three_metrics(program):
    check_problem(program.get("/metrics/happiness"), Kind.NOT_FOUND)


def top_box_only(world, *, window_days=90):
    """CSAT version 2: only a 5 is satisfied."""
    with tenancy.organisation(world.organisation.pk):
        redefine_metric(
            organisation_id=world.organisation.pk,
            kind=Metric.CSAT,
            wanted=Wanted(
                cut=5,
                smallest_change=2,
                change_to_see=20,
                window_days=window_days,
                since_on=clock.now().date() - timedelta(days=10),
                reason="top box only",
            ),
            seen_version=1,
            actor=Actor(name="maya@acme.example"),
            today=clock.now().date(),
            now=clock.now(),
        )


def test_a_new_version_counts_the_whole_past_and_an_older_one_can_be_asked_for(world, program):
    answers(world, [5] * 50 + [4] * 31 + [1] * 19)
    top_box_only(world)

    newest, older = (
        program.get(f"/metrics/csat{query}").json() for query in ("", "?definition=csat%401")
    )

    assert [(one["value"], one["definition"]["is_current"]) for one in (newest, older)] == [
        (50.0, True),
        (81.0, False),
    ]
    assert newest["definition"]["words"] == "Answer 5 on a scale from 1 to 5"
    assert (newest["definition"]["version"], newest["definition"]["reason"]) == (2, "top box only")
    assert (older["definition"]["version"], older["definition"]["since_on"]) == (1, None)
    assert newest["counts"] == older["counts"]


def test_without_a_period_the_days_are_the_definition_s_own(world, program):
    answers(world, [5] * 3, days_ago=200)
    top_box_only(world, window_days=365)

    assert [
        program.get(f"/metrics/csat{query}").json()["n"] for query in ("", "?definition=csat%401")
    ] == [3, 0]


@pytest.mark.parametrize(
    ("definition", "kind"),
    [
        ("csat@2", Kind.INPUT_REFUSED),
        ("nps@1", Kind.INPUT_REFUSED),
        ("csat@0", Kind.INVALID_INPUT),
        ("csat", Kind.INVALID_INPUT),
    ],
)
def test_a_version_that_is_none_is_refused(world, program, definition, kind):
    answer = program.get(f"/metrics/csat?definition={definition.replace('@', '%40')}")
    assert check_problem(answer, kind) is kind
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["definition"]
