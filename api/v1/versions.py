"""Versions of a metric: how it was counted since when, and the next one, which marks the trends."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Day, Identifier, Number
from api.operations import operation
from api.problems import Kind
from api.refusals import only_for_all, refusing
from api.v1.metric_queries import metric_of, today_of
from api.v1.metric_shapes import DefinitionAnswer, defined
from api.v1.metrics import EXAMPLE as METRIC
from metrics.actions.defining import Wanted, redefine_metric
from metrics.queries.definitions import definitions_of
from metrics.statistics.definitions import Definition
from metrics.statistics.definitions import Kind as Metric

WINDOWS = [30, 90, 365]
BEYOND = "a definition counts the answers of all of them"
# What stays as it is where a call leaves it out, in points as people read them.
KEPT = ("cut", "smallest_change", "change_to_see", "window_days")


class NewVersion(Body):
    """What may honestly vary of a metric. Keys that are left out stay as they are."""

    seen_version = Number(
        min_value=1,
        max_value=9999,
        help_text="The version you read; if it is no longer the newest, nothing is changed.",
    )
    reason = Identifier(max_length=120, help_text="What changed; the trends are marked with it.")
    since_on = Day(help_text="Trends show a line on this day. All days are counted by it.")
    cut = Number(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=10,
        help_text="From this score on satisfied or easy; the groups of nps are fixed: null.",
    )
    smallest_change = Number(
        required=False, min_value=1, max_value=50, help_text="In points: less than this is steady."
    )
    change_to_see = Number(
        required=False, min_value=1, max_value=100, help_text="In points: what `needed_n` is for."
    )
    window_days = serializers.ChoiceField(
        WINDOWS, required=False, help_text="The period when a call names none."
    )

    example: ClassVar[dict[str, Any]] = {
        "seen_version": 1,
        "reason": "numbers to words",
        "since_on": "2025-11-03",
        "cut": 4,
    }


class MetricVersion(serializers.Serializer[Any]):
    """One version of a metric."""

    metric = serializers.ChoiceField(list(Metric))
    url = serializers.CharField(help_text="Its figures: `GET /metrics/{metric}` by this version.")
    name = serializers.CharField(help_text="As `definition` takes it, `csat@2`.")
    definition = DefinitionAnswer()


class MetricVersions(serializers.Serializer[Any]):
    """Every version of a metric, the newest first."""

    items = MetricVersion(many=True)


EXAMPLE = {
    "metric": "csat",
    "url": "/api/v1/metrics/csat?definition=csat%402",
    "name": "csat@2",
    "definition": METRIC["definition"],
}


def shape(one: Definition, *, is_current: bool) -> dict[str, Any]:
    return {
        "metric": one.kind,
        "url": f"/api/v1/metrics/{one.kind}?definition={one.kind}%40{one.version}",
        "name": one.name,
        "definition": defined(one, is_current=is_current),
    }


class Versions(Endpoint):
    @operation(
        "listMetricVersions",
        scopes=[Scope.METRICS_READ],
        answer=MetricVersions,
        example={"items": [EXAMPLE]},
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, metric: str) -> HttpResponse:
        """List how a metric was counted, the newest version first."""
        newest, *before = reversed(definitions_of(call.organisation_id).history(metric_of(metric)))
        older = [shape(one, is_current=False) for one in before]
        return reply({"items": [shape(newest, is_current=True), *older]})

    @operation(
        "createMetricVersion",
        scopes=[Scope.MEASURING_WRITE],
        body=NewVersion,
        answer={201: MetricVersion},
        example={201: EXAMPLE},
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW],
    )
    def post(self, call: Call, metric: str) -> HttpResponse:
        """Count a metric in another way from now on; earlier versions stay to be asked for."""
        only_for_all(call.caller, BEYOND)
        kind, said = metric_of(metric), dict(call.body)
        newest = definitions_of(call.organisation_id).newest(kind)
        seen_version = said.pop("seen_version")
        before = defined(newest, is_current=True)
        with refusing():
            redefine_metric(
                organisation_id=call.organisation_id,
                kind=kind,
                wanted=Wanted(**{name: before[name] for name in KEPT} | said),
                seen_version=seen_version,
                actor=call.actor,
                today=today_of(call),
                now=call.now,
            )
        made = definitions_of(call.organisation_id).newest(kind)
        return reply(shape(made, is_current=True), 201)
