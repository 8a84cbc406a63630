"""Rules of alerts, as the settings list them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import Membership
from followup.models import Alert, AlertRecipient, AlertRule

WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One rule with whom it tells and how often it did."""

    rule: AlertRule
    members: Sequence[str]
    told: int  # answers in the last seven days, one by one and in one line


def alert_rules() -> QuerySet[AlertRule]:
    who = AlertRecipient.objects.select_related("membership__user").order_by("id")
    rows = AlertRule.objects.select_related("chat").prefetch_related(Prefetch("recipients", who))
    return rows.order_by("name", "id")


def listed_rules(now: datetime) -> list[Listed]:
    counts = _told_lately(now)
    return [
        Listed(
            rule=rule,
            members=[one.membership.user.get_full_name() for one in rule.recipients.all()],
            told=counts.get(rule.pk, 0),
        )
        for rule in alert_rules()
    ]


def _told_lately(now: datetime) -> Mapping[int, int]:
    told = Q(state__in=[Alert.State.TOLD, Alert.State.DIGESTED], settled_at__gt=now - WEEK)
    rows = Alert.objects.filter(told).values("rule_id").annotate(n=Count("id"))
    return {row["rule_id"]: row["n"] for row in rows.order_by("rule_id")}


def member_choices() -> list[tuple[int, str]]:
    """Whom a rule can tell: every member, by name."""
    rows = Membership.objects.select_related("user").order_by("user__email")
    return [(one.pk, f"{one.user.get_full_name()}, {one.role}") for one in rows]
