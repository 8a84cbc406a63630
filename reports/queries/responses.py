"""The answers behind every number: filtered as the number was counted, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from kit.keysets import BadKey, Page, page_of, read_key
from kit.periods import Period
from metrics.models import CountedAnswer
from metrics.queries.filters import Slice
from metrics.queries.histograms import COUNTED, SUPERSEDED, SUSPECT
from metrics.rules.dimensions import GOOD, POOR, UNRATED
from metrics.statistics.definitions import Definitions, Kind
from surveys.models import Answer, Question, Response
from surveys.queries.searching import marked, telling
from surveys.rules.feelings import MAY_BE_CONTACTED, Contact
from surveys.rules.metrics import SCALES, Group, Metric, Scale

SIZE = 25
ANY, MAY = "any", "yes"  # said anything at all; may be contacted, whatever the way
STATES = {"good": (GOOD,), "poor": (POOR,), "rated": (GOOD, POOR), "unrated": (UNRATED,)}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to narrow answers by; None and empty mean all.

    A group of scores is what the definitions say, so it needs them.
    """

    period: Period | None = None
    programme: int | None = None
    touchpoint: int | None = None
    metric: str = ""
    group: str = ""
    standing: str = ""
    score: int | None = None
    programme_kind: str = ""
    touchpoint_kind: str = ""
    stage: int | None = None
    commented: bool = False
    latest: bool = False
    words: Sequence[str] = ()
    definitions: Definitions | None = None
    segments: Sequence[tuple[str, str]] = ()
    with_suspects: bool = False
    company: int | None = None
    tag: int | None = None
    state: str = ""  # how she was served in the 180 days before: good, poor, rated, unrated
    scored: bool = False
    but: Slice | None = None  # without the answers of this part
    question: int | None = None  # a follow-up question, in whichever version it was answered
    choice: int | None = None
    feeling: str = ""
    contact: str = ""
    origin: str = ""  # how it came: by a personal link, a public one, a file, from staff
    link: int | None = None  # a public link or a widget

    @property
    def superseded(self) -> bool:
        return self.standing == SUPERSEDED


def responses(wanted: Wanted, *, after: str | None = None, size: int = SIZE) -> Page[Response]:
    """Return the newest answers first, with customers, programmes and touchpoints.

    Where words were looked for, `told` is the comment with what was found marked in it.
    """
    found = filtered(wanted).select_related("customer", "programme", "touchpoint")
    if wanted.words:
        found = found.annotate(told=marked(" ".join(wanted.words)))
    if after is not None:
        at, row_id = place_of(after)
        found = found.filter(Q(answered_at__lt=at) | Q(answered_at=at, id__lt=row_id))
    rows = list(found.order_by("-answered_at", "-id")[: size + 1])
    return page_of(rows, size, lambda row: (row.answered_at.isoformat(), row.pk))


def count_responses(wanted: Wanted) -> int:
    return filtered(wanted).count()


def count_by_origin(wanted: Wanted) -> dict[str, int]:
    """Return how many came each way, the commonest first; whichever way the list is narrowed to."""
    rows = filtered(replace(wanted, origin="")).order_by().values_list("origin")
    return dict(rows.annotate(n=Count("id")).order_by("-n", "origin"))


def answered_between() -> tuple[datetime, datetime] | None:
    """Return when the first and the last answer came, or None without any."""
    scored = Response.objects.filter(score__isnull=False)
    first = scored.order_by("answered_at").values_list("answered_at", flat=True).first()
    last = scored.order_by("-answered_at").values_list("answered_at", flat=True).first()
    return None if first is None or last is None else (first, last)


def filtered(wanted: Wanted) -> QuerySet[Response]:
    """Return the answers as the counts see them: by the organisation's day of the answer."""
    found = Response.objects.filter(_plain(wanted))
    if wanted.group:
        if wanted.definitions is None:
            raise ValueError("Only definitions say which scores belong to a group.")
        found = found.filter(_in_group(wanted.group, wanted.definitions))
    if wanted.commented:
        found = found.exclude(comment="")
    if wanted.superseded or wanted.state:
        found = found.filter(pk__in=_as_counted(wanted))
    if wanted.latest:
        found = found.filter(pk__in=_latest(wanted.period))
    if wanted.question is not None:
        found = found.filter(pk__in=_answering(wanted.question, wanted.choice))
    if wanted.but is not None:
        found = found.exclude(pk__in=_of_part(wanted.but))
    return _with(found, wanted)


def _with(found: QuerySet[Response], wanted: Wanted) -> QuerySet[Response]:
    """Only those of the segments and with the words."""
    for words in wanted.words:
        found = found.filter(telling(words))
    for key, value in wanted.segments:
        found = found.filter(_has(key, value))
    return found


