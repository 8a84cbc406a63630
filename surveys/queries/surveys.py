"""Surveys as they were published: versions with all that they say."""

from surveys.models import SurveyVersion
from surveys.rules.contents import Content


def published(survey_id: int) -> list[SurveyVersion]:
    """Return the versions of a survey, the newest first, with their questions: two statements."""
    rows = SurveyVersion.objects.filter(survey=survey_id, number__gt=0)
    return list(rows.prefetch_related("questions").order_by("-number"))


def newest(survey_id: int) -> SurveyVersion | None:
    """Return the version that is asked now, None before the first one is published."""
    rows = SurveyVersion.objects.filter(survey=survey_id, number__gt=0)
    return rows.prefetch_related("questions").order_by("-number").first()


def content_of_version(version: SurveyVersion) -> Content:
    """Return what the version says; its questions are read unless they were fetched with it."""
    rows = sorted(version.questions.all(), key=lambda row: row.position)
    return Content(
        wording=version.wording,
        asks_why=version.asks_why,
        questions=tuple(row.as_published() for row in rows),
        translations=version.translations,
    )
