"""Links of an invitation or for everybody, rebuilt from an id whenever they are shown."""

from dataclasses import dataclass

from django.conf import settings

from kit import tokens
from surveys.queries.lookups import PUBLIC_LINK, SURVEY


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a question and its pictures; the path is for pages of the same host."""

    path: str

    @property
    def url(self) -> str:
        return f"{settings.BASE_URL}{self.path}"

    @property
    def shown(self) -> str:
        """As it is printed for people."""
        return self.url.partition("://")[2]

    @property
    def svg(self) -> str:
        return f"{self.url}/qr.svg"

    @property
    def png(self) -> str:
        return f"{self.url}/qr.png"


def survey_link(invitation_id: int) -> Link:
    return Link(f"/s/{tokens.sign(SURVEY, invitation_id)}")


def public_link(link_id: int) -> Link:
    """The link of a `PublicLink`, for everybody."""
    return Link(f"/l/{tokens.sign(PUBLIC_LINK, link_id)}")
