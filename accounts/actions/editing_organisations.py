"""Change what an organisation says of itself and the sending rules it keeps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.actions.editing_fields import edit_fields
from accounts.models import Organisation
from accounts.rules.actors import Actor

FIELDS = (
    "name", "time_zone", "language", "postal_address", "privacy_url", "sender_name", "sender_role",
    "sender_email", "reply_to", "thanks_note", "ask_again_after_days", "asks_per_year",
    "suspect_within_seconds", "suspect_shown_seconds", "suspect_scores", "suspect_traps",
    "needs_legal_basis", "people_per_company", "company_days",
    "holdout_percent", "reads_replies", "dkim_selector", "resend_uncertain_after_hours",
    "amend_days", "keep_words_months", "keep_contexts_months", "keep_silent_years",
    "sending_days", "sending_opens", "sending_closes", "holiday_country", "holiday_subdivision",
)  # fmt: skip


def update_organisation(
    *, organisation: Organisation, changes: Mapping[str, Any], actor: Actor, now: datetime
) -> Organisation:
    """Store the given fields, all of them among FIELDS, and who changed which."""
    edit_fields(
        row=organisation,
        organisation_id=organisation.pk,
        changes=changes,
        allowed=FIELDS,
        action="organisation.edited",
        actor=actor,
        now=now,
    )
    return organisation
