"""Write decisions, and for each yes the invitation and its mail: many at once, two statements."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from accounts.models import Organisation
from events.kinds import Kind
from events.publishing import publish
from kit import tokens
from kit.failpoints import failpoint
from kit.periods import local_day
from surveys.models import Decision, Invitation, Message
from surveys.queries.candidates import Addressee, Candidate
from surveys.rules.asking import Verdict
from surveys.rules.chance import weight

# COPY would be faster and is refused where row-level security holds; one JSON value is parsed
# far faster than thousands of values, and the statement is the same for one row and for many.
WRITE = """
    WITH judged AS (
        SELECT * FROM json_to_recordset(%(judged)s) AS told (id bigint, programme_id bigint,
            customer_id bigint, interaction_id bigint, occasion text, is_asked boolean, rule text,
            facts jsonb, again_on date)
    ), decided AS (
        INSERT INTO surveys_decision (id, organisation_id, programme_id, customer_id,
            interaction_id, occasion, is_asked, rule, facts, again_on, decided_at{decision_names})
        SELECT id, %(organisation)s, programme_id, customer_id, interaction_id, occasion, is_asked,
            rule, facts, again_on, %(now)s::timestamptz{decision_values}
        FROM judged
    ), asked AS (
        SELECT * FROM json_to_recordset(%(asked)s) AS told (id bigint, decision_id bigint,
            programme_id bigint, survey_version_id bigint, customer_id bigint, address_key text,
            touchpoint_id bigint, interaction_id bigint, context jsonb, weight float,
            expires_at timestamptz, due_at timestamptz, message_id text, channel text)
    ), invited AS (
        INSERT INTO surveys_invitation (id, organisation_id, decision_id, programme_id,
            survey_version_id, customer_id, address_key, touchpoint_id, interaction_id, context,
            weight, due_at, created_at, expires_at, channel, sent_at, sent_on{invitation_names})
        SELECT id, %(organisation)s, decision_id, programme_id, survey_version_id, customer_id,
            address_key, touchpoint_id, interaction_id, context, weight, due_at,
            %(now)s::timestamptz, expires_at, channel,
            CASE channel WHEN 'link' THEN %(now)s::timestamptz END,
            CASE channel WHEN 'link' THEN %(today)s::date END{invitation_values}
        FROM asked
    )
    INSERT INTO surveys_message (organisation_id, about, invitation_id, due_at, expires_at,
        message_id, created_at, channel{message_names})
    SELECT %(organisation)s, 'invitation:' || id, id, due_at, expires_at, message_id,
        %(now)s::timestamptz, channel{message_values}
    FROM asked WHERE channel <> 'link'
"""
GIVEN: Mapping[type[models.Model], str] = {
    Decision: "id organisation programme customer interaction occasion is_asked rule facts again_on"
    " decided_at",
    Invitation: "id organisation decision programme survey_version customer address_key touchpoint"
    " interaction context weight due_at created_at expires_at channel",
    Message: "id organisation about invitation due_at expires_at message_id created_at channel",
}
NEW_IDS = """
    SELECT nextval(pg_get_serial_sequence('surveys_decision', 'id')), true
    FROM generate_series(1, %s)
    UNION ALL
    SELECT nextval(pg_get_serial_sequence('surveys_invitation', 'id')), false
    FROM generate_series(1, %s)
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with what an invitation needs, should it be a yes."""

    candidate: Candidate
    verdict: Verdict
    version_id: int | None
    who: Addressee
    context: Mapping[str, Any]
    due_at: datetime | None
    expires_at: datetime


def store(*, organisation: Organisation, judged: Sequence[Judged], now: datetime) -> list[int]:
    """Write them all and publish it; return the decisions' ids in the same order."""
    if not judged:
        return []
    asked = [each for each in judged if each.verdict.is_asked]
    decision_ids, invitation_ids = _new_ids(len(judged), len(asked))
    own = (pk for pk, each in zip(decision_ids, judged, strict=True) if each.verdict.is_asked)
    invitations = zip(invitation_ids, own, asked, strict=True)
    statement, values = _statement()
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                **values,
                "organisation": organisation.pk,
                "now": now,
                "today": local_day(now, organisation.time_zone),
                "judged": _json(
                    _decision(pk, each) for pk, each in zip(decision_ids, judged, strict=True)
                ),
                "asked": _json(_invitation(*each) for each in invitations),
            },
        )
    failpoint("asking.stored")
    publish(
        organisation_id=organisation.pk,
        kind=Kind.DECISION_MADE,
        now=now,
        decisions=decision_ids,
    )
    handed = [pk for pk, each in zip(invitation_ids, asked, strict=True) if each.candidate.handed]
    if handed:
        publish(organisation_id=organisation.pk, kind=Kind.LINK_HANDED, now=now, invitation=handed)
    return decision_ids


def new_message_id() -> str:
    """Return the Message-ID that every attempt of one mail carries, without angle brackets."""
    return f"{tokens.random_letters(22)}@{urlsplit(settings.BASE_URL).hostname}"


def _new_ids(decisions: int, invitations: int) -> tuple[list[int], list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(NEW_IDS, [decisions, invitations])
        rows = cursor.fetchall()
    return [pk for pk, first in rows if first], [pk for pk, first in rows if not first]


def _decision(pk: int, each: Judged) -> dict[str, Any]:
    candidate, verdict = each.candidate, each.verdict
    return {
        "id": pk,
        "programme_id": candidate.programme.pk,
        "customer_id": candidate.customer_id,
        "interaction_id": candidate.interaction.pk if candidate.interaction else None,
        "occasion": candidate.occasion,
        "is_asked": verdict.is_asked,
        "rule": verdict.rule,
        "facts": verdict.facts,
        "again_on": verdict.again_on,
    }


def _invitation(pk: int, decision_id: int, each: Judged) -> dict[str, Any]:
    candidate, way = each.candidate, each.who.way(each.candidate)
    return {
        "id": pk,
        "channel": way.channel,
        "decision_id": decision_id,
        "programme_id": candidate.programme.pk,
        "survey_version_id": each.version_id,
        "customer_id": candidate.customer_id,
        "address_key": way.key,
        "touchpoint_id": candidate.touchpoint_id,
        "interaction_id": candidate.interaction.pk if candidate.interaction else None,
        "context": each.context,
        "weight": weight(candidate.programme.sampling_percent),
        "expires_at": each.expires_at,
        "due_at": each.due_at,
        "message_id": new_message_id(),
    }


def _json(rows: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(rows), cls=_Encoder)


class _Encoder(DjangoJSONEncoder):
    def default(self, value: Any) -> Any:
        # Django's own cuts moments to milliseconds; a mail must not be due before its event.
        return value.isoformat() if isinstance(value, datetime) else super().default(value)


@cache
def _statement() -> tuple[str, dict[str, Any]]:
    """The statement with the columns it was not told, at their defaults, and those values."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    for model, given in GIVEN.items():
        rest = [
            field
            for field in model._meta.concrete_fields
            if field.name not in given.split() and not field.null and not field.has_db_default()
        ]
        kind = model._meta.model_name
        names[f"{kind}_names"] = "".join(f", {field.column}" for field in rest)
        names[f"{kind}_values"] = "".join(f", %({kind}_{field.column})s" for field in rest)
        values |= {
            f"{kind}_{field.column}": field.get_db_prep_save(field.get_default(), connection)
            for field in rest
        }
    return WRITE.format(**names), values
