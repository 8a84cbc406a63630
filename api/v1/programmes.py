"""Programmes: who is asked what, when and how often; made, changed, switched on and off."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Id, Moment, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.refusals import refusing
from api.v1 import programme_forms as forms
from surveys.actions.editing_hours import update_hours
from surveys.actions.editing_programmes import (
    create_programme,
    details_of,
    switch_programme,
    update_programme,
)
from surveys.actions.ruling_programmes import change_rules, rules_of
from surveys.models import Programme, SurveyVersion
from surveys.rules.channels import Preference
from surveys.rules.metrics import Metric, metric_asked


class ProgrammeAnswer(serializers.Serializer[Any]):
    """A programme: whom it asks after what, and by which rules."""

    id = Id()
    url = serializers.CharField()
    name = serializers.CharField()
    public_name = serializers.CharField(help_text="What customers call it.")
    kind = serializers.ChoiceField(Programme.Kind.values)
    metric = serializers.ChoiceField(list(Metric))
    survey_id = Id(help_text="What it asks: `GET /surveys/{id}`.")
    is_on = serializers.BooleanField()
    is_anonymous = serializers.BooleanField(
        help_text="Its answers are in no list; see `GET /programmes/{id}/anonymous`."
    )
    touchpoints = serializers.ListField(child=serializers.CharField(), help_text="Their slugs.")
    channel = serializers.ChoiceField(list(Preference))
    delay_minutes = serializers.IntegerField()
    rest_days = serializers.IntegerField()
    expires_after_days = serializers.IntegerField()
    cadence_months = serializers.IntegerField(allow_null=True)
    sampling_percent = serializers.IntegerField()
    priority = serializers.IntegerField()
    oldest_days = serializers.IntegerField()
    newcomer_days = serializers.IntegerField()
    reminder_days = serializers.IntegerField(allow_null=True)
    conditions = forms.ConditionAnswer(many=True)
    hours = forms.HoursAnswer(allow_null=True, help_text="Null: the organisation's.")
    created_at = Moment()


EXAMPLE = {
    "id": "3",
    "url": "/api/v1/programmes/3",
    "survey_id": "5",
    "is_on": True,
    "is_anonymous": False,
    "created_at": "2026-03-02T08:15:00Z",
    **forms.ProgrammeBody.example,
    "kind": "transactional",
    "metric": "csat",
    "cadence_months": None,
}


def shape(programme: Programme) -> dict[str, Any]:
    faces = bool(programme.has_faces)  # type: ignore[attr-defined]  # of the newest version
    return {
        "id": str(programme.pk),
        "url": f"/api/v1/programmes/{programme.pk}",
        "name": programme.name,
        "public_name": programme.public_name,
        "kind": programme.kind,
        "metric": metric_asked(programme.survey.metric, has_faces=faces).value,
        "survey_id": str(programme.survey_id),
        "is_on": programme.is_on,
        "is_anonymous": programme.is_anonymous,
        "touchpoints": sorted(each.slug for each in programme.touchpoints.all()),
        "channel": programme.channel,
        "delay_minutes": programme.delay_minutes,
        "rest_days": programme.rest_days,
        "expires_after_days": programme.expires_after_days,
        "cadence_months": programme.cadence_months,
        "sampling_percent": programme.sampling_percent,
        "priority": programme.priority,
        "oldest_days": programme.oldest_days,
        "newcomer_days": programme.newcomer_days,
        "reminder_days": programme.reminder_days,
        "conditions": programme.conditions,
        "hours": forms.told_hours(programme),
        "created_at": moment(programme.created_at),
    }


class Programmes(Endpoint):
    @operation(
        "listProgrammes",
        scopes=list(Scope),
        query=Paged,
        answer=page_of(ProgrammeAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List the programmes in use; any key may."""
        return reply(page(rows(call), call.query, "created_at", shape))

    @operation(
        "createProgramme",
        scopes=[Scope.PROGRAMMES_WRITE],
        body=forms.NewProgramme,
        answer={201: ProgrammeAnswer},
        example={201: {**EXAMPLE, "is_on": False}},
        problems=[Kind.NAME_TAKEN],
    )
    def post(self, call: Call) -> HttpResponse:
        """Create a programme, switched off, with a survey of its own in the default wording.

        Change its rules with PATCH, try it with its dry run, then switch it on. Anonymous it is
        for good.
        """
        _check_key(call)
        said = dict(call.body)
        chosen = {name: said.pop(name) for name in forms.FOR_GOOD if name in said}
        with refusing():
            programme = create_programme(
                organisation_id=call.organisation_id,
                details=forms.details(forms.EMPTY, said, chosen["kind"]),
                actor=call.actor,
                now=call.now,
                **chosen,
            )
        return reply(shape(rows(call).get(pk=programme.pk)), 201)


class OneProgramme(Endpoint):
    def current(self, call: Call, **ids: Any) -> dict[str, Any]:
        _hold(call, ids["programme_id"])
        return shape(found(rows(call), ids["programme_id"]))

    @operation(
        "getProgramme",
        scopes=list(Scope),
        answer=ProgrammeAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
        tagged=True,
    )
    def get(self, call: Call, programme_id: str) -> HttpResponse:
        """Return one programme; any key may."""
        return reply(shape(found(rows(call), programme_id)))

    @operation(
        "updateProgramme",
        scopes=[Scope.PROGRAMMES_WRITE],
        body=forms.ChangedProgramme,
        answer=ProgrammeAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND, Kind.NAME_TAKEN],
        tagged=True,
    )
    def patch(self, call: Call, programme_id: str) -> HttpResponse:
        """Change what is sent and leave the rest.

        Whoever is decided about from now on is measured by it. `is_on` switches it on and off;
        `conditions` and `touchpoints` replace what was there.
        """
        programme, said = _hold(call, programme_id), call.body
        forms.check_kind(programme.kind, said)
        about: Any = {"programme": programme, "actor": call.actor, "now": call.now}
        with refusing():
            if said.keys() & forms.DETAILS:
                details = forms.details(details_of(programme), said, programme.kind)
                update_programme(details=details, **about)
            if said.keys() & forms.RULES:
                change_rules(rules=forms.rules(rules_of(programme), said), **about)
            if "hours" in said:
                update_hours(changes=forms.hours(said["hours"]), **about)
            if "is_on" in said:
                switch_programme(is_on=said["is_on"], **about)
        return reply(shape(found(rows(call), programme_id)))


def rows(call: Call) -> QuerySet[Programme]:
    """The programmes that this key may see, as answers need them."""
    known = Programme.objects.filter(archived_at__isnull=True)
    if call.caller.programme_id is not None:
        known = known.filter(pk=call.caller.programme_id)
    newest = SurveyVersion.objects.filter(survey=OuterRef("survey"), number__gt=0)
    faces = newest.order_by("-number").values("has_faces")[:1]
    annotated = known.annotate(has_faces=Subquery(faces))
    return annotated.select_related("survey").prefetch_related("touchpoints")


def _check_key(call: Call) -> None:
    if call.caller.programme_id is not None:
        sentence = "This key is for one programme; use a key for all of them to make another."
        raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, "#")])


def _hold(call: Call, programme_id: str) -> Programme:
    own = call.caller.programme_id
    held = Programme.objects.filter(
        archived_at__isnull=True, **({} if own is None else {"pk": own})
    )
    return found(held.select_for_update(no_key=True), programme_id)
