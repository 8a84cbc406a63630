"""What the flow table calls when something happened: fold the rows the events name."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from events.dispatching import Happening
from events.kinds import Kind
from metrics.actions.folding import fold_answers, fold_asks, recount_states
from metrics.models import MetricDefinition
from surveys.models import Invitation, Response

ANSWERS: tuple[Kind, ...] = (
    Kind.RESPONSE_RECEIVED,
    Kind.RESPONSE_AMENDED,
    Kind.RESPONSE_EXCLUDED,
    Kind.RESPONSE_RESTORED,
    Kind.RESPONSE_WITHDRAWN,
    Kind.RESPONSE_IMPORTED,
    Kind.CUSTOMER_ERASED,
    Kind.CUSTOMER_MERGED,
)
ASKS: tuple[Kind, ...] = (
    Kind.LINK_HANDED,
    Kind.MESSAGE_SENT,
    Kind.MESSAGE_FAILED,
    Kind.MESSAGE_UNCERTAIN,
    Kind.MESSAGE_DELIVERED,
    Kind.MESSAGE_BOUNCED,
    Kind.MESSAGE_COMPLAINED,
    Kind.CUSTOMER_OPTED_OUT,
    Kind.CUSTOMER_OPTED_IN,
)


def fold_answered(organisation_id: int, events: Sequence[Happening], now: datetime) -> None:  # noqa: ARG001
    """React to `response.*` and to erased people: fold the answers and their invitations.

    Each payload names its `response`, or a list of them.
    """
    ids = _named(events, "response")
    fold_answers(organisation_id=organisation_id, response_ids=ids)
    asked = Response.objects.filter(pk__in=ids, invitation__isnull=False)
    invitation_ids = set(asked.values_list("invitation_id", flat=True))
    fold_asks(
        organisation_id=organisation_id,
        invitation_ids=invitation_ids | _named(events, "invitation"),
    )


def fold_asked(organisation_id: int, events: Sequence[Happening], now: datetime) -> None:  # noqa: ARG001
    """React to what happened to a mail or a customer's wish: fold the invitations it is about.

    Each payload names an `invitation`, else a `message` or a `customer`.
    """
    ids = _named(events, "invitation")
    unnamed = [event for event in events if "invitation" not in event.payload]
    messages, customers = _named(unnamed, "message"), _named(unnamed, "customer")
    if messages or customers:
        about = Q(messages__in=messages) | Q(customer__in=customers)
        ids |= set(Invitation.objects.filter(about).values_list("id", flat=True))
    fold_asks(organisation_id=organisation_id, invitation_ids=ids)


def recount_served(organisation_id: int, events: Sequence[Happening], now: datetime) -> None:  # noqa: ARG001
    """React to a touchpoint that became service or ceased to be: judge anew who was served how."""
    recount_states(organisation_id=organisation_id, touchpoint_ids=_named(events, "touchpoint"))


def recount_redefined(organisation_id: int, events: Sequence[Happening], now: datetime) -> None:  # noqa: ARG001
    """React to a metric that was defined anew: where its cut moved, judge everybody anew."""
    made = MetricDefinition.objects.filter(pk__in=_named(events, "definition"))
    earlier = MetricDefinition.objects.filter(
        organisation_id=OuterRef("organisation_id"),
        kind=OuterRef("kind"),
        version=OuterRef("version") - 1,
    )
    if made.exclude(cut=Subquery(earlier.values("cut"))).filter(cut__isnull=False).exists():
        recount_states(organisation_id=organisation_id)


def _named(events: Iterable[Happening], what: str) -> set[int]:
    """The ids a payload gives under this name, one or a list of them."""
    found: set[int] = set()
    for event in events:
        ids = event.payload.get(what)
        if ids is not None:
            found.update(ids if isinstance(ids, list) else [ids])
    return found
