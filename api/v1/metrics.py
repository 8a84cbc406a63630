"""Metrics: a score with its interval, how many answered, and whether its change is chance."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.operations import operation
from api.problems import Kind
from api.v1.metric_queries import (
    MetricQuery,
    against_of,
    definition_of,
    filter_of,
    metric_of,
    period_of,
    today_of,
)
from api.v1.metric_shapes import (
    DaysAnswer,
    DefinitionAnswer,
    IntervalAnswer,
    MeanAnswer,
    days,
    defined,
    interval,
    mean,
    points,
    value,
)
from kit.periods import Period
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import Filter
from metrics.queries.scores import Score, score_of
from metrics.statistics.definitions import Definition, Definitions
from metrics.statistics.definitions import Kind as Metric
from metrics.statistics.figures import Figure
from metrics.statistics.verdicts import Verdict
from reports.rules.words import said


class ComparedAnswer(serializers.Serializer[Any]):
    """One side of the comparison."""

    period = DaysAnswer()
    value = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()


class VerdictAnswer(serializers.Serializer[Any]):
    """Whether the change against the other period is more than chance.

    It compares whole days up to last Sunday and is renewed on Mondays, so its figures may
    differ from the value above; null when one side has fewer than 25 answers.
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

    metric = serializers.ChoiceField(list(Metric))
    definition = DefinitionAnswer()
    asked = serializers.ChoiceField(["transactional", "relational"])
    period = DaysAnswer()
    value = serializers.FloatField(
        allow_null=True, help_text="Exact, in points: -100 to 100 for nps, else 0 to 100."
    )
    shown = serializers.IntegerField(allow_null=True, help_text="The value as pages print it.")
    n = serializers.IntegerField()
    interval = IntervalAnswer(allow_null=True)
    mean = MeanAnswer(allow_null=True, help_text="Null for nps and without answers.")
    is_small_sample = serializers.BooleanField(help_text="Fewer than 100 answers.")
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Answers by score, every score of the scale."
    )
    left_out = serializers.DictField(
        child=serializers.IntegerField(), help_text="Answers that are not counted, by why."
    )
    counts_suspects = serializers.BooleanField(
        help_text="Whether suspected machine answers are counted here, as `suspects=on` asks."
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
    "mean": {"value": 4.08, "low": 3.99, "high": 4.17},
    "is_small_sample": False,
    "counts": {"1": 20, "2": 25, "3": 50, "4": 205, "5": 200},
    "left_out": {"suspect": 3},
    "counts_suspects": False,
    "verdict": {
        "call": "up",
        "sentence": "up 11: more than chance explains (n = 495 and 510)",
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
        asked, definitions = metric_of(metric), definitions_of(call.organisation_id)
        chosen = filter_of(call, definition_of(call, definitions, asked))
        today = today_of(call)
        period = period_of(call.query, chosen.definition, today)
        score = score_of(chosen, period, today=today, against=against_of(call.query))
        return reply(shape(chosen, definitions, score))


# --- shapes -----------------------------------------------------------------------------------


def shape(chosen: Filter, definitions: Definitions, score: Score) -> dict[str, Any]:
    shown, definition = score.figure, chosen.definition
    scale = range(definition.scale.low, definition.scale.high + 1)
    return {
        "metric": definition.kind,
        "definition": defined(
            definition, is_current=definition == definitions.newest(definition.kind)
        ),
        "asked": "relational" if chosen.is_relational else "transactional",
        "period": days(score.period),
        "value": value(shown),
        "shown": shown.shown,
        "n": shown.n,
        "interval": interval(shown.interval),
        "mean": mean(shown),
        "is_small_sample": shown.n < 100,
        "counts": {str(each): shown.histogram.get(each, 0) for each in scale},
        "left_out": dict(score.left_out),
        "counts_suspects": chosen.with_suspects,
        "verdict": _verdict(score, score.judged) if score.judged else None,
    }


def _verdict(score: Score, verdict: Verdict) -> dict[str, Any]:
    return {
        "call": verdict.call,
        "sentence": _sentence(verdict, score.figure.definition),
        "change": points(verdict.change),
        "interval": interval(verdict.interval),
        "p": round(verdict.p, 6),
        "as_of": score.comparison.as_of.isoformat(),
        "now": _side(score.comparison.now, score.compared),
        "before": _side(score.comparison.before, score.before),
        "needed_n": verdict.needed_n,
    }


def _sentence(verdict: Verdict, definition: Definition) -> str:
    words = said(verdict, definition)
    return f"{words.lead}{words.rest}"


def _side(period: Period, side: Figure) -> dict[str, Any]:
    return {"period": days(period), "value": value(side), "n": side.n}