def _answering(question: int, choice: int | None) -> QuerySet[Answer, Any]:
    """Return the responses that answer this follow-up question, with this choice if one is given.

    The question is named by one of its rows; all versions of its survey know it by its number.
    """
    meant = Question.objects.filter(pk=question)
    told = Answer.objects.filter(
        question__number__in=meant.values("number"),
        question__survey_version__survey__in=meant.values("survey_version__survey"),
    )
    if choice is not None:
        told = told.filter(picked__contains=[choice])
    return told.values("response_id")


def _of_part(part: Slice) -> QuerySet[Response, Any]:
    inside = Wanted(
        programme=part.programme_id,
        touchpoint=part.touchpoint_id,
        segments=(*part.named, *part.segments),
        words=part.words,
    )
    return filtered(inside).values("pk")


def _plain(wanted: Wanted) -> Q:
    given = {
        "programme": wanted.programme,
        "touchpoint": wanted.touchpoint,
        "metric": wanted.metric,
        "standing": _standing(wanted),
        "origin": wanted.origin,
        "public_link": wanted.link,
        "score": wanted.score,
        "customer__company": wanted.company,
        "taggings__tag": wanted.tag,
        "programme__kind": wanted.programme_kind,
        "touchpoint__kind": wanted.touchpoint_kind,
        "touchpoint__stage": wanted.stage,
    }
    narrowed = Q(**{name: value for name, value in given.items() if value not in (None, "")})
    if wanted.contact:
        narrowed &= Q(contact__in=_ways(wanted.contact))
    if wanted.feeling:
        felt = Q(feelings__contains=[wanted.feeling])
        narrowed &= ~Q(feelings=[]) if wanted.feeling == ANY else felt
    if _counts_suspects(wanted):
        narrowed &= Q(standing__in=(COUNTED, SUSPECT))
    if _as_figures_count(wanted):
        narrowed &= Q(score__isnull=False)
    if wanted.period is not None:
        narrowed &= Q(local_on__range=(wanted.period.first, wanted.period.last))
    return narrowed


def _ways(contact: str) -> Sequence[str]:
    return {ANY: tuple(Contact), MAY: MAY_BE_CONTACTED}.get(contact, (contact,))


def _as_figures_count(wanted: Wanted) -> bool:
    """One question and one standing is what a figure counts: an answer of words only is in none."""
    return wanted.scored or bool(wanted.metric and wanted.standing)


def _standing(wanted: Wanted) -> str:
    if wanted.superseded:
        return COUNTED
    return "" if _counts_suspects(wanted) else wanted.standing


def _counts_suspects(wanted: Wanted) -> bool:
    return wanted.with_suspects and wanted.standing == COUNTED


def _has(key: str, value: str) -> Exact:
    """Compare as the counts do: as text, whatever the type in the frozen context."""
    told = Func(F("context"), Value(key), function="jsonb_extract_path_text")
    return Exact(Cast(told, TextField()), value)


def _in_group(wanted: str, definitions: Definitions) -> Q:
    """Put each metric's own cut into one condition."""
    by_metric = Q(pk__in=[])
    for metric in Metric:
        cut, scale = definitions.of(Kind(metric)).cut, SCALES[metric]
        scores = [score for score in scale.scores if _fits(_group(scale, cut, score), wanted)]
        by_metric |= Q(metric=metric.value, score__in=scores)
    return by_metric


def _group(scale: Scale, cut: int | None, score: int) -> Group:
    """The best group begins at the definition's cut, the lowest stays where the scale has it."""
    if cut is None:
        return scale.group(score)
    if score >= cut:
        return "high"
    return "low" if score <= scale.low_until else "middle"


def _fits(group: str, wanted: str) -> bool:
    return group != "high" if wanted == "not_high" else group == wanted


def _latest(period: Period | None) -> QuerySet[CountedAnswer, Any]:
    """Return each customer's latest answer in the period: its next one lies after it."""
    last = Q(next_on__isnull=True)
    if period is not None:
        last |= Q(next_on__gt=period.last)
    return CountedAnswer.objects.filter(last).values("response_id")


def _as_counted(wanted: Wanted) -> QuerySet[CountedAnswer, Any]:
    """Return the answers by what only counting knows: answered anew in the period, served how."""
    counted = CountedAnswer.objects.all()
    if wanted.superseded:
        counted = counted.filter(next_on__isnull=False)
        if wanted.period is not None:
            counted = counted.filter(next_on__lte=wanted.period.last)
    if wanted.state:
        counted = counted.filter(service_state_180__in=STATES[wanted.state])
    return counted.values("response_id")


def place_of(after: str) -> tuple[datetime, int]:
    at, row_id = read_key(after, str, int)
    try:
        moment = datetime.fromisoformat(str(at))
    except ValueError as error:
        raise BadKey("This place in the list does not exist.") from error
    if moment.tzinfo is None:
        raise BadKey("This place in the list does not exist.")
    return moment, int(row_id)
