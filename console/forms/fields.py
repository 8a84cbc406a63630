"""Fields for visible text: no NUL, no direction overrides, nothing that hides in a name."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from kit.texts import has_hidden, is_line
from surveys.rules.languages import NAMES

LANGUAGES = tuple(NAMES.items())
HIDDEN = "This holds characters that cannot be seen. Type it instead of pasting it."


def _one_line(text: str) -> None:
    if not is_line(text):
        raise ValidationError(HIDDEN)


def _visible(text: str) -> None:
    if has_hidden(text):
        raise ValidationError(HIDDEN)


class LineField(forms.CharField):
    """One visible line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(_one_line)


class NoteField(forms.CharField):
    """Visible text of some lines."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(_visible)


class ZoneField(forms.ChoiceField):
    """A time zone by its name in the tz database."""

    def __init__(self, *, empty: str | None = None, **kwargs: Any) -> None:
        names = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
        first = [] if empty is None else [("", empty)]
        super().__init__(choices=[*first, *((name, name) for name in names)], **kwargs)


class LanguageField(forms.ChoiceField):
    """A language customers are written to in."""

    def __init__(self, *, empty: str | None = None, **kwargs: Any) -> None:
        first = [] if empty is None else [("", empty)]
        super().__init__(choices=[*first, *LANGUAGES], **kwargs)
