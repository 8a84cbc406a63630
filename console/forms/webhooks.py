"""The forms of webhooks: where to, about what, and what is to be sent again."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from console.forms.fields import LineField
from console.forms.filters import Filter
from followup.actions.endpoints import LONGEST_NAME, BadEndpoint, Details, read_address
from followup.models import WebhookEndpoint
from followup.models.webhooks import STATES
from followup.rules.happenings import MEANINGS, TEST, USUAL, Subject, Type
from kit.urls import LONGEST_URL

SUBJECTS = {
    Subject.RESPONSE: "Answers",
    Subject.INVITATION: "Invitations",
    Subject.DECISION: "Decisions",
    Subject.INTERACTION: "Interactions",
    Subject.CUSTOMER: "Customers",
    Subject.TOUCHPOINT: "Touchpoints",
    Subject.METRIC: "Definitions",
}
EVENTS = [
    (name, [(one.value, f"{one.value}: {MEANINGS[one]}") for one in Type if one.subject is subject])
    for subject, name in SUBJECTS.items()
]
GROUPS = [
    ("low", "Detractors, dissatisfied, hard"),
    ("middle", "In between"),
    ("high", "Promoters, satisfied, easy"),
]
DETAILS = [
    (WebhookEndpoint.Detail.THIN, "Ids and links only; the rest is a call of the API away"),
    (WebhookEndpoint.Detail.ANSWERS, "Scores, words and context as well"),
    (WebhookEndpoint.Detail.CUSTOMERS, "And who the customer is: name, e-mail, company"),
]
Choices = Sequence[tuple[int, str]]


def boxes(**more: Any) -> Any:
    """Numbers to tick; none ticked means all of them."""
    return forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.CheckboxSelectMultiple, **more
    )


class WebhookForm(forms.Form):
    name = LineField(
        max_length=LONGEST_NAME, label="Name", help_text="Such as Helpdesk or Data warehouse."
    )
    url = forms.CharField(
        max_length=LONGEST_URL,
        label="Address",
        widget=forms.URLInput(attrs={"placeholder": "https://", "spellcheck": "false"}),
        help_text="Where cxapp posts to: https and a public address. Kept encrypted.",
    )
    events = forms.MultipleChoiceField(
        choices=EVENTS,
        initial=USUAL,
        widget=forms.CheckboxSelectMultiple,
        label="What it is told",
    )
    detail = forms.ChoiceField(
        choices=DETAILS,
        initial=WebhookEndpoint.Detail.THIN,
        widget=forms.RadioSelect,
        label="How much each message says",
        help_text="Anonymous answers are never told of: there is no event about them.",
    )
    groups = forms.MultipleChoiceField(
        choices=GROUPS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Only answers that are",
        help_text="None ticked: all. It narrows answers alone, not what has no score.",
    )
    programmes = boxes(label="Only of these programmes", help_text="None ticked: all.")
    touchpoints = boxes(label="Only at these touchpoints", help_text="None ticked: all.")

    def __init__(self, *args: Any, programmes: Choices, touchpoints: Choices, **kw: Any) -> None:
        super().__init__(*args, **kw)
        for name, choices in (("programmes", programmes), ("touchpoints", touchpoints)):
            if choices:
                self.fields[name].choices = choices  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def clean_url(self) -> str:
        try:
            return read_address(self.cleaned_data["url"])
        except BadEndpoint as refused:
            raise forms.ValidationError(str(refused)) from refused

    def details(self) -> Details:
        """What was filled in, for the action."""
        said = self.cleaned_data
        return Details(
            name=said["name"],
            url=said["url"],
            events=tuple(said["events"]),
            groups=tuple(said["groups"]),
            programmes=_numbers(said.get("programmes", ())),
            touchpoints=_numbers(said.get("touchpoints", ())),
            detail=said["detail"],
        )


class ReplayForm(forms.Form):
    since = forms.DateTimeField(
        label="From", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        label="To", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    everything = forms.TypedChoiceField(
        choices=[("no", "What did not arrive"), ("yes", "Everything")],
        coerce=lambda said: said == "yes",
        initial="no",
        widget=forms.RadioSelect,
        label="Send",
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        if "since" in said and "until" in said and said["since"] >= said["until"]:
            self.add_error("until", "This is not after the beginning.")
        return said


class LogFilter(Filter):
    state = forms.ChoiceField(choices=[("", "Any state"), *STATES], required=False, label="State")
    type = forms.ChoiceField(
        choices=[("", "Any event"), *((one, one) for one in (*map(str, Type), TEST))],
        required=False,
        label="Event",
    )


def _numbers(said: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(said))
