"""`/metrics`: figures about the installation for Prometheus; none about anybody in it.

There is no such page unless a token or networks were set (`cxapp.watch.admission`). Labels are
patterns of addresses, names of tasks, kinds and rules of ours: their number is bounded by the
code, not by what somebody sends.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate

import redis
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxapp.watch import admission
from cxapp.watch.counts import BREAK, BUCKETS, COUNTS, shared
from cxapp.watch.exposition import CONTENT_TYPE, Family, Sample, written
from cxapp.watch.figures import figures
from cxapp.watch.parts import Part, answers_of
from cxapp.watch.tally import tally
from kit import clock

PATIENCE = 3.0  # seconds, twice at most; Prometheus gives up after ten
# How each count is called outside, by what it is called in Valkey.
COUNTERS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "request": ("cxapp_requests_total", "Requests answered.", ("method", "route", "status")),
    "task": ("cxapp_tasks_total", "Tasks run by the worker.", ("task", "outcome")),
    "task_items": ("cxapp_task_items_total", "What tasks say they took up.", ("task",)),
    "event": ("cxapp_events_total", "What happened, by the journal.", ("kind",)),
    "answer": ("cxapp_answers_total", "Answers stored, by how they came.", ("origin",)),
    "decision": (
        "cxapp_decisions_total",
        "Decisions: asked, or the rule that said no.",
        ("verdict",),
    ),
    "doubt": ("cxapp_doubts_total", "Sendings taken for a machine's, by rule.", ("rule",)),
    "attempt": (
        "cxapp_handovers_total",
        "Tries at handing over a mail: phase, class of the reply.",
        ("ended",),
    ),
}
HISTOGRAMS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "request_time": ("cxapp_request_seconds", "How long requests took.", ("method", "route")),
    "task_time": ("cxapp_task_seconds", "How long tasks took.", ("task",)),
}


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus; what cannot be read is left out, and `cxapp_part_up` says which it was."""
    if not admission.is_open():
        raise Http404
    if not admission.may_read(request):
        return _refused()
    COUNTS.hand_over()
    # The counts so far are told, also where nothing new can be added to them.
    database, _ = answers_of([DATABASE, TALLY], seconds=PATIENCE)
    (broker,) = answers_of([VALKEY], seconds=PATIENCE)
    up = [
        Sample({"part": "database"}, float(database is not None)),
        Sample({"part": "valkey"}, float(broker is not None)),
    ]
    families = [
        Family("cxapp_part_up", "gauge", "1 where the part could be asked.", up),
        *(database or []),
        *(broker or []),
    ]
    return HttpResponse(written(families), content_type=CONTENT_TYPE)


def _refused() -> HttpResponse:
    sentence = "Send the token of METRICS_TOKEN: Authorization: Bearer ...\n"
    return HttpResponse(
        sentence,
        status=401,
        content_type="text/plain",
        headers={"WWW-Authenticate": 'Bearer realm="metrics"'},
    )


def counted(found: Mapping[str, int]) -> Iterator[Family]:
    """Turn the shared counts into metrics."""
    rows = [(name.split(BREAK), by) for name, by in sorted(found.items())]
    for what, (name, about, labels) in COUNTERS.items():
        samples = [
            Sample(dict(zip(labels, values, strict=True)), by)
            for (first, *values), by in rows
            if first == what and len(values) == len(labels)
        ]
        yield Family(name, "counter", about, samples)
    for what, (name, about, labels) in HISTOGRAMS.items():
        yield Family(name, "histogram", about, list(_histograms(what, labels, rows)))


def _histograms(
    what: str, labels: tuple[str, ...], rows: list[tuple[list[str], int]]
) -> Iterator[Sample]:
    series: dict[tuple[str, ...], dict[str, int]] = {}
    for (first, *values, cell), by in rows:
        if first == what and len(values) == len(labels):
            series.setdefault(tuple(values), {})[cell] = by
    for known, cells in series.items():
        named = dict(zip(labels, known, strict=True))
        steps = [cells.get(f"le{at}", 0) for at in range(len(BUCKETS) + 1)]
        sums = list(accumulate(steps))
        for limit, total in zip([*map(str, BUCKETS), "+Inf"], sums, strict=True):
            yield Sample({**named, "le": limit}, total, "_bucket")
        yield Sample(named, cells.get("sum", 0) / 1e6, "_sum")
        yield Sample(named, sums[-1], "_count")


def _or_none(read: Callable[[], list[Family]]) -> Callable[[], list[Family] | None]:
    def tried() -> list[Family] | None:
        try:
            return read()
        except (Error, redis.RedisError):
            return None

    return tried


def _database() -> list[Family]:
    return figures(now=clock.now())


def _valkey() -> list[Family]:
    return list(counted(shared()))


def _tally() -> list[Family]:
    tally(now=clock.now())
    return []


DATABASE: Part[list[Family] | None] = Part(_or_none(_database), None)
TALLY: Part[list[Family] | None] = Part(_or_none(_tally), None)
VALKEY: Part[list[Family] | None] = Part(_or_none(_valkey), None)
