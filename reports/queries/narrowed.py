"""The condition on answers behind every number: exactly those that the number counted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from kit.periods import Period
from metrics.models import CountedAnswer
from metrics.queries.filters import Slice
from metrics.queries.histograms import COUNTED, SUSPECT
from metrics.rules.dimensions import GOOD, POOR, UNRATED
from metrics.statistics.definitions import Definitions, Kind
from reports.queries.wanted import Wanted
from surveys.models import Answer, Question, Response
from surveys.queries.searching import telling
from surveys.rules.feelings import MAY_BE_CONTACTED, Contact
from surveys.rules.metrics import SCALES, Group, Metric, Scale

ANY, MAY = "any", "yes"  # said anything at all; may be contacted, whatever the way
RATED = "rated"
STATES = {"good": (GOOD,), "poor": (POOR,), RATED: (GOOD, POOR), "unrated": (UNRATED,)}


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


def _by_the_same(wanted: Wanted) -> QuerySet[Response]:
    """The same customer's answers to the same programme in the other days, narrowed alike.

    How she was served and felt then is no part of it, only that service was rated where it is
    asked for; in another cell: not in the one that is listed.
    """
    rated = replace(
        wanted,
        period=wanted.paired,
        paired=None,
        elsewhere=False,
        state=RATED if wanted.state else "",
        group="",
    )
    then = filtered(rated)
    if wanted.elsewhere:
        same = replace(rated, state=wanted.state, group=wanted.group)
        then = then.exclude(pk__in=filtered(same).values("pk"))
    return then.filter(customer=OuterRef("customer"), programme=OuterRef("programme"))


def _with(found: QuerySet[Response], wanted: Wanted) -> QuerySet[Response]:
    """Only those of the segments, with the words, and of who is in the other days as well."""
    if wanted.paired is not None:
        found = found.filter(Exists(_by_the_same(wanted)))
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
