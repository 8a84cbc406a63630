"""What a file can be asked for: the filters of the console's downloads, under their names."""

from datetime import date
from typing import Any, ClassVar

from rest_framework import serializers

from accounts.models import Organisation
from accounts.rules.scopes import Scope
from api.endpoints import Call
from api.fields import Body, Day, Flag, Id, Identifier, Line, Number, Slug
from api.problems import Fault, Kind, Problem
from api.v1.metric_queries import (
    MAX_WORDS,
    MOST_SEGMENTS,
    Segment,
    Version,
    both,
    check_periods,
    one_value_each,
    unlike,
)
from kit.periods import last_days, local_day
from metrics.queries.definitions import definitions_of
from metrics.rules.segments import written
from metrics.rules.windows import Against
from metrics.statistics.definitions import Definitions, UnknownVersion
from reports.actions.requesting import Request
from reports.models import ExportJob
from surveys.models import Programme, Response, Tag, Touchpoint
from surveys.models.tags import TAG_LENGTH
from surveys.rules.feelings import Feeling
from surveys.rules.metrics import Metric

MOST_DAYS = 3660
MOST_VERSIONS = 4
OF_FIGURES = {
    "days", "from", "to", "programme", "touchpoint", "segment", "q", "suspects", "definition",
    "against", "against_from", "against_to",
}  # fmt: skip
OF_RESPONSES_NOT = {"against", "against_from", "against_to"}


class Segments(serializers.ListField):
    """Properties of the frozen context, each with one value."""

    child = Segment(max_length=321)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        found = super().run_validation(data)
        return found if found is serializers.empty else one_value_each(found)


