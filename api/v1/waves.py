"""Waves: many customers asked at once by a programme, as far as its rules allow."""

from collections import Counter
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import REFUSED, Body, Flag, Id, Moment, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Fault, Kind, Problem
from api.v1.programmes import rows as programmes
from surveys.actions.trying import try_wave
from surveys.actions.waves import start_wave, stop_wave
from surveys.models import Customer, Programme, Wave
from surveys.queries.waves import counted_waves, progress

WRITE = [Scope.PROGRAMMES_WRITE]
# In one transaction, with the addresses of all of them locked: as many as one portion decides.
MOST_TRIED = 1000
MOST = 10_000


class NewWave(Body):
    """Whom to ask: `everybody`, or some customers by their ids."""

    everybody = Flag(required=False, help_text="All customers that are stored.")
    customer_ids = serializers.ListField(
        child=Id(),
        required=False,
        min_length=1,
        max_length=MOST,
        help_text="Ids of GET /customers. For people who are not stored yet: POST /imports first.",
    )
    dry_run = Flag(
        required=False,
        help_text=f"Store nothing and ask nobody: say what would be decided, of {MOST_TRIED} "
        "customers at most.",
    )

    any_of = ("everybody", "customer_ids")

    example: ClassVar[dict[str, Any]] = {"customer_ids": ["812", "813"]}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("everybody")) == ("customer_ids" in attrs):
            sentence = "Send everybody as true, or customer_ids, not both."
            raise ValidationError({"customer_ids": [sentence]}, REFUSED)
        if attrs.get("dry_run") and len(attrs.get("customer_ids", ())) > MOST_TRIED:
            sentence = f"A dry run takes {MOST_TRIED} customers at most."
            raise ValidationError({"customer_ids": [sentence]}, REFUSED)
        return attrs


class WaveAnswer(serializers.Serializer[Any]):
    """A wave and how far it has come."""

    id = Id()
    url = serializers.CharField()
    programme_id = Id()
    kind = serializers.ChoiceField(
        Wave.Kind.values, help_text="`due`: by the calendar, of whom one day was the slot."
    )
    slot_on = serializers.DateField(allow_null=True)
    customers = serializers.IntegerField()
    asked = serializers.IntegerField()
    not_asked = serializers.IntegerField(help_text="Why not: GET /decisions.")
    state = serializers.ChoiceField(["running", "finished", "stopped"])
    created_at = Moment()
    finished_at = Moment(allow_null=True)


class RuleCounted(serializers.Serializer[Any]):
    """How many one rule would decide."""

    rule = serializers.CharField()
    count = serializers.IntegerField()


class TriedWave(serializers.Serializer[Any]):
    """What a wave would come to now."""

    dry_run = serializers.BooleanField()
    customers = serializers.IntegerField()
    asked = serializers.IntegerField()
    not_asked = serializers.IntegerField()
    rules = RuleCounted(many=True, help_text="The most frequent first.")
    is_cut = serializers.BooleanField(help_text="More customers than a dry run looks at.")


EXAMPLE = {
    "id": "41",
    "url": "/api/v1/programmes/3/waves/41",
    "programme_id": "3",
    "kind": "listed",
    "slot_on": None,
    "customers": 2,
    "asked": 1,
    "not_asked": 0,
    "state": "running",
    "created_at": "2026-11-21T14:05:12Z",
    "finished_at": None,
}
TRIED = {
    "dry_run": True,
    "customers": 2,
    "asked": 1,
    "not_asked": 1,
    "rules": [{"rule": "asked", "count": 1}, {"rule": "resting", "count": 1}],
    "is_cut": False,
}


