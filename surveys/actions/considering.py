"""Decide whether somebody is asked, and if so write invitation and mail in the same transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from accounts.actions.auditing import record_change
from accounts.models import Organisation
from accounts.rules.actors import Actor
from events.dispatching import Happening
from kit.arrays import plain
from kit.failpoints import failpoint
from surveys.actions.due_moments import DueMoments
from surveys.actions.giving_way import Key, give_way, plans_for
from surveys.actions.inviting import Judged, store
from surveys.models import Customer, Decision, Interaction, Programme
from surveys.queries.asking import Situations, situations
from surveys.queries.candidates import (
    Addressee,
    Candidate,
    addressees,
    decided_before,
    frozen_context,
    programmes_at,
)
from surveys.queries.programmes import newest_versions
from surveys.rules.asking import Rule, Verdict, judge
from surveys.rules.channels import Preference


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of one candidate; `is_new` is false where it had been decided before."""

    decision_id: int
    candidate: Candidate
    verdict: Verdict
    is_new: bool


def consider_inviting(organisation_id: int, happenings: Sequence[Happening], now: datetime) -> None:
    """React to recorded interactions: one decision for each programme at their touchpoint."""
    ids = [event.payload["interaction"] for event in happenings]
    interactions = list(Interaction.objects.filter(pk__in=ids).order_by("occurred_at", "id"))
    decide_many(
        organisation=Organisation.objects.get(pk=organisation_id),
        candidates=candidates_after(interactions),
        now=now,
    )


def candidates_after(interactions: Sequence[Interaction]) -> list[Candidate]:
    """Return whom the programmes at these interactions' touchpoints might ask, in their order."""
    programmes = programmes_at({each.touchpoint_id for each in interactions})
    return [
        Candidate(programme, each.customer_id, f"interaction:{each.pk}", each)
        for each in interactions
        for programme in programmes.get(each.touchpoint_id, [])
    ]


def ask_by_hand(
    *,
    organisation_id: int,
    programme_id: int,
    customer_id: int,
    actor: Actor,
    now: datetime,
    is_test: bool = False,
) -> Decision:
    """Ask one customer now if the rules allow it; the decision says so or why not."""
    candidate = Candidate(
        Programme.objects.get(pk=programme_id),
        Customer.objects.get(pk=customer_id).pk,
        f"by-hand:{now.isoformat(timespec='seconds')}",
        is_by_test=is_test,
    )
    (decided,) = decide_many(
        organisation=Organisation.objects.get(pk=organisation_id), candidates=[candidate], now=now
    )
    decision = Decision.objects.get(pk=decided.decision_id)
    # A double click finds the decision of the first one: that was one act, not two.
    if decided.is_new:
        record_change(
            organisation_id=organisation_id,
            actor=actor,
            action="customer.asked" if decision.is_asked else "customer.not_asked",
            object_type="customer",
            object_id=customer_id,
            after={"programme": programme_id, "rule": decision.rule},
            now=now,
        )
    return decision


def decide_many(
    *, organisation: Organisation, candidates: Sequence[Candidate], now: datetime
) -> list[Decided]:
    """Judge the candidates in their order and store what follows, each occasion once.

    The statements it takes are as many for a thousand candidates as for one. The addresses of
    all of them stay locked until the caller's transaction ends: one with many more would fill
    the server's table of locks, so a wave commits after every thousand or so.
    """
    if not candidates:
        return []
    people = _held(organisation, candidates)
    before = decided_before(candidates)
    # Each occasion once, in the order in which the candidates came.
    keys = [each.key for each in candidates]
    new = {key: each for key, each in zip(keys, candidates, strict=True) if key not in before}
    known = situations(organisation=organisation, people=people, now=now)
    versions = newest_versions({each.programme.survey_id for each in new.values()})
    moments = DueMoments(organisation, now)
    judged = _judged(new, known, versions, moments)
    failpoint("asking.judged")
    ids = store(organisation=organisation, judged=list(judged.values()), now=now)
    failpoint("asking.published")
    told = dict(zip(judged, ids, strict=True))
    return [
        Decided(told[key], each, judged[key].verdict, is_new=True)
        if key in told
        else _as_before(each, before[key])
        for key, each in zip(keys, candidates, strict=True)
    ]


