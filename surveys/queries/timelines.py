"""Everything that passed between one customer and the organisation, in one list for all teams."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import Lag

from surveys.models import (
    Customer,
    Decision,
    Interaction,
    Message,
    Response,
    ResponseRevision,
    Suppression,
)
from surveys.queries.answers import FollowUps
from surveys.queries.suppressed import spellings
from surveys.queries.withheld import is_reminder
from surveys.rules.revisions import NOT_ME, NOT_ME_UNDONE

SHOWN = 200
TAKEN_OUT = (NOT_ME, NOT_ME_UNDONE)


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happened; `kind` says which of the facts below it has."""

    at: datetime
    kind: str  # interaction, decision, mail, answer, change, stop, merge
    title: str
    row_id: int
    state: str = ""
    rule: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    again_on: Any = None
    metric: str = ""
    score: int | None = None
    text: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    person: str = ""
    customer_id: int | None = None
    follow_ups: Sequence[Mapping[str, Any]] = ()
    feelings: Sequence[str] = ()
    contact: str = ""


# Causes before their effects when both carry the same time.
ORDER = ("interaction", "decision", "mail", "answer", "change", "stop", "merge")


def timeline(
    *, customer_id: int, keys: Collection[str] = (), shown: int = SHOWN
) -> list[Happening]:
    """Return the newest happenings first, at most `shown` of them.

    `keys` are those under which the customer's wishes are written down.
    """
    passed = chain(_passed({"customer": customer_id}, shown), _merged(customer_id))
    return _newest(chain(passed, _stops(keys, shown)), shown)


def company_timeline(*, company_id: int, shown: int = SHOWN) -> list[Happening]:
    """Return the newest happenings with everybody of a company, with the person of each."""
    return _newest(_passed({"customer__company": company_id}, shown), shown)


def _passed(whose: Mapping[str, int], shown: int) -> Iterable[Happening]:
    return chain(
        _interactions(whose, shown),
        _decisions(whose, shown),
        _mails(whose, shown),
        _answers(whose, shown),
        _changes(whose, shown),
    )


def _newest(found: Iterable[Happening], shown: int) -> list[Happening]:
    ranked = sorted(found, key=lambda one: (one.at, ORDER.index(one.kind), one.row_id))
    return ranked[::-1][:shown]


def standing_of(keys: Collection[str]) -> list[Suppression]:
    """Return what keeps these addresses from being asked; one wish for both of them is one."""
    rows = Suppression.objects.filter(address_key__in=_written(keys), lifted_at__isnull=True)
    held = rows.select_related("programme").order_by("id")
    return list({(one.reason, one.programme_id): one for one in reversed(held)}.values())[::-1]


def _written(keys: Collection[str]) -> list[str]:
    return [name for key in keys for name in spellings(key)]


def _interactions(whose: Mapping[str, int], shown: int) -> Iterable[Happening]:
    rows = Interaction.objects.filter(**whose).select_related("touchpoint", "customer")
    for row in rows.order_by("-occurred_at")[:shown]:
        yield Happening(
            at=row.occurred_at,
            kind="interaction",
            title=row.touchpoint.name,
            row_id=row.pk,
            state=row.way,
            text=row.subject,
            context=row.context,
            **_who(row.customer),
        )


def _decisions(whose: Mapping[str, int], shown: int) -> Iterable[Happening]:
    rows = Decision.objects.filter(**whose).select_related("programme", "customer")
    for row in rows.order_by("-decided_at")[:shown]:
        yield Happening(
            at=row.decided_at,
            kind="decision",
            title=row.programme.name,
            row_id=row.pk,
            state="asked" if row.is_asked else "refused",
            rule=row.rule,
            facts=row.facts,
            again_on=row.again_on,
            **_who(row.customer),
        )


def _mails(whose: Mapping[str, int], shown: int) -> Iterable[Happening]:
    rows = Message.objects.filter(**{f"invitation__{name}": key for name, key in whose.items()})
    known = rows.select_related("invitation__programme", "invitation__customer")
    for row in known.order_by("-created_at")[:shown]:
        yield Happening(
            at=row.finished_at or row.handing_over_at or row.created_at,
            kind="mail",
            title=row.invitation.programme.name,
            row_id=row.pk,
            state=row.state,
            rule="reminder" if is_reminder(row) else row.channel,
            text=row.last_error,
            **_who(row.invitation.customer),
        )


def _answers(whose: Mapping[str, int], shown: int) -> Iterable[Happening]:
    rows = Response.objects.filter(**whose).select_related("programme", "customer")
    rows = rows.annotate(follow_ups=FollowUps(F("id")))
    for row in rows.order_by("-answered_at")[:shown]:
        yield Happening(
            at=row.answered_at,
            kind="answer",
            title=row.programme.name,
            row_id=row.pk,
            state=row.standing,
            metric=row.metric,
            score=row.score,
            text=row.comment,
            rule=row.standing_reason,
            follow_ups=row.follow_ups or (),
            feelings=row.feelings,
            contact=row.contact,
            **_who(row.customer),
        )


def _changes(whose: Mapping[str, int], shown: int) -> Iterable[Happening]:
    """Later versions of answers: another score, other words than before, or taken out."""
    rows = ResponseRevision.objects.filter(
        **{f"response__{name}": key for name, key in whose.items()}, verdict="human"
    ).annotate(was=_before("score"), said=_before("comment"))
    changed = ~Q(was=F("score")) | (~Q(said="") & ~Q(said=F("comment"))) | Q(rule__in=TAKEN_OUT)
    later = rows.filter(changed, was__isnull=False)
    known = later.select_related("response__programme", "response__customer")
    for row in known.order_by("-at")[:shown]:
        yield Happening(
            at=row.at,
            kind="change",
            title=row.response.programme.name,
            row_id=row.response_id,
            state=str(row.was) if row.was != row.score else "",
            metric=row.response.metric,
            score=row.score,
            text="" if row.said == row.comment else row.comment,
            rule=row.rule,
            **_who(row.response.customer),
        )


def _before(name: str) -> Window:
    """What stood in the version before."""
    return Window(Lag(name), partition_by=F("response"), order_by="number")


def _who(customer: Customer | None) -> dict[str, Any]:
    return {} if customer is None else {"person": str(customer), "customer_id": customer.pk}


def _merged(customer_id: int) -> Iterable[Happening]:
    """Entries that were found to be the same person."""
    for row in Customer.objects.filter(merged_into=customer_id, erased_at__isnull=True):
        if row.merged_at is not None:
            names = [name for name in (row.external_id, row.email) if name]
            yield Happening(at=row.merged_at, kind="merge", title=", ".join(names), row_id=row.pk)


def _stops(keys: Collection[str], shown: int) -> Iterable[Happening]:
    if not keys:
        return
    rows = Suppression.objects.filter(address_key__in=_written(keys)).select_related("programme")
    for row in rows.order_by("-created_at")[:shown]:
        yield Happening(
            at=row.created_at,
            kind="stop",
            title=row.programme.name if row.programme else "",
            row_id=row.pk,
            state="lifted" if row.lifted_at else "holds",
            rule=row.reason,
        )
