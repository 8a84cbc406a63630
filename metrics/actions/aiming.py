"""Say which score a card is to reach, and which of somebody else's it is held against."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from metrics.models import Benchmark, Goal


class BenchmarkKnown(Exception):
    """This source already has a benchmark of this year for this card."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Somebody else's score, with what one must know to believe it."""

    card: str
    value: int
    source: str
    year: int
    method: str
    n: int


def set_goal(
    *,
    organisation_id: int,
    card: str,
    value: int,
    by_on: date | None,
    actor: Actor,
    now: datetime,
) -> Goal:
    """Set or move the goal of a card."""
    aimed = {"value": value, "by_on": by_on, "made_at": now, "made_by": actor.name}
    goal, is_new = Goal.objects.select_for_update().get_or_create(
        organisation_id=organisation_id, card=card, defaults=aimed
    )
    before = {} if is_new else _aimed(goal)
    for name, given in aimed.items():
        setattr(goal, name, given)
    goal.save()
    _tell("goal.set", goal, "goal", before, _aimed(goal), actor=actor, now=now)
    return goal


def drop_goal(*, goal: Goal, actor: Actor, now: datetime) -> None:
    """Give a goal up."""
    before = _aimed(goal)
    _tell("goal.dropped", goal, "goal", before, {}, actor=actor, now=now)
    goal.delete()


def add_benchmark(*, organisation_id: int, found: Found, actor: Actor, now: datetime) -> Benchmark:
    """Add a benchmark; raises BenchmarkKnown."""
    row = Benchmark(
        organisation_id=organisation_id, made_at=now, made_by=actor.name, **asdict(found)
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as refused:
        if "benchmark_once" not in str(refused):
            raise
        raise BenchmarkKnown from refused
    _tell("benchmark.added", row, "benchmark", {}, asdict(found), actor=actor, now=now)
    return row


def remove_benchmark(*, benchmark: Benchmark, actor: Actor, now: datetime) -> None:
    """Hold the card against it no longer."""
    names = Found.__dataclass_fields__
    before = {name: getattr(benchmark, name) for name in names}
    _tell("benchmark.removed", benchmark, "benchmark", before, {}, actor=actor, now=now)
    benchmark.delete()


def _aimed(goal: Goal) -> dict[str, Any]:
    return {"card": goal.card, "value": goal.value, "by_on": goal.by_on}


def _tell(
    action: str,
    row: Goal | Benchmark,
    object_type: str,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    record_change(
        organisation_id=row.organisation_id,
        actor=actor,
        action=action,
        object_type=object_type,
        object_id=row.pk,
        before=before,
        after=after,
        now=now,
    )