# In one order, so that two workers wait for, not lock, each other. Who has no address is held by
# her row. A number is held by its end, which every way of writing it shares; few others do. No
# address is written like any of the other names.
LOCK = """
    SELECT count(pg_advisory_xact_lock(hashtextextended(name, 0))) FROM (
        SELECT DISTINCT name COLLATE "C" AS name FROM (
            SELECT 'ask:' || organisation_id || ':'
                || COALESCE(NULLIF(address_key, ''), 'customer ' || id)
            FROM surveys_customer WHERE id = ANY(%(ids)s::bigint[])
            UNION ALL
            SELECT 'ask:' || organisation_id || ':phone '
                || right(regexp_replace(phone, '[^0-9]', '', 'g'), 7)
            FROM surveys_customer
            WHERE id = ANY(%(ids)s::bigint[]) AND phone <> '' AND %(phones)s
            UNION ALL
            SELECT 'ask:' || organisation_id || ':company ' || company_id FROM surveys_customer
            WHERE id = ANY(%(ids)s::bigint[]) AND company_id IS NOT NULL AND %(companies)s
        ) AS held (name) ORDER BY name
    ) AS held
"""


def hold_people(
    customer_ids: Collection[int], *, phones: bool = True, companies: bool = False
) -> None:
    """Let no other worker judge these people meanwhile: caps are counted, then used."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"ids": plain(customer_ids), "phones": phones, "companies": companies})


def _held(organisation: Organisation, candidates: Sequence[Candidate]) -> dict[int, Addressee]:
    customer_ids = {each.customer_id for each in candidates}
    texting = {each.programme.channel for each in candidates} - {Preference.EMAIL}
    hold_people(
        customer_ids,
        phones=bool(settings.SMS and texting),
        companies=bool(organisation.people_per_company),
    )
    # Read under the locks: whoever was erased meanwhile has no address any more.
    return addressees(customer_ids)


def _judged(
    candidates: Mapping[Key, Candidate],
    known: Situations,
    versions: Mapping[int, int],
    moments: DueMoments,
) -> dict[Key, Judged]:
    """Judge one after the other: what comes first may take the place of what is only planned."""
    plans = plans_for(candidates.values(), known, moments)

    def judged_now(each: Candidate) -> Judged:
        return judge_candidate(each, known, versions.get(each.programme.survey_id), moments)

    judged: dict[Key, Judged] = {}
    for key, candidate in candidates.items():
        found = judged_now(candidate)
        if plans.waiting and not found.verdict.is_asked:
            found = plans.overtake(found, judged_now)
        plans.note(found)
        judged[key] = found
    return give_way(plans, judged) if plans.gone else judged


def judge_candidate(
    candidate: Candidate, known: Situations, version_id: int | None, moments: DueMoments
) -> Judged:
    """Judge one candidate and note a yes, so that it counts for the next; nothing is stored."""
    now, who = moments.now, known.people[candidate.customer_id]
    due_at = moments.due_at(candidate, who)
    verdict = judge(known.situation(candidate, lead=(due_at or now) - now), now)
    if verdict.is_asked and version_id is None:
        verdict = Verdict(is_asked=False, rule=Rule.NOTHING_TO_ASK)
    if verdict.is_asked and due_at is None:
        verdict = Verdict(is_asked=False, rule=Rule.NO_MOMENT)
    if verdict.is_asked and due_at is not None:
        known.note_asked(candidate, due_at)
    context = frozen_context(who, candidate) if verdict.is_asked else {}
    expires_at = moments.expires_at(candidate)
    return Judged(candidate, verdict, version_id, who, context, due_at, expires_at)


def _as_before(candidate: Candidate, decision: Decision) -> Decided:
    verdict = Verdict(
        is_asked=decision.is_asked,
        rule=Rule(decision.rule),
        again_on=decision.again_on,
        facts=decision.facts,
    )
    return Decided(decision.pk, candidate, verdict, is_new=False)
