"""A survey link as a QR code, for receipts and chats: whoever has the link may have its picture."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from kit import tokens
from kit.pictures import qr_png, qr_svg
from respond import pages
from respond.door import door
from surveys.queries.lookups import SURVEY


def _picture(draw: Callable[[str], bytes], kind: str) -> Callable[..., HttpResponse]:
    """Drawn from the token alone: nothing is looked up, so it tells nothing of the question."""

    def show(request: HttpRequest, token: str) -> HttpResponse:
        if tokens.read(SURVEY, token) is None:
            return pages.closed()
        drawn = draw(f"{settings.BASE_URL}/s/{token}")
        return pages.sealed(HttpResponse(drawn, content_type=kind))

    return show


svg = door(_picture(qr_svg, "image/svg+xml"))
png = door(_picture(qr_png, "image/png"))
