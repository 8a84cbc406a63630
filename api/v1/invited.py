"""Invitations as they stand: who was asked, how, how far it came; and cancelled."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Moment, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Kind, Problem
from api.refusals import refusing
from api.v1.invitations import Invitations
from surveys.actions.cancelling import Left, cancel_invitation, left
from surveys.models import Invitation
from surveys.rules.channels import Channel

CHANNELS = [channel.value for channel in Channel]
MOMENTS = (
    "sent_at", "delivered_at", "bounced_at", "complained_at", "opted_out_at", "answered_at",
    "finished_at", "withdrawn_at", "cancelled_at",
)  # fmt: skip


class InvitationStands(serializers.Serializer[Any]):
    """One request to one customer, and how far it came."""

    id = Id()
    url = serializers.CharField()
    decision_id = Id(help_text="Why she was asked: `GET /decisions/{id}`.")
    programme_id = Id()
    customer_id = Id()
    interaction_id = Id(allow_null=True)
    touchpoint = serializers.CharField(allow_null=True)
    channel = serializers.ChoiceField(CHANNELS)
    is_test = serializers.BooleanField()
    created_at = Moment()
    due_at = Moment(allow_null=True, help_text="When it was meant to leave.")
    expires_at = Moment(help_text="Until then an answer is taken.")
    sent_at = Moment(allow_null=True)
    delivered_at = Moment(allow_null=True)
    bounced_at = Moment(allow_null=True)
    complained_at = Moment(allow_null=True)
    opted_out_at = Moment(allow_null=True)
    answered_at = Moment(allow_null=True, help_text="Always null of an anonymous programme.")
    finished_at = Moment(allow_null=True, help_text="The second step was sent.")
    withdrawn_at = Moment(allow_null=True, help_text="Said: this was not me.")
    cancelled_at = Moment(allow_null=True, help_text="Taken back; `expires_at` is then that.")


class CancelledInvitation(InvitationStands):
    """The invitation, and whether it reached the customer all the same."""

    left = serializers.ChoiceField(
        [each.value for each in Left],
        help_text="`no`: nothing was sent, and she counts as not asked. `maybe`: a mail is being "
        "handed over at this moment, or nobody knows whether it left. `yes`: it was sent.",
    )


EXAMPLE = {
    "id": "5031",
    "url": "/api/v1/invitations/5031",
    "decision_id": "5150",
    "programme_id": "3",
    "customer_id": "812",
    "interaction_id": "90210",
    "touchpoint": "billing",
    "channel": "email",
    "is_test": False,
    "created_at": "2026-11-21T13:05:11Z",
    "due_at": "2026-11-21T13:05:11Z",
    "expires_at": "2026-12-21T13:05:11Z",
    **dict.fromkeys(MOMENTS),
    "sent_at": "2026-11-21T13:05:14Z",
}


CANCELLED = {
    **EXAMPLE,
    "due_at": "2026-11-23T09:00:00Z",
    "expires_at": "2026-11-21T15:20:00Z",
    "sent_at": None,
    "cancelled_at": "2026-11-21T15:20:00Z",
    "left": "no",
}


def shape(invitation: Invitation) -> dict[str, Any]:
    times = {name: getattr(invitation, name) for name in ("due_at", *MOMENTS)}
    return {
        "id": str(invitation.pk),
        "url": f"/api/v1/invitations/{invitation.pk}",
        "decision_id": str(invitation.decision_id),
        "programme_id": str(invitation.programme_id),
        "customer_id": str(invitation.customer_id),
        "interaction_id": str(invitation.interaction_id) if invitation.interaction_id else None,
        "touchpoint": invitation.touchpoint.slug if invitation.touchpoint else None,
        "channel": invitation.channel,
        "is_test": invitation.is_test,
        "created_at": moment(invitation.created_at),
        "expires_at": moment(invitation.expires_at),
        **{name: moment(at) if at else None for name, at in times.items()},
    }


class InvitationQuery(Paged):
    customer = Id(help_text="Id of a customer; whom a programme asked stands in the decisions.")
    programme = Id(required=False, help_text="Id of a programme.")
    channel = serializers.ChoiceField(CHANNELS, required=False)
    since = Moment(required=False, help_text="Made at or after; write + as %2B.")
    until = Moment(required=False, help_text="Made before; write + as %2B.")


FILTERS = {
    "customer": "customer",
    "programme": "programme",
    "channel": "channel",
    "since": "created_at__gte",
    "until": "created_at__lt",
}


class ListedInvitations(Invitations):
    @operation(
        "listInvitations",
        scopes=[Scope.INVITATIONS_READ],
        query=InvitationQuery,
        answer=page_of(InvitationStands),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List the invitations of a customer, the newest first, with how far each came."""
        wanted = {FILTERS[name]: call.query[name] for name in FILTERS if name in call.query}
        return reply(page(_rows(call).filter(**wanted), call.query, "created_at", shape))


class OneInvitation(Endpoint):
    @operation(
        "getInvitation",
        scopes=[Scope.INVITATIONS_READ],
        answer=InvitationStands,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, invitation_id: str) -> HttpResponse:
        """Return one invitation; its link is never told again."""
        return reply(shape(found(_rows(call), invitation_id)))


class Cancelled(Endpoint):
    @operation(
        "cancelInvitation",
        scopes=[Scope.INVITATIONS_WRITE],
        answer=CancelledInvitation,
        example=CANCELLED,
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW, Kind.TEST_KEY],
        for_tests=True,
    )
    def post(self, call: Call, invitation_id: str) -> HttpResponse:
        """Take back an invitation: what waits is not sent, and its link takes no answer.

        What is on its way cannot be called back; `left` tells. Repeating it changes nothing, nor
        does cancelling what has expired. One that was answered is refused.
        """
        row = found(_rows(call), invitation_id)
        if call.caller.is_test and not row.is_test:
            raise Problem(Kind.TEST_KEY)
        with refusing():
            cancel_invitation(invitation_id=row.pk, actor=call.actor, now=call.now)
        row = found(_rows(call), invitation_id)
        return reply({**shape(row), "left": left(row).value})


def _rows(call: Call) -> QuerySet[Invitation]:
    return Invitation.objects.select_related("touchpoint").filter(**call.own_programme)
