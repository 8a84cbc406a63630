"""Surveys as they were published, and the draft of what comes next."""

from dataclasses import dataclass

from kit.keysets import Page, page_of, read_key
from surveys.models import Question, Survey, SurveyDraft, SurveyVersion
from surveys.rules.contents import Content, content_of
from surveys.rules.metrics import Metric, metric_asked

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Working:
    """What an editor works on: the draft, or the newest version where there is none."""

    survey: Survey
    version: SurveyVersion
    draft: SurveyDraft | None
    content: Content

    @property
    def metric(self) -> Metric:
        """What its answers will be counted as."""
        return metric_asked(self.survey.metric, has_faces=self.content.has_faces)

    @property
    def mark(self) -> str:
        """What a change has to name, so that it cannot undo another one unseen."""
        return f"{self.version.number}.{self.draft.edition if self.draft else 0}"


def working(survey: Survey) -> Working:
    """Return draft and newest version of a survey, in three statements."""
    version = newest(survey.pk)
    draft = SurveyDraft.objects.filter(survey=survey).first()
    if version is None:
        raise SurveyVersion.DoesNotExist
    content = content_of(draft.content) if draft else content_of_version(version)
    return Working(survey=survey, version=version, draft=draft, content=content)


def published(survey_id: int) -> list[SurveyVersion]:
    """Return the versions of a survey, the newest first, with their questions: two statements."""
    rows = SurveyVersion.objects.filter(survey=survey_id, number__gt=0)
    return list(rows.prefetch_related("questions").order_by("-number"))


def published_page(
    survey_id: int, after: str | None = None, shown: int = SHOWN
) -> tuple[Page[SurveyVersion], list[SurveyVersion]]:
    """Return some versions, the newest first, and with them the one before the last of them.

    Each is shown by what it changed, so the last one needs its predecessor: two statements.
    """
    rows = SurveyVersion.objects.filter(survey=survey_id, number__gt=0)
    if after:
        (number,) = read_key(after, int)
        rows = rows.filter(number__lt=number)
    found = list(rows.prefetch_related("questions").order_by("-number")[: shown + 1])
    return page_of(found, shown, lambda row: [row.number]), found


def newest(survey_id: int) -> SurveyVersion | None:
    """Return the version that is asked now, None before the first one is published."""
    rows = SurveyVersion.objects.filter(survey=survey_id, number__gt=0)
    return rows.prefetch_related("questions").order_by("-number").first()


def content_of_version(version: SurveyVersion) -> Content:
    """Return what the version says; its questions are read unless they were fetched with it."""
    rows = sorted(version.questions.all(), key=lambda row: row.position)
    return Content(
        wording=version.wording,
        has_faces=version.has_faces,
        asks_why=version.asks_why,
        asks_feeling=version.asks_feeling,
        asks_contact=version.asks_contact,
        review_url=version.review_url,
        questions=tuple(row.as_published() for row in rows),
        translations=version.translations,
    )


def numbers_used(here: Working) -> dict[int, int]:
    """Return the numbers that questions ever had, each with the highest of its choices.

    A number that was taken out is never given again: its answers would be counted with others.
    """
    used: dict[int, int] = {}
    rows = Question.objects.filter(survey_version__survey=here.survey)
    known = [(row.number, row.picks) for row in rows.only("number", "picks")]
    known += [(one.number, list(one.picks)) for one in here.content.questions]
    for number, picks in known:
        used[number] = max(used.get(number, 0), *picks, 0)
    return used
