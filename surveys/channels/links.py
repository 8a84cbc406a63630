"""Links of one invitation, rebuilt from its id whenever they are shown."""

from dataclasses import dataclass

from django.conf import settings

from kit import tokens
from surveys.queries.lookups import SURVEY


@dataclass(frozen=True, slots=True)
class Link:
    """A personal link and its pictures; the path is for pages of the same host."""

    path: str

    @property
    def url(self) -> str:
        return f"{settings.BASE_URL}{self.path}"

    @property
    def svg(self) -> str:
        return f"{self.url}/qr.svg"

    @property
    def png(self) -> str:
        return f"{self.url}/qr.png"


def survey_link(invitation_id: int) -> Link:
    return Link(f"/s/{tokens.sign(SURVEY, invitation_id)}")
