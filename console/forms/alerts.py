"""The form of a rule of alerts: of which answers, whom, and how often."""

from typing import Any

from django import forms

from console.forms.fields import LineField
from console.forms.webhooks import GROUPS, Choices, boxes
from followup.actions.endpoints import LONGEST_NAME, BadEndpoint, read_address
from followup.actions.ruling_alerts import MOST_PER_HOUR, Wanted
from followup.models import AlertRule
from kit.urls import LONGEST_URL

CHAT = (
    "The address of an incoming webhook of Slack, Mattermost, Discord (with /slack at its end) or "
    "whatever takes Slack's messages. Kept encrypted and never shown again."
)


class AlertForm(forms.Form):
    name = LineField(max_length=LONGEST_NAME, label="Name", help_text="Such as Bad bills.")
    groups = forms.MultipleChoiceField(
        choices=GROUPS,
        initial=["low"],
        widget=forms.CheckboxSelectMultiple,
        label="Tell of answers that are",
    )
    programmes = boxes(label="Only of these programmes", help_text="None ticked: all.")
    touchpoints = boxes(label="Only at these touchpoints", help_text="None ticked: all.")
    members = boxes(label="Write to", help_text="Whoever may not see customers reads no names.")
    chat_url = forms.CharField(
        max_length=LONGEST_URL,
        required=False,
        label="And to a chat",
        widget=forms.URLInput(attrs={"placeholder": "https://", "spellcheck": "false"}),
        help_text=CHAT,
    )
    drops_chat = forms.BooleanField(required=False, label="Write to that chat no more")
    names_customer = forms.BooleanField(
        required=False,
        initial=True,
        label="Say who it was",
        help_text="Name, e-mail and company. The words are in the message either way.",
    )
    per_hour = forms.IntegerField(
        min_value=1,
        max_value=MOST_PER_HOUR,
        initial=10,
        label="At most so many an hour",
        help_text="The others come together in one line, so that a bad day does not flood anybody.",
    )

    def __init__(
        self,
        *args: Any,
        programmes: Choices,
        touchpoints: Choices,
        members: Choices,
        rule: AlertRule | None,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        own = {"programmes": programmes, "touchpoints": touchpoints, "members": members}
        for name, choices in own.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            if not choices:
                del self.fields[name]
        if rule is None or rule.chat is None:
            del self.fields["drops_chat"]
        else:
            self.fields["chat_url"].label = f"Another chat than the one at {rule.chat.place}"

    def clean_chat_url(self) -> str:
        url: str = self.cleaned_data["chat_url"]
        try:
            return read_address(url) if url else ""
        except BadEndpoint as refused:
            raise forms.ValidationError(str(refused)) from refused

    def wanted(self) -> Wanted:
        """What was filled in, for the action."""
        said = self.cleaned_data
        return Wanted(
            name=said["name"],
            groups=tuple(said["groups"]),
            programmes=tuple(said.get("programmes", ())),
            touchpoints=tuple(said.get("touchpoints", ())),
            members=tuple(said.get("members", ())),
            chat_url=said["chat_url"],
            drops_chat=said.get("drops_chat", False),
            names_customer=said["names_customer"],
            per_hour=said["per_hour"],
        )


def initial_of(rule: AlertRule) -> dict[str, Any]:
    """Return what the form shows of a rule that exists; never its chat."""
    return {
        "name": rule.name,
        "groups": rule.groups,
        "programmes": rule.programmes,
        "touchpoints": rule.touchpoints,
        "members": [one.membership_id for one in rule.recipients.all()],
        "names_customer": rule.names_customer,
        "per_hour": rule.per_hour,
    }
