"""Invitations: ask one customer now, by a message or by a link that the caller hands over."""

import json
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import REFUSED, Body, Id, Identifier, Moment, Properties, Slug, moment
from api.operations import operation
from api.problems import Fault, Kind, Problem
from api.refusals import refusing
from api.v1 import customer_forms, decisions
from api.v1.customers import customer_named
from surveys.actions.considering import ask_by_hand
from surveys.actions.linking import LinkWish, give_link
from surveys.channels.links import survey_link
from surveys.models import Decision, Invitation, Programme
from surveys.rules.channels import Channel

LINK, MESSAGE = "link", "message"
NEEDED = {LINK: {"reference", "customer"}, MESSAGE: {"customer_id"}}
NOT_TAKEN = {LINK: {"customer_id"}, MESSAGE: {"reference", "customer", "touchpoint", "context"}}


class NewInvitation(Body):
    """Whom to ask by which programme: `customer` and `reference` for a link, else `customer_id`."""

    programme_id = Id(help_text="An id of GET /programmes.")
    by = serializers.ChoiceField(
        [LINK, MESSAGE],
        required=False,
        help_text="`link` (if absent): you hand it over. `message`: the mail or text that the "
        "programme sends, to a customer who is stored.",
    )
    customer_id = Id(required=False, help_text="By message: whom to ask.")
    reference = Identifier(
        required=False,
        max_length=200,
        help_text="By link: your id of this occasion, such as a receipt's or a chat's.",
    )
    customer = customer_forms.NewCustomer(
        required=False,
        help_text="By link: created or updated in the same call. An address is not needed.",
    )
    touchpoint = Slug(
        required=False,
        max_length=60,
        help_text="By link, and needed where the programme asks at several; a slug of "
        "GET /touchpoints.",
    )
    context = Properties(  # type: ignore[assignment]
        required=False, help_text="By link: agent, branch, plan, frozen with the question."
    )

    any_of = ("customer_id", "customer")

    example: ClassVar[dict[str, Any]] = {
        "programme_id": "3",
        "reference": "receipt-88120",
        "customer": {"external_id": "C-2041", "name": "Ada Okafor"},
        "touchpoint": "shop-visit",
        "context": {"branch": "Cardiff"},
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        by = attrs.get("by", LINK)
        for name in sorted(NEEDED[by] - attrs.keys()):
            raise _unlike(name, f"To ask by {by} send {name}.")
        for name in sorted(attrs.keys() & NOT_TAKEN[by]):
            raise _unlike(name, f"To ask by {by} leave {name} out.")
        return attrs


def _unlike(name: str, sentence: str) -> ValidationError:
    return ValidationError({name: [ErrorDetail(sentence, REFUSED)]})


class LinkAnswer(serializers.Serializer[Any]):
    """The link and its pictures; whoever has them can answer."""

    url = serializers.CharField(help_text="The survey page.")
    qr_svg = serializers.CharField(help_text="The link as a QR code for screens.")
    qr_png = serializers.CharField(help_text="The same for printers.")
    expires_at = Moment()


class InvitedAnswer(decisions.DecisionAnswer):
    """The decision, and the link if it is a yes."""

    link = LinkAnswer(allow_null=True, help_text="Null by message, and where she is not asked.")


LEFT_OUT = {"left_out": True}
EXAMPLE = {
    **decisions.EXAMPLE,
    "interaction_id": None,
    "link": {
        "url": "https://feedback.example.com/s/1LF4c92ZzCdEfGhIjKlMnOpQ",
        "qr_svg": "https://feedback.example.com/s/1LF4c92ZzCdEfGhIjKlMnOpQ/qr.svg",
        "qr_png": "https://feedback.example.com/s/1LF4c92ZzCdEfGhIjKlMnOpQ/qr.png",
        "expires_at": "2026-12-21T13:05:11Z",
    },
}


class Invitations(Endpoint):
    def kept(self, body: str) -> str:
        """Without the link: whoever reads the database must not be able to answer for her."""
        told = json.loads(body)
        return _written({**told, "link": LEFT_OUT}) if told.get("link") else body

    def replayed(self, body: str) -> str:
        told = json.loads(body)
        if told.get("link") != LEFT_OUT:
            return body
        asked = Invitation.objects.filter(decision=told["id"]).select_related("organisation")
        return _written({**told, "link": _link(asked.first())})

    @operation(
        "createInvitation",
        scopes=[Scope.INVITATIONS_WRITE],
        body=NewInvitation,
        answer={201: InvitedAnswer, 200: InvitedAnswer},
        example={201: EXAMPLE, 200: EXAMPLE},
        for_tests=True,
    )
    def post(self, call: Call) -> HttpResponse:
        """Ask one customer now, if the rules allow it, by a link or by a message.

        By link the same limits hold as for mails, and whoever opted out gets none; sending hours
        do not matter, for you hand the link over. The same `reference` again is answered 200 with
        what was decided before, link included. By message it is what *Ask now* does on the
        customer's page: the mail leaves in the next sending hour; `link` is null. Send an
        Idempotency-Key: a later call asks anew, and is told that she was just asked.
        """
        decide = _ask if call.body.get("by") == MESSAGE else _give_link
        decision_id, is_new = decide(call, _programme(call))
        rows = Decision.objects.select_related("programme", "invitation")
        return reply(shape(rows.get(pk=decision_id)), 201 if is_new else 200)


def _written(told: dict[str, Any]) -> str:
    return reply(told).content.decode()


def _give_link(call: Call, programme: Programme) -> tuple[int, bool]:
    wish = LinkWish(
        programme=programme,
        reference=call.body["reference"],
        customer=customer_forms.told(call.body["customer"], call.now, "#/customer"),
        touchpoint=call.body.get("touchpoint", ""),
        context=call.body.get("context", {}),
        is_test=call.caller.is_test,
    )
    with refusing("#/customer"):
        decided = give_link(organisation_id=call.organisation_id, wish=wish, now=call.now)
    return decided.decision_id, decided.is_new


def _ask(call: Call, programme: Programme) -> tuple[int, bool]:
    wanted = call.body["customer_id"]
    customer_named(wanted, "#/customer_id")
    decision = ask_by_hand(
        organisation_id=call.organisation_id,
        programme_id=programme.pk,
        customer_id=wanted,
        actor=call.actor,
        now=call.now,
        is_test=call.caller.is_test,
    )
    return decision.pk, decision.decided_at == call.now


def shape(decision: Decision) -> dict[str, Any]:
    return {**decisions.shape(decision), "link": _link(getattr(decision, "invitation", None))}


def _link(invitation: Invitation | None) -> dict[str, Any] | None:
    if invitation is None or invitation.channel != Channel.LINK:
        return None  # a link that was sent is told to nobody but whom it was sent to
    link = survey_link(invitation.pk, invitation.organisation)
    return {
        "url": link.url,
        "qr_svg": link.svg,
        "qr_png": link.png,
        "expires_at": moment(invitation.expires_at),
    }


def _programme(call: Call) -> Programme:
    wanted = call.body["programme_id"]
    own = call.caller.programme_id
    found = Programme.objects.filter(pk=wanted, archived_at__isnull=True).first()
    if found is None or own not in (None, wanted):
        sentence = "There is no such programme. GET /api/v1/programmes lists them."
        raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, "#/programme_id")])
    return found
