"""Write decisions, and for each yes the invitation and its mail: many at once, two statements."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from accounts.models import Organisation
from events.kinds import Kind
from events.publishing import publish
from kit.arrays import plain, texts
from kit.failpoints import failpoint
from kit.periods import local_day
from surveys.models import Decision, Invitation, Message
from surveys.queries.candidates import Addressee, Candidate
from surveys.rules.asking import Verdict
from surveys.rules.chance import weight

# COPY would be faster and is refused where row-level security holds; columns as arrays are read
# far faster than thousands of values, and the statement is the same for one row and for many.
WRITE = """
    WITH judged AS (
        SELECT * FROM ROWS FROM (
            unnest(%(d_id)s::bigint[]), unnest(%(d_programme_id)s::bigint[]),
            unnest(%(d_customer_id)s::bigint[]), unnest(%(d_interaction_id)s::bigint[]),
            unnest(%(d_occasion)s::text[]), unnest(%(d_is_asked)s::boolean[]),
            unnest(%(d_rule)s::text[]), jsonb_array_elements(%(d_facts)s::jsonb),
            unnest(%(d_again_on)s::date[])
        ) AS told (id, programme_id, customer_id, interaction_id, occasion, is_asked, rule, facts,
            again_on)
    ), decided AS (
        INSERT INTO surveys_decision (id, organisation_id, programme_id, customer_id,
            interaction_id, occasion, is_asked, rule, facts, again_on, decided_at{decision_names})
        SELECT id, %(organisation)s, programme_id, customer_id, interaction_id, occasion, is_asked,
            rule, facts, again_on, %(now)s::timestamptz{decision_values}
        FROM judged
    ), asked AS (
        SELECT * FROM ROWS FROM (
            unnest(%(i_id)s::bigint[]), unnest(%(i_decision_id)s::bigint[]),
            unnest(%(i_programme_id)s::bigint[]), unnest(%(i_version_id)s::bigint[]),
            unnest(%(i_customer_id)s::bigint[]), unnest(%(i_address_key)s::text[]),
            unnest(%(i_touchpoint_id)s::bigint[]), unnest(%(i_interaction_id)s::bigint[]),
            jsonb_array_elements(%(i_context)s::jsonb), unnest(%(i_weight)s::float[]),
            unnest(%(i_expires_at)s::timestamptz[]), unnest(%(i_due_at)s::timestamptz[]),
            unnest(%(i_message_id)s::text[]), unnest(%(i_channel)s::text[]),
            unnest(%(i_is_anonymous)s::boolean[])
        ) AS told (id, decision_id, programme_id, survey_version_id, customer_id, address_key,
            touchpoint_id, interaction_id, context, weight, expires_at, due_at, message_id, channel,
            is_anonymous)
    ), invited AS (
        INSERT INTO surveys_invitation (id, organisation_id, decision_id, programme_id,
            survey_version_id, customer_id, address_key, touchpoint_id, interaction_id, context,
            weight, due_at, created_at, expires_at, channel, is_anonymous, sent_at,
            sent_on{invitation_names})
        SELECT id, %(organisation)s, decision_id, programme_id, survey_version_id, customer_id,
            address_key, touchpoint_id, interaction_id, context, weight, due_at,
            %(now)s::timestamptz, expires_at, channel, is_anonymous,
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
    " interaction context weight due_at created_at expires_at channel is_anonymous",
    Message: "id organisation about invitation due_at expires_at message_id created_at channel",
}
# The sequence's name is looked up once, not for each number.
NEW_IDS = """
    SELECT array(SELECT nextval((SELECT pg_get_serial_sequence('surveys_decision', 'id')))
            FROM generate_series(1, %s)),
        array(SELECT nextval((SELECT pg_get_serial_sequence('surveys_invitation', 'id')))
            FROM generate_series(1, %s))
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
    own = [pk for pk, each in zip(decision_ids, judged, strict=True) if each.verdict.is_asked]
    statement, values = _statement()
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                **values,
                "organisation": organisation.pk,
                "now": now,
                "today": local_day(now, organisation.time_zone),
                **_decisions(decision_ids, judged),
                **_invitations(invitation_ids, own, asked),
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
    return f"{secrets.token_hex(16)}@{_host(settings.BASE_URL)}"


@lru_cache(maxsize=1)
def _host(address: str) -> str | None:
    return urlsplit(address).hostname


def _new_ids(decisions: int, invitations: int) -> tuple[list[int], list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(NEW_IDS, [decisions, invitations])
        decision_ids, invitation_ids = cursor.fetchone()
    return decision_ids, invitation_ids


def _decisions(ids: Sequence[int], judged: Sequence[Judged]) -> dict[str, str]:
    """The columns of the decisions."""
    candidates, verdicts = [each.candidate for each in judged], [each.verdict for each in judged]
    return {
        "d_id": plain(ids),
        "d_programme_id": plain(each.programme.id for each in candidates),
        "d_customer_id": plain(each.customer_id for each in candidates),
        "d_interaction_id": plain(map(_interaction_id, candidates)),
        "d_occasion": texts(each.occasion for each in candidates),
        "d_is_asked": plain(each.is_asked for each in verdicts),
        "d_rule": texts(each.rule for each in verdicts),
        "d_facts": _json(each.facts for each in verdicts),
        "d_again_on": plain(each.again_on for each in verdicts),
    }


def _invitations(
    ids: Sequence[int], decision_ids: Sequence[int], asked: Sequence[Judged]
) -> dict[str, str]:
    """The columns of the invitations and of their mails."""
    candidates = [each.candidate for each in asked]
    ways = [each.who.way(each.candidate) for each in asked]
    return {
        "i_id": plain(ids),
        "i_decision_id": plain(decision_ids),
        "i_programme_id": plain(each.programme.id for each in candidates),
        "i_version_id": plain(each.version_id for each in asked),
        "i_customer_id": plain(each.customer_id for each in candidates),
        "i_address_key": texts(way.key for way in ways),
        "i_touchpoint_id": plain(each.touchpoint_id for each in candidates),
        "i_interaction_id": plain(map(_interaction_id, candidates)),
        "i_context": _json(each.context for each in asked),
        "i_weight": plain(weight(each.programme.sampling_percent) for each in candidates),
        "i_expires_at": plain(each.expires_at for each in asked),
        "i_due_at": plain(each.due_at for each in asked),
        "i_message_id": texts(new_message_id() for _ in asked),
        "i_channel": texts(way.channel for way in ways),
        "i_is_anonymous": plain(each.programme.is_anonymous for each in candidates),
    }


def _interaction_id(candidate: Candidate) -> int | None:
    return candidate.interaction.pk if candidate.interaction else None


def _json(values: Iterable[object]) -> str:
    return json.dumps(list(values), cls=DjangoJSONEncoder)


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
