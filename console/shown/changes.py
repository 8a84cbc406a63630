"""Where a change of a programme's rules leads: to whom it asks now, beside whom it asked before."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from console.forms.dry_runs import BeforeForm
from surveys.models import Programme


def after_change(
    slug: str, programme: Programme, before: Mapping[str, Any], after: Mapping[str, Any]
) -> str:
    """The dry run with the old rules in its address; where none changed, the programme's page."""
    old = {
        name: "" if value is None else value
        for name, value in before.items()
        if name in BeforeForm.base_fields and value != after.get(name)
    }
    if not old:
        return reverse("console:programme", args=[slug, programme.pk])
    return f"{reverse('console:dry_run', args=[slug, programme.pk])}?{urlencode(old)}"
