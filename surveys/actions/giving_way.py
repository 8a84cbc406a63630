"""A question that is only planned makes way for one of a programme that comes first."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from accounts.models.outgoing import State
from events.kinds import Kind
from events.publishing import publish
from kit.periods import local_day
from surveys.actions.due_moments import DueMoments
from surveys.actions.inviting import Judged
from surveys.models import Decision, Message, Programme, Suppression
from surveys.queries.asking import Situations
from surveys.queries.asks import Asked, Asks
from surveys.queries.candidates import Addressee, Candidate
from surveys.rules.asking import Rule, Verdict, judge

Key = tuple[int, int, str]
Judge = Callable[[Candidate], Judged]
# Limits in whose way another question may stand; the programme's own never is another's.
CONTESTED = frozenset({Rule.ASKED_RECENTLY, Rule.OUTRANKED, Rule.KEPT_PLACE, Rule.ASKED_ENOUGH})
BY_HAND = ("by-hand:", "link-by-hand:")
TRANSACTIONAL = Programme.Kind.TRANSACTIONAL
# A mail that never left and the request for it; the decision stays and says why.
FORGET = (
    "DELETE FROM surveys_message WHERE id = ANY(%(messages)s)",
    "DELETE FROM surveys_invitation WHERE id = ANY(%(invitations)s)",
)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A question for later; its message is None while its own batch is still being judged."""

    asked: Asked
    candidate: Candidate
    message: Message | None = None


@dataclass
class Plans:
    """What is planned for the people of one batch, and what of it made way."""

    known: Situations
    moments: DueMoments
    waiting: list[Plan] = field(default_factory=list)
    gone: dict[Plan, int] = field(default_factory=dict)  # with the programme that came first

    def note(self, judged: Judged) -> None:
        """Let a question that was just decided for later make way for the next ones."""
        candidate, due_at = judged.candidate, judged.due_at
        is_later = due_at is not None and due_at > self.moments.now
        if judged.verdict.is_asked and is_later and may_yield(candidate):
            asked = self.known.asks.by_person[candidate.customer_id][-1]
            self.waiting.append(Plan(asked, candidate))

    def overtake(self, refused: Judged, judge_again: Judge) -> Judged:
        """Judge once more without plans of programmes that come later, where that helps."""
        candidate = refused.candidate
        who = self.known.people[candidate.customer_id]
        lower = [each for each in self.waiting if is_lower(each, candidate, who)]
        gone = self._in_the_way(refused, lower)
        if not gone:
            return refused
        self.waiting = [each for each in self.waiting if each not in gone]
        self.gone |= dict.fromkeys(gone, candidate.programme.pk)
        judged = judge_again(candidate)
        facts = {**judged.verdict.facts, "instead_of": len(gone)}
        return replace(judged, verdict=replace(judged.verdict, facts=facts))

    def verdict_of(self, plan: Plan) -> Verdict:
        """What is true of a plan that made way, with the day from which another may follow."""
        now, zone = self.moments.now, self.known.organisation.time_zone
        facts: dict[str, Any] = {
            "gave_way_on": local_day(now, zone).isoformat(),
            "programme": self.gone[plan],
        }
        again = None
        if plan.candidate.customer_id in self.known.people:
            again = judge(self.known.situation(plan.candidate), now).again_on
        return Verdict(is_asked=False, rule=Rule.GAVE_WAY, again_on=again, facts=facts)

    def _in_the_way(self, refused: Judged, lower: Sequence[Plan]) -> list[Plan]:
        """The plans without which it is asked: as few as do, those that come last first."""
        can_be = refused.due_at is not None and refused.version_id is not None
        if not lower or not can_be or refused.verdict.rule not in CONTESTED:
            return []
        taken = {each: taken_back(self.known.asks, each.asked) for each in lower}
        if not self._is_free(refused):
            put_back(*taken.values())
            return []
        needed = []
        for plan in sorted(lower, key=lambda each: each.candidate.programme.priority):
            put_back(taken[plan])
            if not self._is_free(refused):
                taken_back(self.known.asks, plan.asked)
                needed.append(plan)
        return needed

    def _is_free(self, refused: Judged) -> bool:
        now = self.moments.now
        lead = (refused.due_at or now) - now
        return judge(self.known.situation(refused.candidate, lead=lead), now).is_asked


def may_yield(candidate: Candidate) -> bool:
    """Whether its question makes way: one that somebody asked for by hand never does."""
    by_hand = candidate.occasion.startswith(BY_HAND) or candidate.handed is not None
    return candidate.programme.kind == TRANSACTIONAL and not by_hand


