"""Definitions: what each metric counts now, and how its value, interval and rounding come about."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.operations import operation
from api.v1.metric_shapes import DefinitionAnswer, defined
from api.v1.metrics import EXAMPLE as METRIC
from metrics.queries.definitions import definitions_of
from metrics.statistics.definitions import IN_WORDS, Definition
from metrics.statistics.definitions import Kind as Metric
from reports.rules.words import METHODS


class InWordsAnswer(serializers.Serializer[Any]):
    """The rules of the definition as sentences."""

    counts = serializers.CharField()
    null_policy = serializers.CharField()
    dedupe = serializers.CharField()
    rounding = serializers.CharField()


class DefinedAnswer(serializers.Serializer[Any]):
    """One metric by the version that counts now."""

    metric = serializers.ChoiceField(list(Metric))
    url = serializers.CharField(help_text="Its value: `GET /metrics/{metric}`.")
    name = serializers.CharField(help_text="As `definition` takes it, `csat@2`.")
    definition = DefinitionAnswer()
    interval_method = serializers.CharField()
    in_words = InWordsAnswer()


class DefinitionsAnswer(serializers.Serializer[Any]):
    """Every metric that is in use."""

    items = DefinedAnswer(many=True)


EXAMPLE = {
    "metric": "csat",
    "url": "/api/v1/metrics/csat",
    "name": "csat@2",
    "definition": METRIC["definition"],
    "interval_method": METHODS[Metric.CSAT],
    "in_words": {
        "counts": "Answers 4 and 5 on a scale from 1 to 5",
        "null_policy": "skipped questions are left out; no answers is no data, never 0",
        "dedupe": "relationship surveys count each customer's latest answer in the period, "
        "surveys after a contact every answer",
        "rounding": "once, when shown, from the exact fraction; halves away from zero",
    },
}


class Metrics(Endpoint):
    @operation(
        "listMetrics",
        scopes=[Scope.METRICS_READ],
        answer=DefinitionsAnswer,
        example={"items": [EXAMPLE]},
    )
    def get(self, call: Call) -> HttpResponse:
        """List the metrics with the definitions that count now.

        Satisfaction by faces stands among them where a survey ever asked so.
        """
        known = definitions_of(call.organisation_id)
        return reply({"items": [shape(known.newest(kind)) for kind in known.kinds]})


def shape(definition: Definition) -> dict[str, Any]:
    return {
        "metric": definition.kind,
        "url": f"/api/v1/metrics/{definition.kind}",
        "name": definition.name,
        "definition": defined(definition, is_current=True),
        "interval_method": METHODS[definition.kind],
        "in_words": {
            "counts": definition.words,
            "null_policy": IN_WORDS[definition.null_policy],
            "dedupe": IN_WORDS[definition.dedupe],
            "rounding": IN_WORDS[definition.rounding],
        },
    }
