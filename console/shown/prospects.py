"""Why a customer was not asked, and from when each programme could, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from surveys.queries.prospects import Prospect
from surveys.rules.asking import Rule
from surveys.rules.reasons import words

TODAY = "Could be asked today."


@dataclass(frozen=True, kw_only=True)
class ProspectLine:
    """One programme: what it decided last, and what it would say now."""

    programme_id: int
    name: str
    decided: str
    decided_at: datetime | None
    may_be_asked: bool
    now: str
    again_on: date | None


def prospect_lines(found: Sequence[Prospect]) -> list[ProspectLine]:
    """Say each in words; those whose last word was a no stand first."""
    lines = [_line(each) for each in found]
    return sorted(lines, key=lambda line: not line.decided.startswith("Not asked"))


def _line(each: Prospect) -> ProspectLine:
    last, verdict = each.last, each.verdict
    said = words(verdict.rule, verdict.facts, verdict.again_on)
    return ProspectLine(
        programme_id=each.programme.pk,
        name=each.programme.name,
        decided=words(last.rule, last.facts, None) if last else "",
        decided_at=last.decided_at if last else None,
        may_be_asked=verdict.rule is Rule.ASKED,
        now=TODAY if verdict.is_asked else said.replace("Not asked: ", "Not today: ", 1),
        again_on=verdict.again_on,
    )
