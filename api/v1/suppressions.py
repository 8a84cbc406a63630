"""Suppressions: addresses at which nobody is asked, by opt-out, bounce, complaint or your wish."""

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Address, Body, Id, Identifier, Moment, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import refusing
from api.v1.customers import customer_at
from kit.phones import phone_key
from kit.texts import address_key
from surveys.actions.stopping import lift_wish, stop_address, stop_asking
from surveys.models import Customer, Programme, Suppression
from surveys.queries.suppressed import SEALED, keys_of, spellings

Reason = Suppression.Reason
TOLD = [Reason.OPTED_OUT.value, Reason.STAFF.value]
BY_ROW = "customer:"


class Wish(Body):
    """Why, and for which programme; without one, for all of them."""

    reason = serializers.ChoiceField(
        TOLD, help_text="`opted_out`: the customer's own wish, told elsewhere; `staff`: yours."
    )
    programme_id = Id(
        required=False, allow_null=True, help_text="Only this programme; without it every one."
    )

    example: ClassVar[dict[str, Any]] = {"reason": "opted_out"}


class NewSuppression(Wish):
    """An address, as an `email` or a `phone`."""

    email = Address(required=False, max_length=254, help_text="Any spelling of it.")
    phone = Identifier(required=False, max_length=40, help_text="With its country code.")

    any_of = ("email", "phone")

    example: ClassVar[dict[str, Any]] = {"email": "ada@mail.example", **Wish.example}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("email" in attrs) == ("phone" in attrs):
            raise ValidationError("Send an email or a phone, one of the two.", "refused")
        return attrs


class SuppressionAnswer(serializers.Serializer[Any]):
    """One address that is not asked, or was not until it was lifted."""

    id = Id()
    url = serializers.CharField()
    address = serializers.CharField(
        allow_null=True, help_text="Null where it belongs to an erased person, or to none."
    )
    reason = serializers.ChoiceField(Reason.values)
    programme_id = Id(allow_null=True, help_text="Null: for every programme.")
    created_at = Moment()
    lifted_at = Moment(allow_null=True)


EXAMPLE = {
    "id": "204",
    "url": "/api/v1/suppressions/204",
    "address": "ada@mail.example",
    "reason": "opted_out",
    "programme_id": None,
    "created_at": "2026-11-21T14:05:12Z",
    "lifted_at": None,
}


def shape(row: Suppression) -> dict[str, Any]:
    is_hidden = row.address_key.startswith((SEALED, BY_ROW))
    return {
        "id": str(row.pk),
        "url": f"/api/v1/suppressions/{row.pk}",
        "address": None if is_hidden else row.address_key,
        "reason": row.reason,
        "programme_id": str(row.programme_id) if row.programme_id else None,
        "created_at": moment(row.created_at),
        "lifted_at": moment(row.lifted_at) if row.lifted_at else None,
    }


class SuppressionQuery(Paged):
    email = Identifier(required=False, max_length=254, help_text="Any spelling of the address.")
    phone = Identifier(required=False, max_length=40, help_text="With its country code.")
    customer = Id(required=False, help_text="Id of a customer: what holds at her addresses.")
    programme = Id(required=False, help_text="Those for just this programme.")
    reason = serializers.ChoiceField(Reason.values, required=False)
    is_lifted = serializers.ChoiceField(
        ["true", "false"],
        required=False,
        help_text="`true`: only what was lifted; else what holds.",
    )
    since = Moment(required=False, help_text="Made at or after; write + as %2B.")
    until = Moment(required=False, help_text="Made before; write + as %2B.")


FILTERS = {
    "programme": "programme",
    "reason": "reason",
    "since": "created_at__gte",
    "until": "created_at__lt",
}


