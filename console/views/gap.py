"""The gap between service and experience: the sentence, the segments, the customers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.gap import NamesFilter
from console.selection import Selection, read_selection
from console.shown.asides import aside_faces
from console.shown.gap import empty_of, page_face
from console.shown.gap_customers import customers_face, judged_by, name_face
from console.shown.links import Links
from console.shown.selection import bar_of
from kit.clock import now
from kit.periods import local_day
from metrics.queries.filters import experience, service
from metrics.queries.overlaps import stored_overlaps
from reports.queries.asides import Aside, service_asides
from reports.queries.gap import GapPage, gap_page
from reports.queries.gap_customers import Customers, gap_customers
from reports.queries.gap_names import names_for_action

# The gap is of everything that service and the relationship were asked; segments narrow both.
WHOLE = frozenset({"programme", "touchpoint"})


@dataclass(frozen=True)
class Told:
    """Both levels of the gap."""

    page: GapPage
    asides: Sequence[Aside]
    customers: Customers


@require_safe
@inside("gap", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    moment = now()
    selection = read_selection(request, door, moment, without=WHOLE)
    told, links = _gap_of(door, selection), Links(door, selection)
    context = {
        "selection": selection,
        "older": selection.older,
        "bar": bar_of(selection),
        "empty": empty_of(told.page, door),
        "gap": page_face(told.page, links, moment),
        "both": customers_face(told.customers, links, door),
        "asides": aside_faces(told.asides, links),
        "judged_by": judged_by(selection.older),
    }
    return page(request, door, "gap/page.html", context)


def _gap_of(door: Door, selection: Selection) -> Told:
    ours, definitions = door.organisation.pk, selection.definitions
    relation = experience(ours, definitions).within(selection.part)
    overlaps = stored_overlaps(ours)
    period, today, against = selection.period.period, selection.today, selection.against
    return Told(
        gap_page(
            service(ours, definitions).within(selection.part),
            relation,
            period,
            today=today,
            against=against,
            overlaps=overlaps,
        ),
        service_asides(selection.part, definitions, period, today=today),
        gap_customers(relation, period, today=today, against=against, overlaps=overlaps),
    )


@require_safe
@inside("gap", Permission.VIEW_CUSTOMERS)
def people(request: HttpRequest, door: Door) -> HttpResponse:
    """Whom to act upon today: a list of names, never a count of people who moved."""
    form = NamesFilter(request.GET)
    asked = form.read()
    today = local_day(now(), door.organisation.time_zone)
    found = names_for_action(
        today=today,
        served=asked["served"],
        felt=asked["felt"],
        after=asked["after"] or None,
    )
    context = {"form": form, "found": found, "rows": [name_face(one) for one in found.rows]}
    return page(request, door, "gap/people.html", context)
