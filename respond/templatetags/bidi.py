"""Words of an organisation's own on a mirrored page, where they may be of another script."""

from unicodedata import bidirectional

from django import template
from django.utils.html import format_html

register = template.Library()
RIGHT_TO_LEFT = frozenset({"R", "AL"})


@register.filter
def isolated(text: str, direction: str) -> str:
    """Keep "How was it?" from becoming "?How was it" among Arabic: it was not translated."""
    if direction != "rtl" or any(bidirectional(one) in RIGHT_TO_LEFT for one in text):
        return text
    return format_html('<bdi dir="ltr">{}</bdi>', text)
