"""Decisions: who was asked, who was not, and the rule that decided, in words."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Moment, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Kind
from surveys.models import Decision, Invitation
from surveys.rules.asking import Rule
from surveys.rules.reasons import words


class InvitationAnswer(serializers.Serializer[Any]):
    """The request that followed a yes."""

    id = Id()
    sent_at = Moment(allow_null=True, help_text="Null while the mail waits to be handed over.")
    answered_at = Moment(allow_null=True)
    expires_at = Moment()
    weight = serializers.FloatField(
        help_text="How many customers this one stands for, where a share of them was drawn."
    )


class DecisionAnswer(serializers.Serializer[Any]):
    """Whether a customer was asked on one occasion, and why."""

    id = Id()
    url = serializers.CharField()
    is_asked = serializers.BooleanField()
    rule = serializers.CharField(help_text="Never changes its name; `asked` or the rule against.")
    sentence = serializers.CharField(help_text="The same in words.")
    again_on = serializers.DateField(
        allow_null=True, help_text="From this day on the customer may be asked again."
    )
    programme_id = Id()
    programme = serializers.CharField()
    customer_id = Id()
    interaction_id = Id(allow_null=True)
    decided_at = Moment()
    invitation = InvitationAnswer(allow_null=True)


EXAMPLE = {
    "id": "5150",
    "url": "/api/v1/decisions/5150",
    "is_asked": True,
    "rule": "asked",
    "sentence": "Asked.",
    "again_on": None,
    "programme_id": "3",
    "programme": "After support",
    "customer_id": "812",
    "interaction_id": "90210",
    "decided_at": "2026-11-21T13:05:11Z",
    "invitation": {
        "id": "5031",
        "sent_at": "2026-11-21T13:05:14Z",
        "answered_at": None,
        "expires_at": "2026-12-21T13:05:11Z",
        "weight": 1.0,
    },
}


def shape(decision: Decision) -> dict[str, Any]:
    return {
        "id": str(decision.pk),
        "url": f"/api/v1/decisions/{decision.pk}",
        "is_asked": decision.is_asked,
        "rule": decision.rule,
        "sentence": words(decision.rule, decision.facts, decision.again_on),
        "again_on": decision.again_on.isoformat() if decision.again_on else None,
        "programme_id": str(decision.programme_id),
        "programme": decision.programme.name,
        "customer_id": str(decision.customer_id),
        "interaction_id": str(decision.interaction_id) if decision.interaction_id else None,
        "decided_at": moment(decision.decided_at),
        "invitation": _invitation(getattr(decision, "invitation", None)),
    }


def _invitation(invitation: Invitation | None) -> dict[str, Any] | None:
    if invitation is None:
        return None
    return {
        "id": str(invitation.pk),
        "sent_at": moment(invitation.sent_at) if invitation.sent_at else None,
        "answered_at": moment(invitation.answered_at) if invitation.answered_at else None,
        "expires_at": moment(invitation.expires_at),
        "weight": invitation.weight,
    }


class DecisionQuery(Paged):
    customer = Id(required=False, help_text="Id of a customer.")
    programme = Id(required=False, help_text="Id of a programme.")
    interaction = Id(required=False, help_text="Id of an interaction.")
    rule = serializers.ChoiceField(
        required=False, choices=[each.value for each in Rule], help_text="The rule that decided."
    )
    is_asked = serializers.ChoiceField(
        required=False, choices=["true", "false"], help_text="Only a yes, or only a no."
    )
    since = Moment(required=False, help_text="Decided at or after; write + as %2B.")
    until = Moment(required=False, help_text="Decided before; write + as %2B.")


FILTERS = {
    "customer": "customer",
    "programme": "programme",
    "interaction": "interaction",
    "rule": "rule",
    "since": "decided_at__gte",
    "until": "decided_at__lt",
}


class Decisions(Endpoint):
    @operation(
        "listDecisions",
        scopes=[Scope.DECISIONS_READ],
        query=DecisionQuery,
        answer=page_of(DecisionAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List decisions, the latest first.

        An interaction has one decision for each programme at its touchpoint, within seconds
        after it was recorded; until then its list is empty.
        """
        wanted = {FILTERS[name]: call.query[name] for name in FILTERS if name in call.query}
        if "is_asked" in call.query:
            wanted["is_asked"] = call.query["is_asked"] == "true"
        return reply(page(_rows(call).filter(**wanted), call.query, "decided_at", shape))


class OneDecision(Endpoint):
    @operation(
        "getDecision",
        scopes=[Scope.DECISIONS_READ],
        answer=DecisionAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, decision_id: str) -> HttpResponse:
        """Return one decision."""
        return reply(shape(found(_rows(call), decision_id)))


def _rows(call: Call) -> QuerySet[Decision]:
    rows = Decision.objects.select_related("programme", "invitation")
    return rows.filter(**call.own_programme)
