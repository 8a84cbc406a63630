"""The languages of customers as a list: completeness, review, and where to look at each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organisation
from console.shown.previews import SPLITS
from kit.catalogues import extent, is_draft, reviewer
from surveys.models import Programme
from surveys.queries.previews import preview_token
from surveys.rules.languages import NAMES, SOURCE, SPOKEN, direction_of, main_language


@dataclass(frozen=True, kw_only=True)
class LanguageShown:
    """One language of the product."""

    tag: str
    own_name: str
    name: str
    done: int
    total: int
    is_source: bool
    is_main: bool
    is_draft: bool
    is_mirrored: bool
    reviewer: str
    page_url: str
    mail_url: str


def languages_shown(organisation: Organisation, *, now: datetime) -> Sequence[LanguageShown]:
    first = Programme.objects.filter(archived_at__isnull=True).order_by("id").first()
    base = ""
    if first is not None:
        token = preview_token(
            organisation_id=organisation.pk, survey_id=first.survey_id, version=0, now=now
        )
        base = f"/p/{token}"
    main = main_language(organisation.language)
    # English is what the others are translated from: it has as many sentences as they should.
    _, total = extent(next(tag for tag in SPOKEN if tag != SOURCE))
    return [_row(tag, main, total, base) for tag in SPOKEN]


def _row(tag: str, main: str, total: int, base: str) -> LanguageShown:
    is_source = tag == SOURCE
    done, of = (total, total) if is_source else extent(tag)
    return LanguageShown(
        tag=tag,
        own_name=SPOKEN[tag],
        name=NAMES[tag],
        done=done,
        total=of,
        is_source=is_source,
        is_main=tag == main,
        is_draft=is_draft(tag),
        is_mirrored=direction_of(tag) == "rtl",
        reviewer=reviewer(tag),
        page_url=f"{base}{SPLITS}{tag}" if base else "",
        mail_url=f"{base}{SPLITS}{tag}/mail" if base else "",
    )
