"""Forms of when mail may leave: an organisation's hours, and a programme's own."""

from typing import Any

from django import forms

from accounts.models import Organisation
from surveys.models import Programme
from surveys.rules.free_days import countries, subdivisions
from surveys.rules.moments import DAY, EVERY_DAY

WEEKDAYS = [
    ("1", "Mon"), ("2", "Tue"), ("3", "Wed"), ("4", "Thu"), ("5", "Fri"), ("6", "Sat"),
    ("7", "Sun"),
]  # fmt: skip
HALF_HOURS = [(minute, f"{minute // 60}:{minute % 60:02d}") for minute in range(0, DAY + 1, 30)]
OPENS, CLOSES = HALF_HOURS[:-1], HALF_HOURS[1:]
HOUSE, ANY, OWN = "house", "any", "own"
CHOICES = [
    (HOUSE, "In the organisation's sending hours"),
    (ANY, "At any hour of any day"),
    (OWN, "In hours of its own:"),
]


class HoursForm(forms.Form):
    """Weekdays and hours by the reader's clock, and holidays on which nothing leaves."""

    sending_days = forms.MultipleChoiceField(
        choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple, label="Days"
    )
    sending_opens = forms.TypedChoiceField(choices=OPENS, coerce=int, label="From")
    sending_closes = forms.TypedChoiceField(choices=CLOSES, coerce=int, label="To")
    holiday_country = forms.ChoiceField(required=False, label="Holidays of")
    holiday_subdivision = forms.ChoiceField(required=False, label="Part of it")

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        super().__init__(data, initial=_stored(organisation))
        known = [("", "no country"), *countries().items()]
        self.fields["holiday_country"].choices = known  # type: ignore[attr-defined]
        # The parts of the country that is chosen: of the one just sent, else of the stored one.
        country = self["holiday_country"].value() or ""
        parts = [("", "the whole country"), *subdivisions(country).items()]
        if organisation.holiday_country != country:
            # The part belonged to another country.
            parts += [(code, code) for code in [self["holiday_subdivision"].value()] if code]
        self.fields["holiday_subdivision"].choices = parts  # type: ignore[attr-defined]

    @property
    def has_parts(self) -> bool:
        return len(self.fields["holiday_subdivision"].choices) > 1  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        _check_order(self, cleaned)
        return cleaned

    def changes(self) -> dict[str, Any]:
        said = self.cleaned_data
        country = said["holiday_country"]
        part = said["holiday_subdivision"]
        return {
            "sending_days": "".join(sorted(said["sending_days"])),
            "sending_opens": said["sending_opens"],
            "sending_closes": said["sending_closes"],
            "holiday_country": country,
            "holiday_subdivision": part if part in subdivisions(country) else "",
        }


class WhenForm(forms.Form):
    """When a programme writes: its hours, its one reminder, and how it meets new customers."""

    reminder_days = forms.IntegerField(
        min_value=1,
        max_value=60,
        required=False,
        label="Remind once after, in days",
        help_text="Never after an answer, a bounce or an opt-out. Empty: no reminder.",
    )
    newcomer_days = forms.IntegerField(
        min_value=0,
        max_value=365,
        label="Leave new customers alone for, in days",
        help_text="Before the calendar asks them for the first time.",
    )
    hours = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, label="Mail leaves")
    sending_days = forms.MultipleChoiceField(
        choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple, required=False, label="Days"
    )
    sending_opens = forms.TypedChoiceField(choices=OPENS, coerce=int, label="From")
    sending_closes = forms.TypedChoiceField(choices=CLOSES, coerce=int, label="To")
    sends_on_holidays = forms.BooleanField(required=False, label="Also on public holidays")

    def __init__(self, data: Any = None, *, programme: Programme) -> None:
        super().__init__(data, initial=_own(programme))
        if programme.kind != Programme.Kind.RELATIONAL:
            del self.fields["newcomer_days"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("hours") == OWN:
            if not cleaned.get("sending_days"):
                self.add_error("sending_days", "Choose at least one day.")
            _check_order(self, cleaned)
        return cleaned

    def changes(self) -> dict[str, Any]:
        said = self.cleaned_data
        changes = {"reminder_days": said["reminder_days"], **_hours(said)}
        if "newcomer_days" in said:
            changes["newcomer_days"] = said["newcomer_days"]
        return changes


def _hours(said: dict[str, Any]) -> dict[str, Any]:
    whole = {"sending_opens": 0, "sending_closes": DAY}
    match said["hours"]:
        case "any":
            return {"sending_days": EVERY_DAY, **whole, "sends_on_holidays": True}
        case "house":
            return {"sending_days": "", **whole, "sends_on_holidays": said["sends_on_holidays"]}
    return {
        "sending_days": "".join(sorted(said["sending_days"])),
        "sending_opens": said["sending_opens"],
        "sending_closes": said["sending_closes"],
        "sends_on_holidays": said["sends_on_holidays"],
    }


def _check_order(form: forms.Form, cleaned: dict[str, Any]) -> None:
    opens, closes = cleaned.get("sending_opens"), cleaned.get("sending_closes")
    if opens is not None and closes is not None and opens >= closes:
        form.add_error("sending_closes", "This is not after the beginning.")


def _stored(organisation: Organisation) -> dict[str, Any]:
    names = ("sending_opens", "sending_closes", "holiday_country", "holiday_subdivision")
    stored = {name: getattr(organisation, name) for name in names}
    return {**stored, "sending_days": list(organisation.sending_days)}


def _own(programme: Programme) -> dict[str, Any]:
    names = ("reminder_days", "newcomer_days", "sends_on_holidays")
    any_time = (EVERY_DAY, 0, DAY, True)
    own = (
        programme.sending_days,
        programme.sending_opens,
        programme.sending_closes,
        programme.sends_on_holidays,
    )
    chosen = HOUSE if not programme.sending_days else ANY if own == any_time else OWN
    return {
        **{name: getattr(programme, name) for name in names},
        "hours": chosen,
        "sending_days": list(programme.sending_days or "12345"),
        "sending_opens": programme.sending_opens if chosen == OWN else 8 * 60,
        "sending_closes": programme.sending_closes if chosen == OWN else 20 * 60,
    }
