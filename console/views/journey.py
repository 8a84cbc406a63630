"""The journey: every touchpoint in the order in which customers meet it, with its scores."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.selection import read_selection
from console.shown.links import Links
from console.shown.selection import bar_of
from console.shown.tiles import HEAT, stage_faces, table_of
from kit.clock import now
from reports.queries.journey import journey_map, of_transactions


@require_safe
@inside("journey", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    moment = now()
    selection = read_selection(request, door, moment)
    everywhere = of_transactions(door.organisation.pk, selection.definitions)
    found = journey_map(
        chosen={one: chosen.within(selection.part) for one, chosen in everywhere.items()},
        period=selection.period.period,
        today=selection.today,
        against=selection.against,
    )
    links = Links(door, selection)
    context = {
        "selection": selection,
        "older": selection.older,
        "bar": bar_of(selection),
        "found": found,
        "stages": stage_faces(found, links, moment, deep=True),
        "table": table_of(found, links),
        "heat_explained": HEAT,
    }
    return page(request, door, "journey.html", context)
