"""Anonymous programmes: what may be shown of them, in groups that nobody can take apart."""

from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from accounts.models import Organisation
from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id
from api.operations import operation
from api.paging import found
from api.problems import Kind
from kit.periods import local_day
from metrics.queries.anonymous import blocks_of
from metrics.rules.gate import Block, Counts, Group, K
from surveys.models import Programme
from surveys.rules.metrics import SCALES, Metric

MONTH = "%Y-%m"


class GroupAnswer(serializers.Serializer[Any]):
    """Answers of one value of the kept property, or of all that are too rare to stand alone."""

    value = serializers.CharField(
        allow_null=True,
        help_text="Empty: the property was not known. Null: the rare values together.",
    )
    n = serializers.IntegerField()
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Answers by score, every score of the scale."
    )


class BlockAnswer(serializers.Serializer[Any]):
    """Whole months in a row; its groups do not overlap and add up to it."""

    first_month = serializers.CharField(help_text="Such as `2026-03`.")
    last_month = serializers.CharField()
    n = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    groups = serializers.ListField(
        child=GroupAnswer(), help_text="One with null where the programme keeps no property."
    )


class AnonymousAnswers(serializers.Serializer[Any]):
    """Every block that may be shown, the oldest first. None of them ever changes."""

    programme_id = Id()
    metric = serializers.ChoiceField([metric.value for metric in Metric])
    kept_property = serializers.CharField(help_text="Empty where none is kept.")
    smallest_group = serializers.IntegerField()
    blocks = serializers.ListField(child=BlockAnswer())


EXAMPLE = {
    "programme_id": "9",
    "metric": "nps",
    "kept_property": "plan",
    "smallest_group": 5,
    "blocks": [
        {
            "first_month": "2026-03",
            "last_month": "2026-04",
            "n": 12,
            "counts": {str(score): 4 if score in (2, 8, 9) else 0 for score in range(11)},
            "groups": [
                {
                    "value": "Gold",
                    "n": 7,
                    "counts": {str(score): {2: 1, 8: 2, 9: 4}.get(score, 0) for score in range(11)},
                },
                {
                    "value": None,
                    "n": 5,
                    "counts": {str(score): {2: 3, 8: 2}.get(score, 0) for score in range(11)},
                },
            ],
        }
    ],
}


class AnonymousFigures(Endpoint):
    @operation(
        "getAnonymousAnswers",
        scopes=[Scope.METRICS_READ],
        answer=AnonymousAnswers,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, programme_id: str) -> HttpResponse:
        """Return what an anonymous programme measured.

        Groups have at least five answers, of months that are over; a month with fewer waits for
        the next. There is nothing to narrow them by: what was shown once never changes, so that
        no answer can be told from what it changed.
        """
        rows = Programme.objects.filter(is_anonymous=True, archived_at__isnull=True)
        own = call.caller.programme_id
        rows = rows if own is None else rows.filter(pk=own)
        programme = found(rows.select_related("survey"), programme_id)
        zone = Organisation.objects.values_list("time_zone", flat=True).get(pk=call.organisation_id)
        return reply(shape(programme, blocks_of(programme.pk, local_day(call.now, zone))))


def shape(programme: Programme, blocks: list[Block]) -> dict[str, Any]:
    metric, is_split = programme.survey.metric, bool(programme.kept_property)
    return {
        "programme_id": str(programme.pk),
        "metric": metric,
        "kept_property": programme.kept_property,
        "smallest_group": K,
        "blocks": [_block(block, metric, is_split=is_split) for block in blocks],
    }


def _block(block: Block, metric: str, *, is_split: bool) -> dict[str, Any]:
    whole = Group(values=frozenset(), counts=block.counts, is_rest=True)
    return {
        "first_month": block.first.strftime(MONTH),
        "last_month": block.last.strftime(MONTH),
        "n": block.n,
        "counts": _counts(block.counts, metric),
        "groups": [_group(one, metric) for one in (block.groups if is_split else [whole])],
    }


def _group(group: Group, metric: str) -> dict[str, Any]:
    return {
        "value": None if group.is_rest else next(iter(group.values)),
        "n": group.n,
        "counts": _counts(group.counts, metric),
    }


def _counts(counts: Counts, metric: str) -> dict[str, int]:
    return {str(score): counts.get(score, 0) for score in SCALES[Metric(metric)].scores}
