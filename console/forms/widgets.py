"""The form of a widget: on whose pages it comes, when, how often, and how it looks."""

from collections.abc import Callable
from typing import Any

from django import forms

from console.forms.public_links import PublicLinkForm, initial_of
from surveys.actions.opening_widgets import WidgetDetails
from surveys.models import Widget
from surveys.rules.widgets import (
    LONGEST_DELAY,
    LONGEST_REST,
    MOST_LINES,
    NoOrigin,
    NoPattern,
    Rules,
    read_origin,
    read_pattern,
)

NO_ORIGIN = "{line} is no address of a site. Write it like https://help.example.com."
NO_PATTERN = "{line} is no path. Write it like /help/*, without the site and without ?."


class LinesField(forms.CharField):
    """One entry a line, each read by its own rule and kept once."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def __init__(self, *, read: Callable[[str], str], wrong: str, **kwargs: Any) -> None:
        super().__init__(max_length=20_000, **kwargs)
        self.read, self.wrong = read, wrong

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else "\n".join(value)

    def clean(self, value: Any) -> Any:
        lines = [line for line in map(str.strip, super().clean(value).splitlines()) if line]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"At most {MOST_LINES} lines.")
        return list(dict.fromkeys(self._read(line) for line in lines))

    def _read(self, line: str) -> str:
        try:
            return self.read(line)
        except (NoOrigin, NoPattern) as refused:
            raise forms.ValidationError(self.wrong.format(line=line[:80])) from refused


class WidgetForm(PublicLinkForm):
    origins = LinesField(
        read=read_origin,
        wrong=NO_ORIGIN,
        label="Sites",
        help_text="One a line, such as https://help.example.com. Nobody else can load or send "
        "anything; www and without www are two sites.",
    )
    pages = LinesField(
        read=read_pattern,
        wrong=NO_PATTERN,
        label="Pages",
        help_text="One path a line; * stands for anything. /* is every page.",
    )
    not_pages = LinesField(
        read=read_pattern,
        wrong=NO_PATTERN,
        required=False,
        label="But not on",
        help_text="Such as /checkout/*.",
    )
    delay_seconds = forms.IntegerField(
        min_value=0,
        max_value=LONGEST_DELAY,
        label="Comes after",
        help_text="Seconds on the page. Whoever has just arrived has nothing to say yet.",
    )
    sample_percent = forms.IntegerField(
        min_value=0,
        max_value=100,
        label="Asks",
        help_text="Per cent of visitors. The others rest as long as those who were asked.",
    )
    rest_days = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_REST,
        label="Then rests",
        help_text="Days without it for a visitor who saw it, and for a customer who answered.",
    )
    side = forms.ChoiceField(choices=Widget.Side.choices, label="Corner")
    scheme = forms.ChoiceField(choices=Widget.Scheme.choices, label="Light or dark")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = "Such as Help pages. Each answer keeps it as its source."

    def told(self) -> WidgetDetails:
        """What was filled in, for the action."""
        said = self.cleaned_data
        rules = Rules(
            said["pages"],
            said["not_pages"],
            said["delay_seconds"],
            said["sample_percent"],
            said["rest_days"],
        )
        return WidgetDetails(
            link=self.details(),
            origins=said["origins"],
            rules=rules,
            side=said["side"],
            scheme=said["scheme"],
        )


def initial_of_widget(told: WidgetDetails, zone_name: str) -> dict[str, Any]:
    """Return what the form shows of a widget that exists."""
    rules = told.rules
    return {
        **initial_of(told.link, zone_name),
        "origins": told.origins,
        "pages": rules.pages,
        "not_pages": rules.not_pages,
        "delay_seconds": rules.delay_seconds,
        "sample_percent": rules.sample_percent,
        "rest_days": rules.rest_days,
        "side": told.side,
        "scheme": told.scheme,
    }


def initial_of_new() -> dict[str, Any]:
    """Return what the form of a new widget begins with."""
    usual = Rules()
    return {
        "pages": usual.pages,
        "delay_seconds": usual.delay_seconds,
        "sample_percent": usual.sample_percent,
        "rest_days": usual.rest_days,
    }
