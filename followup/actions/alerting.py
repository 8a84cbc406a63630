"""The drain of alerts: tell people and chats of bad answers, and of a storm in one line."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from accounts.actions.letters import write_letter
from followup.channels.letters import ALERT, DIGEST
from followup.models import Alert, AlertRule, WebhookDelivery
from followup.rules import happenings
from kit import tenancy
from surveys.models import Response

HOUR = timedelta(hours=1)
LASTS = timedelta(days=2)  # an alert that could not be mailed by then helps nobody
KEPT = timedelta(days=90)
BATCH = 500


def tell_due(*, now: datetime) -> int:
    """Tell what is due, in every organisation; return how many alerts were settled."""
    with tenancy.system("alerts"):
        due = Alert.objects.filter(_due(now)).order_by("due_at", "id")
        owners = dict(due.values_list("rule_id", "organisation_id")[:BATCH])
    return sum(_tell(owner, rule, now) for rule, owner in sorted(owners.items()))


def _due(now: datetime) -> Q:
    """What waited for its words long enough; what is held, when the first of it waited an hour."""
    return Q(state=Alert.State.WAITING, due_at__lte=now) | Q(
        state=Alert.State.HELD, due_at__lte=now - HOUR
    )


def _tell(organisation_id: int, rule_id: int, now: datetime) -> int:
    with tenancy.organisation(organisation_id):
        # One worker at a time: two would each count to the limit.
        rows = AlertRule.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        rule = rows.select_related("chat").filter(pk=rule_id).first()
        if rule is None:
            return 0
        open_ = Alert.objects.filter(rule=rule).order_by("due_at", "id")
        due = list(open_.filter(state=Alert.State.WAITING, due_at__lte=now)[:BATCH])
        room = max(0, rule.per_hour - _told_lately(rule, now))
        people = _people(due[:room])
        for alert in due[:room]:
            _write(rule, ALERT, alert.pk, now, people.get(alert.response))
        _settle(due[:room], state=Alert.State.TOLD, settled_at=now)
        _settle(due[room:], state=Alert.State.HELD)
        return len(due) + _digest(rule, open_.filter(state=Alert.State.HELD), now)


def _told_lately(rule: AlertRule, now: datetime) -> int:
    told = Alert.objects.filter(rule=rule, state=Alert.State.TOLD, settled_at__gt=now - HOUR)
    return told.count()


def _people(alerts: Sequence[Alert]) -> Mapping[int, int | None]:
    """Whose answer each of these is: by her number what a chat was told of her is emptied."""
    rows = Response.objects.filter(pk__in=[alert.response for alert in alerts])
    return dict(rows.values_list("pk", "customer_id")) if alerts else {}


def _digest(rule: AlertRule, held: Iterable[Alert], now: datetime) -> int:
    """Tell what was held in one line, an hour after the first of it."""
    alerts = list(held)
    if not alerts or alerts[0].due_at > now - HOUR:
        return 0
    first = min(alert.pk for alert in alerts)
    _settle(alerts, state=Alert.State.DIGESTED, settled_at=now, digest=first)
    _write(rule, DIGEST, first, now)
    return len(alerts)


def _settle(alerts: Sequence[Alert], **fields: object) -> None:
    if alerts:
        Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(**fields)


def _write(
    rule: AlertRule, kind: str, alert_id: int, now: datetime, customer_id: int | None = None
) -> None:
    """One letter for each member and one message for the chat, each once."""
    for recipient in rule.recipients.select_related("membership__user").order_by("id"):
        user = recipient.membership.user
        write_letter(
            kind=kind,
            about=f"{kind}:{alert_id}:{user.pk}",
            to=user.email,
            user=user,
            expires_at=now + LASTS,
            now=now,
            context={"alert": alert_id},
            organisation_id=rule.organisation_id,
        )
    chat = rule.chat
    if chat is not None and chat.off_at is None:
        row = WebhookDelivery(
            organisation_id=rule.organisation_id,
            endpoint=chat,
            webhook_id=f"{kind}_{alert_id}",
            type=happenings.ALERT if kind == ALERT else happenings.DIGEST,
            subject=alert_id,
            customer_id=customer_id,
            at=now,
            created_at=now,
            due_at=now,
        )
        WebhookDelivery.objects.bulk_create([row], ignore_conflicts=True)


def prune_alerts(*, now: datetime) -> int:
    """Forget alerts that were settled long ago; inside one organisation."""
    count, _ = Alert.objects.filter(settled_at__lt=now - KEPT).delete()
    return count
