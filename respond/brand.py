"""An organisation's colour on the survey page, moved until it can be read in light and in dark."""

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from coloraide import Color
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

DEFAULT = "#2b5fd9"
PAGES = ("#ffffff", "#14181f")
# As respond.css has them (a test compares): the preview says which of the two holds.
SCHEMES = {
    "light": "--page:#fff;--ink:#1c2430;--soft:#596475;--fill:#f3f5f8;--edge:#7d8a9e;"
    "--line:#dfe4ea;--bad:#a3271b",
    "dark": "--page:#14181f;--ink:#e8ecf2;--soft:#a9b4c4;--fill:#232a35;--edge:#7d8a9e;"
    "--line:#313a47;--bad:#ff9d90",
}
# The same of the logo, which stands on white in the dark.
LOGOS = {
    "light": ":root .logo{padding:0;background:none}",
    "dark": ":root .logo{box-sizing:content-box;padding:4px;border-radius:4px;background:#fff}",
}
READABLE = 4.5  # WCAG 1.4.3: words on a button
VISIBLE = 3.0  # WCAG 1.4.11: the button's edge on the page
MIDDLE = 0.18  # the luminance from which white and black are equally far
STEP = 0.01


@dataclass(frozen=True, slots=True)
class Brand:
    """The style element of one colour, and its hash for the Content-Security-Policy."""

    css: str
    digest: str

    @property
    def element(self) -> SafeString:
        # Written here: a template's line breaks inside it would change its hash.
        return format_html("<style>{}</style>", mark_safe(self.css))  # noqa: S308 (our own rules)


@lru_cache(maxsize=1024)
def brand(colour: str, scheme: str = "") -> Brand:
    """The style of `colour`; one that is no colour falls back to the product's own.

    With a scheme the page is light or dark whatever its reader prefers: the preview's way.
    """
    light, dark = colours(colour)
    if scheme:
        own = dark if scheme == "dark" else light
        css = f":root{{color-scheme:{scheme};{SCHEMES[scheme]};{own}}}{LOGOS[scheme]}"
    else:
        css = f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return Brand(css, digest)


@lru_cache(maxsize=1024)
def colours(colour: str) -> tuple[str, str]:
    """Return the colour's custom properties on a light and on a dark page."""
    chosen = colour if Color.match(colour, fullmatch=True) else DEFAULT
    light, dark = (_rules(chosen, page) for page in PAGES)
    return light, dark


def _rules(colour: str, page: str) -> str:
    chosen = Color(colour).convert("oklch")
    words = max((Color("#ffffff"), Color("#101419")), key=chosen.contrast)
    button = _moved(chosen, against=words, until=READABLE)
    # A yellow button stays yellow; its edge is what must stand out from a white page.
    edge = _moved(button, against=Color(page), until=VISIBLE)
    return f"--brand:{_hex(button)};--on-brand:{_hex(words)};--rim:{_hex(edge)}"


def _moved(colour: Color, *, against: Color, until: float) -> Color:
    """`colour`, lighter or darker by the least that gives the contrast."""
    step = STEP if against.luminance() < MIDDLE else -STEP
    lightness = colour["lightness"]
    while Color(_hex(colour)).contrast(against) < until:
        lightness += step
        colour = colour.clone().set("lightness", lightness)
    return colour


def _hex(colour: Color) -> str:
    return colour.convert("srgb").fit().to_string(hex=True)
