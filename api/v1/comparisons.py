"""Comparisons: two periods or two parts of the answers, with the test the Compare page makes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Line, Slug, Whole
from api.operations import operation
from api.problems import Kind, Problem
from api.v1.metric_queries import (
    MAX_WORDS,
    MOST_DAYS,
    MOST_SEGMENTS,
    Day,
    MetricQuery,
    Segment,
    both,
    definition_of,
    filter_of,
    metric_of,
    one_value_each,
    period_of,
    today_of,
    unlike,
)
from api.v1.metric_shapes import (
    DaysAnswer,
    DefinitionAnswer,
    IntervalAnswer,
    days,
    defined,
    interval,
    points,
    value,
)
from api.v1.metrics import EXAMPLE as METRIC
from kit.periods import Period
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import Filter
from metrics.queries.worded import looked_up
from metrics.statistics.definitions import Definitions
from metrics.statistics.definitions import Kind as Metric
from metrics.statistics.mix import Decomposition
from metrics.statistics.verdicts import Verdict
from reports.queries.comparing import Comparison, Side, SideFigures, compare
from reports.rules.compared_words import needed, said_of_sides

B = "b_"
DAYS = {"days", "from", "to"}
PARTS = {"programme", "touchpoint", "segment", "q"}
COMMON = {"definition", "suspects", "touchpoint_kind"}


class ComparisonQuery(MetricQuery):
    """Side A as `GET /metrics/{metric}` reads it; side B by the same names behind `b_`.

    Without days of its own B has those of A where it names another part, else as many days
    before. Without a part of its own it has that of A.
    """

    against = None  # type: ignore[assignment]
    against_from = None  # type: ignore[assignment]
    against_to = None  # type: ignore[assignment]
    b_days = Whole(required=False, min_value=1, max_value=MOST_DAYS, help_text="B: days to today.")
    b_from = Day(required=False, help_text="B: first day; with b_to, instead of b_days.")
    b_to = Day(required=False, help_text="B: last day, included.")
    b_programme = Id(required=False, help_text="B: id of a programme that asks this metric.")
    b_touchpoint = Slug(required=False, max_length=60, help_text="B: slug of a touchpoint.")
    b_segment = serializers.ListField(
        child=Segment(max_length=321),
        required=False,
        max_length=MOST_SEGMENTS,
        help_text="B: a property and its value; may be sent several times.",
    )
    b_q = Line(required=False, max_length=MAX_WORDS, help_text="B: words of the comments.")

    validate_b_segment = staticmethod(one_value_each)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        both(attrs, "b_from", "b_to")
        if "b_from" in attrs and "b_days" in attrs:
            raise unlike("b_from", "Send b_from and b_to together, or b_days.")
        return super().validate(attrs)


class SideAnswer(serializers.Serializer[Any]):
    """One side. No answers: `value` is null, never 0."""

    period = DaysAnswer()
    value = serializers.FloatField(allow_null=True)
    shown = serializers.IntegerField(allow_null=True, help_text="The value as pages print it.")
    n = serializers.IntegerField()
    interval = IntervalAnswer(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField())
    left_out = serializers.DictField(child=serializers.IntegerField())


class DifferenceAnswer(serializers.Serializer[Any]):
    """A minus B, with the test."""

    call = serializers.ChoiceField(
        ["up", "down", "steady", "no call"], help_text="`up`: A is higher than B."
    )
    change = serializers.FloatField(help_text="In points.")
    interval = IntervalAnswer()
    p = serializers.FloatField()
    needed_n = serializers.IntegerField(
        allow_null=True, help_text="Answers needed on each side to see `change_to_see`, if no call."
    )


class MixAnswer(serializers.Serializer[Any]):
    """A difference of shares, split by touchpoint, in whole points that add up."""

    difference = serializers.IntegerField()
    by_scores = serializers.IntegerField()
    by_who_answered = serializers.IntegerField()


class ComparisonAnswer(serializers.Serializer[Any]):
    """Both sides, and what may be said of their difference."""

    metric = serializers.ChoiceField(list(Metric))
    definition = DefinitionAnswer()
    asked = serializers.ChoiceField(["transactional", "relational"])
    a = SideAnswer()
    b = SideAnswer()
    sentence = serializers.CharField()
    needed = serializers.CharField(help_text="How many answers it would take; empty if enough.")
    may_share = serializers.BooleanField(
        help_text="One answer may stand on both sides, and no test holds then."
    )
    verdict = DifferenceAnswer(
        allow_null=True, help_text="Null where sides may share answers or one has fewer than 25."
    )
    mix = MixAnswer(allow_null=True)


_SIDE = {
    name: METRIC[name]
    for name in ("period", "value", "shown", "n", "interval", "counts", "left_out")
}
EXAMPLE = {
    "metric": "csat",
    "definition": METRIC["definition"],
    "asked": "transactional",
    "a": _SIDE,
    "b": {
        "period": {"first_on": "2026-05-26", "last_on": "2026-08-23"},
        "value": 70.0,
        "shown": 70,
        "n": 500,
        "interval": {"low": 65.84, "high": 73.85},
        "counts": {"1": 40, "2": 50, "3": 60, "4": 200, "5": 150},
        "left_out": {},
    },
    "sentence": "A is 11 higher than B: more than chance explains (n = 500 and 500)",
    "needed": "",
    "may_share": False,
    "verdict": {
        "call": "up",
        "change": 11.0,
        "interval": {"low": 5.7, "high": 16.2},
        "p": 0.00005,
        "needed_n": None,
    },
    "mix": {"difference": 11, "by_scores": 9, "by_who_answered": 2},
}


class MetricCompared(Endpoint):
    @operation(
        "compareMetric",
        scopes=[Scope.METRICS_READ],
        query=ComparisonQuery,
        answer=ComparisonAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND, Kind.INPUT_REFUSED],
    )
    def get(self, call: Call, metric: str) -> HttpResponse:
        """Compare two periods, or two parts of the answers, as the page Compare does.

        What it counts, tests and says is the page's own, digit for digit.
        """
        asked, definitions = metric_of(metric), definitions_of(call.organisation_id)
        a, b = _sides(call, definitions, asked)
        return reply(shape(a.chosen, definitions, (a, b), compare(a, b)))


def _sides(call: Call, definitions: Definitions, metric: Metric) -> tuple[Side, Side]:
    definition, today = definition_of(call, definitions, metric), today_of(call)
    first = filter_of(call, definition)
    a = Side(chosen=_found(first), period=period_of(call.query, definition, today))
    query = _second(call.query, a.period)
    with _named_b():
        second = filter_of(replace(call, query=query), definition)
    # What is compared is one thing: B is asked as A is, whichever programme it names.
    second = second.narrowed(is_relational=first.is_relational)
    return a, Side(chosen=_found(second), period=period_of(query, definition, today))


def _found(chosen: Filter) -> Filter:
    return looked_up(chosen.resolved())


def _second(query: Mapping[str, Any], of_a: Period) -> dict[str, Any]:
    """What B is asked for, by the names of A, as the page reads its address."""
    named = {name.removeprefix(B): query[name] for name in query if name.startswith(B)}
    if not named.keys() & DAYS:
        period = of_a if named else of_a.before()
        named |= {"from": period.first, "to": period.last}
    if not named.keys() & PARTS:
        named |= {name: query[name] for name in PARTS & query.keys()}
    return {**named, **{name: query[name] for name in COMMON & query.keys()}}


@contextmanager
def _named_b() -> Iterator[None]:
    """Name parameters of B as they were sent."""
    try:
        yield
    except Problem as problem:
        problem.faults = [
            replace(fault, parameter=f"{B}{fault.parameter}") for fault in problem.faults
        ]
        raise


# --- shapes -----------------------------------------------------------------------------------


def shape(
    chosen: Filter, definitions: Definitions, sides: tuple[Side, Side], found: Comparison
) -> dict[str, Any]:
    definition = chosen.definition
    said = said_of_sides(found.verdict, found.a.figure, found.b.figure, may_share=found.may_share)
    return {
        "metric": definition.kind,
        "definition": defined(
            definition, is_current=definition == definitions.newest(definition.kind)
        ),
        "asked": "relational" if chosen.is_relational else "transactional",
        "a": _side(sides[0].period, found.a),
        "b": _side(sides[1].period, found.b),
        "sentence": f"{said.lead}{said.rest}",
        "needed": needed(found.verdict, definition),
        "may_share": found.may_share,
        "verdict": _verdict(found.verdict) if found.verdict else None,
        "mix": _mix(found.mix) if found.mix else None,
    }


def _side(period: Period, side: SideFigures) -> dict[str, Any]:
    shown = side.figure
    scale = range(shown.definition.scale.low, shown.definition.scale.high + 1)
    return {
        "period": days(period),
        "value": value(shown),
        "shown": shown.shown,
        "n": shown.n,
        "interval": interval(shown.interval),
        "counts": {str(each): shown.histogram.get(each, 0) for each in scale},
        "left_out": dict(side.left_out),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "call": verdict.call,
        "change": points(verdict.change),
        "interval": interval(verdict.interval),
        "p": round(verdict.p, 6),
        "needed_n": verdict.needed_n,
    }


def _mix(mix: Decomposition) -> dict[str, int]:
    difference, scores, who = mix.shown
    return {"difference": difference, "by_scores": scores, "by_who_answered": who}
