"""Record many interactions at once: what is said of each, a dozen statements for all of them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from accounts.models import Organisation
from events.kinds import Kind
from events.publishing import NEWS, owed
from kit.arrays import among_texts
from kit.periods import local_day
from surveys.actions.customers import (
    PropertyMismatch,
    TooManyProperties,
    known_kinds,
    new_kinds,
    register_kinds,
)
from surveys.actions.meeting import Crowd, gather
from surveys.actions.recording import (
    InteractionDiffers,
    InteractionFields,
    Overtaken,
    Recorded,
    UnknownTouchpoint,
    same_or_refused,
    sealed_source_ids,
)
from surveys.models import Interaction, PropertyKey, Touchpoint

OWNERS = (PropertyKey.Owner.CUSTOMER, PropertyKey.Owner.INTERACTION)
REFUSALS = (UnknownTouchpoint, InteractionDiffers, PropertyMismatch, TooManyProperties)
TRIES = 3
Refusal = UnknownTouchpoint | InteractionDiffers | PropertyMismatch | TooManyProperties
Outcome = Recorded | Refusal
Named = tuple[str, str]

# In the order of their names: two calls with the same ones wait for, not lock, each other.
STORE = f"""
    WITH told AS (
        SELECT * FROM jsonb_to_recordset(%(rows)s) AS told (
            id bigint, source text, source_id text, touchpoint_id bigint, customer_id bigint,
            occurred_at timestamptz, local_on date, way text, is_test boolean, subject text,
            context jsonb
        )
    ), stored AS (
        INSERT INTO surveys_interaction (id, organisation_id, source, source_id, touchpoint_id,
            customer_id, occurred_at, local_on, recorded_at, way, is_test, subject, context)
        SELECT id, %(organisation)s, source, source_id, touchpoint_id, customer_id, occurred_at,
            local_on, %(now)s, way, is_test, subject, context
        FROM told ORDER BY source, source_id
        ON CONFLICT (organisation_id, source, source_id) DO NOTHING
        RETURNING id
    ), news AS (
        SELECT %(organisation)s AS organisation_id, %(kind)s AS kind, %(now)s::timestamptz AS at,
            jsonb_build_object('interaction', id) AS payload
        FROM stored ORDER BY id
    ), {NEWS}
    SELECT count(*) FROM stored
"""  # noqa: S608  (names of our own)
NEW_IDS = """
    SELECT nextval(pg_get_serial_sequence('surveys_interaction', 'id'))
    FROM generate_series(1, %s)
"""


class SomeRefused(ValueError):
    """Not all can be recorded, and all or none were asked for."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        super().__init__(f"{sum(isinstance(one, REFUSALS) for one in outcomes)} refused")
        self.outcomes = outcomes


def record_interactions(
    *,
    organisation_id: int,
    many: Sequence[InteractionFields],
    now: datetime,
    all_or_none: bool = False,
) -> list[Outcome]:
    """Return what became of each, in their order: recorded, known already, or why it is refused.

    What is refused changes nothing; with `all_or_none` one refusal raises SomeRefused.
    """
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _record(organisation_id, many, now, all_or_none=all_or_none)
        except Overtaken:
            continue
    raise Overtaken


def _record(
    organisation_id: int,
    many: Sequence[InteractionFields],
    now: datetime,
    *,
    all_or_none: bool,
) -> list[Outcome]:
    batch = _begin(organisation_id, many, now)
    outcomes = [batch.judge(fields) for fields in many]
    if all_or_none and any(isinstance(one, REFUSALS) for one in outcomes):
        raise SomeRefused(outcomes)
    batch.store()
    return outcomes


