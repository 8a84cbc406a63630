"""What a metric can be asked for: the same names as in the addresses of the pages."""

import re
from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from accounts.models import Organisation
from api.endpoints import Call
from api.fields import REFUSED, SHOWN, Id, Line, Query, Slug, Whole
from api.problems import Fault, Kind, Problem
from kit.periods import Period, last_days, local_day
from metrics.queries.filters import Filter
from metrics.queries.segments import never_occurred
from metrics.rules.segments import split
from metrics.rules.windows import Against
from metrics.statistics.definitions import Definition, Definitions, UnknownVersion
from metrics.statistics.definitions import Kind as Metric
from surveys.models import Programme, Touchpoint
from surveys.rules.metrics import Metric as AskedMetric

MOST_DAYS = 3660
MOST_SEGMENTS = 8
MAX_WORDS = 200
BACKSLASH = "\\"
FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2999, 12, 31)
VERSION = "^(nps|csat|faces|ces)@([1-9][0-9]{0,3})$"
_OF_KEY = f"({SHOWN.replace('[^', '[^:' + BACKSLASH * 2)}|{BACKSLASH * 2}[:{BACKSLASH * 2}])"
SEGMENT = f"^{_OF_KEY}{{1,60}}:{SHOWN}{{1,200}}$"


class Day(serializers.DateField):
    """A calendar day in the organisation's own time zone."""

    def to_internal_value(self, value: Any) -> date:
        found: date = super().to_internal_value(value)
        if not FIRST_DAY <= found <= LAST_DAY:
            raise ValidationError(f"Expected a day from {FIRST_DAY} to {LAST_DAY}.", REFUSED)
        return found


@extend_schema_field({"type": "string", "pattern": SEGMENT})
class Segment(Line):
    """A property of the frozen context and its value, `plan:Basic`."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        key, value = split(super().run_validation(data))
        if not (0 < len(key) <= 60 and 0 < len(value) <= 200):
            raise ValidationError("Expected a property and its value, such as plan:Basic.")
        return key, value


@extend_schema_field({"type": "string", "pattern": VERSION})
class Version(Line):
    """A metric and one of its versions, `csat@1`."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        found = re.fullmatch(VERSION, super().run_validation(data), re.ASCII)
        if found is None:
            raise ValidationError("Expected a metric and its version, such as csat@1.")
        return Metric(found[1]), int(found[2])


