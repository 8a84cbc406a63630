"""Many interactions in one call, each with a result of its own; a file's worth, or a day's."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Flag, Id, faults_of, kind_of
from api.operations import ProblemDocument, operation
from api.problems import Fault, Kind, Problem
from api.refusals import refusing
from api.v1.interactions import NewInteraction, told
from surveys.actions.recording import InteractionFields, Overtaken, Recorded
from surveys.actions.recording_many import Outcome, Refusal, SomeRefused, record_interactions

MOST = 1000
MOST_FAULTS = 100


class BulkItem(NewInteraction):
    """An interaction as `POST /interactions` takes it."""

    dry_run = None  # type: ignore[assignment]


@extend_schema_field(
    {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST,
        "items": {
            "anyOf": [
                {"$ref": "#/components/schemas/NewInteraction"},
                {
                    "type": "object",
                    "description": "Whatever fits no interaction is refused in its own result.",
                },
            ]
        },
    }
)
class Items(serializers.Field[list[Any], Any, Any, Any]):
    """Objects; what stands in each is judged one by one."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list) or not data:
            raise ValidationError("Expected a list of interactions, one at least.")
        if len(data) > MOST:
            raise Problem(Kind.TOO_MANY_ITEMS, f"Expected at most {MOST} items, got {len(data)}.")
        for index, item in enumerate(data):
            if not isinstance(item, dict):
                raise ValidationError({str(index): ["Expected an object."]})
        return data


class ManyInteractions(Body):
    """Up to 1,000 interactions and 1 MiB."""

    items = Items(help_text="As `POST /interactions` takes them, without `dry_run`.")
    all_or_none = Flag(
        required=False, help_text="Record nothing if one of them is refused; if absent: the rest."
    )

    example: ClassVar[dict[str, Any]] = {
        "items": [
            NewInteraction.example,
            {**NewInteraction.example, "source_id": "4712", "touchpoint": "no-such-place"},
        ],
        "all_or_none": False,
    }


class BulkResult(serializers.Serializer[Any]):
    """What became of one item."""

    index = serializers.IntegerField(help_text="Its place in `items`, from 0.")
    status = serializers.IntegerField(
        help_text="As the item alone would have been answered: 201 recorded, 200 known already."
    )
    id = Id(allow_null=True)
    url = serializers.CharField(allow_null=True)
    decisions_url = serializers.CharField(allow_null=True)
    problem = ProblemDocument(allow_null=True, help_text="Why it was refused.")


class BulkAnswer(serializers.Serializer[Any]):
    """Each item's result in the order of the items, and how many became what."""

    recorded = serializers.IntegerField()
    known = serializers.IntegerField(help_text="Were stored before, or twice in this call.")
    refused = serializers.IntegerField()
    results = BulkResult(many=True)


REFUSED = Problem(
    Kind.INPUT_REFUSED,
    "There is no such touchpoint. GET /api/v1/touchpoints lists their slugs.",
    [
        Fault(
            "There is no such touchpoint. GET /api/v1/touchpoints lists their slugs.",
            "#/items/1/touchpoint",
        )
    ],
)
EXAMPLE = {
    "recorded": 1,
    "known": 0,
    "refused": 1,
    "results": [
        {
            "index": 0,
            "status": 201,
            "id": "90210",
            "url": "/api/v1/interactions/90210",
            "decisions_url": "/api/v1/decisions?interaction=90210",
            "problem": None,
        },
        {
            "index": 1,
            "status": 422,
            "id": None,
            "url": None,
            "decisions_url": None,
            "problem": REFUSED.as_json(),
        },
    ],
}


class InteractionsBulk(Endpoint):
    @operation(
        "recordInteractions",
        scopes=[Scope.INTERACTIONS_WRITE],
        body=ManyInteractions,
        answer=BulkAnswer,
        example=EXAMPLE,
        problems=[Kind.TOO_MANY_ITEMS, Kind.NOT_ALL],
        for_tests=True,
    )
    def post(self, call: Call) -> HttpResponse:
        """Report up to 1,000 interactions in one call.

        Each has its own result, as if it had been sent alone: recorded, known already, or refused
        with its problem; what is refused changes nothing and keeps nobody else from being
        recorded. With `all_or_none` one refusal refuses all of them (422), naming each. Sending
        the same call again is safe: `source` and `source_id` name each interaction.
        """
        all_or_none = bool(call.body.get("all_or_none"))
        read = [_read(call, index, item) for index, item in enumerate(call.body["items"])]
        good = [each for each in read if isinstance(each, InteractionFields)]
        refused = [each for each in read if isinstance(each, Problem)]
        if all_or_none and refused:
            raise _not_all(refused)
        try:
            outcomes = record_interactions(
                organisation_id=call.organisation_id,
                many=good,
                now=call.now,
                all_or_none=all_or_none,
            )
        except Overtaken as error:
            raise Problem(Kind.UNAVAILABLE, headers={"Retry-After": "1"}) from error
        except SomeRefused as some:
            # Nothing else is refused here, so the outcomes stand in the items' own order.
            found = [_outcome(index, one) for index, one in enumerate(some.outcomes)]
            raise _not_all([each for each in found if isinstance(each, Problem)]) from some
        return reply(_shape(read, outcomes))


def _read(call: Call, index: int, item: dict[str, Any]) -> InteractionFields | Problem:
    pointer = f"#/items/{index}"
    try:
        checked = BulkItem.form().run_validation(item)
    except ValidationError as error:
        faults = faults_of(error.detail, pointer)
        return Problem(kind_of(error.detail), faults[0].detail, faults)
    try:
        return told(checked, call.caller, call.now, pointer)
    except Problem as problem:
        return problem


def _shape(read: Sequence[InteractionFields | Problem], outcomes: list[Outcome]) -> dict[str, Any]:
    rest = iter(outcomes)
    results = [
        _result(index, each if isinstance(each, Problem) else _outcome(index, next(rest)))
        for index, each in enumerate(read)
    ]
    statuses = [result["status"] for result in results]
    recorded, known = statuses.count(201), statuses.count(200)
    return {
        "recorded": recorded,
        "known": known,
        "refused": len(results) - recorded - known,
        "results": results,
    }


def _outcome(index: int, outcome: Outcome) -> Recorded | Problem:
    return outcome if isinstance(outcome, Recorded) else _problem(index, outcome)


def _problem(index: int, refusal: Refusal) -> Problem:
    try:
        with refusing("#/customer"):
            raise refusal
    except Problem as problem:
        here = [
            replace(fault, pointer=f"#/items/{index}{(fault.pointer or '#')[1:]}")
            for fault in problem.faults
        ]
        return Problem(problem.kind, problem.detail, here)


def _result(index: int, became: Recorded | Problem) -> dict[str, Any]:
    if isinstance(became, Problem):
        none = {"id": None, "url": None, "decisions_url": None}
        return {
            "index": index,
            "status": became.kind.status,
            **none,
            "problem": became.as_json(),
        }
    pk = became.interaction.pk
    return {
        "index": index,
        "status": 201 if became.is_new else 200,
        "id": str(pk),
        "url": f"/api/v1/interactions/{pk}",
        "decisions_url": f"/api/v1/decisions?interaction={pk}",
        "problem": None,
    }


def _not_all(refused: list[Problem]) -> Problem:
    faults = [fault for problem in refused for fault in problem.faults]
    return Problem(Kind.NOT_ALL, faults=faults[:MOST_FAULTS])
