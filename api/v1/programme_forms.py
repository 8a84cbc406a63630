"""What may be said of a programme: its details, its rules, its hours, as the actions take them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.fields import REFUSED, Body, Flag, Identifier, Line, Number, Slug
from api.problems import Fault, Kind, Problem
from surveys.actions.editing_programmes import ProgrammeDetails
from surveys.actions.ruling_programmes import ProgrammeRules
from surveys.models import Programme, Touchpoint
from surveys.rules.channels import Preference
from surveys.rules.conditions import Comparison, Condition, ConditionIsWrong
from surveys.rules.metrics import FAMILIES
from surveys.rules.moments import DAY

MOST_CONDITIONS = 20
TESTS = [each.value for each in Comparison]
DETAILS = frozenset(
    {"name", "public_name", "channel", "touchpoints", "delay_minutes", "rest_days",
     "expires_after_days", "cadence_months"}
)  # fmt: skip
RULES = frozenset(
    {"sampling_percent", "priority", "oldest_days", "newcomer_days", "reminder_days", "conditions"}
)
FOR_GOOD = ("kind", "metric", "is_anonymous", "kept_property")
# What only the other kind knows.
NOT_OF = {
    "transactional": ("cadence_months", "newcomer_days"),
    "relational": ("touchpoints", "priority", "oldest_days"),
}
EMPTY = ProgrammeDetails(
    name="",
    touchpoint_ids=[],
    delay_minutes=0,
    rest_days=30,
    expires_after_days=30,
    cadence_months=None,
)


class ConditionBody(Body):
    """One property compared with what was written down; all conditions must hold."""

    key = Identifier(max_length=60)
    test = serializers.ChoiceField(TESTS)
    values = serializers.ListField(child=Identifier(max_length=200), required=False, max_length=50)

    example: ClassVar[dict[str, Any]] = {"key": "plan", "test": "is", "values": ["Basic"]}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            _condition(attrs)
        except ConditionIsWrong as wrong:
            raise ValidationError(str(wrong), REFUSED) from wrong
        return attrs


class HoursBody(Body):
    """When its mail may leave, by the reader's clock."""

    days = serializers.ListField(
        child=Number(min_value=1, max_value=7), min_length=1, max_length=7, help_text="Monday is 1."
    )
    opens = Number(min_value=0, max_value=DAY - 1, help_text="Minutes after midnight.")
    closes = Number(min_value=1, max_value=DAY, help_text="Minutes after midnight; later.")
    on_holidays = Flag()

    example: ClassVar[dict[str, Any]] = {
        "days": [1, 2, 3, 4, 5], "opens": 540, "closes": 1080, "on_holidays": False,
    }  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["opens"] >= attrs["closes"]:
            raise ValidationError("It opens before it closes.", REFUSED)
        return attrs


class ConditionAnswer(serializers.Serializer[Any]):
    """One property compared with what was written down."""

    key = serializers.CharField()
    test = serializers.ChoiceField(TESTS)
    values = serializers.ListField(child=serializers.CharField())


class HoursAnswer(serializers.Serializer[Any]):
    """When its mail may leave, by the reader's clock."""

    days = serializers.ListField(child=serializers.IntegerField())
    opens = serializers.IntegerField()
    closes = serializers.IntegerField()
    on_holidays = serializers.BooleanField()


class ProgrammeBody(Body):
    """Whom a programme asks and how often. Keys that are left out stay as they are."""

    name = Identifier(required=False, max_length=120)
    public_name = Line(required=False, allow_blank=True, max_length=60)
    channel = serializers.ChoiceField([each.value for each in Preference], required=False)
    touchpoints = serializers.ListField(
        child=Slug(max_length=60),
        required=False,
        max_length=200,
        help_text="Slugs; after contacts there it asks. Transactional programmes only.",
    )
    delay_minutes = Number(required=False, min_value=0, max_value=43200)
    rest_days = Number(required=False, min_value=0, max_value=1000)
    expires_after_days = Number(required=False, min_value=1, max_value=365)
    cadence_months = Number(
        required=False, min_value=1, max_value=24, help_text="Relational programmes only."
    )

    example: ClassVar[dict[str, Any]] = {
        "name": "After support",
        "public_name": "support",
        "touchpoints": ["billing", "shop-visit"],
        "channel": "email",
        "delay_minutes": 60,
        "rest_days": 30,
        "expires_after_days": 30,
        "sampling_percent": 100,
        "priority": 50,
        "oldest_days": 7,
        "newcomer_days": 30,
        "reminder_days": 5,
        "conditions": [ConditionBody.example],
        "hours": HoursBody.example,
    }


