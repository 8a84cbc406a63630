"""Interactions: one customer at one touchpoint at one time; the reason why somebody is asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from accounts.queries.keys import Identity
from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Flag, Id, Identifier, Line, Moment, Properties, Slug, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import refusing
from api.v1 import customer_forms
from surveys.actions.considering import Decided
from surveys.actions.recording import InteractionFields, record_interaction
from surveys.actions.trying import try_interaction
from surveys.models import Interaction
from surveys.rules.reasons import words

CLOCKS_DIFFER_BY = timedelta(minutes=5)


class NewInteraction(Body):
    """What happened. `source` and `source_id` name it: the same again is stored once."""

    source_id = Identifier(max_length=200, help_text="Your id of this event, such as 4711/solved.")
    touchpoint = Slug(max_length=60, help_text="A slug of GET /touchpoints.")
    occurred_at = Moment(help_text="With its offset from UTC.")
    customer = customer_forms.NewCustomer(help_text="Created or updated in the same call.")
    source = Identifier(  # type: ignore[assignment]
        required=False,
        max_length=80,
        help_text="The system it comes from; the key's name if absent.",
    )
    subject = Line(required=False, allow_blank=True, max_length=200)
    context = Properties(  # type: ignore[assignment]
        required=False, help_text="Agent, team, branch, plan: frozen as it was when it happened."
    )
    dry_run = Flag(
        required=False, help_text="Say what the rules would decide now, and store nothing."
    )

    example: ClassVar[dict[str, Any]] = {
        "source_id": "4711",
        "touchpoint": "billing",
        "occurred_at": "2026-11-21T14:05:00+01:00",
        "customer": {
            "email": "ada@mail.example",
            "name": "Ada Okafor",
            "properties": {"plan": "Basic"},
        },
        "subject": "Bill of October",
        "context": {"agent": "Aisha", "team": "Billing"},
    }


class InteractionAnswer(serializers.Serializer[Any]):
    """An interaction as stored."""

    id = Id()
    url = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    source_id = serializers.CharField()
    touchpoint = serializers.CharField()
    customer_id = Id()
    occurred_at = Moment()
    recorded_at = Moment()
    subject = serializers.CharField()
    context = Properties()  # type: ignore[assignment]
    is_test = serializers.BooleanField(help_text="Reported by a test key: never asked about.")
    decisions_url = serializers.CharField(help_text="Where to read who was asked, or why not.")


class Foreseen(serializers.Serializer[Any]):
    """What one programme would decide."""

    programme_id = Id()
    programme = serializers.CharField()
    is_asked = serializers.BooleanField()
    rule = serializers.CharField()
    sentence = serializers.CharField()
    again_on = serializers.DateField(allow_null=True)


class DryRunAnswer(serializers.Serializer[Any]):
    """The verdict of each programme at the touchpoint; nothing was stored."""

    dry_run = serializers.BooleanField()
    verdicts = Foreseen(many=True)


STORED = PolymorphicProxySerializer(
    component_name="InteractionOrDryRun",
    serializers=[InteractionAnswer, DryRunAnswer],
    resource_type_field_name=None,
)
EXAMPLE = {
    "id": "90210",
    "url": "/api/v1/interactions/90210",
    "source": "Helpdesk",
    "source_id": "4711",
    "touchpoint": "billing",
    "customer_id": "812",
    "occurred_at": "2026-11-21T13:05:00Z",
    "recorded_at": "2026-11-21T13:05:09.120000Z",
    "subject": "Bill of October",
    "context": {"agent": "Aisha", "team": "Billing"},
    "is_test": False,
    "decisions_url": "/api/v1/decisions?interaction=90210",
}
DRY_RUN_EXAMPLE = {
    "dry_run": True,
    "verdicts": [
        {
            "programme_id": "3",
            "programme": "After support",
            "is_asked": False,
            "rule": "resting",
            "sentence": "Not asked: this programme asked on 2 November 2026 and rests for 30 days."
            " Eligible from 3 December 2026.",
            "again_on": "2026-12-03",
        }
    ],
}


def shape(interaction: Interaction) -> dict[str, Any]:
    return {
        "id": str(interaction.pk),
        "url": f"/api/v1/interactions/{interaction.pk}",
        "source": interaction.source,
        "source_id": interaction.source_id,
        "touchpoint": interaction.touchpoint.slug,
        "customer_id": str(interaction.customer_id),
        "occurred_at": moment(interaction.occurred_at),
        "recorded_at": moment(interaction.recorded_at),
        "subject": interaction.subject,
        "context": interaction.context,
        "is_test": interaction.is_test,
        "decisions_url": f"/api/v1/decisions?interaction={interaction.pk}",
    }


class InteractionQuery(Paged):
    customer = Id(required=False, help_text="Id of a customer.")
    source = Line(required=False, max_length=80)  # type: ignore[assignment]
    source_id = Line(required=False, max_length=200)
    touchpoint = Slug(required=False, max_length=60, help_text="Slug of a touchpoint.")
    since = Moment(required=False, help_text="Recorded at or after; write + as %2B.")
    until = Moment(required=False, help_text="Recorded before; write + as %2B.")


FILTERS = {
    "customer": "customer",
    "source": "source",
    "source_id": "source_id",
    "touchpoint": "touchpoint__slug",
    "since": "recorded_at__gte",
    "until": "recorded_at__lt",
}


class Interactions(Endpoint):
    @operation(
        "listInteractions",
        scopes=[Scope.INTERACTIONS_READ],
        query=InteractionQuery,
        answer=page_of(InteractionAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List interactions, the last recorded first."""
        return reply(page(_wanted(call.query), call.query, "recorded_at", shape))

    @operation(
        "recordInteraction",
        scopes=[Scope.INTERACTIONS_WRITE],
        body=NewInteraction,
        answer={201: InteractionAnswer, 200: STORED},
        example={201: EXAMPLE, 200: DRY_RUN_EXAMPLE},
        problems=[Kind.INTERACTION_DIFFERS],
        for_tests=True,
    )
    def post(self, call: Call) -> HttpResponse:
        """Report what happened; whether the customer is asked follows within seconds.

        The same `source`, `source_id` and body again is answered 200 with what is stored, at any
        time; another body is refused with 409. With `dry_run` nothing is stored and the answer
        says what each programme would decide now.
        """
        fields = told(call.body, call.caller, call.now)
        with refusing("#/customer"):
            if call.body.get("dry_run"):
                return _foreseen(call, fields)
            recorded = record_interaction(
                organisation_id=call.organisation_id, fields=fields, now=call.now
            )
        return reply(shape(recorded.interaction), 201 if recorded.is_new else 200)