@dataclass
class Batch:
    """What one call reports, judged one by one and stored together."""

    organisation_id: int
    now: datetime
    zone: str
    crowd: Crowd
    touchpoints: Mapping[str, Touchpoint]
    known: dict[Named, Interaction]
    kinds: dict[PropertyKey.Owner, dict[str, str]]
    new_kinds: dict[PropertyKey.Owner, dict[str, str]] = field(
        default_factory=lambda: {owner: {} for owner in OWNERS}
    )
    new: list[Interaction] = field(default_factory=list)

    def judge(self, fields: InteractionFields) -> Outcome:
        """Say what becomes of this one; nothing is stored before `store`."""
        try:
            known = self.known.get((fields.source, fields.source_id))
            return same_or_refused(known, fields) if known else self._take(fields)
        except REFUSALS as refusal:
            return refusal

    def _take(self, fields: InteractionFields) -> Recorded:
        touchpoint = self.touchpoints.get(fields.touchpoint)
        if touchpoint is None:
            raise UnknownTouchpoint(fields.touchpoint)
        said = zip(OWNERS, (fields.customer.properties, fields.context), strict=True)
        new = {owner: new_kinds(self.kinds[owner], owner, told) for owner, told in said}
        for owner in OWNERS:
            self.kinds[owner].update(new[owner])
            self.new_kinds[owner].update(new[owner])
        interaction = Interaction(
            organisation_id=self.organisation_id,
            source=fields.source,
            source_id=fields.source_id,
            touchpoint=touchpoint,
            occurred_at=fields.occurred_at,
            local_on=local_day(fields.occurred_at, self.zone),
            recorded_at=self.now,
            way=fields.way,
            is_test=fields.is_test,
            subject=fields.subject,
            context=dict(fields.context),
        )
        interaction.customer = self.crowd.meet(fields.customer)
        self.new.append(interaction)
        self.known[fields.source, fields.source_id] = interaction
        return Recorded(interaction, is_new=True)

    def store(self) -> None:
        """Store customers, keys, interactions and events."""
        if not self.new:
            return
        self.crowd.save()
        for owner, kinds in self.new_kinds.items():
            register_kinds(
                organisation_id=self.organisation_id, owner=owner, kinds=kinds, now=self.now
            )
        self._insert()

    def _insert(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(NEW_IDS, [len(self.new)])
            for interaction, (pk,) in zip(self.new, cursor.fetchall(), strict=True):
                interaction.pk = pk
                interaction.customer_id = interaction.customer.pk
            values = {
                "rows": json.dumps([_row(each) for each in self.new]),
                "organisation": self.organisation_id,
                "now": self.now,
                "kind": Kind.INTERACTION_RECORDED.value,
                **owed(Kind.INTERACTION_RECORDED),
            }
            cursor.execute(STORE, values)
            (stored,) = cursor.fetchone()
        if stored < len(self.new):
            raise Overtaken


def _begin(organisation_id: int, many: Sequence[InteractionFields], now: datetime) -> Batch:
    known = _known(many)
    new = [fields for fields in many if (fields.source, fields.source_id) not in known]
    slugs = {fields.touchpoint for fields in new}
    found = Touchpoint.objects.filter(among_texts("slug", slugs), archived_at__isnull=True)
    return Batch(
        organisation_id=organisation_id,
        now=now,
        zone=Organisation.objects.values_list("time_zone", flat=True).get(pk=organisation_id),
        crowd=gather(
            organisation_id=organisation_id, said=[fields.customer for fields in new], now=now
        ),
        touchpoints={each.slug: each for each in found},
        known=known,
        kinds={owner: known_kinds(organisation_id, owner) for owner in OWNERS},
    )


def _known(many: Sequence[InteractionFields]) -> dict[Named, Interaction]:
    """Return those of these names that are stored, also those of people who were erased since."""
    told = {name: fields for fields in many for name in _names(fields)}
    rows = Interaction.objects.filter(
        among_texts("source", {source for source, _ in told}),
        among_texts("source_id", {source_id for _, source_id in told}),
    ).select_related("touchpoint", "customer")
    by_name = {(row.source, row.source_id): row for row in rows}
    return {
        (fields.source, fields.source_id): by_name[name]
        for name, fields in told.items()
        if name in by_name
    }


def _names(fields: InteractionFields) -> Iterator[Named]:
    yield fields.source, fields.source_id
    for sealed in sealed_source_ids(fields.source, fields.source_id):
        yield fields.source, sealed


def _row(interaction: Interaction) -> dict[str, object]:
    return {
        "id": interaction.pk,
        "source": interaction.source,
        "source_id": interaction.source_id,
        "touchpoint_id": interaction.touchpoint_id,
        "customer_id": interaction.customer_id,
        "occurred_at": interaction.occurred_at.isoformat(),
        "local_on": interaction.local_on.isoformat(),
        "way": interaction.way,
        "is_test": interaction.is_test,
        "subject": interaction.subject,
        "context": interaction.context,
    }
