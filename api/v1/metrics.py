"""Metrics: a score with its interval, how many answered, and whether its change is chance."""

import re
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from accounts.models import Organisation
from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import REFUSED, SHOWN, Id, Line, Query, Slug, Whole
from api.operations import operation
from api.problems import Fault, Kind, Problem
from kit.periods import Period, last_days, local_day
from metrics.models import PropertyValue
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import Filter
from metrics.queries.scores import Score, score_of
from metrics.statistics.definitions import (
    DedupeRule,
    Definition,
    Definitions,
    NullPolicy,
    RoundingRule,
    UnknownVersion,
)
from metrics.statistics.definitions import Kind as Metric
from metrics.statistics.figures import Figure
from metrics.statistics.intervals import Interval
from metrics.statistics.verdicts import Verdict
from surveys.models import Programme, Touchpoint

MOST_DAYS = 3660
FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2999, 12, 31)
VERSION = "^(nps|csat|ces)@([1-9][0-9]{0,3})$"
SEGMENT = f"^{SHOWN.replace('[^', '[^:')}{{1,60}}:{SHOWN}{{1,200}}$"


class Day(serializers.DateField):
    """A calendar day in the organisation's own time zone."""

    def to_internal_value(self, value: Any) -> date:
        found: date = super().to_internal_value(value)
        if not FIRST_DAY <= found <= LAST_DAY:
            raise ValidationError(f"Expected a day from {FIRST_DAY} to {LAST_DAY}.", REFUSED)
        return found


@extend_schema_field({"type": "string", "pattern": SEGMENT})
class Segment(Line):
    """A tracked property and one of its values, `plan:Basic`."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        key, colon, value = super().run_validation(data).partition(":")
        if not (0 < len(key) <= 60 and colon and 0 < len(value) <= 200):
            raise ValidationError("Expected a property and its value, such as plan:Basic.")
        return key, value


@extend_schema_field({"type": "string", "pattern": VERSION})
class Version(Line):
    """A metric and one of its versions, `csat@1`."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        found = re.fullmatch(VERSION, super().run_validation(data), re.ASCII)
        if found is None:
            raise ValidationError("Expected a metric and its version, such as csat@1.")
        return Metric(found[1]), int(found[2])


class MetricQuery(Query):
    """If no period is given, the definition's own: its last `window_days`, 90 at first.

    Days are the organisation's own.
    """

    days = Whole(
        required=False, min_value=1, max_value=MOST_DAYS, help_text="Days up to today, included."
    )
    first_on = Day(required=False, help_text="First day; with last_on instead of days.")
    last_on = Day(required=False, help_text="Last day, included.")
    programme = Id(required=False, help_text="Id of a programme that asks this metric.")
    touchpoint = Slug(required=False, max_length=60, help_text="Slug of a touchpoint.")
    touchpoint_kind = serializers.ChoiceField(
        ["service", "experience"], required=False, help_text="Touchpoints of this kind only."
    )
    asked = serializers.ChoiceField(
        ["transactional", "relational"],
        required=False,
        help_text="By which programmes. If absent: as the programme is, else relational for nps "
        "and transactional for csat and ces.",
    )
    segment = Segment(
        required=False, max_length=261, help_text="A tracked property's value: `plan:Basic`."
    )
    definition = Version(
        required=False, max_length=9, help_text="An older version of this metric: `csat@1`."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        ends = {"first_on", "last_on"} & attrs.keys()
        if len(ends) == 1 or (ends and "days" in attrs):
            raise _unlike("first_on", "Send first_on and last_on together, or days.")
        if ends and not 0 <= (attrs["last_on"] - attrs["first_on"]).days < MOST_DAYS:
            raise _unlike("last_on", f"Expected 1 to {MOST_DAYS} days from first_on on.")
        return attrs


def _unlike(parameter: str, sentence: str) -> ValidationError:
    return ValidationError({parameter: [ErrorDetail(sentence, REFUSED)]})


class DaysAnswer(serializers.Serializer[Any]):
    """Whole days, both ends included."""

    first_on = serializers.DateField()
    last_on = serializers.DateField()


class DefinitionAnswer(serializers.Serializer[Any]):
    """How the value comes about."""

    version = serializers.IntegerField()
    is_current = serializers.BooleanField()
    since_on = serializers.DateField(allow_null=True, help_text="Null for the first version.")
    reason = serializers.CharField(help_text="What changed with it; empty for the first version.")
    words = serializers.CharField()
    lowest_score = serializers.IntegerField()
    highest_score = serializers.IntegerField()
    cut = serializers.IntegerField(
        allow_null=True, help_text="From this score on satisfied or easy; null for nps."
    )
    smallest_change = serializers.IntegerField(help_text="In points: less than this is steady.")
    change_to_see = serializers.IntegerField(help_text="In points: what `needed_n` is for.")
    window_days = serializers.IntegerField()
    null_policy = serializers.ChoiceField(list(NullPolicy))
    dedupe = serializers.ChoiceField(list(DedupeRule))
    rounding = serializers.ChoiceField(list(RoundingRule))


class IntervalAnswer(serializers.Serializer[Any]):
    """The 95 % interval, in points."""

    low = serializers.FloatField()
    high = serializers.FloatField()


class ComparedAnswer(serializers.Serializer[Any]):
    """One side of the comparison."""

    period = DaysAnswer()
    value = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()


class VerdictAnswer(serializers.Serializer[Any]):
    """Whether the change against the period before is more than chance.

    It compares whole days up to last Sunday and is renewed on Mondays, so its figures may
    differ from the value above; null when one side has no answers.
    """

    call = serializers.ChoiceField(["up", "down", "steady", "no call"])
    sentence = serializers.CharField()
    change = serializers.FloatField(help_text="In points.")
    interval = IntervalAnswer()
    p = serializers.FloatField()
    as_of = serializers.DateField()
    now = ComparedAnswer()
    before = ComparedAnswer()
    needed_n = serializers.IntegerField(
        allow_null=True,
        help_text="Answers needed in each period to see `change_to_see`, if no call.",
    )


class MetricAnswer(serializers.Serializer[Any]):
    """A metric in a period. No answers: `value` is null, never 0."""

    metric = serializers.ChoiceField(["nps", "csat", "ces"])
    definition = DefinitionAnswer()
    asked = serializers.ChoiceField(["transactional", "relational"])
    period = DaysAnswer()
    value = serializers.FloatField(
        allow_null=True, help_text="Exact, in points: -100 to 100 for nps, else 0 to 100."
    )
    shown = serializers.IntegerField(allow_null=True, help_text="The value as pages print it.")
    n = serializers.IntegerField()
    interval = IntervalAnswer(allow_null=True)
    is_small_sample = serializers.BooleanField(help_text="Fewer than 100 answers.")
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Answers by score, every score of the scale."
    )
    left_out = serializers.DictField(
        child=serializers.IntegerField(), help_text="Answers that are not counted, by why."
    )
    verdict = VerdictAnswer(allow_null=True)


