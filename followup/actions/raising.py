"""React to answers: raise an alert where a rule wants one, and drop it where the answer changed."""

from collections.abc import Collection, Mapping, Sequence
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
OVER = (Alert.State.TOLD, Alert.State.DIGESTED)
WAIT = timedelta(minutes=3)  # the score comes first; who writes why does so in this time
NEWS = timedelta(days=7)  # what was answered longer ago is no news, whatever changed about it


def raise_alerts(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:
    """Write down of which answers somebody is to be told; repeating it changes nothing."""
    rules = list(AlertRule.objects.filter(is_on=True).order_by("id"))
    if not rules:
        return
    ids = {event.payload["response"] for event in happenings}
    rows = Response.objects.filter(pk__in=ids, answered_at__gt=now - NEWS).order_by("pk")
    responses = {row.pk: row for row in rows.select_related("invitation")}
    wanted = {
        (rule.pk, pk) for rule in rules for pk, row in responses.items() if _is_wanted(rule, row)
    }
    complete = {pk for pk, row in responses.items() if _is_complete(row)}
    due = {pk: now if pk in complete else now + WAIT for pk in responses}
    _settle_known(rules, wanted, due, now)
    Alert.objects.bulk_create(
        [
            Alert(
                organisation_id=organisation_id,
                rule_id=rule,
                response=response,
                raised_at=now,
                due_at=due[response],
            )
            for rule, response in sorted(wanted)
        ],
        ignore_conflicts=True,
    )


def _settle_known(
    rules: Collection[AlertRule],
    wanted: Collection[tuple[int, int]],
    due: Mapping[int, datetime],
    now: datetime,
) -> None:
    """Drop what is wanted no more, bring forward what is complete, take up what is bad again."""
    known = Alert.objects.filter(rule__in=rules, response__in=due).order_by("pk")
    changed = []
    # Locked: what is being told at this moment is told first, and then it is no open one.
    for alert in known.exclude(state__in=OVER).select_for_update(no_key=True):
        if (alert.rule_id, alert.response) in wanted:
            is_new = alert.state == Alert.State.DROPPED
            if is_new or alert.state == Alert.State.WAITING:
                alert.due_at = (
                    due[alert.response] if is_new else min(alert.due_at, due[alert.response])
                )
                alert.state, alert.settled_at = Alert.State.WAITING, None
                changed.append(alert)
        elif alert.state != Alert.State.DROPPED:
            alert.state, alert.settled_at = Alert.State.DROPPED, now
            changed.append(alert)
    Alert.objects.bulk_update(changed, ["state", "due_at", "settled_at"])


def _is_wanted(rule: AlertRule, response: Response) -> bool:
    return (
        response.standing == Response.Standing.COUNTED
        and group_of(response.metric, response.score) in rule.groups
        and (not rule.programmes or response.programme_id in rule.programmes)
        and (not rule.touchpoints or response.touchpoint_id in rule.touchpoints)
    )


def _is_complete(response: Response) -> bool:
    """Whether no more words are to be expected."""
    asked = response.invitation
    return bool(response.comment) or asked is None or asked.finished_at is not None
