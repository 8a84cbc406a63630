"""Sending: the switch and the limits that hold for whatever asks."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers

from accounts.actions.editing_organisations import update_organisation
from accounts.actions.pausing_sending import pause_sending
from accounts.models import Organisation
from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Flag, Moment, Number, moment
from api.operations import operation
from api.refusals import only_for_all

WRITE = [Scope.SENDING_WRITE]
BEYOND = "this holds for all of them"
LIMITS = (
    "ask_again_after_days", "asks_per_year", "people_per_company", "company_days",
    "holdout_percent", "needs_legal_basis",
)  # fmt: skip


class SendingBody(Body):
    """What holds for every programme. Keys that are left out stay as they are."""

    is_paused = Flag(
        required=False,
        help_text="Nobody is asked and nothing leaves until it is false again; what waited leaves.",
    )
    ask_again_after_days = Number(
        required=False, min_value=0, max_value=365, help_text="Days between two surveys."
    )
    asks_per_year = Number(
        required=False, min_value=1, max_value=366, help_text="Surveys in twelve months."
    )
    people_per_company = Number(
        required=False, min_value=0, max_value=1000, help_text="Within `company_days`; 0: any."
    )
    company_days = Number(required=False, min_value=1, max_value=365)
    holdout_percent = Number(
        required=False, min_value=0, max_value=50, help_text="Customers who are never asked."
    )
    needs_legal_basis = Flag(
        required=False, help_text="Only those are asked of whom a legal basis is recorded."
    )

    example: ClassVar[dict[str, Any]] = {"is_paused": True}


class SendingAnswer(serializers.Serializer[Any]):
    """The switch and the limits as they stand."""

    is_paused = serializers.BooleanField()
    paused_at = Moment(allow_null=True)
    ask_again_after_days = serializers.IntegerField()
    asks_per_year = serializers.IntegerField()
    people_per_company = serializers.IntegerField()
    company_days = serializers.IntegerField()
    holdout_percent = serializers.IntegerField()
    needs_legal_basis = serializers.BooleanField()


EXAMPLE = {
    "is_paused": True,
    "paused_at": "2026-11-21T14:05:12Z",
    "ask_again_after_days": 30,
    "asks_per_year": 4,
    "people_per_company": 0,
    "company_days": 30,
    "holdout_percent": 0,
    "needs_legal_basis": False,
}


def shape(house: Organisation) -> dict[str, Any]:
    paused_at = house.sending_paused_at
    return {
        "is_paused": paused_at is not None,
        "paused_at": moment(paused_at) if paused_at else None,
        **{name: getattr(house, name) for name in LIMITS},
    }


class Sending(Endpoint):
    def current(self, call: Call, **_: Any) -> dict[str, Any]:
        return shape(_held(call))

    @operation("getSending", scopes=WRITE, answer=SendingAnswer, example=EXAMPLE, tagged=True)
    def get(self, call: Call) -> HttpResponse:
        """Return whether anything leaves at all, and how often people may be asked."""
        only_for_all(call.caller, BEYOND)
        return reply(shape(Organisation.objects.get(pk=call.organisation_id)))

    @operation(
        "updateSending",
        scopes=WRITE,
        body=SendingBody,
        answer=SendingAnswer,
        example=EXAMPLE,
        tagged=True,
    )
    def patch(self, call: Call) -> HttpResponse:
        """Stop all sending, or let it go on; change the limits. What is left out stays."""
        house, said = _held(call), dict(call.body)
        is_paused = said.pop("is_paused", None)
        about: Any = {"organisation": house, "actor": call.actor, "now": call.now}
        if said:
            update_organisation(changes=said, **about)
        if is_paused is not None and is_paused is (house.sending_paused_at is None):
            pause_sending(is_paused=is_paused, **about)
        return reply(shape(house))


def _held(call: Call) -> Organisation:
    only_for_all(call.caller, BEYOND)
    return Organisation.objects.select_for_update(no_key=True).get(pk=call.organisation_id)
