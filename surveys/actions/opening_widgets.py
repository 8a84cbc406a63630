"""Open a widget for pages of other sites, change what it is told, and give it a new secret."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.auditing import record_act
from accounts.rules.actors import Actor
from kit import boxes, tokens
from surveys.actions.customers import register_properties
from surveys.actions.opening import LinkDetails, save_link
from surveys.models import Programme, PropertyKey, PublicLink, Widget
from surveys.queries.widgets import SECRET
from surveys.rules.identities import LONGEST_LIFE
from surveys.rules.widgets import Rules

PAGE = "page"  # where the answer was given, kept in its context as the source is
SECRET_LETTERS = 43  # base62 letters that hold 256 bits


@dataclass(frozen=True, kw_only=True)
class WidgetDetails:
    """What a form says about a widget."""

    link: LinkDetails
    origins: list[str]
    rules: Rules
    side: str = Widget.Side.RIGHT
    scheme: str = Widget.Scheme.AUTO


def open_widget(
    *, programme: Programme, details: WidgetDetails, actor: Actor, now: datetime
) -> tuple[Widget, str]:
    """Make a widget and its secret, which is returned this once.

    Raises LinkNameTaken and PropertyMismatch; then nothing is changed.
    """
    secret = tokens.random_letters(SECRET_LETTERS)
    link = PublicLink(
        organisation_id=programme.organisation_id,
        programme=programme,
        kind=PublicLink.Kind.WIDGET,
        created_at=now,
        created_by=actor.name,
    )
    widget = Widget(
        organisation_id=programme.organisation_id,
        secret=boxes.lock(SECRET, secret),
        secret_made_at=now,
    )
    _write(widget, link, details, now)
    record_act(
        "widget.opened",
        widget.link,
        kept_as="public_link",
        after=told_of(details),
        actor=actor,
        now=now,
    )
    return widget, secret


def change_widget(*, widget: Widget, details: WidgetDetails, actor: Actor, now: datetime) -> None:
    """Write what the form says; pages that are open keep what they were told for minutes."""
    before = told_of(details_of(widget))
    _write(widget, widget.link, details, now)
    record_act(
        "widget.edited",
        widget.link,
        kept_as="public_link",
        before=before,
        after=told_of(details),
        actor=actor,
        now=now,
    )


def renew_secret(*, widget: Widget, is_leaked: bool, actor: Actor, now: datetime) -> str:
    """Make a new secret and return it this once.

    What the one before signed is believed until its life has ended; not so if it leaked.
    """
    secret = tokens.random_letters(SECRET_LETTERS)
    with transaction.atomic():
        widget = Widget.objects.select_for_update().select_related("link").get(pk=widget.pk)
        widget.secret_before = "" if is_leaked else widget.secret
        widget.secret_before_until = None if is_leaked else now + LONGEST_LIFE
        widget.secret, widget.secret_made_at = boxes.lock(SECRET, secret), now
        widget.save()
        after = {"name": widget.link.name, "old_one_ends": "at once" if is_leaked else "in a day"}
        record_act(
            "widget.secret_renewed",
            widget.link,
            kept_as="public_link",
            after=after,
            actor=actor,
            now=now,
        )
    return secret


def details_of(widget: Widget) -> WidgetDetails:
    """Return what stands on the widget, as a form shows it."""
    link = widget.link
    return WidgetDetails(
        link=LinkDetails(
            name=link.name,
            branch=link.branch,
            touchpoint_id=link.touchpoint_id,
            closes_at=link.closes_at,
        ),
        origins=widget.origins,
        rules=Rules(
            widget.pages,
            widget.not_pages,
            widget.delay_seconds,
            widget.sample_percent,
            widget.rest_days,
        ),
        side=widget.side,
        scheme=widget.scheme,
    )


def told_of(details: WidgetDetails) -> dict[str, Any]:
    """Return the details as the audit trail keeps them."""
    look = {"side": str(details.side), "scheme": str(details.scheme)}
    kept = {"origins": list(details.origins), **asdict(details.rules), **look}
    return {**asdict(details.link), **kept}


def _write(widget: Widget, link: PublicLink, details: WidgetDetails, now: datetime) -> None:
    with transaction.atomic():
        save_link(link, details.link, now)
        register_properties(
            organisation_id=link.organisation_id,
            owner=PropertyKey.Owner.INTERACTION,
            properties={PAGE: "/"},
            now=now,
        )
        widget.link, widget.origins = link, list(details.origins)
        for name, value in asdict(details.rules).items():
            setattr(widget, name, list(value) if name.endswith("pages") else value)
        widget.side, widget.scheme = details.side, details.scheme
        widget.save()
