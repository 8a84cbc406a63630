"""Keep the address of a page under a name, for oneself or for everybody."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from metrics.models import SavedView


class ViewNameTaken(Exception):
    """The person already keeps a view of this name."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept of a page: its path and the query of its address, as they were checked."""

    name: str
    page: str
    query: str
    is_shared: bool


def keep_view(
    *, organisation_id: int, user_id: int, kept: Kept, actor: Actor, now: datetime
) -> SavedView:
    """Keep a view; raises ViewNameTaken."""
    row = SavedView(organisation_id=organisation_id, user_id=user_id, made_at=now, **asdict(kept))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as refused:
        if "saved_view_name_once" not in str(refused):
            raise
        raise ViewNameTaken from refused
    _tell("view.kept", row, actor=actor, now=now, after=asdict(kept))
    return row


def drop_view(*, view: SavedView, actor: Actor, now: datetime) -> None:
    """Keep a view no longer; addresses that were copied from it go on working."""
    before = {name: getattr(view, name) for name in Kept.__dataclass_fields__}
    _tell("view.dropped", view, actor=actor, now=now, before=before)
    view.delete()


def _tell(
    action: str,
    view: SavedView,
    *,
    actor: Actor,
    now: datetime,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    record_change(
        organisation_id=view.organisation_id,
        actor=actor,
        action=action,
        object_type="view",
        object_id=view.pk,
        before=before,
        after=after,
        now=now,
    )
