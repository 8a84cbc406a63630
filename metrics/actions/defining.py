"""Define a metric anew: the next version beside the earlier ones, which stay as they were."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from events.kinds import Kind as Event
from events.publishing import publish
from metrics.models import MetricDefinition
from metrics.queries.definitions import definitions_of
from metrics.statistics.definitions import Definition, Kind

PRODUCT = "cxapp"  # made the version that every organisation begins with


class BadDefinition(ValueError):
    """This cannot become the next version; the message says why."""


class DefinedMeanwhile(Exception):
    """Somebody else made the next version between reading and writing."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What may honestly vary of a metric; changes in points of what a page prints."""

    cut: int | None
    smallest_change: int
    change_to_see: int
    window_days: int
    since_on: date
    reason: str


def redefine_metric(
    *,
    organisation_id: int,
    kind: Kind,
    wanted: Wanted,
    seen_version: int,
    actor: Actor,
    today: date,
    now: datetime,
) -> MetricDefinition:
    """Make the next version; figures of all days are counted by it from now on.

    A version whose arithmetic is the same as before is allowed: new words in the question
    mark the trend. Raises BadDefinition, or DefinedMeanwhile where `seen_version` is no longer
    the newest.
    """
    history = definitions_of(organisation_id).history(kind)
    newest = history[-1]
    if newest.version != seen_version:
        raise DefinedMeanwhile
    _check(newest, wanted, today)
    try:
        with transaction.atomic():
            if newest.version == 1 and not _is_stored(organisation_id, kind):
                # Written down with its successor: a later release may begin with another one.
                _store(organisation_id, newest, by=PRODUCT, now=now)
            row = _store(organisation_id, _next(newest, wanted), by=actor.name, now=now)
    except IntegrityError as refused:
        if "definition_version_once" not in str(refused):
            raise
        raise DefinedMeanwhile from refused
    _tell(row, newest, actor=actor, now=now)
    return row


def _check(newest: Definition, wanted: Wanted, today: date) -> None:
    if newest.kind is Kind.NPS and wanted.cut is not None:
        raise BadDefinition("The groups of the NPS are fixed: 0-6, 7-8 and 9-10.")
    if newest.kind is not Kind.NPS and not _divides(newest, wanted.cut):
        raise BadDefinition(f"The cut must lie above the lowest score, on {newest.scale}.")
    if wanted.since_on > today:
        raise BadDefinition("A version cannot begin on a day that has not come yet.")
    if newest.since_on and wanted.since_on < newest.since_on:
        raise BadDefinition(f"Version {newest.version} began later, on {newest.since_on}.")
    if not wanted.reason.strip():
        raise BadDefinition("Say what changed: trends are marked with it.")


def _divides(newest: Definition, cut: int | None) -> bool:
    return cut is not None and newest.scale.low < cut <= newest.scale.high


def _next(newest: Definition, wanted: Wanted) -> Definition:
    return replace(
        newest.with_cut(wanted.cut),
        version=newest.version + 1,
        smallest_change=wanted.smallest_change / 100,
        change_to_see=wanted.change_to_see / 100,
        window_days=wanted.window_days,
        since_on=wanted.since_on,
        reason=wanted.reason.strip(),
    )


def _is_stored(organisation_id: int, kind: Kind) -> bool:
    rows = MetricDefinition.objects.filter(organisation_id=organisation_id, kind=kind)
    return rows.exists()


def _store(
    organisation_id: int, definition: Definition, *, by: str, now: datetime
) -> MetricDefinition:
    row = row_of(definition, organisation_id=organisation_id, by=by, at=now)
    row.save(force_insert=True)
    return row


def row_of(
    definition: Definition, *, organisation_id: int, by: str, at: datetime
) -> MetricDefinition:
    """Return a version as a row that is not stored yet."""
    return MetricDefinition(
        organisation_id=organisation_id,
        kind=definition.kind,
        version=definition.version,
        scale_low=definition.scale.low,
        scale_high=definition.scale.high,
        **_told(definition),
        null_policy=definition.null_policy,
        dedupe=definition.dedupe,
        rounding=definition.rounding,
        made_at=at,
        made_by=by,
    )


def _told(definition: Definition) -> dict[str, Any]:
    """What may vary, in the points a person reads."""
    return {
        "cut": definition.cut,
        "smallest_change": round(definition.smallest_change * 100),
        "change_to_see": round(definition.change_to_see * 100),
        "window_days": definition.window_days,
        "since_on": definition.since_on,
        "reason": definition.reason,
    }


def _tell(row: MetricDefinition, newest: Definition, *, actor: Actor, now: datetime) -> None:
    record_change(
        organisation_id=row.organisation_id,
        actor=actor,
        action="definition.made",
        object_type="definition",
        object_id=row.pk,
        before={"metric": row.kind, "version": newest.version, **_told(newest)},
        after={
            "metric": row.kind,
            "version": row.version,
            **{name: getattr(row, name) for name in _told(newest)},
        },
        now=now,
    )
    publish(
        organisation_id=row.organisation_id,
        kind=Event.METRIC_REDEFINED,
        now=now,
        definition=row.pk,
    )
