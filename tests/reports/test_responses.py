"""Answers behind a number: each filter holds what it names, and search reads words."""

from datetime import timedelta

import pytest

from kit.periods import Period, local_day
from metrics.statistics.definitions import CSAT, Definitions, Kind
from reports.queries.responses import answered_between, count_responses, responses
from reports.queries.wanted import Wanted
from tests.console.conftest import ZONE, World, acme, now

__all__ = ["acme", "now"]  # the same world as the pages have

# Of the CSAT answers "c so so" (3, suspect), "b kind" (5) and "a first bill too high" (2).
LETTERS = {
    ("usual", "high"): "b",
    ("usual", "middle"): "c",
    ("usual", "low"): "a",
    ("usual", "not_high"): "ca",
    ("from 3", "high"): "cb",
    ("from 3", "middle"): "",
    ("from 3", "low"): "a",
    ("from 3", "not_high"): "a",
    ("from 2", "high"): "cba",
    ("from 2", "middle"): "",
    ("from 2", "low"): "",
    ("from 2", "not_high"): "",
}


def found(wanted, **paging):
    return [row.comment for row in responses(wanted, **paging).rows]


@pytest.fixture
def answers(acme):
    """Answers named by their comment, newest first: f, e, d, c, b, a."""
    with acme.inside():
        ada, ben = acme.customer("Ada"), acme.customer("Ben")
        ago = [acme.now - timedelta(days=days) for days in range(7)]
        acme.answer(2, "a first bill too high", customer=ada, at=ago[6])
        acme.answer(5, "b kind", customer=ben, at=ago[5])
        acme.answer(3, "c so so", customer=ben, at=ago[4], standing="suspect")
        acme.answer(0, "d angry", customer=ada, at=ago[3], relational=True)
        acme.answer(10, "e happy again", customer=ada, at=ago[2], relational=True)
        acme.answer(7, "f fine", customer=ben, at=ago[1], relational=True)
        acme.fold()
        yield acme


@pytest.mark.parametrize(
    ("wanted", "letters"),
    [
        ({}, "fedcba"),
        ({"metric": "nps"}, "fed"),
        ({"metric": "csat", "group": "low"}, "a"),
        ({"metric": "csat", "group": "not_high"}, "ca"),
        ({"group": "high"}, "eb"),
        ({"group": "middle"}, "fc"),
        ({"standing": "counted"}, "fedba"),
        ({"score": 10}, "e"),
        ({"programme_kind": "relational"}, "fed"),
        ({"touchpoint_kind": "service"}, "cba"),
        ({"touchpoint_kind": "experience"}, ""),
        ({"latest": True, "metric": "nps"}, "fe"),
        ({"words": ("bill",)}, "a"),
        ({"words": ("BILL high",)}, "a"),
        ({"words": ('"first bill"',)}, "a"),
        ({"words": ("bill -first",)}, ""),
        ({"words": ("happy or kind",)}, "eb"),
        ({"words": ("& | ! ( :*",)}, ""),
    ],
)
def test_a_filter_holds_what_it_names(answers, wanted, letters):
    asked = Wanted(definitions=Definitions(), **wanted)
    assert [comment[0] for comment in found(asked)] == list(letters)
    assert count_responses(asked) == len(letters)


def test_a_group_is_what_the_definition_says_and_nothing_without_one(answers):
    def cut_at(score):
        return Definitions(stored={Kind.CSAT: (CSAT.with_cut(score),)})

    letters = {
        (name, group): "".join(
            comment[0] for comment in found(Wanted(definitions=by, metric="csat", group=group))
        )
        for name, by in (("usual", Definitions()), ("from 3", cut_at(3)), ("from 2", cut_at(2)))
        for group in ("high", "middle", "low", "not_high")
    }
    assert letters == LETTERS
    with pytest.raises(ValueError, match="Only definitions say"):
        found(Wanted(group="high"))


def test_the_latest_is_chosen_within_the_period(answers):
    last = local_day(answers.now - timedelta(days=3), ZONE)
    period = Period(last - timedelta(days=9), last)

    assert [one[0] for one in found(Wanted(latest=True, metric="nps", period=period))] == ["d"]


def test_days_are_the_organisations_own_and_both_included(answers):
    day = local_day(answers.now - timedelta(days=5), ZONE)

    assert [one[0] for one in found(Wanted(period=Period(day, day)))] == ["b"]


def test_pages_follow_each_other_without_gap(answers):
    seen, after = "", None
    for _ in range(3):
        page = responses(Wanted(), after=after, size=2)
        seen += "".join(row.comment[0] for row in page.rows)
        after = page.after

    assert (seen, after) == ("fedcba", None)


def test_answers_run_from_the_first_to_the_last(answers):
    first, last = answered_between()

    assert (last - first).days == 5


def test_rows_of_the_organisation_next_door_are_not_there(db, now):
    acme, globex = World("Acme Two", now), World("Globex Two", now)
    with acme.inside():
        acme.answer(5, "ours")
    with globex.inside():
        assert found(Wanted()) == []
        assert answered_between() is None
