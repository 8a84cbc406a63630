"""Where a change of rules leads: to whom is asked now, beside whom was asked before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.urls import reverse

from console.forms.dry_runs import HOUSE, BeforeForm, HouseBeforeForm, as_text
from console.forms.filters import TRIED
from surveys.models import Programme


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One dry run that somebody should look at now."""

    name: str
    url: str


def after_change(
    slug: str, programme: Programme, before: Mapping[str, Any], after: Mapping[str, Any]
) -> str:
    """The dry run with the old rules in its address; where none changed, the programme's page."""
    old = _old(BeforeForm, before, after)
    if not old:
        return reverse("console:programme", args=[slug, programme.pk])
    return f"{reverse('console:dry_run', args=[slug, programme.pk])}?{urlencode(old)}"


def after_house_change(
    slug: str, page: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> str:
    """The page itself, with the old rules in its address, from where it offers dry runs."""
    old = {f"{HOUSE}-{name}": value for name, value in _old(HouseBeforeForm, before, after).items()}
    return f"{reverse(page, args=[slug])}{'?' if old else ''}{urlencode(old)}"


def after_pause(slug: str) -> str:
    """The page with the pauses, from where it offers dry runs."""
    return f"{reverse('console:sending', args=[slug])}?{TRIED}=1"


def offers(slug: str, programmes: Sequence[Programme], query: Mapping[str, str]) -> list[Offer]:
    """A dry run of each, with what was before in its address."""
    told = urlencode({name: value for name, value in query.items() if name != TRIED})
    return [
        Offer(
            name=each.name,
            url=f"{reverse('console:dry_run', args=[slug, each.pk])}{'?' if told else ''}{told}",
        )
        for each in programmes
    ]


def _old(form: type[Form], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: as_text(value)
        for name, value in before.items()
        if name in form.base_fields and value != after.get(name)
    }
