"""Properties: every name ever seen with its type, and by which of them figures are split."""

from collections import defaultdict
from typing import Any, ClassVar

from django.db import OperationalError
from django.http import HttpResponse
from rest_framework import serializers

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, reply
from api.fields import Body, Identifier
from api.operations import operation
from api.problems import Kind, Problem
from api.refusals import only_for_all, refusing
from metrics.actions.tracking import ask_for_tracking
from metrics.queries.tracking import TrackingLine, tracking
from surveys.models import PropertyKey

BEYOND = "figures of all of them are split by these"
COUNTING = "The answers are being counted. Send it again when that is done."
STATES = ["tracked", "coming", "going", "free"]


class PropertyBody(Body):
    """A property by its name."""

    key = Identifier(max_length=60, help_text="As customers, companies or interactions have it.")

    example: ClassVar[dict[str, Any]] = {"key": "plan"}


class PropertyAnswer(serializers.Serializer[Any]):
    """A property that was seen at least once, or is tracked before it was."""

    key = serializers.CharField()
    types = serializers.DictField(
        child=serializers.ChoiceField(PropertyKey.Kind.values),
        help_text="Of whom it is told (`customer`, `company`, `interaction`), and as what.",
    )
    tracking = serializers.ChoiceField(
        STATES,
        help_text="`tracked`: figures split by it are read at once; `coming` and `going`: the "
        "answers are being counted anew; `free`: figures are counted from the answers.",
    )
    values = serializers.IntegerField(help_text="Values that figures know; 0 unless tracked.")


class PropertiesAnswer(serializers.Serializer[Any]):
    """The tracked ones first, then all others by name."""

    items = PropertyAnswer(many=True)
    free = serializers.IntegerField(help_text="How many more can be tracked.")


EXAMPLE = {
    "items": [
        {"key": "plan", "types": {"customer": "text"}, "tracking": "tracked", "values": 4},
        {"key": "seats", "types": {"company": "number"}, "tracking": "free", "values": 0},
    ],
    "free": 7,
}


class Properties(Endpoint):
    @operation(
        "listProperties", scopes=[Scope.METRICS_READ], answer=PropertiesAnswer, example=EXAMPLE
    )
    def get(self, call: Call) -> HttpResponse:
        """List the names of all properties with their types, and which are tracked."""
        return reply(_listed(call))


class TrackedProperty(Endpoint):
    @operation(
        "trackProperty",
        scopes=[Scope.MEASURING_WRITE],
        body=PropertyBody,
        answer=PropertiesAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_POSSIBLE_NOW],
    )
    def post(self, call: Call) -> HttpResponse:
        """Split figures by a property; a worker counts all answers anew by it."""
        return _wish(call, is_wanted=True)


class GivenUpProperty(Endpoint):
    @operation(
        "giveUpProperty",
        scopes=[Scope.MEASURING_WRITE],
        body=PropertyBody,
        answer=PropertiesAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_POSSIBLE_NOW],
    )
    def post(self, call: Call) -> HttpResponse:
        """Split figures by a property no longer; its values stay with every answer."""
        return _wish(call, is_wanted=False)


def _wish(call: Call, *, is_wanted: bool) -> HttpResponse:
    only_for_all(call.caller, BEYOND)
    try:
        with refusing():
            ask_for_tracking(
                organisation_id=call.organisation_id,
                key=call.body["key"],
                is_wanted=is_wanted,
                actor=call.actor,
                now=call.now,
            )
    except OperationalError as held:  # the wish is being fulfilled right now
        raise Problem(Kind.NOT_POSSIBLE_NOW, COUNTING, headers={"Retry-After": "5"}) from held
    return reply(_listed(call))


def _listed(call: Call) -> dict[str, Any]:
    only_for_all(call.caller, BEYOND)
    found, types = tracking(), _types()
    tracked = [_shape(line.key, _state(line), line.values, types) for line in found.lines]
    others = [_shape(key, "free", 0, types) for key in found.others]
    return {"items": [*tracked, *others], "free": found.free}


def _types() -> dict[str, dict[str, str]]:
    types: dict[str, dict[str, str]] = defaultdict(dict)
    rows = PropertyKey.objects.order_by("owner").values_list("key", "owner", "kind")
    for key, owner, kind in rows:
        types[key][owner] = kind
    return types


def _state(line: TrackingLine) -> str:
    return "coming" if line.is_coming else "going" if line.is_going else "tracked"


def _shape(key: str, state: str, values: int, types: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {"key": key, "types": types.get(key, {}), "tracking": state, "values": values}