class Suppressions(Endpoint):
    @operation(
        "listSuppressions",
        scopes=[Scope.SUPPRESSIONS_READ],
        query=SuppressionQuery,
        answer=page_of(SuppressionAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List what keeps addresses from being asked, the newest first."""
        return reply(page(_wanted(call), call.query, "created_at", shape))

    @operation(
        "createSuppression",
        scopes=[Scope.SUPPRESSIONS_WRITE],
        body=NewSuppression,
        answer={201: SuppressionAnswer, 200: SuppressionAnswer},
        example={201: EXAMPLE, 200: EXAMPLE},
    )
    def post(self, call: Call) -> HttpResponse:
        """Ask nobody at this address, whoever has it; what waits to be sent there is held back.

        The same again is answered 200 with what holds already.
        """
        row, is_new = stop_address(
            organisation_id=call.organisation_id,
            address_key=_key(call),
            programme_id=_programme_id(call),
            reason=Reason(call.body["reason"]),
            actor=call.actor,
            now=call.now,
        )
        return reply(shape(row), 201 if is_new else 200)


class OneSuppression(Endpoint):
    @operation(
        "getSuppression",
        scopes=[Scope.SUPPRESSIONS_READ],
        answer=SuppressionAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, suppression_id: str) -> HttpResponse:
        """Return one of them."""
        return reply(shape(found(_rows(call), suppression_id)))


class LiftedSuppression(Endpoint):
    @operation(
        "liftSuppression",
        scopes=[Scope.SUPPRESSIONS_WRITE],
        answer=SuppressionAnswer,
        example={**EXAMPLE, "lifted_at": "2026-11-28T09:00:00Z"},
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW],
    )
    def post(self, call: Call, suppression_id: str) -> HttpResponse:
        """Let the address be asked again; other wishes that hold there go on holding.

        Lift what a customer wished only when she asked for it. Repeating it changes nothing.
        """
        held = Suppression.objects.filter(**call.own_programme)
        row = found(held.select_for_update(of=("self",)), suppression_id)
        with refusing():
            lift_wish(suppression=row, actor=call.actor, now=call.now)
        row.refresh_from_db()
        return reply(shape(row))


class StopsAnswer(serializers.Serializer[Any]):
    """What holds at her addresses now."""

    items = SuppressionAnswer(many=True)


class Stops(Endpoint):
    @operation(
        "stopAskingCustomer",
        scopes=[Scope.SUPPRESSIONS_WRITE],
        body=Wish,
        answer=StopsAnswer,
        example={"items": [EXAMPLE]},
        problems=[Kind.NOT_FOUND, Kind.CUSTOMER_MERGED],
    )
    def post(self, call: Call, customer_id: str) -> HttpResponse:
        """Ask this customer no more, at any of her addresses; one without any counts too."""
        customer = customer_at(customer_id, Customer.objects.present())
        stop_asking(
            customer_id=customer.pk,
            programme_id=_programme_id(call),
            reason=Reason(call.body["reason"]),
            actor=call.actor,
            now=call.now,
        )
        held = (_rows(call) & _of(customer)).filter(lifted_at__isnull=True).order_by("id")
        return reply({"items": [shape(row) for row in held]})


def _rows(call: Call) -> QuerySet[Suppression]:
    """A key of one programme sees what holds for it, also because it holds for all."""
    own = call.caller.programme_id
    rows = Suppression.objects.all()
    return rows if own is None else rows.filter(Q(programme=None) | Q(programme=own))


def _wanted(call: Call) -> QuerySet[Suppression]:
    query = call.query
    rows = _rows(call).filter(lifted_at__isnull=query.get("is_lifted") != "true")
    if "email" in query:
        rows = rows.filter(address_key__in=spellings(address_key(query["email"])))
    if "phone" in query:
        rows = rows.filter(address_key__in=spellings(_phone(query["phone"])))
    if "customer" in query:
        customer = Customer.objects.present().filter(pk=query["customer"]).first()
        rows = rows & _of(customer) if customer else rows.none()
    return rows.filter(**{FILTERS[name]: query[name] for name in FILTERS if name in query})


def _of(customer: Customer) -> QuerySet[Suppression]:
    keys = [name for key in keys_of(customer) for name in spellings(key)]
    return Suppression.objects.filter(address_key__in=keys)


def _phone(text: str) -> str:
    return phone_key(text, settings.SMS_REGION)


def _key(call: Call) -> str:
    if "email" in call.body:
        return address_key(call.body["email"])
    key = _phone(call.body["phone"])
    if not key:
        sentence = "Expected a phone number with its country code, such as +44 7700 900077."
        raise _refused(sentence, "#/phone")
    return key


def _programme_id(call: Call) -> int | None:
    wanted: int | None = call.body.get("programme_id")
    own = call.caller.programme_id
    if own is not None and wanted is None:
        raise _refused("This key is for one programme: send its id.", "#/programme_id")
    is_known = wanted is None or Programme.objects.filter(pk=wanted).exists()
    if not is_known or own not in (None, wanted):
        sentence = "There is no such programme. GET /api/v1/programmes lists them."
        raise _refused(sentence, "#/programme_id")
    return wanted


def _refused(sentence: str, pointer: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, pointer)])
