"""Help: the words of the pages, how to read a score, what cannot be told, the first 90 days."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import NoFilter
from console.shown.glossary import GLOSSARY

PAGES = (
    ("help", "Help"),
    ("help_reading", "How to read a score"),
    ("help_glossary", "Glossary"),
    ("help_limits", "What we cannot tell you"),
    ("help_plan", "The first 90 days"),
)


@require_safe
@inside("help", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door, name: str) -> HttpResponse:
    """One page of the help; the same for every role."""
    NoFilter(request.GET).read()
    context: dict[str, Any] = {
        "pages": [(f"console:{one}", text, one == name) for one, text in PAGES],
        "glossary": GLOSSARY if name == "help_glossary" else (),
    }
    return page(request, door, f"help/{name}.html", context)
