"""Settings, languages: what customers can read, how complete it is, and who has looked at it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import NoFilter
from console.shown.languages import languages_shown
from kit.clock import now
from surveys.rules.languages import NAMES, main_language


@require_safe
@inside("settings.languages", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    NoFilter(request.GET).read()
    rows = languages_shown(door.organisation, now=now())
    context = {
        "languages": rows,
        "main_name": NAMES[main_language(door.organisation.language)],
        "drafts": sum(one.is_draft for one in rows),
    }
    return page(request, door, "settings/languages.html", context)
