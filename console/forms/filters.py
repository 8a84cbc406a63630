"""What a list can be narrowed by; an unknown name in the address is refused, not ignored."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from console.forms.dry_runs import HOUSE, HouseBeforeForm
from console.forms.fields import LineField
from console.problems import BadAddress
from kit.periods import Period
from surveys.models import Response
from surveys.rules.feelings import Feeling
from surveys.rules.metrics import NAMES

TRIED = "tried"  # stands in an address where a change leaves no old value behind
SHOWN = ("programme", "touchpoint", "metric", "group", "standing", "origin", "contact", "tag")
QUIET = (
    "score", "programme_kind", "touchpoint_kind", "stage", "latest", "suspects", "scored",
    "company", "state", "question", "choice", "feeling", "link",
    "paired_from", "paired_to", "elsewhere",
    "but_programme", "but_touchpoint", "but_q",
)  # fmt: skip
REPEATED = ("segment", "but_segment")
PAIRED = ("paired_from", "paired_to")
PERIOD = frozenset({"days", "from", "to"})
COUNTED_BY = frozenset({"definition"})
COMPARED = frozenset({"against", "against_from", "against_to"})
GROUPS = [
    ("high", "Promoters, satisfied, easy"),
    ("middle", "In between"),
    ("low", "Detractors, dissatisfied, hard"),
    ("not_high", "All but the best group"),
]
STATES = {
    "good": "Well served",
    "poor": "Poorly served",
    "rated": "Service rated",
    "unrated": "Service not rated",
}
CONTACTS = [
    ("yes", "May be contacted"),
    ("email", "May be contacted by e-mail"),
    ("phone", "May be contacted by phone"),
    ("no", "Do not contact"),
    ("any", "Said yes or no"),
]
# How an answer came, in the words of people who never saw the column.
ORIGINS = {
    Response.Origin.INVITATION: "Personal link",
    Response.Origin.LINK: "Public link",
    Response.Origin.WIDGET: "Widget",
    Response.Origin.IMPORT: "Import",
    Response.Origin.API: "API",
    Response.Origin.ANONYMOUS: "Anonymous",
    Response.Origin.STAFF: "Told to staff",
}
FEELINGS = {"any": "anything", **{one.value: one.value for one in Feeling}}
METRICS = [(metric.value, name) for metric, name in NAMES.items()]


class Filter(forms.Form):
    """A form that reads the address of a list."""

    extra: frozenset[str] = frozenset({"after"})
    after = forms.CharField(required=False, max_length=700, widget=forms.HiddenInput)

    def read(self) -> dict[str, Any]:
        """Return what was asked for; raises BadAddress."""
        unknown = sorted(set(self.data) - set(self.fields) - self.extra)
        problems = [f"{name}: nothing can be filtered by this." for name in unknown]
        if not self.is_valid():
            problems += [
                f"{self.fields[name].label or name}: {errors[0]}"
                for name, errors in self.errors.items()
                if name in self.fields
            ]
        if problems:
            raise BadAddress(*problems)
        return self.cleaned_data


class MailFilter(Filter):
    """The placeholder of another tool; what it may hold is judged where it is put in."""

    variable = forms.CharField(required=False, max_length=1000)


class LookFilter(Filter):
    """How a widget's preview is to look; what is no look is left to the preview."""

    extra = frozenset()
    after = None  # type: ignore[assignment]
    side = forms.CharField(required=False, max_length=10)
    scheme = forms.CharField(required=False, max_length=10)


class NoFilter(Filter):
    """For lists that are always whole."""

    extra = frozenset()
    after = None  # type: ignore[assignment]


class ChangedFilter(NoFilter):
    """For pages of rules, which a change leads back to with what was before."""

    extra = frozenset({TRIED, *(f"{HOUSE}-{name}" for name in HouseBeforeForm.base_fields)})


class SearchFilter(Filter):
    q = LineField(max_length=200, required=False, label="Search")


