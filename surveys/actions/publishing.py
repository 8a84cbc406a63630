"""Publish what a survey says: an immutable version with its questions."""

from datetime import datetime

from surveys.models import Question, Survey, SurveyVersion
from surveys.rules.contents import Content


def write_version(
    *, survey: Survey, number: int, content: Content, by: str, now: datetime
) -> SurveyVersion:
    """Store the version; from now on nothing can change it, the database refuses."""
    version = SurveyVersion.objects.create(
        organisation_id=survey.organisation_id,
        survey=survey,
        number=number,
        wording=dict(content.wording),
        translations={name: dict(words) for name, words in content.translations.items()},
        has_faces=content.has_faces,
        asks_why=content.asks_why,
        asks_feeling=content.asks_feeling,
        asks_contact=content.asks_contact,
        review_url=content.review_url,
        asks_more_of=content.asks_more_of,
        published_at=now,
        published_by=by,
    )
    Question.objects.bulk_create(
        Question(
            organisation_id=survey.organisation_id,
            survey_version=version,
            position=position,
            picks=list(question.picks),
            **question.stored(),
        )
        for position, question in enumerate(content.questions, start=1)
    )
    return version
