"""Change how an organisation looks to customers: colour, logo, and the host of its links."""

from collections.abc import Mapping
from datetime import datetime

from accounts.actions.auditing import record_change
from accounts.models import Organisation
from accounts.rules.actors import Actor
from accounts.rules.logos import logo_of

FIELDS = ("accent", "logo", "survey_host")


def update_brand(
    *, organisation: Organisation, changes: Mapping[str, str], actor: Actor, now: datetime
) -> Organisation:
    """Store the given fields, all of them among FIELDS; the trail describes logos in words."""
    unknown = sorted(changes.keys() - set(FIELDS))
    if unknown:
        raise ValueError(f"not part of a brand: {', '.join(unknown)}")
    before = {name: _told(name, getattr(organisation, name)) for name in changes}
    for name, value in changes.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(changes))
    record_change(
        organisation_id=organisation.pk,
        actor=actor,
        action="organisation.branded",
        object_type="organisation",
        object_id=organisation.pk,
        before=before,
        after={name: _told(name, value) for name, value in changes.items()},
        now=now,
    )
    return organisation


def _told(name: str, value: str) -> str:
    logo = logo_of(value) if name == "logo" else None
    return str(logo) if logo else value
