"""Responses: what customers answered, with the context frozen when it happened."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Identifier, Moment, Properties, Slug, Whole, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Kind
from api.v1 import customer_forms
from surveys.models import Response, ResponseTag
from surveys.models.tags import TAG_LENGTH
from surveys.queries.answers import FollowUps
from surveys.rules.feelings import Contact, Feeling
from surveys.rules.metrics import Metric
from surveys.rules.questions import Kind as QuestionKind


class FollowUp(serializers.Serializer[Any]):
    """What was answered to one follow-up question."""

    number = serializers.IntegerField(help_text="Names the question in every version.")
    kind = serializers.ChoiceField([kind.value for kind in QuestionKind])
    question = serializers.CharField(help_text="As it was published, in the main language.")
    choices = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Numbers of the choices, the same in every version; of a rating its value.",
    )
    chosen = serializers.ListField(
        child=serializers.CharField(), help_text="The same in words, as published."
    )
    words = serializers.CharField(help_text="The customer's own words; empty unless `text`.")


class ResponseAnswer(serializers.Serializer[Any]):
    """One answer as it stands now."""

    id = Id()
    url = serializers.CharField()
    metric = serializers.ChoiceField(list(Metric))
    score = serializers.IntegerField(allow_null=True)
    comment = serializers.CharField()
    feelings = serializers.ListField(
        child=serializers.ChoiceField([one.value for one in Feeling]),
        help_text="How we made the customer feel; empty where nothing was chosen or asked.",
    )
    contact = serializers.ChoiceField(
        [one.value for one in Contact],
        allow_null=True,
        help_text="Whether somebody may contact the customer about it; null: not said.",
    )
    standing = serializers.ChoiceField(
        Response.Standing.values, help_text="Only `counted` answers are in the figures."
    )
    origin = serializers.ChoiceField(
        Response.Origin.values,
        help_text="`link` and `widget` answers without a `customer_id` are not personal: nobody in "
        "particular was asked, and each counts once. `staff` answers were spoken and are in no "
        "figure.",
    )
    answered_at = Moment()
    local_on = serializers.DateField(help_text="The organisation's day, by which it is counted.")
    programme_id = Id()
    touchpoint = serializers.CharField(allow_null=True)
    customer_id = Id(allow_null=True)
    interaction_id = Id(allow_null=True)
    revisions = serializers.IntegerField(help_text="How often the form was sent.")
    context = Properties()  # type: ignore[assignment]
    follow_ups = FollowUp(many=True, help_text="Only questions that were answered, in order.")


EXAMPLE = {
    "id": "4007",
    "url": "/api/v1/responses/4007",
    "metric": "csat",
    "score": 4,
    "comment": "Aisha found the mistake in a minute.",
    "feelings": ["valued"],
    "contact": None,
    "standing": "counted",
    "origin": "invitation",
    "answered_at": "2026-11-21T18:12:40Z",
    "local_on": "2026-11-21",
    "programme_id": "3",
    "touchpoint": "billing",
    "customer_id": "812",
    "interaction_id": "90210",
    "revisions": 1,
    "context": {"agent": "Aisha", "team": "Billing", "plan": "Basic"},
    "follow_ups": [
        {
            "number": 1,
            "kind": "single",
            "question": "Was it solved?",
            "choices": [1],
            "chosen": ["Yes, at once"],
            "words": "",
        }
    ],
}


# What an answer shows, read without models: those of a page cost more than all the rest of it.
SHOWN = (
    "pk", "metric", "score", "comment", "feelings", "contact", "standing", "origin", "answered_at",
    "local_on", "programme_id", "place", "customer_id", "interaction_id", "revisions_made",
    "context", "follow_ups",
)  # fmt: skip


def shape(response: Any) -> dict[str, Any]:
    """Return a row of `shown` as it is answered."""
    return {
        "id": str(response.pk),
        "url": f"/api/v1/responses/{response.pk}",
        "metric": response.metric,
        "score": response.score,
        "comment": response.comment,
        "feelings": response.feelings,
        "contact": response.contact or None,
        "standing": response.standing,
        "origin": response.origin,
        "answered_at": moment(response.answered_at),
        "local_on": response.local_on.isoformat(),
        "programme_id": str(response.programme_id),
        "touchpoint": response.place,
        "customer_id": str(response.customer_id) if response.customer_id else None,
        "interaction_id": str(response.interaction_id) if response.interaction_id else None,
        "revisions": response.revisions_made,
        "context": response.context,
        "follow_ups": response.follow_ups or [],
    }


class ResponseQuery(Paged):
    programme = Id(required=False, help_text="Id of a programme.")
    touchpoint = Slug(required=False, max_length=60, help_text="Slug of a touchpoint.")
    customer = Id(required=False, help_text="Id of a customer.")
    since = Moment(required=False, help_text="Answered at or after; write + as %2B.")
    until = Moment(required=False, help_text="Answered before; write + as %2B.")
    standing = serializers.ChoiceField(
        Response.Standing.values, required=False, help_text="All, if absent."
    )
    origin = serializers.ChoiceField(
        Response.Origin.values, required=False, help_text="How it came; all, if absent."
    )
    metric = serializers.ChoiceField(list(Metric), required=False)
    lowest = Whole(required=False, min_value=0, max_value=10, help_text="Scores from this one on.")
    highest = Whole(required=False, min_value=0, max_value=10, help_text="Scores up to this one.")
    company = Id(required=False, help_text="Id of a company: of everybody there.")
    tag = Identifier(required=False, max_length=TAG_LENGTH, help_text="Name of a tag, in any case.")


FILTERS = {
    "programme": "programme",
    "touchpoint": "touchpoint__slug",
    "customer": "customer",
    "since": "answered_at__gte",
    "until": "answered_at__lt",
    "standing": "standing",
    "origin": "origin",
    "metric": "metric",
    "lowest": "score__gte",
    "highest": "score__lte",
    "company": "customer__company",
}


class Responses(Endpoint):
    @operation(
        "listResponses",
        scopes=[Scope.RESPONSES_READ],
        query=ResponseQuery,
        answer=page_of(ResponseAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
        expands=[customer_forms.PART],
    )
    def get(self, call: Call) -> HttpResponse:
        """List responses, the latest answer first."""
        wanted = {FILTERS[name]: call.query[name] for name in FILTERS if name in call.query}
        found_rows = shown(call).filter(**wanted)
        if "tag" in call.query:
            tagged = ResponseTag.objects.filter(tag__name__iexact=call.query["tag"])
            found_rows = found_rows.filter(pk__in=tagged.values("response"))
        return reply(call.expanded(page(found_rows, call.query, "answered_at", shape)))


class OneResponse(Endpoint):
    @operation(
        "getResponse",
        scopes=[Scope.RESPONSES_READ],
        answer=ResponseAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
        expands=[customer_forms.PART],
    )
    def get(self, call: Call, response_id: str) -> HttpResponse:
        """Return one response."""
        return reply(call.expanded(shape(found(shown(call), response_id))))


def rows(call: Call) -> QuerySet[Response]:
    return Response.objects.filter(**call.own_programme)


# Made once: putting them together cost as much as writing the page.
_SHOWN = Response.objects.annotate(
    place=F("touchpoint__slug"), follow_ups=FollowUps(F("id"))
).values_list(*SHOWN, named=True)


def shown(call: Call) -> QuerySet[Response, Any]:
    return _SHOWN.filter(**call.own_programme)