class NewProgramme(ProgrammeBody):
    """A programme has a name, a kind and a metric, and touchpoints or a cadence."""

    name = Identifier(max_length=120)
    kind = serializers.ChoiceField(Programme.Kind.values, help_text="Never changes.")
    metric = serializers.ChoiceField(
        [metric.value for metric in FAMILIES], help_text="Never changes."
    )
    is_anonymous = Flag(required=False, help_text="For good: nobody sees who answered what.")
    kept_property = Line(
        required=False, allow_blank=True, max_length=60, help_text="Of an anonymous one, kept."
    )

    example: ClassVar[dict[str, Any]] = {
        "name": "After delivery",
        "kind": "transactional",
        "metric": "csat",
        "touchpoints": ["billing"],
        "delay_minutes": 60,
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("kept_property") and not attrs.get("is_anonymous"):
            raise ValidationError({"kept_property": "Only of an anonymous programme."}, REFUSED)
        return attrs


class ChangedProgramme(ProgrammeBody):
    """Its details, its rules, its hours, and whether it asks at all."""

    sampling_percent = Number(
        required=False, min_value=1, max_value=100, help_text="Share that is drawn."
    )
    priority = Number(required=False, min_value=1, max_value=99, help_text="1 comes first.")
    oldest_days = Number(
        required=False, min_value=1, max_value=7, help_text="Older contacts are not asked about."
    )
    newcomer_days = Number(
        required=False, min_value=0, max_value=365, help_text="New customers are left alone."
    )
    reminder_days = Number(
        required=False, allow_null=True, min_value=1, max_value=60, help_text="Null: none."
    )
    conditions = serializers.ListField(
        child=ConditionBody(), required=False, max_length=MOST_CONDITIONS
    )
    hours = HoursBody(required=False, allow_null=True, help_text="Null: the organisation's.")
    is_on = Flag(required=False)

    example: ClassVar[dict[str, Any]] = {**ProgrammeBody.example, "is_on": True}


def check_kind(kind: str, said: Mapping[str, Any]) -> None:
    """Refuse what only the other kind of programme knows."""
    faults = [
        Fault(f"A {kind} programme has none.", f"#/{name}") for name in NOT_OF[kind] if name in said
    ]
    if faults:
        raise Problem(Kind.INPUT_REFUSED, faults[0].detail, faults)


def details(before: ProgrammeDetails, said: Mapping[str, Any], kind: str) -> ProgrammeDetails:
    """The details with what was said; places are found by their slugs."""
    check_kind(kind, said)
    changes = {name: said[name] for name in DETAILS & said.keys() if name != "touchpoints"}
    if "touchpoints" in said:
        changes["touchpoint_ids"] = _places(said["touchpoints"])
    made = replace(before, **changes)
    if kind == Programme.Kind.TRANSACTIONAL and not made.touchpoint_ids:
        raise _refused("Name at least one touchpoint after which it asks.", "#/touchpoints")
    if kind == Programme.Kind.RELATIONAL and not made.cadence_months:
        raise _refused("Say after how many months it asks again.", "#/cadence_months")
    return made


def rules(before: ProgrammeRules, said: Mapping[str, Any]) -> ProgrammeRules:
    changes = {name: said[name] for name in RULES & said.keys()}
    if "conditions" in changes:
        changes["conditions"] = tuple(_condition(each) for each in changes["conditions"])
    return replace(before, **changes)


def hours(said: Mapping[str, Any] | None) -> dict[str, Any]:
    if said is None:
        return {"sending_days": "", "sending_opens": 0, "sending_closes": DAY,
                "sends_on_holidays": False}  # fmt: skip
    return {
        "sending_days": "".join(map(str, sorted(set(said["days"])))),
        "sending_opens": said["opens"],
        "sending_closes": said["closes"],
        "sends_on_holidays": said["on_holidays"],
    }


def told_hours(programme: Programme) -> dict[str, Any] | None:
    if not programme.sending_days:
        return None
    return {
        "days": [int(day) for day in programme.sending_days],
        "opens": programme.sending_opens,
        "closes": programme.sending_closes,
        "on_holidays": programme.sends_on_holidays,
    }


def _condition(said: Mapping[str, Any]) -> Condition:
    return Condition(said["key"], Comparison(said["test"]), tuple(said.get("values", ())))


def _places(slugs: list[str]) -> list[int]:
    known = dict(
        Touchpoint.objects.filter(slug__in=slugs, archived_at__isnull=True).values_list(
            "slug", "id"
        )
    )
    if unknown := sorted(set(slugs) - known.keys()):
        sentence = (
            f"There is no touchpoint {unknown[0]}. GET /api/v1/touchpoints lists their slugs."
        )
        raise _refused(sentence, "#/touchpoints")
    return sorted(known.values())


def _refused(sentence: str, pointer: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, pointer)])