class ResponseFilter(Filter):
    # Links from numbers carry the whole selection of their page.
    extra = PERIOD | COUNTED_BY | COMPARED | {"after", "suspects", *REPEATED}

    q = LineField(max_length=200, required=False, label="Words in the comment")
    programme = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    touchpoint = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    metric = forms.ChoiceField(choices=[("", "All"), *METRICS], required=False, label="Question")
    group = forms.ChoiceField(choices=[("", "All"), *GROUPS], required=False, label="Group")
    standing = forms.ChoiceField(
        choices=[("", "All"), *Response.Standing.choices, ("superseded", "Answered anew since")],
        required=False,
        label="Standing",
    )
    origin = forms.ChoiceField(
        choices=[("", "All"), *((one.value, name) for one, name in ORIGINS.items())],
        required=False,
        label="Came by",
    )
    tag = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    contact = forms.ChoiceField(choices=[("", "All"), *CONTACTS], required=False, label="Contact")
    feeling = forms.ChoiceField(choices=[("", ""), *FEELINGS.items()], required=False)
    score = forms.IntegerField(min_value=0, max_value=10, required=False, label="Score")
    commented = forms.BooleanField(required=False, label="Only with a comment")
    programme_kind = forms.ChoiceField(
        choices=[("", ""), ("transactional", ""), ("relational", "")], required=False
    )
    touchpoint_kind = forms.ChoiceField(
        choices=[("", ""), ("service", ""), ("experience", "")], required=False
    )
    stage = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, label="Stage")
    latest = forms.BooleanField(required=False, label="Only the latest of each customer")
    scored = forms.BooleanField(required=False, label="Only with a score")
    company = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, label="Company")
    link = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, label="Link")
    state = forms.ChoiceField(choices=[("", ""), *STATES.items()], required=False)
    # Of customers who are in these other days, too; and who stood in another cell then.
    paired_from = forms.DateField(required=False, label="Both in these days, from")
    paired_to = forms.DateField(required=False, label="Both in these days, to")
    elsewhere = forms.BooleanField(required=False)
    # A follow-up question by its row, and what was chosen.
    question = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    choice = forms.IntegerField(min_value=1, max_value=99, required=False)
    # What the other side of a comparison holds: all but these.
    but_programme = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    but_touchpoint = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    but_q = LineField(max_length=200, required=False)

    def __init__(
        self,
        data: QueryDict,
        *,
        programmes: Sequence[tuple[int, str]],
        touchpoints: Sequence[tuple[int, str]],
        tags: Sequence[tuple[int, str]],
        metrics: Collection[str],
    ) -> None:
        super().__init__(data)
        self.asked = data
        self.tags = tags
        for name, choices in (
            ("programme", programmes),
            ("touchpoint", touchpoints),
            ("tag", tags),
        ):
            field = self.fields[name]
            field.label = name.capitalize()
            field.choices = [("", "All"), *choices]  # type: ignore[attr-defined]
        # What is not in use is not offered; an address may name it all the same.
        named = {*metrics, "", data.get("metric", "")}
        offered = [(one, name) for one, name in [("", "All"), *METRICS] if one in named]
        self.fields["metric"].widget.choices = offered
        self.fields["but_programme"].choices = [("", ""), *programmes]  # type: ignore[attr-defined]
        self.fields["but_touchpoint"].choices = [("", ""), *touchpoints]  # type: ignore[attr-defined]
        for name in SHOWN:
            self.fields[name].widget.attrs["class"] = "form-select"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = (cleaned.pop(name, None) for name in PAIRED)
        cleaned["paired"] = None
        if set(PAIRED) & set(self.errors):
            return cleaned
        if (first is None) != (last is None) or (first and last and first > last):
            self.add_error("paired_to", "A first day and a last day are needed, in this order.")
        elif first and last:
            cleaned["paired"] = Period(first, last)
        elif cleaned.get("elsewhere"):
            self.add_error("elsewhere", "Only days say when somebody stood elsewhere.")
        return cleaned

    @property
    def choices_shown(self) -> list[forms.BoundField]:
        """Return what people choose from; the rest comes with links from numbers."""
        return [self[name] for name in SHOWN if name != "tag" or self.tags]

    @property
    def kept_quietly(self) -> list[tuple[str, str]]:
        """Return what a link from a number asked for and no box shows."""
        quiet = [(name, self.data[name]) for name in QUIET if self.data.get(name)]
        return [*quiet, *((name, one) for name in REPEATED for one in self.asked.getlist(name))]

    @property
    def kept_for_others(self) -> list[tuple[str, str]]:
        """Return what this list does not go by and the pages it leads to do."""
        names = sorted(COMPARED | COUNTED_BY)
        return [(name, value) for name in names for value in self.asked.getlist(name) if value]

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in (*SHOWN, *QUIET, *REPEATED, "q", "commented"))


class DoubtedFilter(ResponseFilter):
    """Beside what a list of answers is narrowed by, the rule that doubted and who else answered.

    A rule that an older version wrote down may be named as well.
    """

    doubt = forms.CharField(max_length=40, required=False)
    person = forms.ChoiceField(choices=[("", ""), ("yes", "")], required=False)