def is_lower(plan: Plan, candidate: Candidate, who: Addressee) -> bool:
    """Whether the plan stands in this candidate's way and comes after it."""
    is_hers = plan.asked.customer_id == who.customer_id or plan.asked.address_key in who.keys
    mine = candidate.programme
    return (
        is_hers and mine.kind == TRANSACTIONAL and plan.candidate.programme.priority > mine.priority
    )


def plans_for(candidates: Iterable[Candidate], known: Situations, moments: DueMoments) -> Plans:
    """Read and hold the mails that only wait for their day: no worker takes them meanwhile."""
    now, plans = moments.now, Plans(known, moments)
    mine = {each.programme for each in candidates if each.programme.kind == TRANSACTIONAL}
    if not mine:
        return plans  # a wave of a million need not be looked through
    later = {
        (each.programme_id, each.customer_id, each.at): each
        for asked in (*known.asks.by_person.values(), *known.asks.by_address.values())
        for each in asked
        if each.at > now and not each.is_relational
    }
    if not later:
        return plans
    for message in _waiting({customer for _, customer, _ in later}, mine, now):
        invitation = message.invitation
        key = (invitation.programme_id, invitation.customer_id, invitation.due_at)
        candidate = Candidate(
            invitation.programme,
            invitation.customer_id,
            invitation.decision.occasion,
            invitation.interaction,
        )
        if key in later and may_yield(candidate):
            plans.waiting.append(Plan(later[key], candidate, message))
    return plans


def give_way(plans: Plans, judged: dict[Key, Judged]) -> dict[Key, Judged]:
    """Undo the plans that made way, stored or of this very batch, and return what is left."""
    stored = [plan for plan in plans.gone if plan.message is not None]
    told = {plan: plans.verdict_of(plan) for plan in plans.gone}
    if stored:
        _forget(stored, told, plans)
    fresh = {plan.candidate.key: told[plan] for plan in plans.gone if plan.message is None}
    return {
        key: replace(each, verdict=fresh[key]) if key in fresh else each
        for key, each in judged.items()
    }


def taken_back(asks: Asks, asked: Asked) -> list[tuple[list[Asked], Asked]]:
    """Let a question count no more; return from where it was taken."""
    places = [
        asks.by_person.get(asked.customer_id, []),
        asks.by_address.get(asked.address_key, []),
        asks.by_company.get(asked.company_id or 0, []),
    ]
    found = [(place, asked) for place in places if asked in place]
    for place, one in found:
        place.remove(one)
    return found


def put_back(*taken: list[tuple[list[Asked], Asked]]) -> None:
    for place, asked in (pair for pairs in taken for pair in pairs):
        place.append(asked)


def _waiting(
    customer_ids: Collection[int], mine: Collection[Programme], now: datetime
) -> Iterable[Message]:
    """What was never tried: a mail that may have left once makes way for nothing."""
    told = Suppression.objects.filter(invitation=OuterRef("invitation"))
    rows = Message.objects.filter(
        ~Exists(told),
        state=State.QUEUED,
        attempts=0,
        handing_over_at__isnull=True,
        invitation__customer__in=customer_ids,
        invitation__due_at__gt=now,
        invitation__sent_at__isnull=True,
        invitation__is_test=False,
        invitation__programme__kind=TRANSACTIONAL,
        invitation__programme__priority__gt=min(each.priority for each in mine),
    )
    needed = ("invitation__programme", "invitation__decision", "invitation__interaction")
    held = rows.select_for_update(no_key=True, skip_locked=True, of=("self",))
    return held.select_related(*needed).order_by("pk")


def _forget(stored: Sequence[Plan], told: Mapping[Plan, Verdict], plans: Plans) -> None:
    messages = [plan.message for plan in stored if plan.message is not None]
    decisions = []
    for plan, message in zip(stored, messages, strict=True):
        decision, verdict = message.invitation.decision, told[plan]
        decision.is_asked, decision.rule = verdict.is_asked, verdict.rule
        decision.facts, decision.again_on = verdict.facts, verdict.again_on
        decisions.append(decision)
    Decision.objects.bulk_update(decisions, ["is_asked", "rule", "facts", "again_on"])
    values = {
        "messages": [each.pk for each in messages],
        "invitations": [each.invitation_id for each in messages],
    }
    with connection.cursor() as cursor:
        for statement in FORGET:
            cursor.execute(statement, values)
    publish(
        organisation_id=plans.known.organisation.pk,
        kind=Kind.DECISION_MADE,
        now=plans.moments.now,
        decisions=[each.pk for each in decisions],
    )