def one_value_each(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if len({key for key, _ in found}) < len(found):
        raise ValidationError("A property can have one value at a time.", REFUSED)
    return found


class MetricQuery(Query):
    """If no period is given, the definition's own: its last `window_days`, 90 at first.

    Days are the organisation's own.
    """

    days = Whole(
        required=False, min_value=1, max_value=MOST_DAYS, help_text="Days up to today, included."
    )
    to = Day(required=False, help_text="Last day, included.")
    against = serializers.ChoiceField(
        [one.value for one in Against],
        required=False,
        help_text="What the verdict compares with: as many days before (if absent), or the same "
        "weeks a year before.",
    )
    against_from = Day(required=False, help_text="Compare with days of your own, from this one.")
    against_to = Day(required=False, help_text="To this day, included.")
    programme = Id(required=False, help_text="Id of a programme that asks this metric.")
    touchpoint = Slug(required=False, max_length=60, help_text="Slug of a touchpoint.")
    touchpoint_kind = serializers.ChoiceField(
        ["service", "experience"], required=False, help_text="Touchpoints of this kind only."
    )
    asked = serializers.ChoiceField(
        ["transactional", "relational"],
        required=False,
        help_text="By which programmes. If absent: as the programme is, else relational for nps "
        "and transactional for all others.",
    )
    segment = serializers.ListField(
        child=Segment(max_length=321),
        required=False,
        max_length=MOST_SEGMENTS,
        help_text="A property and its value, `plan:Basic`; may be sent several times. A colon or "
        "backslash in the property's own name gets a backslash before it. Tracked "
        "properties are read at once, any other is counted from the answers.",
    )
    q = Line(
        required=False,
        max_length=MAX_WORDS,
        help_text="Only answers whose comment tells of these words, found as lists of answers "
        "find them: in the comment's language, accents or not; in quotes exactly so, with a "
        "minus without. Counted from the answers.",
    )
    suspects = serializers.ChoiceField(
        ["on"], required=False, help_text="Count suspected machine answers too."
    )
    definition = Version(
        required=False, max_length=10, help_text="An older version of this metric: `csat@1`."
    )

    def get_fields(self) -> dict[str, Any]:
        # "from" is a word of Python's and cannot be written as an attribute.
        first = Day(required=False, help_text="First day; with to, instead of days.")
        return {"from": first, **super().get_fields()}

    validate_segment = staticmethod(one_value_each)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_periods(attrs)
        return attrs


def check_periods(attrs: dict[str, Any]) -> None:
    """Two days or a number of them, and compared with two days or with a name: never both."""
    both(attrs, "from", "to")
    both(attrs, "against_from", "against_to")
    if "from" in attrs and "days" in attrs:
        raise unlike("from", "Send from and to together, or days.")
    if "against_from" in attrs and "against" in attrs:
        raise unlike("against_from", "Send against, or two days, not both.")


def both(attrs: dict[str, Any], first: str, last: str) -> None:
    ends = {first, last} & attrs.keys()
    if len(ends) == 1:
        raise unlike(ends.pop(), f"Send {first} and {last} together.")
    if ends and not 0 <= (attrs[last] - attrs[first]).days < MOST_DAYS:
        raise unlike(last, f"Expected 1 to {MOST_DAYS} days from {first} on.")


def unlike(parameter: str, sentence: str) -> ValidationError:
    return ValidationError({parameter: [ErrorDetail(sentence, REFUSED)]})


def metric_of(name: str) -> Metric:
    if name not in list(Metric):
        sentence = "There is no such metric; there are nps, csat, faces and ces."
        raise Problem(Kind.NOT_FOUND, sentence)
    return Metric(name)


def today_of(call: Call) -> date:
    """The organisation's own day."""
    zones = Organisation.objects.values_list("time_zone", flat=True)
    return local_day(call.now, zones.get(pk=call.organisation_id))


def definition_of(call: Call, definitions: Definitions, metric: Metric) -> Definition:
    kind, version = call.query.get("definition", (metric, None))
    if kind != metric:
        raise _refused("definition", f"This is {metric}; {kind} has definitions of its own.")
    try:
        return definitions.newest(kind) if version is None else definitions.version(kind, version)
    except UnknownVersion as unknown:
        raise _refused("definition", str(unknown)) from unknown


def period_of(query: dict[str, Any], definition: Definition, today: date) -> Period:
    if "from" in query:
        return Period(query["from"], query["to"])
    return last_days(query.get("days", definition.window_days), today)


def filter_of(call: Call, definition: Definition) -> Filter:
    programme = _programme(_programme_id(call), definition)
    return Filter(
        organisation_id=call.organisation_id,
        definition=definition,
        is_relational=_is_relational(call.query.get("asked"), programme, definition),
        programme_id=programme.pk if programme else None,
        touchpoint_id=_touchpoint_id(call.query.get("touchpoint")),
        touchpoint_kind=call.query.get("touchpoint_kind"),
        segments=_segments(call),
        words=(call.query["q"],) if "q" in call.query else (),
        with_suspects="suspects" in call.query,
    )


def against_of(query: dict[str, Any]) -> Period | Against:
    if "against_from" in query:
        return Period(query["against_from"], query["against_to"])
    return Against(query.get("against", Against.BEFORE))


def _is_relational(asked: str | None, programme: Programme | None, definition: Definition) -> bool:
    if asked is not None:
        return asked == "relational"
    if programme is not None:
        return programme.kind == Programme.Kind.RELATIONAL
    return definition.kind is Metric.NPS


def _programme_id(call: Call) -> int | None:
    asked, own = call.query.get("programme"), call.caller.programme_id
    # A key of one programme sees its figures only; any other is as unknown as none.
    return asked if own is None else own if asked in (None, own) else 0


def _programme(programme_id: int | None, definition: Definition) -> Programme | None:
    if programme_id is None:
        return None
    found = Programme.objects.select_related("survey").filter(pk=programme_id).first()
    if found is None:
        raise _refused("programme", "There is no such programme; see GET /api/v1/programmes.")
    if found.is_anonymous:
        address = f"/api/v1/programmes/{found.pk}/anonymous"
        raise _refused("programme", f"This programme is anonymous; see GET {address}.")
    if found.survey.metric != AskedMetric(definition.kind).family:
        raise _refused("programme", f"This programme asks {found.survey.metric}.")
    return found


def _touchpoint_id(slug: str | None) -> int | None:
    if slug is None:
        return None
    found = Touchpoint.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if found is None:
        raise _refused("touchpoint", "There is no such touchpoint; see GET /api/v1/touchpoints.")
    return found


def _segments(call: Call) -> tuple[tuple[str, str], ...]:
    asked = tuple(call.query.get("segment", ()))
    for key, value in never_occurred(call.organisation_id, asked):
        raise _refused("segment", f"No answer was ever given with {key} = {value}.")
    return asked


def _refused(parameter: str, sentence: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, parameter=parameter)])
