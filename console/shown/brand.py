"""The previews on the brand's page: the page in light and dark, and the mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Organisation
from console.shown.previews import SPLITS
from surveys.models import Programme
from surveys.queries.previews import preview_token

SHOWN = (("The page", "", "light"), ("In the dark", "", "dark"), ("The mail", "/mail", "light"))


@dataclass(frozen=True, kw_only=True)
class BrandFrame:
    name: str
    url: str


def frames_of(organisation: Organisation, *, now: datetime) -> Sequence[BrandFrame]:
    """The frames of the oldest programme's survey; none before there is one."""
    programme = Programme.objects.filter(archived_at__isnull=True).order_by("id").first()
    if programme is None:
        return []
    token = preview_token(
        organisation_id=organisation.pk, survey_id=programme.survey_id, version=0, now=now
    )
    return [
        BrandFrame(name=name, url=f"/p/{token}{SPLITS}{SPLITS}{scheme}{step}")
        for name, step, scheme in SHOWN
    ]
