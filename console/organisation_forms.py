"""Forms of the organisation's settings pages: filled with what is stored, saved in one way."""

from typing import Any, Protocol, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from accounts.actions.editing_organisations import update_organisation
from console.door import Door, actor, posted
from kit.clock import now


class SettingsForm(Protocol):
    """A form whose fields are called as the organisation's columns."""

    def is_valid(self) -> bool: ...

    def changes(self) -> dict[str, Any]: ...


Form = TypeVar("Form", bound=forms.Form)


def form_of(request: HttpRequest, door: Door, form: type[Form]) -> Form:
    """The form as it was sent, else with what the organisation has."""
    stored = {name: getattr(door.organisation, name) for name in form.base_fields}
    return form(posted(request), initial=stored)


def is_saved(request: HttpRequest, door: Door, form: SettingsForm, *, said: str = "Saved.") -> bool:
    """Store what was sent, if something was and it is right; the page then goes on to itself."""
    if request.method != "POST" or not form.is_valid():
        return False
    update_organisation(
        organisation=door.organisation,
        changes=form.changes(),
        actor=actor(request, door),
        now=now(),
    )
    messages.success(request, said)
    return True
