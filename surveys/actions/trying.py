"""Say what the rules would decide now, of an interaction or a list, and store nothing."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Organisation
from accounts.rules.actors import Actor
from surveys.actions.considering import Decided, candidates_after, decide_many
from surveys.actions.listing import bring_list
from surveys.actions.recording import InteractionFields, record_interaction
from surveys.models import Programme
from surveys.queries.candidates import Candidate
from surveys.rules.asking import Verdict
from surveys.rules.listing import Person


def try_interaction(
    *, organisation_id: int, fields: InteractionFields, now: datetime
) -> list[Decided]:
    """Return what each programme would decide, after undoing everything.

    It walks the real path and rolls it back, so that a dry run cannot differ from the truth.
    Raises what `record_interaction` raises.
    """
    with transaction.atomic():
        recorded = record_interaction(organisation_id=organisation_id, fields=fields, now=now)
        decided = decide_many(
            organisation=Organisation.objects.get(pk=organisation_id),
            candidates=candidates_after([recorded.interaction]),
            now=now,
        )
        transaction.set_rollback(True)
    return decided


def try_wave(*, programme: Programme, customer_ids: Sequence[int], now: datetime) -> list[Verdict]:
    """Return what the rules would say to each of these customers, after undoing everything."""
    with transaction.atomic():
        decided = decide_many(
            organisation=Organisation.objects.get(pk=programme.organisation_id),
            candidates=[Candidate(programme, pk, "tried") for pk in customer_ids],
            now=now,
        )
        transaction.set_rollback(True)
    return [each.verdict for each in decided]


def try_list(
    *,
    programme: Programme,
    customer_ids: Sequence[int],
    new: Sequence[Person],
    actor: Actor,
    now: datetime,
) -> list[Verdict]:
    """As `try_wave`, and of those who are not known yet as if they had been added."""
    with transaction.atomic():
        brought = bring_list(
            organisation_id=programme.organisation_id, people=new, actor=actor, now=now
        )
        ids = [*customer_ids, *brought.customer_ids]
        verdicts = try_wave(programme=programme, customer_ids=ids, now=now)
        transaction.set_rollback(True)
    return verdicts
