"""Surveys: what is asked, in versions that never change, and the draft of the next one."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Moment, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Kind, Problem
from api.refusals import refusing
from api.v1.survey_forms import ContentAnswer, ContentBody, content_from
from surveys.actions.drafting import (
    Editing,
    NothingToPublish,
    discard_draft,
    publish_draft,
    save_draft,
)
from surveys.models import Programme, Survey, SurveyDraft, SurveyVersion
from surveys.queries.surveys import content_of_version, published, working
from surveys.rules.contents import FIRST
from surveys.rules.metrics import FAMILIES

METRICS = [metric.value for metric in FAMILIES]


class SurveyAnswer(serializers.Serializer[Any]):
    """A survey; each programme has one of its own."""

    id = Id()
    url = serializers.CharField()
    name = serializers.CharField()
    metric = serializers.ChoiceField(METRICS)
    version = serializers.IntegerField(allow_null=True, help_text="That is asked now.")
    has_draft = serializers.BooleanField()
    created_at = Moment()


class VersionAnswer(serializers.Serializer[Any]):
    """What was published once and never changes."""

    number = serializers.IntegerField()
    published_at = Moment()
    published_by = serializers.CharField()
    content = ContentAnswer()


class WholeSurveyAnswer(SurveyAnswer):
    """A survey with every version, the newest first."""

    versions = VersionAnswer(many=True)


class DraftAnswer(serializers.Serializer[Any]):
    """What the next version would say; without a draft, what the newest says."""

    survey_id = Id()
    based_on = serializers.IntegerField(help_text="The version that it began as.")
    is_draft = serializers.BooleanField()
    edited_by = serializers.CharField()
    edited_at = Moment(allow_null=True)
    content = ContentAnswer()


EXAMPLE = {
    "id": "5",
    "url": "/api/v1/surveys/5",
    "name": "After support",
    "metric": "csat",
    "version": 1,
    "has_draft": False,
    "created_at": "2026-03-02T08:15:00Z",
}
VERSION = {
    "number": 1,
    "published_at": "2026-03-02T08:15:00Z",
    "published_by": "maya@acme.example",
    "content": FIRST.stored(),
}
DRAFT = {
    "survey_id": "5",
    "based_on": 1,
    "is_draft": True,
    "edited_by": "key Helpdesk",
    "edited_at": "2026-11-21T14:05:12Z",
    "content": ContentBody.example,
}


def shape(survey: Survey) -> dict[str, Any]:
    return {
        "id": str(survey.pk),
        "url": f"/api/v1/surveys/{survey.pk}",
        "name": survey.name,
        "metric": survey.metric,
        "version": survey.version,  # type: ignore[attr-defined]
        "has_draft": survey.has_draft,  # type: ignore[attr-defined]
        "created_at": moment(survey.created_at),
    }


def _version(version: SurveyVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "published_at": moment(version.published_at),
        "published_by": version.published_by,
        "content": content_of_version(version).stored(),
    }


class Surveys(Endpoint):
    @operation(
        "listSurveys",
        scopes=[Scope.SURVEYS_READ],
        query=Paged,
        answer=page_of(SurveyAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List the surveys; one is made with each programme."""
        return reply(page(_rows(call), call.query, "created_at", shape))


class OneSurvey(Endpoint):
    @operation(
        "getSurvey",
        scopes=[Scope.SURVEYS_READ],
        answer=WholeSurveyAnswer,
        example={**EXAMPLE, "versions": [VERSION]},
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, survey_id: str) -> HttpResponse:
        """Return a survey with all that was ever published of it."""
        survey = found(_rows(call), survey_id)
        versions = [_version(each) for each in published(survey.pk)]
        return reply({**shape(survey), "versions": versions})


