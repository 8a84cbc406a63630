"""Make, change, switch and remove rules of alerts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.auditing import record_act
from accounts.models import Membership
from accounts.rules.actors import Actor
from followup.actions.endpoints import read_address, take_out
from followup.models import Alert, AlertRecipient, AlertRule, WebhookEndpoint
from followup.queries.endpoints import ADDRESS
from kit import boxes
from kit.urls import origin_of

MOST = 50
MOST_PER_HOUR = 100


class NobodyToTell(Exception):
    """Neither a member nor a chat is named."""


class TooManyRules(Exception):
    """There are as many as one organisation may have."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a form says about a rule; `chat_url` is empty where the present chat stays."""

    name: str
    groups: tuple[str, ...]
    programmes: tuple[int, ...] = ()
    touchpoints: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    chat_url: str = ""
    drops_chat: bool = False
    names_customer: bool = True
    per_hour: int = 10


def add_rule(*, organisation_id: int, wanted: Wanted, actor: Actor, now: datetime) -> AlertRule:
    """Make a rule that holds from now on; NobodyToTell, TooManyRules, BadEndpoint."""
    rule = AlertRule(organisation_id=organisation_id, created_at=now, created_by=actor.name)
    if AlertRule.objects.count() >= MOST:
        raise TooManyRules
    with transaction.atomic():
        _write(rule, wanted, actor, now)
        record_act("alert_rule.created", rule, after=_told(rule), actor=actor, now=now)
    return rule


def change_rule(*, rule: AlertRule, wanted: Wanted, actor: Actor, now: datetime) -> None:
    """Write what the form says; alerts that wait are told by the new rule."""
    with transaction.atomic():
        rule = AlertRule.objects.select_for_update(no_key=True, of=("self",)).get(pk=rule.pk)
        before = _told(rule)
        _write(rule, wanted, actor, now)
        moved = {"chat_changed": True} if wanted.chat_url else {}
        after = _told(rule) | moved
        record_act("alert_rule.edited", rule, before=before, after=after, actor=actor, now=now)


def switch_rule(*, rule: AlertRule, is_on: bool, actor: Actor, now: datetime) -> None:
    """Begin or stop to raise alerts; what waits is dropped with a rule that stops."""
    with transaction.atomic():
        rule = AlertRule.objects.select_for_update(no_key=True, of=("self",)).get(pk=rule.pk)
        if rule.is_on == is_on:
            return
        rule.is_on = is_on
        rule.save(update_fields=["is_on"])
        if not is_on:
            open_ = rule.alerts.filter(state__in=[Alert.State.WAITING, Alert.State.HELD])
            open_.update(state=Alert.State.DROPPED, settled_at=now)
        act = "switched_on" if is_on else "switched_off"
        before, after = {"on": not is_on}, {"on": is_on}
        record_act(f"alert_rule.{act}", rule, before=before, after=after, actor=actor, now=now)


def remove_rule(*, rule: AlertRule, actor: Actor, now: datetime) -> None:
    """Take it out with what it told; letters that were written stay."""
    with transaction.atomic():
        record_act("alert_rule.removed", rule, before=_told(rule), actor=actor, now=now)
        chat = rule.chat
        rule.delete()
        if chat is not None:
            take_out(chat)


def _write(rule: AlertRule, wanted: Wanted, actor: Actor, now: datetime) -> None:
    rule.name = wanted.name
    rule.groups = sorted(wanted.groups)
    rule.programmes, rule.touchpoints = sorted(wanted.programmes), sorted(wanted.touchpoints)
    rule.names_customer, rule.per_hour = wanted.names_customer, wanted.per_hour
    dropped = _write_chat(rule, wanted, actor, now)
    rule.save()
    if dropped is not None:
        take_out(dropped)
    # Seen through row-level security: of another organisation's members none is known here.
    members = list(Membership.objects.filter(pk__in=wanted.members).order_by("id"))
    if not members and rule.chat is None:
        raise NobodyToTell
    rule.recipients.exclude(membership__in=members).delete()
    AlertRecipient.objects.bulk_create(
        [
            AlertRecipient(organisation_id=rule.organisation_id, rule=rule, membership=member)
            for member in members
        ],
        ignore_conflicts=True,
    )


def _write_chat(
    rule: AlertRule, wanted: Wanted, actor: Actor, now: datetime
) -> WebhookEndpoint | None:
    """Keep, set or take away the chat; return the one that nobody needs any more."""
    old = rule.chat
    if wanted.chat_url:
        url = read_address(wanted.chat_url)
        chat = old or WebhookEndpoint(
            organisation_id=rule.organisation_id,
            kind=WebhookEndpoint.Kind.CHAT,
            created_at=now,
            created_by=actor.name,
        )
        chat.name, chat.place = rule.name, origin_of(url)
        chat.address = boxes.lock(ADDRESS, url)
        # Another address has earned neither the rest nor the end of the one before.
        chat.off_at, chat.off_because, chat.failing_since = None, "", None
        chat.rest_until, chat.rests = None, 0
        chat.save()
        rule.chat = chat
        return None
    if wanted.drops_chat:
        rule.chat = None
        return old
    return None


def _told(rule: AlertRule) -> dict[str, Any]:
    members = rule.recipients.select_related("membership__user").order_by("id")
    return {
        "name": rule.name,
        "groups": list(rule.groups),
        "programmes": list(rule.programmes),
        "touchpoints": list(rule.touchpoints),
        "members": [one.membership.user.email for one in members],
        "chat": rule.chat.place if rule.chat else "",
        "names_customer": rule.names_customer,
        "per_hour": rule.per_hour,
    }
