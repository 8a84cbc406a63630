"""Versions of a survey: what publishing changes, the history, and going back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import Filter, NoFilter
from console.problems import BadAddress
from console.shown.surveys import (
    changes_of,
    languages_of,
    main_of,
    versions_of,
)
from console.views.survey_editor import MOVED_ON, back, editing, programme_of
from kit.clock import now
from surveys.actions.drafting import (
    DraftMoved,
    NothingToPublish,
    publish_draft,
    use_version,
)
from surveys.models import Programme, SurveyVersion
from surveys.queries.surveys import published_page, working
from surveys.rules.languages import NAMES as LANGUAGE_NAMES
from surveys.rules.metrics import Metric
from surveys.rules.wording import WordingRefused

MAY = Permission.EDIT_PROGRAMMES


@require_http_methods(["GET", "HEAD", "POST"])
@inside("programmes", MAY)
def publish(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    """Show what the draft changes; when sent, make it what is asked from now on."""
    programme = programme_of(programme_id)
    if request.method == "POST":
        return _publish(request, door, programme)
    NoFilter(request.GET).read()
    here = working(programme.survey)
    context = {
        "programme": programme,
        "here": here,
        "next": here.version.number + 1,
        "changes": changes_of(here),
        "languages": languages_of(here),
        "main_name": LANGUAGE_NAMES[main_of(here)],
    }
    return page(request, door, "surveys/publish.html", context)


def _publish(request: HttpRequest, door: Door, programme: Programme) -> HttpResponse:
    try:
        version = publish_draft(editing=editing(request, door, programme), now=now())
    except DraftMoved:
        messages.error(request, MOVED_ON)
        return redirect("console:survey_publish", door.slug, programme.pk)
    except NothingToPublish:
        messages.error(request, "There is nothing to publish: no draft differs from what is asked.")
    except WordingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Version {version.number} is asked from now on.")
        return redirect("console:survey_history", door.slug, programme.pk)
    return back(door, programme)


@require_safe
@inside("programmes", MAY)
def history(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    after = Filter(request.GET).read()["after"]
    programme = programme_of(programme_id)
    found, compared = published_page(programme.survey_id, after)
    versions = versions_of(Metric(programme.survey.metric), compared)
    context = {
        "programme": programme,
        "here": working(programme.survey),
        "found": found,
        "versions": versions[: len(found.rows)],
    }
    return page(request, door, "surveys/history.html", context)


@require_POST
@inside("programmes", MAY)
def use(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    """Begin a draft with what an earlier version said."""
    programme = programme_of(programme_id)
    number = request.POST.get("number", "")
    if not number.isascii() or not number.isdigit() or len(number) > 4:
        raise BadAddress("Choose a version.")
    try:
        use_version(editing=editing(request, door, programme), number=int(number), now=now())
    except SurveyVersion.DoesNotExist:
        raise Http404 from None
    except DraftMoved:
        messages.error(request, MOVED_ON)
    else:
        messages.success(request, f"The draft says what version {int(number)} said.")
    return back(door, programme)
