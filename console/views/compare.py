"""Compare any two periods or parts of the answers, with the test and what it may say."""

import copy
from collections.abc import Iterable

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import Filter
from console.periods import KEYS
from console.selection import Selection, read_selection
from console.shown.compare import shown_of
from kit.clock import now
from metrics.queries.properties import tracked_properties
from reports.queries.comparing import Compared, Side, compare, filter_of

OTHER = "b_"
PARTS = ("programme", "touchpoint", "segment")
OTHERS = frozenset(OTHER + name for name in (*KEYS, *PARTS))
COMMON = ("definition", "suspects")


class MetricFilter(Filter):
    """What is compared; the two sides are read as every other page reads its one."""

    after = None  # type: ignore[assignment]
    metric = forms.ChoiceField(choices=[(one.value, "") for one in Compared], required=False)

    def read_metric(self) -> Compared:
        self.extra = frozenset(self.data)
        return Compared(self.read()["metric"] or Compared.SERVICE)


@require_safe
@inside("compare", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    moment, compared = now(), MetricFilter(request.GET).read_metric()
    a = read_selection(_only(request, _first(request.GET)), door, moment)
    b = read_selection(_only(request, _second(request.GET, a)), door, moment)
    sides = [
        Side(chosen=filter_of(compared, a.definitions, one.part), period=one.period.period)
        for one in (a, b)
    ]
    found = compare(*sides)
    context = shown_of(found, compared, (a, b), door, moment)
    tracked = tracked_properties(door.organisation.pk)
    return page(request, door, "compare.html", {**context, "tracked": tracked, "older": a.older})


def _only(request: HttpRequest, data: QueryDict) -> HttpRequest:
    """The same request with the address of one side."""
    side = copy.copy(request)
    side.GET = data  # type: ignore[assignment]
    return side


def _first(data: QueryDict) -> QueryDict:
    """Side A is the page's own selection; B's names and empty boxes are not its concern."""
    return _joined(
        (name, value)
        for name, values in data.lists()
        if name not in OTHERS and name != "metric"
        for value in values
    )


def _second(data: QueryDict, a: Selection) -> QueryDict:
    """Side B: what is named for it, else the days before A, or A's own days for another part."""
    named = [
        (name.removeprefix(OTHER), value)
        for name, values in data.lists()
        if name in OTHERS
        for value in values
        if value
    ]
    common = [(name, value) for name in COMMON for value in data.getlist(name)]
    names = {name for name, _ in named}
    if not names & set(KEYS):
        period = a.period.period if names else a.before
        named += [("from", period.first.isoformat()), ("to", period.last.isoformat())]
    if not names & set(PARTS) and not any(OTHER + part in data for part in PARTS):
        named += [(name, value) for name, value in a.kept() if name in PARTS]
    return _joined([*named, *common])


def _joined(pairs: Iterable[tuple[str, str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in pairs:
        if value:
            data.appendlist(name, value)
    return data
