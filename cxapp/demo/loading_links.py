"""Acme's codes on receipts and in shops, and the widget on its help page: not answered yet."""

from datetime import datetime

from django.conf import settings

from cxapp.demo import OWNER
from kit import boxes, tenancy, tokens
from surveys.models import PropertyKey, PublicLink, Widget
from surveys.queries.widgets import SECRET

VISITED = "shop-visit"
# Name, branch; each leads to the programme that asks after help.
HELPED = "help-centre"
HELP_PAGES = "Help pages"
CODES = (("Receipts", ""), ("Poster at the till", "Cardiff"))


def open_codes(
    *, organisation_id: int, programme_id: int, touchpoint_id: int | None, now: datetime
) -> None:
    """Rows as the action leaves them; history publishes no event, so no action is called."""
    PublicLink.objects.bulk_create(
        PublicLink(
            organisation_id=organisation_id,
            programme_id=programme_id,
            touchpoint_id=touchpoint_id,
            name=name,
            branch=branch,
            created_at=now,
            created_by=OWNER,
        )
        for name, branch in CODES
    )
    _know("source", organisation_id, now)


def open_help_widget(
    *, organisation_id: int, programme_id: int, touchpoint_id: int, now: datetime
) -> None:
    """The widget of Acme's help page, which the demo serves beside the console."""
    link = PublicLink.objects.create(
        organisation_id=organisation_id,
        programme_id=programme_id,
        touchpoint_id=touchpoint_id,
        kind=PublicLink.Kind.WIDGET,
        name=HELP_PAGES,
        created_at=now,
        created_by=OWNER,
    )
    Widget.objects.create(
        organisation_id=organisation_id,
        link=link,
        origins=_here(),
        pages=["/acme-help/*"],
        delay_seconds=4,
        sample_percent=100,
        rest_days=90,
        secret=boxes.lock(SECRET, tokens.random_letters(43)),
        secret_made_at=now,
    )
    _know("page", organisation_id, now)


def follow_address(organisation_id: int) -> None:
    """Another start may have found another free port; the help page is where the console is."""
    with tenancy.organisation(organisation_id):
        Widget.objects.filter(link__name=HELP_PAGES).update(origins=_here())


def _here() -> list[str]:
    return [settings.BASE_URL, settings.BASE_URL.replace("//localhost", "//127.0.0.1")]


def _know(key: str, organisation_id: int, now: datetime) -> None:
    PropertyKey.objects.get_or_create(
        organisation_id=organisation_id,
        owner=PropertyKey.Owner.INTERACTION,
        key=key,
        defaults={"kind": PropertyKey.Kind.TEXT, "created_at": now},
    )
