"""Doubted answers: which rule, when, which score, and whether a person answered as well."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import DoubtedFilter
from console.periods import Choice
from console.shown.doubts import (
    DOUBTED,
    chips_of_doubts,
    doubted_count,
    doubted_line,
    rule_lines,
)
from console.shown.narrowing import chips_of
from console.views.responses import read_listing
from kit.clock import now
from reports.queries.doubts import Which, by_rule, doubted, everything
from reports.queries.responses import count_responses
from surveys.models import Response

TABS = (
    ("", "All"),
    (Response.Standing.SUSPECT.value, "Still left out"),
    (Response.Standing.COUNTED.value, "Counted since"),
)


@require_safe
@inside("responses", Permission.VIEW_FIGURES)
def listing(request: HttpRequest, door: Door) -> HttpResponse:
    moment = now()
    asked = read_listing(request, door, moment, DoubtedFilter)
    which = Which(rule=asked.besides["doubt"], by_people=asked.besides["person"] == "yes")
    found = doubted(asked.wanted, which, after=asked.after)
    counts = by_rule(everything(asked.wanted))
    pairs = [(name, one) for name, values in request.GET.lists() for one in values if one]
    by_people = sum(one.by_people for one in counts)
    context = {
        "chips": [*chips_of(asked.form), *chips_of_doubts(which, pairs)],
        "period": asked.period,
        "tabs": _tabs(request, asked.wanted.standing),
        "total": sum(one.doubted for one in counts),
        "by_people": by_people,
        "by_people_count": doubted_count(by_people, pairs, person="yes"),
        "answers": count_responses(everything(asked.wanted)),
        "rules": rule_lines(counts, pairs),
        "explained": DOUBTED,
        "found": found,
        "lines": [doubted_line(row, door, moment) for row in found.rows],
    }
    return page(request, door, "responses/doubted.html", context)


def _tabs(request: HttpRequest, standing: str) -> list[Choice]:
    pairs = [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if value and name not in ("after", "standing", "suspects")
    ]
    return [
        Choice(
            name=text,
            query=urlencode([*pairs, ("standing", value)] if value else pairs),
            is_current=value == standing,
        )
        for value, text in TABS
    ]
