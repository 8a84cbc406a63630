"""How a public link's question looks in a mail: in a frame of the console, where nothing runs."""

from django.http import HttpRequest, HttpResponse

from kit import clock, tenancy, tokens
from respond import pages
from respond.door import door
from respond.previewing import FRAMED, MAIL_POLICY
from respond.tongues import tongue_of
from surveys.channels.snippets import snippet
from surveys.queries.lookups import PUBLIC_LINK, organisation_of_public_link
from surveys.queries.public_links import link_of


def show_mail(request: HttpRequest, token: str) -> HttpResponse:
    link_id = tokens.read(PUBLIC_LINK, token)
    organisation_id = None if link_id is None else organisation_of_public_link(link_id)
    if link_id is None or organisation_id is None:
        return pages.closed(tongue_of(request))
    with tenancy.organisation(organisation_id):
        link = link_of(link_id, clock.now())
        html = None if link is None else snippet(link)
    if html is None:
        return pages.closed(tongue_of(request))
    answer = pages.sealed(HttpResponse(html))
    answer["Content-Security-Policy"] = MAIL_POLICY
    for name, value in FRAMED.items():
        answer[name] = value
    return answer


mail = door(show_mail)
