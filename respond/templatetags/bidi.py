"""Words of an organisation's own on a page that runs the other way: they may not be translated."""

from functools import lru_cache
from unicodedata import bidirectional

from django import template
from django.utils.html import format_html

register = template.Library()
DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}


@register.filter
def isolated(text: str, direction: str) -> str:
    """Keep "How was it?" from becoming "?How was it" among Arabic; widget.js does the same."""
    own = _direction(text)
    return format_html('<bdi dir="{}">{}</bdi>', own, text) if own not in ("", direction) else text


@lru_cache(maxsize=4096)
def _direction(text: str) -> str:
    """The one direction of all its letters; "" where there are none, or of both kinds."""
    if text.isascii():
        return "ltr" if any(map(str.isalpha, text)) else ""
    found = {DIRECTIONS.get(bidirectional(one), "") for one in text} - {""}
    return found.pop() if len(found) == 1 else ""
