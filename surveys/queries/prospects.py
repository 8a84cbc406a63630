"""Whether each programme could ask one customer today, and what it decided last."""

from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import Organisation
from surveys.models import Decision, Programme
from surveys.queries.asking import situations
from surveys.queries.candidates import Candidate, addressees
from surveys.rules.asking import Situation, Verdict, judge


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """One programme's last decision about a customer, and what it would decide now."""

    programme: Programme
    last: Decision | None
    verdict: Verdict


def prospects(*, organisation: Organisation, customer_id: int, now: datetime) -> list[Prospect]:
    """Look at every programme that is on, as if something happened this moment.

    What only an occasion knows, its context and its lot, stands in nobody's way here.
    """
    programmes = Programme.objects.filter(is_on=True, archived_at__isnull=True).order_by("name")
    people = addressees([customer_id])
    known = situations(organisation=organisation, people=people, now=now)
    last = _last_decisions(customer_id)
    return [
        Prospect(
            programme=each,
            last=last.get(each.pk),
            verdict=judge(_any_occasion(known.situation(Candidate(each, customer_id, ""))), now),
        )
        for each in programmes
    ]


def _any_occasion(situation: Situation) -> Situation:
    known = tuple(each for each in situation.conditions if each.key in situation.context)
    return replace(situation, is_drawn=True, conditions=known)


def _last_decisions(customer_id: int) -> dict[int, Decision]:
    rows = Decision.objects.filter(customer=customer_id).order_by(
        "programme_id", "-decided_at", "-id"
    )
    return {row.programme_id: row for row in rows.distinct("programme_id")}