EXAMPLE = {
    "metric": "csat",
    "definition": {
        "version": 2,
        "is_current": True,
        "since_on": "2025-11-03",
        "reason": "numbers to words",
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
    "period": {"first_on": "2026-08-24", "last_on": "2026-11-21"},
    "value": 81.0,
    "shown": 81,
    "n": 500,
    "interval": {"low": 77.33, "high": 84.2},
    "is_small_sample": False,
    "counts": {"1": 20, "2": 25, "3": 50, "4": 205, "5": 200},
    "left_out": {"suspect": 3},
    "verdict": {
        "call": "up",
        "sentence": "up 11, more than chance explains (n = 495 and 510)",
        "change": 11.2,
        "interval": {"low": 5.9, "high": 16.4},
        "p": 0.00004,
        "as_of": "2026-11-16",
        "now": {
            "period": {"first_on": "2026-08-18", "last_on": "2026-11-15"},
            "value": 81.0,
            "n": 495,
        },
        "before": {
            "period": {"first_on": "2026-05-20", "last_on": "2026-08-17"},
            "value": 69.8,
            "n": 510,
        },
        "needed_n": None,
    },
}


class OneMetric(Endpoint):
    @operation(
        "getMetric",
        scopes=[Scope.METRICS_READ],
        query=MetricQuery,
        answer=MetricAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND, Kind.INPUT_REFUSED],
    )
    def get(self, call: Call, metric: str) -> HttpResponse:
        """Return a metric with all that must stand beside it."""
        if metric not in list(Metric):
            raise Problem(Kind.NOT_FOUND, "There is no such metric; there are nps, csat and ces.")
        definitions = definitions_of(call.organisation_id)
        chosen = _filter(call, _definition(call, definitions, Metric(metric)))
        zone = Organisation.objects.values_list("time_zone", flat=True).get(pk=call.organisation_id)
        today = local_day(call.now, zone)
        period = _period(call.query, chosen.definition, today)
        score = score_of(chosen, period, today=today)
        return reply(shape(chosen, definitions, score))


def _definition(call: Call, definitions: Definitions, metric: Metric) -> Definition:
    kind, version = call.query.get("definition", (metric, None))
    if kind != metric:
        raise _refused("definition", f"This is {metric}; {kind} has definitions of its own.")
    try:
        return definitions.newest(kind) if version is None else definitions.version(kind, version)
    except UnknownVersion as unknown:
        raise _refused("definition", str(unknown)) from unknown


def _period(query: dict[str, Any], definition: Definition, today: date) -> Period:
    if "first_on" in query:
        return Period(query["first_on"], query["last_on"])
    return last_days(query.get("days", definition.window_days), today)


