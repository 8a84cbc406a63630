"""Words of an organisation's own on a page that runs the other way: they may not be translated."""

from django import template
from django.utils.html import format_html

from surveys.rules.languages import direction_in

register = template.Library()


@register.filter
def isolated(text: str, direction: str) -> str:
    """Keep "How was it?" from becoming "?How was it" among Arabic; widget.js does the same."""
    own = direction_in(text)
    return format_html('<bdi dir="{}">{}</bdi>', own, text) if own not in ("", direction) else text
