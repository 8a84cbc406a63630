"""Change what an organisation says of itself and the sending rules it keeps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.actions.auditing import record_change
from accounts.models import Organisation
from accounts.rules.actors import Actor

FIELDS = (
    "name", "time_zone", "language", "postal_address", "privacy_url", "sender_name", "sender_role",
    "sender_email", "reply_to", "accent", "thanks_note", "ask_again_after_days", "asks_per_year",
    "suspect_within_seconds", "needs_legal_basis", "people_per_company", "company_days",
    "holdout_percent", "reads_replies", "dkim_selector", "resend_uncertain_after_hours",
    "sending_days", "sending_opens", "sending_closes", "holiday_country", "holiday_subdivision",
)  # fmt: skip


def update_organisation(
    *, organisation: Organisation, changes: Mapping[str, Any], actor: Actor, now: datetime
) -> Organisation:
    """Store the given fields, all of them among FIELDS, and who changed which."""
    unknown = sorted(changes.keys() - set(FIELDS))
    if unknown:
        raise ValueError(f"not a setting of an organisation: {', '.join(unknown)}")
    before = {name: getattr(organisation, name) for name in changes}
    for name, value in changes.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(changes))
    record_change(
        organisation_id=organisation.pk,
        actor=actor,
        action="organisation.edited",
        object_type="organisation",
        object_id=organisation.pk,
        before=before,
        after=dict(changes),
        now=now,
    )
    return organisation
