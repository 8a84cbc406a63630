"""A survey link as a QR code, for receipts and chats: whoever has the link may have its picture."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kit import tokens
from kit.pictures import qr_png, qr_svg
from respond import pages
from respond.door import door
from surveys.queries.lookups import PUBLIC_LINK, SURVEY


def _picture(
    draw: Callable[[str], bytes], kind: str, at: str = "s", purpose: str = SURVEY
) -> Callable[..., HttpResponse]:
    """Drawn from the token alone: nothing is looked up, so it tells nothing of the question."""

    def show(request: HttpRequest, token: str) -> HttpResponse:
        if tokens.read(purpose, token) is None:
            return pages.closed()
        drawn = draw(f"{_base(request)}/{at}/{token}")
        return pages.sealed(HttpResponse(drawn, content_type=kind))

    return show


def _base(request: HttpRequest) -> str:
    """Where the picture was asked for, if that is another host we answer for: an organisation's."""
    parts, host = urlsplit(settings.BASE_URL), request.get_host()
    local = ("localhost", "127.0.0.1", "[::1]")
    known = host in (parts.netloc, parts.hostname) or host.partition(":")[0] in local
    return settings.BASE_URL if known else f"{parts.scheme}://{host}"


svg = door(_picture(qr_svg, "image/svg+xml"))
png = door(_picture(qr_png, "image/png"))
open_svg = door(_picture(qr_svg, "image/svg+xml", "l", PUBLIC_LINK))
open_png = door(_picture(qr_png, "image/png", "l", PUBLIC_LINK))
