"""A survey link as a QR code, for receipts and chats: whoever has the link may have its picture."""

from collections.abc import Callable

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
        drawn = draw(f"{settings.BASE_URL}/{at}/{token}")
        return pages.sealed(HttpResponse(drawn, content_type=kind))

    return show


svg = door(_picture(qr_svg, "image/svg+xml"))
png = door(_picture(qr_png, "image/png"))
open_svg = door(_picture(qr_svg, "image/svg+xml", "l", PUBLIC_LINK))
open_png = door(_picture(qr_png, "image/png", "l", PUBLIC_LINK))
