"""Change a programme's own sending rules: whom of those it could ask, and in which order."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.models import Programme
from surveys.rules.conditions import Condition, conditions_of


@dataclass(frozen=True, kw_only=True)
class ProgrammeRules:
    """What a programme says besides its touchpoints and times."""

    rest_days: int = 30
    sampling_percent: int = 100
    priority: int = 50
    oldest_days: int = 7
    newcomer_days: int = 30
    reminder_days: int | None = None
    conditions: tuple[Condition, ...] = field(default=())

    def stored(self) -> dict[str, Any]:
        """The rules by the columns that hold them."""
        return {**vars(self), "conditions": [each.stored() for each in self.conditions]}

    def told(self) -> dict[str, Any]:
        """The rules as the audit trail keeps them."""
        return {**asdict(self), "conditions": [str(each) for each in self.conditions]}


def rules_of(programme: Programme) -> ProgrammeRules:
    return ProgrammeRules(
        rest_days=programme.rest_days,
        sampling_percent=programme.sampling_percent,
        priority=programme.priority,
        oldest_days=programme.oldest_days,
        newcomer_days=programme.newcomer_days,
        reminder_days=programme.reminder_days,
        conditions=conditions_of(programme.conditions),
    )


def change_rules(
    *, programme: Programme, rules: ProgrammeRules, actor: Actor, now: datetime
) -> Programme:
    """Replace the rules; whoever is decided about from now on is measured by them."""
    before = rules_of(programme).told()
    programme.rest_days = rules.rest_days
    programme.sampling_percent = rules.sampling_percent
    programme.priority = rules.priority
    programme.oldest_days = rules.oldest_days
    programme.newcomer_days = rules.newcomer_days
    programme.reminder_days = rules.reminder_days
    programme.conditions = [each.stored() for each in rules.conditions]
    programme.save(
        update_fields=[
            "rest_days",
            "sampling_percent",
            "priority",
            "oldest_days",
            "newcomer_days",
            "reminder_days",
            "conditions",
        ]
    )
    record_change(
        organisation_id=programme.organisation_id,
        actor=actor,
        action="programme.ruled",
        object_type="programme",
        object_id=programme.pk,
        before=before,
        after=rules.told(),
        now=now,
    )
    return programme
