"""Dry runs: whom a programme would ask by its rules as they are; nothing is stored or sent."""

from collections import Counter
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers

from accounts.models import Organisation
from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Moment, moment
from api.operations import operation
from api.paging import found
from api.problems import Kind
from api.v1.programmes import rows
from surveys.actions.foreseeing import DryRun, Foreseen, foresee
from surveys.rules.reasons import words

SHOWN = 200


class ForeseenAnswer(serializers.Serializer[Any]):
    """What would be decided of one customer."""

    customer_id = Id()
    on = serializers.DateField()
    is_asked = serializers.BooleanField()
    rule = serializers.CharField()
    sentence = serializers.CharField()
    due_at = Moment(allow_null=True)


class RuleCount(serializers.Serializer[Any]):
    """How often one rule would decide."""

    rule = serializers.CharField()
    count = serializers.IntegerField()


class ForeseenRun(serializers.Serializer[Any]):
    """Counts by rule, and the first people."""

    first_on = serializers.DateField()
    last_on = serializers.DateField()
    asked = serializers.IntegerField()
    not_asked = serializers.IntegerField()
    rules = RuleCount(many=True, help_text="The most frequent first.")
    people = ForeseenAnswer(many=True, help_text=f"The first {SHOWN}, those asked before others.")
    is_cut = serializers.BooleanField(help_text="More people than one dry run looks at.")


EXAMPLE = {
    "first_on": "2026-11-08",
    "last_on": "2026-11-21",
    "asked": 1,
    "not_asked": 0,
    "rules": [{"rule": "asked", "count": 1}],
    "people": [
        {
            "customer_id": "812",
            "on": "2026-11-21",
            "is_asked": True,
            "rule": "asked",
            "sentence": "Asked.",
            "due_at": "2026-11-21T15:05:11Z",
        }
    ],
    "is_cut": False,
}


class ProgrammeDryRun(Endpoint):
    @operation(
        "dryRunProgramme",
        scopes=[Scope.DECISIONS_READ],
        answer=ForeseenRun,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, programme_id: str) -> HttpResponse:
        """Say whom the programme would ask, switched on or not; nothing is stored.

        After contacts it judges those of the last fourteen days once more; by the calendar it
        looks fourteen days ahead. What decides in earnest decides here.
        """
        programme = found(rows(call), programme_id)
        house = Organisation.objects.get(pk=call.organisation_id)
        run = foresee(organisation=house, programme=programme, now=call.now)
        return reply(shape(run))


def shape(run: DryRun) -> dict[str, Any]:
    counts = Counter(each.verdict.rule.value for each in run.decided)
    asked = sum(each.verdict.is_asked for each in run.decided)
    people = sorted(run.decided, key=lambda each: (not each.verdict.is_asked, each.at))
    return {
        "first_on": run.first.isoformat(),
        "last_on": run.last.isoformat(),
        "asked": asked,
        "not_asked": len(run.decided) - asked,
        "rules": [
            {"rule": rule, "count": count}
            for rule, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        ],
        "people": [_person(each) for each in people[:SHOWN]],
        "is_cut": run.is_cut,
    }


def _person(each: Foreseen) -> dict[str, Any]:
    verdict = each.verdict
    return {
        "customer_id": str(each.customer_id),
        "on": each.on.isoformat(),
        "is_asked": verdict.is_asked,
        "rule": verdict.rule.value,
        "sentence": words(verdict.rule, verdict.facts, verdict.again_on),
        "due_at": moment(each.due_at) if each.due_at else None,
    }
