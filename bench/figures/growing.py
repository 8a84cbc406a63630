"""What pages cost when there are a thousand times as many answers."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.client import Exchange, get, rate
from bench.crowd import crowded_company, touchpoints_of
from bench.pairing import Pair, ratio_of, take_pairs
from bench.results import Figure
from bench.setting import Setting
from bench.visitor import HOST, Visitor, visitor
from bench.world import Company
from reports.models import RenderedChart

FEW = 10_000
CALLS = 3
DRAWING = "reports.actions.drawing"
PAGES = ("overview", "journey", "touchpoint", "gap")
ALIKE = 0.1  # pages differ by digits and by a word or two
# A visitor and an address at each of the two companies, few answers first.
Sides = Sequence[tuple[Visitor, str]]


def pages_growth(setting: Setting) -> Figure:
    """Time of whole pages with many answers over few, same days and values: the worst of four.

    Nothing is drawn and no picture is kept: with the drawing, growth would hide behind a fixed
    cost, and with kept pictures behind a cache. Of the touchpoints the first is taken whose pages
    say as much on both sides: where chance makes a change of one a call, its page takes it apart
    and is half as long again.
    """
    small, big = crowded_company(FEW, setting.now), crowded_company(setting.many, setting.now)
    with _without_pictures():
        sides = [(visitor(each, setting), each) for each in (small, big)]
        taken = {name: _pairs(_alike(name, sides), setting) for name in PAGES}
    ratios = {name: ratio_of(pairs) for name, pairs in taken.items()}
    worst = max(ratios, key=lambda name: ratios[name])
    return Figure(
        name="pages_growth",
        value=ratios[worst],
        unit=f"x at few, the {worst}",
        must=1.2,
        goal=1.0,
        better="lower",
        runs=[pair.ratio for pair in taken[worst]],
        setup=f"{setting.many:,} over {FEW:,} answers; the same number of queries; "
        + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()),
    )


def overview_ms(setting: Setting) -> Figure:
    """Milliseconds of the overview over HTTP, its pictures drawn before; and without them."""
    guest = visitor(crowded_company(setting.million, setting.now), setting)
    request = get(HOST, guest.url("overview")).replace(
        b"\r\n\r\n", f"\r\nCookie: {guest.cookie}\r\n\r\n".encode()
    )

    def load() -> float:
        return 1000 / rate(setting.product, [[Exchange(request, 200)]], connections=1)

    load()
    RenderedChart.objects.all().delete()
    cold = load()
    warm = [load() for _ in range(20)]
    return Figure(
        name="overview_ms",
        value=median(warm),
        unit="ms, pictures drawn before",
        must=None,
        goal=60,
        better="lower",
        runs=warm,
        setup=f"{setting.million:,} answers, over HTTP; {cold:.0f} ms with its pictures drawn anew",
    )


def _pairs(pages: Sides, setting: Setting) -> list[Pair]:
    counted = [_queries(*page) for page in pages]
    if counted[0] != counted[1]:
        raise RuntimeError(f"{pages[0][1]} asks {counted[0]} queries at few, {counted[1]} at many")
    return take_pairs(
        *(_timed(*page) for page in pages), pairs=setting.pairs, repeats=setting.pairs
    )


def _alike(name: str, sides: Sequence[tuple[Visitor, Company]]) -> Sides:
    """The same page of both companies: visitor and address, few first."""
    if name != "touchpoint":
        return [(guest, guest.url(name)) for guest, _ in sides]
    places = zip(*(touchpoints_of(company) for _, company in sides), strict=True)
    for ids in places:
        pages = [(guest, guest.url(name, pk)) for (guest, _), pk in zip(sides, ids, strict=True)]
        few, many = (_length(*page) for page in pages)
        if abs(many - few) < ALIKE * few:
            return pages
    raise RuntimeError("no touchpoint has pages that say as much on both sides")


def _length(guest: Visitor, address: str) -> int:
    return len(guest.client.get(address).content)


def _timed(guest: Visitor, address: str) -> Callable[[], float]:
    def load() -> float:
        begun = time.perf_counter()
        for _ in range(CALLS):
            _load(guest, address)
        return (time.perf_counter() - begun) / CALLS

    return load


def seconds_of(guest: Visitor, address: str) -> float:
    """How long one load of a page takes, nothing drawn and no picture kept."""
    begun = time.perf_counter()
    with _without_pictures():
        _load(guest, address)
    return time.perf_counter() - begun


def _queries(guest: Visitor, address: str) -> int:
    _load(guest, address)  # remembers the organisation in the session
    with CaptureQueriesContext(connection) as asked:
        _load(guest, address)
    return len(asked)


def _load(guest: Visitor, address: str) -> None:
    answer = guest.client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")


@contextmanager
def _without_pictures() -> Iterator[None]:
    with patch(f"{DRAWING}.draw", lambda _spec: "<svg/>"), patch(f"{DRAWING}._keep"):
        yield
