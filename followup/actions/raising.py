"""React to answers: raise an alert where a rule wants one, and drop it where the answer changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from events.dispatching import Happening
from events.kinds import Kind
from followup.models import Alert, AlertRule
from followup.queries.facts import group_of
from surveys.models import Response

ANSWERS = (
    Kind.RESPONSE_RECEIVED,
    Kind.RESPONSE_AMENDED,
    Kind.RESPONSE_EXCLUDED,
    Kind.RESPONSE_WITHDRAWN,
)
WAIT = timedelta(minutes=3)  # the score comes first; who writes why does so in this time
NEWS = timedelta(days=7)  # what was answered longer ago is no news, whatever changed about it


def raise_alerts(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:
    """Write down of which answers somebody is to be told; repeating it changes nothing."""
    rules = list(AlertRule.objects.filter(is_on=True).order_by("id"))
    if not rules:
        return
    ids = {event.payload["response"] for event in happenings}
    rows = Response.objects.filter(pk__in=ids, answered_at__gt=now - NEWS).order_by("pk")
    for response in rows.select_related("invitation"):
        for rule in rules:
            if _is_wanted(rule, response):
                _raise(organisation_id, rule, response, now)
            else:
                _drop(rule, response, now)


def _is_wanted(rule: AlertRule, response: Response) -> bool:
    return (
        response.standing == Response.Standing.COUNTED
        and group_of(response.metric, response.score) in rule.groups
        and (not rule.programmes or response.programme_id in rule.programmes)
        and (not rule.touchpoints or response.touchpoint_id in rule.touchpoints)
    )


def _raise(organisation_id: int, rule: AlertRule, response: Response, now: datetime) -> None:
    is_complete = _is_complete(response)
    alert, is_new = Alert.objects.get_or_create(
        organisation_id=organisation_id,
        rule=rule,
        response=response.pk,
        defaults={"raised_at": now, "due_at": now if is_complete else now + WAIT},
    )
    if is_complete and not is_new:
        waiting = Alert.objects.filter(pk=alert.pk, state=Alert.State.WAITING, due_at__gt=now)
        waiting.update(due_at=now)


def _drop(rule: AlertRule, response: Response, now: datetime) -> None:
    open_ = [Alert.State.WAITING, Alert.State.HELD]
    rows = Alert.objects.filter(rule=rule, response=response.pk, state__in=open_)
    rows.update(state=Alert.State.DROPPED, settled_at=now)


def _is_complete(response: Response) -> bool:
    """Whether no more words are to be expected."""
    asked = response.invitation
    return bool(response.comment) or asked is None or asked.finished_at is not None