class ExportFilter(Body):
    """Which answers; all of the period, if nothing else is said."""

    days = Number(
        required=False, min_value=1, max_value=MOST_DAYS, help_text="Days up to today, included."
    )
    to = Day(required=False, help_text="Last day, included.")
    programme = Id(required=False, help_text="Id of a programme.")
    touchpoint = Slug(
        required=False,
        max_length=60,
        help_text="Slug of a touchpoint; figures are then those of its page.",
    )
    segment = Segments(
        required=False, max_length=MOST_SEGMENTS, help_text="Properties: `plan:Basic`."
    )
    q = Line(
        required=False, allow_blank=True, max_length=MAX_WORDS, help_text="Words in the comment."
    )
    suspects = Flag(required=False, help_text="Suspected machine answers count, too.")
    definition = serializers.ListField(
        child=Version(max_length=10),
        required=False,
        max_length=MOST_VERSIONS,
        help_text="Older versions of metrics: `csat@1`.",
    )
    against = serializers.ChoiceField(
        [one.value for one in Against], required=False, help_text="Of figures: compared with."
    )
    against_from = Day(required=False, help_text="Of figures: compared with days of your own.")
    against_to = Day(required=False, help_text="To this day, included.")
    metric = serializers.ChoiceField([one.value for one in Metric], required=False)
    group = serializers.ChoiceField(["high", "middle", "low", "not_high"], required=False)
    standing = serializers.ChoiceField([*Response.Standing.values, "superseded"], required=False)
    origin = serializers.ChoiceField(Response.Origin.values, required=False)
    tag = Identifier(required=False, max_length=TAG_LENGTH, help_text="Name of a tag.")
    contact = serializers.ChoiceField(["yes", "email", "phone", "no", "any"], required=False)
    feeling = serializers.ChoiceField(["any", *(one.value for one in Feeling)], required=False)
    score = Number(required=False, min_value=0, max_value=10)
    commented = Flag(required=False, help_text="Only with a comment.")
    latest = Flag(required=False, help_text="Only the latest of each customer.")
    scored = Flag(required=False, help_text="Only with a score.")
    programme_kind = serializers.ChoiceField(["transactional", "relational"], required=False)
    touchpoint_kind = serializers.ChoiceField(["service", "experience"], required=False)
    stage = Id(required=False, help_text="Id of a stage of the journey.")
    company = Id(required=False, help_text="Id of a company: of everybody there.")
    link = Id(required=False, help_text="Id of a public link or widget.")
    state = serializers.ChoiceField(
        ["good", "poor", "rated", "unrated"],
        required=False,
        help_text="How the customer was served in the 180 days before.",
    )
    paired_from = Day(
        required=False, help_text="Only of customers who answered in these other days, too."
    )
    paired_to = Day(required=False, help_text="To this day, included.")
    elsewhere = Flag(
        required=False, help_text="And who were served or felt otherwise in those days."
    )
    question = Id(required=False, help_text="Id of a follow-up question.")
    choice = Number(required=False, min_value=1, max_value=99)
    but_programme = Id(required=False, help_text="All but the answers of this part.")
    but_touchpoint = Slug(required=False, max_length=60)
    but_q = Line(required=False, allow_blank=True, max_length=MAX_WORDS)
    but_segment = Segments(required=False, max_length=MOST_SEGMENTS)

    def get_fields(self) -> dict[str, Any]:
        # "from" is a word of Python's and cannot be written as an attribute.
        first = Day(required=False, help_text="First day; with `to`, instead of `days`.")
        return {"from": first, **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_periods(attrs)
        both(attrs, "paired_from", "paired_to")
        if "elsewhere" in attrs and "paired_from" not in attrs:
            raise unlike("elsewhere", "Send paired_from and paired_to, too.")
        return attrs


class NewExport(Body):
    """A file that is wanted."""

    what = serializers.ChoiceField(ExportJob.What.values)
    format = serializers.ChoiceField(["csv", "xlsx"])
    filter = ExportFilter(required=False)
    mark = Flag(
        required=False, help_text="Of responses as CSV: a byte-order mark, for older programs."
    )

    example: ClassVar[dict[str, Any]] = {
        "what": "responses",
        "format": "csv",
        "filter": {"from": "2026-10-01", "to": "2026-10-31", "segment": ["plan:Basic"]},
    }


def request_of(call: Call) -> Request:
    """Return what was asked for, names looked up and days settled; raises Problem."""
    said = call.body
    wanted = said.get("filter", {})
    _check_fits(said["what"], wanted)
    organisation = Organisation.objects.get(pk=call.organisation_id)
    today = local_day(call.now, organisation.time_zone)
    definitions = _definitions(call.organisation_id, wanted)
    asked = {**_written(wanted), **_looked_up(wanted), "today": today.isoformat()}
    if "from" not in wanted:
        period = last_days(wanted.get("days", definitions.window_days), today)
        asked |= {"from": period.first.isoformat(), "to": period.last.isoformat()}
    asked.pop("days", None)
    is_figures = said["what"] == ExportJob.What.FIGURES
    place = f"{wanted['touchpoint']}-" if is_figures and "touchpoint" in wanted else ""
    return Request(
        what=said["what"],
        form=said["format"],
        name=f"{organisation.slug}-{place}{said['what']}-{today}",
        filter=_written(wanted, as_sent=True),
        asked=asked,
        with_customers=not is_figures and Scope.CUSTOMERS_READ in call.caller.scopes,
        with_mark=said.get("mark", False) and not is_figures,
    )


def _check_fits(what: str, wanted: dict[str, Any]) -> None:
    beyond = wanted.keys() - OF_FIGURES if what == "figures" else wanted.keys() & OF_RESPONSES_NOT
    if beyond:
        faults = [
            Fault(f"{what.capitalize()} are not narrowed by this.", f"#/filter/{name}")
            for name in sorted(beyond)
        ]
        raise Problem(Kind.INPUT_REFUSED, faults[0].detail, faults)


def _definitions(organisation_id: int, wanted: dict[str, Any]) -> Definitions:
    found = definitions_of(organisation_id)
    try:
        for kind, version in wanted.get("definition", ()):
            found = found.looking_at(kind, version)
    except UnknownVersion as unknown:
        raise _refused("definition", str(unknown)) from unknown
    return found


def _looked_up(wanted: dict[str, Any]) -> dict[str, Any]:
    """The ids of what was named; an anonymous programme is in no file of these."""
    found: dict[str, Any] = {}
    for name in ("programme", "but_programme"):
        if name in wanted:
            rows = Programme.objects.filter(pk=wanted[name], is_anonymous=False)
            found[name] = _known(rows.values_list("pk", flat=True).first(), name, "programme")
    for name in ("touchpoint", "but_touchpoint"):
        if name in wanted:
            places = Touchpoint.objects.filter(slug=wanted[name])
            found[name] = _known(places.values_list("pk", flat=True).first(), name, "touchpoint")
    if "tag" in wanted:
        tags = Tag.objects.filter(name__iexact=wanted["tag"])
        found["tag"] = _known(tags.values_list("pk", flat=True).first(), "tag", "tag")
    return found


def _known(found: int | None, name: str, what: str) -> int:
    if found is None:
        raise _refused(name, f"There is no such {what}.")
    return found


def _written(wanted: dict[str, Any], *, as_sent: bool = False) -> dict[str, Any]:
    """The filter as JSON: as a worker reads it, or as it was sent."""
    return {name: _value(name, value, as_sent=as_sent) for name, value in wanted.items()}


def _value(name: str, value: Any, *, as_sent: bool) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if name == "definition":
        return [f"{kind}@{version}" if as_sent else [kind, version] for kind, version in value]
    if name in ("segment", "but_segment"):
        return [written(*one) if as_sent else list(one) for one in value]
    return value


def _refused(name: str, sentence: str) -> Problem:
    return Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, f"#/filter/{name}")])