class Waves(Endpoint):
    @operation(
        "listWaves",
        scopes=WRITE,
        query=Paged,
        answer=page_of(WaveAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, programme_id: str) -> HttpResponse:
        """List the waves of a programme, the newest first."""
        return reply(page(_rows(call, programme_id), call.query, "created_at", shape))

    @operation(
        "startWave",
        scopes=WRITE,
        body=NewWave,
        answer={202: WaveAnswer, 200: TriedWave},
        example={202: EXAMPLE, 200: TRIED},
        problems=[Kind.NOT_FOUND],
    )
    def post(self, call: Call, programme_id: str) -> HttpResponse:
        """Ask many at once: every rule of the programme decides of each of them.

        A worker decides a thousand at a time; nobody is asked against a rule.
        """
        programme = found(programmes(call), programme_id)
        asked = None if call.body.get("everybody") else _known(call)
        if call.body.get("dry_run"):
            return reply(_tried(call, programme, asked))
        wave = start_wave(programme=programme, customer_ids=asked, actor=call.actor, now=call.now)
        return reply(shape(_rows(call, programme_id).get(pk=wave.pk)), 202)


class OneWave(Endpoint):
    @operation(
        "getWave",
        scopes=WRITE,
        answer=WaveAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, programme_id: str, wave_id: str) -> HttpResponse:
        """Return one wave with how far it has come."""
        return reply(shape(found(_rows(call, programme_id), wave_id)))


class StoppedWave(Endpoint):
    @operation(
        "stopWave",
        scopes=WRITE,
        answer=WaveAnswer,
        example={**EXAMPLE, "state": "stopped", "finished_at": "2026-11-21T14:07:00Z"},
        problems=[Kind.NOT_FOUND],
    )
    def post(self, call: Call, programme_id: str, wave_id: str) -> HttpResponse:
        """Decide of nobody else; what was decided stays. One that is over stays as it is."""
        wave = found(_rows(call, programme_id), wave_id)
        stop_wave(wave=wave, actor=call.actor, now=call.now)
        return reply(shape(found(_rows(call, programme_id), wave_id)))


def shape(wave: Wave) -> dict[str, Any]:
    done = progress(wave)
    stopped = "stopped" if wave.stopped_at else "finished"
    return {
        "id": str(wave.pk),
        "url": f"/api/v1/programmes/{wave.programme_id}/waves/{wave.pk}",
        "programme_id": str(wave.programme_id),
        "kind": wave.kind,
        "slot_on": wave.slot_on and wave.slot_on.isoformat(),
        "customers": wave.customers,
        "asked": done.asked,
        "not_asked": done.not_asked,
        "state": stopped if done.is_over else "running",
        "created_at": moment(wave.created_at),
        "finished_at": moment(wave.finished_at) if wave.finished_at else None,
    }


def _rows(call: Call, programme_id: str) -> QuerySet[Wave]:
    return counted_waves().filter(programme=found(programmes(call), programme_id))


def _known(call: Call) -> list[int]:
    """The customers that were named; refuses the first that is none, or is none any more."""
    asked = list(dict.fromkeys(call.body["customer_ids"]))
    present = Customer.objects.filter(archived_at__isnull=True, erased_at__isnull=True)
    known = set(present.filter(pk__in=asked).values_list("pk", flat=True))
    unknown = next((pk for pk in asked if pk not in known), None)
    if unknown is not None:
        place = call.body["customer_ids"].index(unknown)
        sentence = f"There is no customer {unknown}. GET /api/v1/customers lists them."
        raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, f"#/customer_ids/{place}")])
    return asked


def _tried(call: Call, programme: Programme, asked: list[int] | None) -> dict[str, Any]:
    present = Customer.objects.filter(archived_at__isnull=True, erased_at__isnull=True)
    every = present.count() if asked is None else len(asked)
    some = list(present.order_by("id").values_list("pk", flat=True)[:MOST_TRIED])
    verdicts = try_wave(
        programme=programme, customer_ids=some if asked is None else asked, now=call.now
    )
    rules = Counter(verdict.rule.value for verdict in verdicts)
    would = sum(verdict.is_asked for verdict in verdicts)
    return {
        "dry_run": True,
        "customers": every,
        "asked": would,
        "not_asked": len(verdicts) - would,
        "rules": [
            {"rule": rule, "count": count}
            for rule, count in sorted(rules.items(), key=lambda one: (-one[1], one[0]))
        ],
        "is_cut": len(verdicts) < every,
    }
