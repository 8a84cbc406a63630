"""What an anonymous programme measured: a page of its own, where no filter but months exists."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.anonymous import MonthsForm
from console.shown.anonymous import EXPLAINED, block_name, month_key, part_name, results_of
from console.views.programmes import known_programme
from kit.clock import now
from kit.periods import local_day
from metrics.queries.anonymous import blocks_of, comments_of
from metrics.queries.definitions import definitions_of
from metrics.rules.gate import Block
from metrics.statistics.definitions import Kind
from reports.queries.anonymous import measured
from surveys.models import Programme

MOST_COMMENTS = 100


@require_safe
@inside("programmes", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door, programme_id: int) -> HttpResponse:
    moment, programme = now(), anonymous_programme(programme_id)
    today = local_day(moment, door.organisation.time_zone)
    every = blocks_of(programme.pk, today)
    form = MonthsForm(request.GET, blocks=every)
    first, last = form.months()
    kind = Kind(programme.survey.metric)
    definition = definitions_of(door.organisation.pk).newest(kind)
    found = measured(programme, definition, today=today, first=first, last=last)
    context = {
        "programme": programme,
        "form": form,
        "has_any": bool(every),
        "results": results_of(found, moment) if found.blocks else None,
        "explained": EXPLAINED,
        **_said(request, programme, found.blocks),
    }
    return page(request, door, "programmes/anonymous.html", context)


def anonymous_programme(programme_id: int) -> Programme:
    """The anonymous programme of the address; raises Http404."""
    programme = known_programme(programme_id)
    if not programme.is_anonymous:
        raise Http404
    return programme


def _said(request: HttpRequest, programme: Programme, blocks: Sequence[Block]) -> dict[str, object]:
    """The comments of one block, the newest where none is named; of one of its groups at most."""
    if not blocks:
        return {"comments": []}
    wanted, named = request.GET.get("said", ""), request.GET.get("group", "")
    block = next((one for one in blocks if month_key(one.first) == wanted), blocks[-1])
    groups = {str(place): one for place, one in enumerate(block.groups)}
    comments, count = comments_of(programme.pk, block, groups.get(named), most=MOST_COMMENTS)
    return {
        "comments": comments,
        "comments_count": count,
        "comments_of": block_name(block),
        "said": month_key(block.first),
        "said_blocks": [(month_key(one.first), block_name(one)) for one in reversed(blocks)],
        "group": named if named in groups else "",
        "said_groups": [
            (place, part_name(None if one.is_rest else next(iter(one.values))))
            for place, one in groups.items()
        ]
        if programme.kept_property
        else [],
    }
