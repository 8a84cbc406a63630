"""How the answers to each follow-up question spread, counted from the newest answers of a part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from metrics.statistics.intervals import Interval
from metrics.statistics.proportions import Share, wilson
from metrics.statistics.tiers import Tier, tier
from reports.queries.narrowed import filtered
from reports.queries.wanted import Wanted
from surveys.models import Programme, Question, SurveyVersion
from surveys.rules.feelings import Contact, Feeling
from surveys.rules.questions import RATINGS, Kind

# Counted from rows, for questions are many and of each survey's own: no cell holds them. More
# than so many answers are not read; the newest then speak for the period, and the page says so.
MOST_READ = 20_000
COUNT = """
    WITH recent AS MATERIALIZED ({recent}),
    told AS MATERIALIZED (
        SELECT v.survey_id, q.number, a.picked
        FROM recent r
        JOIN surveys_answer a ON a.response_id = r.id
        JOIN surveys_question q ON q.id = a.question_id
        JOIN surveys_surveyversion v ON v.id = q.survey_version_id
    )
    SELECT NULL::bigint, NULL::smallint, NULL::smallint, '' AS word, count(*) FROM recent
    UNION ALL
    SELECT survey_id, number, NULL, '', count(*) FROM told GROUP BY survey_id, number
    UNION ALL
    SELECT survey_id, number, pick, '', count(*) FROM told, unnest(picked) AS pick
    GROUP BY survey_id, number, pick
    UNION ALL
    SELECT NULL, NULL, NULL, 'feeling', count(*) FROM recent WHERE cardinality(feelings) > 0
    UNION ALL
    SELECT NULL, NULL, NULL, felt, count(*) FROM recent, unnest(feelings) AS felt GROUP BY felt
    UNION ALL
    SELECT NULL, NULL, NULL, 'contact', count(*) FROM recent WHERE contact <> ''
    UNION ALL
    SELECT NULL, NULL, NULL, contact, count(*) FROM recent WHERE contact <> '' GROUP BY contact
"""
ALL_READ = ""  # the word of the row that counts what was read


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One choice: how many took it, of those who answered the question."""

    pick: int | str
    text: str
    share: Share

    @property
    def interval(self) -> Interval | None:
        return wilson(self.share)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """One question with all that was answered to it in any version."""

    question_id: int  # of the newest version that asks it
    kind: Kind
    asked_of: str
    text: str
    n: int
    bars: Sequence[Bar]
    is_asked_now: bool

    @property
    def tier(self) -> Tier:
        return tier(self.n)


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """A question of the product's own: the same words to choose from in every survey."""

    name: str  # feeling or contact
    n: int
    bars: Sequence[Bar]
    is_asked_now: bool

    @property
    def tier(self) -> Tier:
        return tier(self.n)


@dataclass(frozen=True, kw_only=True)
class Spreads:
    """The questions of some surveys, and how many answers were read for them."""

    fixed: Sequence[Fixed]
    questions: Sequence[Spread]
    read: int
    is_cut: bool


Key = tuple[int, int]
FIXED: Mapping[str, Sequence[str]] = {"feeling": list(Feeling), "contact": list(Contact)}


def spreads(wanted: Wanted, programmes: Sequence[Programme]) -> Spreads:
    """Count the answers of a part to every question of the surveys of these programmes.

    Three statements, whatever the number of answers, versions and questions.
    """
    counted, words = _counted(wanted)
    surveys = {programme.survey_id for programme in programmes}
    surveys |= {survey for survey, _ in counted}
    newest = _newest(surveys)
    asked = {version.pk for version in newest}
    known, read = _known(surveys), words[ALL_READ]
    return Spreads(
        fixed=[one for name in FIXED if (one := _fixed(name, words, newest)).n or one.is_asked_now],
        questions=[
            _spread(rows, counted.get(key, {}), is_asked_now=rows[0].survey_version_id in asked)
            for key, rows in known.items()
            if key in counted or rows[0].survey_version_id in asked
        ],
        read=read,
        is_cut=read == MOST_READ,
    )


def _counted(wanted: Wanted) -> tuple[dict[Key, dict[int | None, int]], dict[str, int]]:
    """By question and choice, and by the words that every survey offers."""
    newest_first = filtered(wanted).order_by("-answered_at", "-id")
    recent = newest_first.values("id", "feelings", "contact")[:MOST_READ]
    inner, values = recent.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(recent=inner), values)
        rows = cursor.fetchall()
    counted: dict[Key, dict[int | None, int]] = {}
    words: dict[str, int] = {}
    for survey, number, pick, word, count in rows:
        if survey is None:
            words[word] = count
        else:
            counted.setdefault((survey, number), {})[pick] = count
    return counted, words


def _newest(surveys: set[int]) -> list[SurveyVersion]:
    rows = SurveyVersion.objects.filter(survey__in=surveys, number__gt=0)
    return list(rows.order_by("survey_id", "-number").distinct("survey_id"))


def _fixed(name: str, words: Mapping[str, int], newest: Sequence[SurveyVersion]) -> Fixed:
    n = words.get(name, 0)
    return Fixed(
        name=name,
        n=n,
        bars=[Bar(pick=one, text="", share=Share(words.get(one, 0), n)) for one in FIXED[name]],
        is_asked_now=any(getattr(version, f"asks_{name}") for version in newest),
    )


def _known(surveys: set[int]) -> dict[Key, list[Question]]:
    """Every question by survey and number with its rows, newest first; asked ones lead."""
    rows = Question.objects.filter(
        survey_version__survey__in=surveys, survey_version__number__gt=0
    ).select_related("survey_version")
    found: dict[Key, list[Question]] = {}
    for row in rows.order_by("survey_version__survey", "-survey_version__number", "position"):
        found.setdefault((row.survey_version.survey_id, row.number), []).append(row)
    return found


def _spread(
    rows: Sequence[Question], counted: Mapping[int | None, int], *, is_asked_now: bool
) -> Spread:
    newest = rows[0]
    n = counted.get(None, 0)
    return Spread(
        question_id=newest.pk,
        kind=Kind(newest.kind),
        asked_of=newest.asked_of,
        text=newest.text,
        n=n,
        bars=[
            Bar(pick=pick, text=text, share=Share(counted.get(pick, 0), n))
            for pick, text in _choices(rows, counted)
        ],
        is_asked_now=is_asked_now,
    )


def _choices(rows: Sequence[Question], counted: Mapping[int | None, int]) -> list[tuple[int, str]]:
    """What can be chosen now, in its order, then what was chosen from earlier versions."""
    newest = rows[0]
    if newest.kind == Kind.RATING:
        ends = {RATINGS[0]: newest.low, RATINGS[-1]: newest.high}
        return [(pick, " ".join([str(pick), ends.get(pick, "")]).strip()) for pick in RATINGS]
    texts: dict[int, str] = {}
    for row in rows:
        for option in row.options:
            texts.setdefault(option["number"], option["text"])
    now = set(newest.picks)
    return [(pick, text) for pick, text in texts.items() if pick in now or counted.get(pick)]