class Draft(Endpoint):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        return _draft(_hold(call, ids["survey_id"]))

    @operation(
        "getSurveyDraft",
        scopes=[Scope.SURVEYS_READ],
        answer=DraftAnswer,
        example=DRAFT,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, survey_id: str) -> HttpResponse:
        """Return the draft, or what the newest version says where there is none."""
        return reply(_draft(found(_rows(call), survey_id)))

    @operation(
        "updateSurveyDraft",
        scopes=[Scope.SURVEYS_WRITE],
        body=ContentBody,
        answer=DraftAnswer,
        example=DRAFT,
        problems=[Kind.NOT_FOUND],
        tagged=True,
        must_match=True,
    )
    def put(self, call: Call, survey_id: str) -> HttpResponse:
        """Replace the draft by this; nobody is asked by it before it is published.

        Read it first, change it, send it back whole with its ETag. A question that is sent
        without a `number` is new; its number names it in every version from then on.
        """
        survey = _hold(call, survey_id)
        here = working(survey)
        with refusing():
            content = content_from(call.body, here)
            save_draft(editing=_editing(call, survey), content=content, now=call.now)
        return reply(_draft(survey))

    @operation(
        "discardSurveyDraft",
        scopes=[Scope.SURVEYS_WRITE],
        answer=DraftAnswer,
        example={**DRAFT, "is_draft": False},
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def delete(self, call: Call, survey_id: str) -> HttpResponse:
        """Throw the draft away; repeating it changes nothing."""
        survey = _hold(call, survey_id)
        discard_draft(editing=_editing(call, survey), now=call.now)
        return reply(_draft(survey))


class PublishedDraft(Endpoint):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        return _draft(_hold(call, ids["survey_id"]))

    @operation(
        "publishSurvey",
        scopes=[Scope.SURVEYS_WRITE],
        answer=WholeSurveyAnswer,
        example={**EXAMPLE, "version": 2, "versions": [{**VERSION, "number": 2}, VERSION]},
        problems=[Kind.NOT_FOUND, Kind.NOT_POSSIBLE_NOW],
        tagged=True,
    )
    def post(self, call: Call, survey_id: str) -> HttpResponse:
        """Make the draft the version that is asked from now on; it never changes again.

        Send the ETag of the draft that you read as `If-Match`, and nobody's later words are
        published unseen. The answer's ETag is that of the survey.
        """
        survey = _hold(call, survey_id)
        try:
            publish_draft(editing=_editing(call, survey), now=call.now)
        except NothingToPublish as error:
            sentence = "There is no draft. PUT one first."
            raise Problem(Kind.NOT_POSSIBLE_NOW, sentence) from error
        versions = [_version(each) for each in published(survey.pk)]
        return reply({**shape(_rows(call).get(pk=survey.pk)), "versions": versions})


def _rows(call: Call) -> QuerySet[Survey]:
    newest = SurveyVersion.objects.filter(survey=OuterRef("pk"), number__gt=0)
    own = call.caller.programme_id
    asking = Programme.objects.filter(survey=OuterRef("pk"), archived_at__isnull=True)
    if own is not None:
        asking = asking.filter(pk=own)
    return Survey.objects.filter(Exists(asking)).annotate(
        version=Subquery(newest.order_by("-number").values("number")[:1]),
        has_draft=Exists(SurveyDraft.objects.filter(survey=OuterRef("pk"))),
    )


def _hold(call: Call, survey_id: str) -> Survey:
    known = found(_rows(call).filter(versions__number__gt=0).distinct(), survey_id)
    return Survey.objects.select_for_update(no_key=True).get(pk=known.pk)


def _editing(call: Call, survey: Survey) -> Editing:
    """The row is held, so what stands there now is what the change was begun at."""
    return Editing(survey_id=survey.pk, mark=working(survey).mark, actor=call.actor)


def _draft(survey: Survey) -> dict[str, Any]:
    here = working(survey)
    return {
        "survey_id": str(survey.pk),
        "based_on": here.draft.based_on if here.draft else here.version.number,
        "is_draft": here.draft is not None,
        "edited_by": here.draft.edited_by if here.draft else "",
        "edited_at": moment(here.draft.edited_at) if here.draft else None,
        "content": here.content.stored(),
    }
