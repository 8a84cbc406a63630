"""What answers about metrics are made of: days, a definition, a value, an interval."""

from fractions import Fraction
from typing import Any

from rest_framework import serializers

from kit.periods import Period
from metrics.statistics.definitions import (
    DedupeRule,
    Definition,
    Kind,
    NullPolicy,
    RoundingRule,
)
from metrics.statistics.figures import Figure
from metrics.statistics.intervals import Interval


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


class MeanAnswer(serializers.Serializer[Any]):
    """The mean on the metric's own scale, with Student's 95 % interval."""

    value = serializers.FloatField()
    low = serializers.FloatField(allow_null=True, help_text="Null below two answers.")
    high = serializers.FloatField(allow_null=True)


def defined(definition: Definition, *, is_current: bool) -> dict[str, Any]:
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


def days(period: Period) -> dict[str, str]:
    return {"first_on": period.first.isoformat(), "last_on": period.last.isoformat()}


def value(shown: Figure) -> float | None:
    return None if shown.value is None else points(shown.value)


def interval(interval: Interval | None) -> dict[str, float] | None:
    if interval is None:
        return None
    return {"low": points(interval.low), "high": points(interval.high)}


def mean(shown: Figure) -> dict[str, float | None] | None:
    """The mean beside a share; the NPS has none, for its scale is made into groups."""
    if shown.mean is None or shown.definition.kind is Kind.NPS:
        return None
    ends = shown.mean.interval
    return {
        "value": round(float(shown.mean.value), 2),
        "low": None if ends is None else round(ends.low, 2),
        "high": None if ends is None else round(ends.high, 2),
    }


def points(share: Fraction | float) -> float:
    """A share of 1 in points, to the hundredth."""
    return round(float(share * 100), 2)
