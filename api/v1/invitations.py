"""Invitations: a personal link for one customer, to be handed over by whoever asks for it."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Id, Identifier, Moment, Properties, Slug, moment
from api.operations import operation
from api.problems import Fault, Kind, Problem
from api.refusals import refusing
from api.v1 import customers, decisions
from surveys.actions.linking import LinkWish, give_link
from surveys.channels.links import survey_link
from surveys.models import Decision, Invitation, Programme


class NewInvitation(Body):
    """For whom a link is wanted, and by which programme."""

    programme_id = Id(help_text="An id of GET /programmes.")
    reference = Identifier(
        max_length=200, help_text="Your id of this occasion, such as a receipt's or a chat's."
    )
    customer = customers.NewCustomer(
        help_text="Created or updated in the same call. An address is not needed: you hand it over."
    )
    touchpoint = Slug(
        required=False,
        max_length=60,
        help_text="Needed where the programme asks at several; a slug of GET /touchpoints.",
    )
    context = Properties(  # type: ignore[assignment]
        required=False, help_text="Agent, branch, plan: frozen with the question."
    )

    example: ClassVar[dict[str, Any]] = {
        "programme_id": "3",
        "reference": "receipt-88120",
        "customer": {"external_id": "C-2041", "name": "Ada Okafor"},
        "touchpoint": "shop-visit",
        "context": {"branch": "Cardiff"},
    }


class LinkAnswer(serializers.Serializer[Any]):
    """The link and its pictures; whoever has them can answer."""

    url = serializers.CharField(help_text="The survey page.")
    qr_svg = serializers.CharField(help_text="The link as a QR code for screens.")
    qr_png = serializers.CharField(help_text="The same for printers.")
    expires_at = Moment()


class InvitedAnswer(decisions.DecisionAnswer):
    """The decision, and the link if it is a yes."""

    link = LinkAnswer(allow_null=True)


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
    @operation(
        "createInvitation",
        scopes=[Scope.INVITATIONS_WRITE],
        body=NewInvitation,
        answer={201: InvitedAnswer, 200: InvitedAnswer},
        example={201: EXAMPLE, 200: EXAMPLE},
    )
    def post(self, call: Call) -> HttpResponse:
        """Get a personal link, if the rules allow to ask this customer now.

        The same limits hold as for mails, and whoever opted out gets none; sending hours do not
        matter, for you hand the link over. The same `reference` again is answered 200 with what
        was decided before, link included.
        """
        wish = LinkWish(
            programme=_programme(call),
            reference=call.body["reference"],
            customer=customers.told(call.body["customer"], call.now, "#/customer"),
            touchpoint=call.body.get("touchpoint", ""),
            context=call.body.get("context", {}),
            is_test=call.caller.is_test,
        )
        with refusing("#/customer"):
            decided = give_link(organisation_id=call.organisation_id, wish=wish, now=call.now)
        rows = Decision.objects.select_related("programme", "invitation")
        return reply(shape(rows.get(pk=decided.decision_id)), 201 if decided.is_new else 200)


def shape(decision: Decision) -> dict[str, Any]:
    return {**decisions.shape(decision), "link": _link(getattr(decision, "invitation", None))}


def _link(invitation: Invitation | None) -> dict[str, Any] | None:
    if invitation is None:
        return None
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
