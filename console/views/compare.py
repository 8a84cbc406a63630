"""Compare any two periods or parts of the answers, with the test and what it may say."""

import copy
from collections.abc import Iterable, Sequence

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from accounts.rules.roles import Permission
from console.door import Door, inside, page
from console.forms.filters import Filter
from console.periods import KEYS
from console.selection import Selection, read_selection
from console.shown.compare import PARTS, shown_of
from console.shown.doubts import switch_of
from console.shown.elsewhere import elsewhere_of
from kit.clock import now
from metrics.queries.filters import Slice
from metrics.queries.histograms import SUSPECT
from metrics.queries.properties import Tracked, tracked_properties
from reports.queries.comparing import Compared, Side, compare, filter_of
from reports.queries.responses import answered_between

OTHER = "b_"
OTHERS = frozenset(OTHER + name for name in (*KEYS, *PARTS))
REST = "b_rest"  # B is everybody else: whoever is in A is not in B
COMMON = ("definition", "suspects")


class MetricFilter(Filter):
    """What is compared; the two sides are read as every other page reads its one."""

    after = None  # type: ignore[assignment]
    metric = forms.ChoiceField(choices=[(one.value, "") for one in Compared], required=False)
    b_rest = forms.ChoiceField(choices=[("on", "")], required=False)

    def read_both(self) -> tuple[Compared, bool]:
        """What is compared, and whether with everybody else."""
        self.extra = frozenset(self.data)
        asked = self.read()
        return Compared(asked["metric"] or Compared.SERVICE), asked[REST] == "on"


@require_safe
@inside("compare", Permission.VIEW_FIGURES)
def show(request: HttpRequest, door: Door) -> HttpResponse:
    moment, (compared, is_rest) = now(), MetricFilter(request.GET).read_both()
    a = read_selection(_only(request, _first(request.GET)), door, moment)
    b = read_selection(_only(request, _second(request.GET, a)), door, moment)
    found = compare(_side(compared, a), _side(compared, b, but=a.part if is_rest else None))
    context = shown_of(found, compared, (a, b), door, moment, is_rest=is_rest)
    tracked = tracked_properties(door.organisation.pk)
    is_empty = not (found.a.figure.n or found.b.figure.n)
    more = {
        "tracked": tracked,
        "older": a.older,
        "untracked": _untracked(tracked, a, b),
        "is_empty": is_empty,
        # Whoever has named both sides came for what may be said of them.
        "is_open": is_empty or not request.GET,
        "elsewhere": elsewhere_of(answered_between()) if is_empty else None,
    }
    suspects = switch_of(
        [(name, value) for name, values in request.GET.lists() for value in values],
        are_counted=a.with_suspects,
        may_be_counted=SUSPECT in {*found.a.left_out, *found.b.left_out},
    )
    return page(request, door, "compare.html", {**context, **more, "suspects": suspects})


def _side(compared: Compared, one: Selection, *, but: Slice | None = None) -> Side:
    chosen = filter_of(compared, one.definitions, one.part)
    return Side(chosen=chosen, period=one.period.period, but=but)


def _untracked(tracked: Sequence[Tracked], *sides: Selection) -> list[str]:
    """The properties that no cell holds, for the page to say why it took long."""
    keys = {one.key for one in tracked}
    named = [key for one in sides for key, _ in one.segments if key not in keys]
    return list(dict.fromkeys(named))


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
        if name not in OTHERS and name not in ("metric", REST)
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
    is_rest = REST in data
    if not names & set(KEYS):
        period = a.period.period if names or is_rest else a.before
        named += [("from", period.first.isoformat()), ("to", period.last.isoformat())]
    if not (names & set(PARTS) or is_rest or any(OTHER + part in data for part in PARTS)):
        named += [(name, value) for name, value in a.kept() if name in PARTS]
    return _joined([*named, *common])


def _joined(pairs: Iterable[tuple[str, str]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in pairs:
        if value:
            data.appendlist(name, value)
    return data