class OneInteraction(Endpoint):
    @operation(
        "getInteraction",
        scopes=[Scope.INTERACTIONS_READ],
        answer=InteractionAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, interaction_id: str) -> HttpResponse:
        """Return one interaction; `decisions_url` leads to who was asked about it, or why not."""
        return reply(shape(found(_rows(), interaction_id)))


def _rows() -> QuerySet[Interaction]:
    return Interaction.objects.select_related("touchpoint")


def _wanted(query: dict[str, Any]) -> QuerySet[Interaction]:
    return _rows().filter(**{FILTERS[name]: query[name] for name in FILTERS if name in query})


def told(
    body: Mapping[str, Any], caller: Identity, now: datetime, pointer: str = "#"
) -> InteractionFields:
    """Return what a checked body says of an interaction."""
    said = dict(body)
    said.pop("dry_run", None)
    if said["occurred_at"] > now + CLOCKS_DIFFER_BY:
        sentence = "This lies in the future. Report an interaction when it has happened."
        raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, f"{pointer}/occurred_at")])
    said["customer"] = customer_forms.told(said["customer"], now, f"{pointer}/customer")
    said.setdefault("source", caller.name)
    return InteractionFields(**said, is_test=caller.is_test)


def _foreseen(call: Call, fields: InteractionFields) -> HttpResponse:
    foreseen = try_interaction(organisation_id=call.organisation_id, fields=fields, now=call.now)
    own = call.caller.programme_id
    verdicts = [_verdict(each) for each in foreseen if own in (None, each.candidate.programme.pk)]
    return reply({"dry_run": True, "verdicts": verdicts})


def _verdict(foreseen: Decided) -> dict[str, Any]:
    programme, verdict = foreseen.candidate.programme, foreseen.verdict
    return {
        "programme_id": str(programme.pk),
        "programme": programme.name,
        "is_asked": verdict.is_asked,
        "rule": verdict.rule,
        "sentence": words(verdict.rule, verdict.facts, verdict.again_on),
        "again_on": verdict.again_on.isoformat() if verdict.again_on else None,
    }
