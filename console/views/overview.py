"""The overview: the page a manager opens every morning."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms import comments as comments_form
from console.forms import trends as trends_form
from console.selection import Selection, read_selection
from console.shown.anonymous import apart_of
from console.shown.asides import aside_faces
from console.shown.cards import Empty, face, pictures, specs_of
from console.shown.comments import comments_face, read_comments
from console.shown.elsewhere import elsewhere_of
from console.shown.explained import JOURNEY
from console.shown.gap import card_face, with_opposed
from console.shown.links import Links
from console.shown.rates import RATE, rate_face
from console.shown.selection import bar_of
from console.shown.tiles import stage_faces
from console.shown.trends import read_trend
from kit.clock import now
from metrics.queries.filters import experience, service
from reports.queries.gap import gap_card
from reports.queries.overview import Overview, overview
from surveys.queries.programmes import asks_of_the_relationship

OWN = comments_form.NAMES | trends_form.NAMES


@require_safe
@inside("overview", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    moment = now()
    selection = read_selection(request, door, moment, also=OWN)
    comments, trend = read_comments(request), read_trend(request, selection.period.period)
    found = overview(
        part=selection.part,
        definitions=selection.definitions,
        period=selection.period.period,
        today=selection.today,
        against=selection.against,
        comments=comments,
        step=trend.step,
    )
    if found.is_untouched:
        return page(request, door, "overview_empty.html", {"period": selection.period})
    links = Links(door, selection)
    gap = gap_card(
        service(door.organisation.pk, selection.definitions).within(selection.part),
        experience(door.organisation.pk, selection.definitions).within(selection.part),
        selection.period.period,
        today=selection.today,
        against=selection.against,
        overlaps=found.overlaps,
    )
    cards = [found.service, with_opposed(found.experience, gap)]
    drawn = pictures({**specs_of(cards), "gap": gap.picture}, moment)
    context = {
        "selection": selection,
        "older": selection.older,
        "trend": trend,
        "bar": bar_of(selection),
        "service": face(cards[0], drawn, links, _nothing(selection) or _no_service(door)),
        "service_asides": aside_faces(found.service_asides, links),
        "experience": face(cards[1], drawn, links, _no_experience(found, selection, door)),
        "gap": card_face(gap, drawn.get("gap"), door, selection),
        "stages": stage_faces(found.journey, links, moment, deep=False),
        "journey": JOURNEY,
        "rate": rate_face(found.rate, links),
        "rate_explained": RATE,
        "comments": comments_face(found.quotes, comments, selection, links, moment),
        "apart": apart_of(selection),
        "elsewhere": None if selection.is_narrowed else elsewhere_of(found.elsewhere),
        "is_unanswered": found.beginning is not None,
    }
    return page(request, door, "overview.html", context)


def _nothing(selection: Selection) -> Empty | None:
    return Empty(text="No answer here fits what you chose.") if selection.is_narrowed else None


def _no_service(door: Door) -> Empty:
    return Empty(
        text="No answer at a service touchpoint in this period.",
        action="See the programmes",
        url=reverse("console:programmes", args=[door.slug]),
    )


def _no_experience(found: Overview, selection: Selection, door: Door) -> Empty:
    """What the Experience card says without answers; looked up only where it has none."""
    if found.experience.n:
        return Empty(text="")
    if selection.is_narrowed or not asks_of_the_relationship():
        return _nothing(selection) or _no_relationship(door)
    return Empty(
        text="No answer to the relationship survey in this period.",
        action="See the programmes",
        url=reverse("console:programmes", args=[door.slug]),
    )


def _no_relationship(door: Door) -> Empty:
    if not door.may_edit_programmes:
        return Empty(text="No relationship survey yet.")
    return Empty(
        text="No relationship survey yet. It asks every customer now and then how likely she is "
        "to recommend you; scores at single touchpoints never count here.",
        action="Set one up",
        url=reverse("console:programme_new", args=[door.slug]),
    )
