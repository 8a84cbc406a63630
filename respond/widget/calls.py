"""One request of a widget as its steps see it, and what goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from respond.phrases import say
from respond.tongues import Tongue
from surveys.queries.previews import Sample
from surveys.queries.widgets import WidgetBehind


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a widget: a real one, or the editor's preview that stores nothing."""

    request: HttpRequest
    token: str
    origin: str
    widget: WidgetBehind | None
    sample: Sample | None
    body: Mapping[str, Any]
    tongue: Tongue
    now: datetime

    def text(self, name: str) -> str:
        """What the body holds under this name; "" where that is no text."""
        value = self.body.get(name)
        return value if isinstance(value, str) else ""

    def says(self, phrase: str, status: int, **values: object) -> "Answer":
        """An answer that is a sentence for whoever sits there."""
        return Answer({"problem": say(self.tongue.best, phrase, **values)}, status)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back, before it is sealed."""

    told: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] | None = None
