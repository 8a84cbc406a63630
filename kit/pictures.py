"""A link as a QR code: drawn here, so that no other service sees the links."""

from io import BytesIO

import segno

# Four modules of white around it are part of the code: without them cameras do not find it.
QUIET = 4


def qr_svg(link: str) -> bytes:
    """Return the code as SVG that fills whatever it is put into."""
    picture = BytesIO()
    _code(link).save(
        picture, kind="svg", border=QUIET, light="#fff", omitsize=True, xmldecl=True, nl=False
    )
    return picture.getvalue()


def qr_png(link: str) -> bytes:
    """Return the code as PNG, ten pixels a module: sharp on a receipt of 80 mm."""
    picture = BytesIO()
    _code(link).save(picture, kind="png", border=QUIET, scale=10)
    return picture.getvalue()


def _code(link: str) -> segno.QRCode:
    return segno.make_qr(link, error="m")
