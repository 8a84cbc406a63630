"""Links of an invitation or for everybody, rebuilt from an id whenever they are shown."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from accounts.models import Organisation
from kit import tokens
from surveys.queries.lookups import PUBLIC_LINK, SURVEY, WIDGET


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a question and its pictures; the path is for pages of the same host."""

    path: str
    base: str

    @property
    def url(self) -> str:
        return f"{self.base}{self.path}"

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


def survey_link(invitation_id: int, organisation: Organisation) -> Link:
    return Link(f"/s/{tokens.sign(SURVEY, invitation_id)}", base_of(organisation))


def public_link(link_id: int, organisation: Organisation) -> Link:
    """The link of a `PublicLink`, for everybody."""
    return Link(f"/l/{tokens.sign(PUBLIC_LINK, link_id)}", base_of(organisation))


def widget_token(link_id: int) -> str:
    """The name of a widget in the snippet of a site; the addresses below /w/ begin with it."""
    return tokens.sign(WIDGET, link_id)


def widget_script(organisation: Organisation) -> str:
    """The script of every widget; its number changes when old snippets could not load it."""
    return f"{base_of(organisation)}/w/v1.js"


def base_of(organisation: Organisation) -> str:
    """Return where the organisation's links lead: its own host while we answer for it."""
    host = organisation.survey_host
    # A host that was taken from ALLOWED_HOSTS would answer every customer with an error.
    if not host or not validate_host(host.partition(":")[0], settings.ALLOWED_HOSTS):
        return settings.BASE_URL
    return f"{urlsplit(settings.BASE_URL).scheme}://{host}"
