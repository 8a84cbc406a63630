"""How many answers one network and one public link may send: nobody was invited by them."""

from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kit.clients import client_address, network_of
from kit.limits import Limit, take
from respond import pages, phrases
from respond.tongues import tongue_of

HOUR = 3600
# A shop's guests share one address; whoever fills in a survey again and again has one, too.
MOST_BY_NETWORK = 30
MOST_BY_LINK = 600


def find_room(request: HttpRequest, link_id: int) -> HttpResponse | None:
    """Count one more answer of this link; the page that says why not, where there is no room.

    Without Valkey nobody can count, and what nobody counts is not let in: whoever answers is told
    so, keeps what was chosen, and sends it again when Valkey is back.
    """
    waited = seconds_until_room(request, link_id)
    if waited == 0:
        return None
    if waited is None:
        return _unsent(request, 503, phrases.NOT_NOW)
    answer = _unsent(request, 429, phrases.TOO_MANY, minutes=ceil(waited / 60))
    answer["Retry-After"] = str(ceil(waited))
    return answer


def seconds_until_room(request: HttpRequest, link_id: int) -> float | None:
    """Count one more answer: 0 if there was room, else until when there is none.

    None where nobody could count.
    """
    return take(_limits(request, link_id))


def _unsent(request: HttpRequest, status: int, heading: str, **values: object) -> HttpResponse:
    form = dict(request.POST.lists())
    return pages.unsent(tongue_of(request), request.path, form, status, heading, **values)


def _limits(request: HttpRequest, link_id: int) -> list[Limit]:
    limits = [Limit(f"link:{link_id}", MOST_BY_LINK, HOUR)]
    address = client_address(request.META, settings.TRUSTED_PROXIES)
    if address is not None:
        limits.append(Limit(f"link:{link_id}:{network_of(address)}", MOST_BY_NETWORK, HOUR))
    return limits
