"""What the editor shows before anybody is asked: a draft or a version, as a page or a mail."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from accounts.models import Organisation
from kit import tenancy, tokens
from surveys.models import Programme, Survey, SurveyVersion, Touchpoint
from surveys.queries.asked import Asked
from surveys.queries.surveys import content_of_version, working
from surveys.rules.contents import Content
from surveys.rules.languages import main_language
from surveys.rules.metrics import Metric, metric_asked

PURPOSE = "survey preview"
SHOWN_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Preview:
    """A survey as a link signed by us names it; version 0 is its draft."""

    organisation_id: int
    survey_id: int
    version: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """All that mail and page of a preview are made of; the person and the day are invented."""

    organisation: Organisation
    survey: Survey
    content: Content
    touchpoint: Touchpoint | None
    programme: Programme | None = None

    @property
    def metric(self) -> Metric:
        return metric_asked(self.survey.metric, has_faces=self.content.has_faces)

    @property
    def main_language(self) -> str:
        return main_language(self.organisation.language, self.content.translations)

    @property
    def is_anonymous(self) -> bool:
        return self.programme is not None and self.programme.is_anonymous


def preview_token(*, organisation_id: int, survey_id: int, version: int, now: datetime) -> str:
    """Return the token of a preview's address; nothing is stored, and it ends after some hours."""
    until = int((now + SHOWN_FOR).timestamp())
    told = f"{organisation_id}.{survey_id}.{version}.{until}"
    return f"{told}.{tokens.sealed(PURPOSE, told)[0][:32]}"


def newest_version(survey_id: int) -> int:
    """Return the number of what is asked now; 0, the draft, where nothing was published yet."""
    numbers = SurveyVersion.objects.filter(survey=survey_id, number__gt=0).order_by("-number")
    return numbers.values_list("number", flat=True).first() or 0


def read_preview(token: str, now: datetime) -> Preview | None:
    """Return what the token names, None if it is none of ours or too old."""
    told, _, seal = token.rpartition(".")
    if not any(tokens.same(seal, one[:32]) for one in tokens.sealed(PURPOSE, told)):
        return None
    organisation_id, survey_id, version, until = map(int, told.split("."))
    ends = datetime.fromtimestamp(until, tz=UTC)
    return Preview(organisation_id, survey_id, version, ends) if now < ends else None


def sample_of(preview: Preview) -> Sample | None:
    """Return what the preview shows; enters its organisation. None where it is no more."""
    with tenancy.organisation(preview.organisation_id):
        survey = Survey.objects.select_related("organisation").filter(pk=preview.survey_id).first()
        if survey is None:
            return None
        content = _content(survey, preview.version)
        if content is None:
            return None
        places = Touchpoint.objects.filter(programmes__survey=survey).order_by("id")
        asks = Programme.objects.filter(survey=survey).order_by("id").first()
        return Sample(survey.organisation, survey, content, places.first(), asks)


def _content(survey: Survey, version: int) -> Content | None:
    if not version:
        return working(survey).content
    found = SurveyVersion.objects.filter(survey=survey, number=version).first()
    return content_of_version(found) if found else None


def asked_as(sample: Sample, *, score: int | None, language: str, scheme: str) -> Asked:
    """Return what the survey page is made of, for somebody who gave this score."""
    organisation, place = sample.organisation, sample.touchpoint
    language = language or sample.main_language
    words = sample.content.translations.get(language)
    questions = [{"id": one.number, **one.stored()} for one in sample.content.questions]
    return Asked(
        invitation_id=0,
        organisation_id=organisation.pk,
        expires_at=datetime.max.replace(tzinfo=UTC),
        answered_at=None,
        finished_at=None,
        opted_out_at=None,
        organisation=organisation.name,
        accent=organisation.accent,
        logo=organisation.logo,
        thanks_note=organisation.thanks_note,
        metric=sample.metric,
        wording=json.dumps(dict(sample.content.wording)),
        topic=place.topic if place else "",
        deed=place.deed if place else "",
        touchpoint_kind=place.kind if place else "",
        owner_team=place.owner_team if place else "",
        score=score,
        asks_why=sample.content.asks_why,
        asks_feeling=sample.content.asks_feeling,
        asks_contact=sample.content.asks_contact,
        contact="",
        language=language,
        words=None if words is None else json.dumps(dict(words)),
        house_language=organisation.language,
        translations=list(sample.content.translations),
        asks_more_of=sample.content.asks_more_of,
        questions=json.dumps(questions),
        amend_days=organisation.amend_days,
        time_zone=organisation.time_zone,
        review_url=sample.content.review_url,
        is_anonymous=sample.is_anonymous,
        kept=[sample.programme.kept_property, "(as known)"] if sample.programme else None,
        door="p",
        scheme=scheme,
    )
