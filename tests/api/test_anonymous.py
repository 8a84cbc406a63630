"""Anonymous programmes in the API: gated groups, and differencing that finds nobody."""

from datetime import date
from itertools import combinations
from random import Random

import pytest

from api.problems import Kind
from kit import clock, tenancy
from surveys.models import AnonymousAnswer, Programme
from tests.api.problem_documents import check_problem
from tests.builders import a_programme

pytestmark = pytest.mark.django_db
PLANS = ["Gold"] * 6 + ["Free"] * 5 + ["Team", "Solo", ""]


@pytest.fixture
def pulse(world):
    with tenancy.organisation(world.organisation.pk):
        programme = a_programme(
            world.organisation, metric="nps", is_anonymous=True, kept_property="plan"
        )
        random = Random(11)
        months = [month for month in range(1, 13) for _ in sizes(month)]
        add(programme, [random_answer(random, month) for month in months])
    return programme


def sizes(month):
    return range([14, 3, 2, 1, 30, 6, 0, 4, 9, 22, 5, 11][month - 1])


def random_answer(random, month, year=2025):
    return date(year, month, 1), random.choice(PLANS), random.randint(0, 10)


def add(programme, answers):
    AnonymousAnswer.objects.bulk_create(
        AnonymousAnswer(
            organisation_id=programme.organisation_id,
            programme=programme,
            month=month,
            kept=plan,
            score=score,
        )
        for month, plan, score in answers
    )


def blocks_of(program, programme):
    answer = program.get(f"/programmes/{programme.pk}/anonymous")
    assert answer.status_code == 200
    return answer.json()["blocks"]


def test_groups_of_whole_months_that_add_up(world, program, pulse):
    blocks = blocks_of(program, pulse)
    months = [(block["first_month"], block["last_month"], block["n"]) for block in blocks]
    assert months == [
        ("2025-01", "2025-01", 14), ("2025-02", "2025-03", 5), ("2025-04", "2025-05", 31),
        ("2025-06", "2025-06", 6), ("2025-08", "2025-09", 13), ("2025-10", "2025-10", 22),
        ("2025-11", "2025-11", 5), ("2025-12", "2025-12", 11),
    ]  # fmt: skip
    for block in blocks:
        groups = block["groups"]
        for score in map(str, range(11)):
            assert sum(group["counts"][score] for group in groups) == block["counts"][score]
        assert sum(group["n"] for group in groups) == block["n"]


def every_figure(blocks):
    """All that can be put together from answers of the API, by which groups are in it."""
    atoms = [
        (place, group["value"], group["n"])
        for place, block in enumerate(blocks)
        for group in block["groups"]
    ]
    values = {value for _, value, _ in atoms}
    for first in range(len(blocks)):
        for last in range(first, len(blocks)):
            inside = {atom for atom in atoms if first <= atom[0] <= last}
            yield frozenset(inside)
            yield from (frozenset(a for a in inside if a[1] == value) for value in values)


def test_no_difference_of_months_and_values_is_about_fewer_than_five(program, pulse):
    figures = set(every_figure(blocks_of(program, pulse)))
    assert len(figures) > 60
    small = [
        left
        for one, other in combinations(figures, 2)
        if one < other
        for left in [other - one]
        if sum(n for *_, n in left) < 5
    ]
    assert small == []


def test_no_difference_of_before_and_after_an_answer(world, program, pulse):
    """Somebody asks the same every time that a customer of whom she knows has answered."""
    before, today = blocks_of(program, pulse), clock.now().date()
    for plan in ("Gold", "Solo", "Nobody else has it"):
        with tenancy.organisation(world.organisation.pk):
            add(pulse, [(today.replace(day=1), plan, 0)])
        assert blocks_of(program, pulse) == before


@pytest.mark.parametrize(
    "query", ["?plan=Gold", "?from=2025-02-01&to=2025-02-28", "?segment=plan:Solo", "?q=word"]
)
def test_there_is_nothing_to_narrow_by(program, pulse, query):
    answer = program.get(f"/programmes/{pulse.pk}/anonymous{query}")
    check_problem(answer, Kind.INVALID_INPUT)


def test_elsewhere_they_are_as_if_there_was_none(world, program, pulse):
    assert program.get("/responses?limit=100").json()["items"] != []
    for row in program.get("/responses?limit=100").json()["items"]:
        assert row["programme_id"] != str(pulse.pk)
    refused = program.get(f"/metrics/nps?programme={pulse.pk}")
    check_problem(refused, Kind.INPUT_REFUSED)
    assert f"GET /api/v1/programmes/{pulse.pk}/anonymous" in refused.json()["detail"]
    assert program.get("/metrics/nps?days=3000").json()["n"] == 0
    listed = program.get("/programmes").json()["items"]
    assert [row["is_anonymous"] for row in listed if row["id"] == str(pulse.pk)] == [True]


def test_a_programme_that_is_not_anonymous_has_none(world, program):
    check_problem(program.get(f"/programmes/{world.programme.pk}/anonymous"), Kind.NOT_FOUND)


def test_without_a_property_each_block_is_one_group(world, program, pulse):
    with tenancy.organisation(world.organisation.pk):
        Programme.objects.filter(pk=pulse.pk).update(kept_property="")
        AnonymousAnswer.objects.update(kept="")
    groups = [block["groups"] for block in blocks_of(program, pulse)]
    assert {len(each) for each in groups} == {1}
    assert {each[0]["value"] for each in groups} == {None}
