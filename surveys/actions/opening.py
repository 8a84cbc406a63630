"""Open a way to answer for everybody at one place, say what it is called, and close it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.actions.customers import register_properties
from surveys.models import Programme, PropertyKey, PublicLink

# Each answer keeps both; the registry knows them, so that figures can be cut by them.
SOURCE, BRANCH = "source", "branch"


class OnlyAnonymous(ValueError):
    """An anonymous programme takes answers from those whom it asked, and by no other way."""


class LinkNameTaken(Exception):
    """Another open link of the programme already has this name."""


@dataclass(frozen=True, kw_only=True)
class LinkDetails:
    """What a form says about a public link."""

    name: str
    branch: str = ""
    touchpoint_id: int | None = None
    closes_at: datetime | None = None


def open_link(
    *,
    programme: Programme,
    details: LinkDetails,
    actor: Actor,
    now: datetime,
) -> PublicLink:
    """Make a link by which everybody can answer.

    Raises LinkNameTaken, PropertyMismatch and OnlyAnonymous.
    """
    if programme.is_anonymous:
        raise OnlyAnonymous
    link = PublicLink(
        organisation_id=programme.organisation_id,
        programme=programme,
        created_at=now,
        created_by=actor.name,
    )
    save_link(link, details, now)
    _record("opened", link, None, actor=actor, now=now)
    return link


def change_link(*, link: PublicLink, details: LinkDetails, actor: Actor, now: datetime) -> None:
    """Write what the form says; answers that came keep the names they came with."""
    before = details_of(link)
    save_link(link, details, now)
    _record("edited", link, before, actor=actor, now=now)


def revoke_link(*, link: PublicLink, actor: Actor, now: datetime) -> None:
    """Take no more answers by it, for good; one that is revoked already stays as it was."""
    changed = PublicLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=now)
    if changed:
        record_change(
            organisation_id=link.organisation_id,
            actor=actor,
            action=f"{_noun(link)}.revoked",
            object_type="public_link",
            object_id=link.pk,
            after={"name": link.name},
            now=now,
        )


def details_of(link: PublicLink) -> LinkDetails:
    """Return what stands on the link, as a form shows it."""
    return LinkDetails(
        name=link.name,
        branch=link.branch,
        touchpoint_id=link.touchpoint_id,
        closes_at=link.closes_at,
    )


def save_link(link: PublicLink, details: LinkDetails, now: datetime) -> None:
    """Write the details and register what answers keep of them, whatever kind of link it is."""
    written = asdict(details)
    for name, value in written.items():
        setattr(link, name, value)
    told = {SOURCE: details.name, BRANCH: details.branch}
    try:
        with transaction.atomic():
            # Not the whole row: one that was revoked since it was read stays so.
            link.save(update_fields=None if link._state.adding else list(written))
            register_properties(
                organisation_id=link.organisation_id,
                owner=PropertyKey.Owner.INTERACTION,
                properties={key: value for key, value in told.items() if value},
                now=now,
            )
    except IntegrityError as refused:
        if "public_link_name_once" not in str(refused):
            raise
        raise LinkNameTaken from refused


def _record(
    done: str, link: PublicLink, before: LinkDetails | None, *, actor: Actor, now: datetime
) -> None:
    record_change(
        organisation_id=link.organisation_id,
        actor=actor,
        action=f"{_noun(link)}.{done}",
        object_type="public_link",
        object_id=link.pk,
        before=asdict(before) if before else {},
        after=asdict(details_of(link)),
        now=now,
    )


def _noun(link: PublicLink) -> str:
    return "widget" if link.kind == PublicLink.Kind.WIDGET else "public_link"