def _filter(call: Call, definition: Definition) -> Filter:
    programme = _programme(_programme_id(call), definition)
    return Filter(
        organisation_id=call.organisation_id,
        definition=definition,
        is_relational=_is_relational(call.query.get("asked"), programme, definition),
        programme_id=programme.pk if programme else None,
        touchpoint_id=_touchpoint_id(call.query.get("touchpoint")),
        touchpoint_kind=call.query.get("touchpoint_kind"),
        properties=_properties(call.query.get("segment")),
    )


def _is_relational(asked: str | None, programme: Programme | None, definition: Definition) -> bool:
    if asked is not None:
        return asked == "relational"
    if programme is not None:
        return programme.kind == Programme.Kind.RELATIONAL
    return definition.kind is Metric.NPS


def _programme_id(call: Call) -> int | None:
    asked, own = call.query.get("programme"), call.caller.programme_id
    # A key of one programme sees its figures only; any other is as unknown as none.
    return asked if own is None else own if asked in (None, own) else 0


def _programme(programme_id: int | None, definition: Definition) -> Programme | None:
    if programme_id is None:
        return None
    found = Programme.objects.select_related("survey").filter(pk=programme_id).first()
    if found is None:
        raise _refused("programme", "There is no such programme; see GET /api/v1/programmes.")
    if found.survey.metric != definition.kind:
        raise _refused("programme", f"This programme asks {found.survey.metric}.")
    return found


def _touchpoint_id(slug: str | None) -> int | None:
    if slug is None:
        return None
    found = Touchpoint.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if found is None:
        raise _refused("touchpoint", "There is no such touchpoint; see GET /api/v1/touchpoints.")
    return found


def _properties(segment: tuple[str, str] | None) -> dict[int, int]:
    if segment is None:
        return {}
    key, value = segment
    found = PropertyValue.objects.filter(tracked__key=key, value=value)
    slots = dict(found.values_list("tracked__slot", "pk"))
    if not slots:
        raise _refused("segment", "No counted answer has this value, or it is not tracked.")
    return slots


def _refused(parameter: str, sentence: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, parameter=parameter)])


# --- shapes -----------------------------------------------------------------------------------


def shape(chosen: Filter, definitions: Definitions, score: Score) -> dict[str, Any]:
    shown, definition = score.figure, chosen.definition
    scale = range(definition.scale.low, definition.scale.high + 1)
    return {
        "metric": definition.kind,
        "definition": _defined(
            definition, is_current=definition == definitions.newest(definition.kind)
        ),
        "asked": "relational" if chosen.is_relational else "transactional",
        "period": _days(score.period),
        "value": _value(shown),
        "shown": shown.shown,
        "n": shown.n,
        "interval": _interval(shown.interval),
        "is_small_sample": shown.n < 100,
        "counts": {str(each): shown.histogram.get(each, 0) for each in scale},
        "left_out": dict(score.left_out),
        "verdict": _verdict(score, score.verdict) if score.verdict else None,
    }


def _defined(definition: Definition, *, is_current: bool) -> dict[str, Any]:
    return {
        "version": definition.version,
        "is_current": is_current,
        "since_on": definition.since_on and definition.since_on.isoformat(),
        "reason": definition.reason,
        "words": definition.words,
        "lowest_score": definition.scale.low,
        "highest_score": definition.scale.high,
        "cut": definition.cut,
        "smallest_change": round(definition.smallest_change * 100),
        "change_to_see": round(definition.change_to_see * 100),
        "window_days": definition.window_days,
        "null_policy": definition.null_policy,
        "dedupe": definition.dedupe,
        "rounding": definition.rounding,
    }


def _verdict(score: Score, verdict: Verdict) -> dict[str, Any]:
    return {
        "call": verdict.call,
        "sentence": _sentence(verdict),
        "change": points(verdict.change),
        "interval": _interval(verdict.interval),
        "p": round(verdict.p, 6),
        "as_of": score.comparison.as_of.isoformat(),
        "now": _side(score.comparison.now, score.compared),
        "before": _side(score.comparison.before, score.before),
        "needed_n": verdict.needed_n,
    }


def _sentence(verdict: Verdict) -> str:
    both = f"(n = {verdict.n} and {verdict.n_before})"
    if verdict.is_called:
        return f"{verdict.call} {abs(verdict.shown)}, more than chance explains {both}"
    if verdict.call == "steady":
        return f"steady: smaller than any change that matters {both}"
    return f"no call: this could be chance {both}"


def _side(period: Period, side: Figure) -> dict[str, Any]:
    return {"period": _days(period), "value": _value(side), "n": side.n}


def _days(period: Period) -> dict[str, str]:
    return {"first_on": period.first.isoformat(), "last_on": period.last.isoformat()}


def _value(shown: Figure) -> float | None:
    return None if shown.value is None else points(shown.value)


def _interval(interval: Interval | None) -> dict[str, float] | None:
    if interval is None:
        return None
    return {"low": points(interval.low), "high": points(interval.high)}


def points(share: Fraction | float) -> float:
    """A share of 1 in points, to the hundredth."""
    return round(float(share * 100), 2)
