"""Answers as rows of a file: one row a response, in columns that never change their place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import CharField, F, Func, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Lower

from kit.formulas import Guarded, guarded
from metrics.models import TrackedProperty
from reports.queries.narrowed import filtered
from reports.queries.wanted import Wanted
from surveys.models import ResponseTag
from surveys.queries.answers import FollowUps


class Moment(Func):
    """A time in ISO 8601 with its offset, in the zone of the transaction."""

    template = """to_char(%(expressions)s, 'YYYY-MM-DD"T"HH24:MI:SSTZH:TZM')"""
    output_field = CharField()


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of an export; `is_free` marks words that people or other systems chose."""

    name: str
    value: Combinable
    is_free: bool = False


def _plain(name: str, path: str) -> Column:
    return Column(name=name, value=F(path))


def _free(name: str, path: str) -> Column:
    return Column(name=name, value=F(path), is_free=True)


def _tags() -> Combinable:
    """The names of an answer's tags as JSON, for a name may hold any separator; or nothing."""
    tagged = ResponseTag.objects.filter(response=OuterRef("pk")).order_by().values("response")
    names = JSONBAgg("tag__name", order_by=Lower("tag__name"))
    return Cast(Subquery(tagged.annotate(names=names).values("names")), TextField())


def _listed(path: str) -> Combinable:
    """A list of words of ours as one cell."""
    return Func(F(path), Value(", "), function="array_to_string", output_field=CharField())


# New columns are added behind these, never between: files are read by position, too.
ANSWER = (
    _plain("response_id", "id"),
    Column(name="answered_at", value=Moment(F("answered_at"))),
    _plain("answered_on", "local_on"),
    _plain("metric", "metric"),
    _plain("score", "score"),
    _free("comment", "comment"),
    _plain("standing", "standing"),
    _free("standing_reason", "standing_reason"),
    _plain("revisions", "revisions_made"),
    _plain("origin", "origin"),
    _plain("programme_id", "programme_id"),
    _free("programme", "programme__name"),
    _plain("programme_kind", "programme__kind"),
    _plain("survey_version", "survey_version__number"),
    _plain("touchpoint_id", "touchpoint_id"),
    _free("touchpoint", "touchpoint__name"),
    _plain("touchpoint_kind", "touchpoint__kind"),
    _free("stage", "touchpoint__stage__name"),
    Column(name="tags", value=_tags(), is_free=True),
    Column(name="context", value=Cast("context", TextField()), is_free=True),
    Column(name="follow_ups", value=Cast(FollowUps(F("id")), TextField()), is_free=True),
    Column(name="feelings", value=_listed("feelings")),
    _plain("contact", "contact"),
)
# An interaction's id leads to the person in the system it came from.
CUSTOMER = (
    _plain("customer_id", "customer_id"),
    _free("customer_external_id", "customer__external_id"),
    _free("customer_name", "customer__name"),
    _free("customer_email", "customer__email"),
    _free("customer_phone", "customer__phone"),
    _free("company", "customer__company__name"),
    _free("interaction_source", "interaction__source"),
    _free("interaction_id", "interaction__source_id"),
)


def answer_columns(*, with_customers: bool) -> list[Column]:
    """Return the columns of the organisation: fixed ones first, tracked properties at the end."""
    tracked = TrackedProperty.objects.order_by("slot").values_list("key", flat=True)
    properties = [
        Column(name=f"context.{key}", value=KeyTextTransform(key, "context"), is_free=True)
        for key in tracked
    ]
    return [*ANSWER, *(CUSTOMER if with_customers else ()), *properties]


def header(columns: Sequence[Column]) -> list[str]:
    return [guarded(column.name) for column in columns]


def answer_rows(wanted: Wanted, columns: Sequence[Column]) -> "QuerySet[Any, tuple[Any, ...]]":
    """Return the answers that the list shows, in its order, as they are."""
    return _ordered(wanted).values_list(*(column.value for column in columns))


def guarded_rows(wanted: Wanted, columns: Sequence[Column]) -> "QuerySet[Any, tuple[Any, ...]]":
    """Return the same for a CSV file: no text can be taken for a formula."""
    return _ordered(wanted).values_list(
        *(Guarded(column.value) if column.is_free else column.value for column in columns)
    )


def _ordered(wanted: Wanted) -> "QuerySet[Any]":
    return filtered(wanted).order_by("-answered_at", "-id")
