"""What the pages behind an unsubscribe link show: buttons that stop, undo, choose."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse

from respond import pages
from surveys.models import Invitation
from surveys.queries.wishes import QuestionKind, Wishes

STOP = "Stop these questions?"
STOP_MEANS = "We will not send you such questions again. Other mails are not changed by this."
STOPPED = "We will not send you such questions again."
STOPPED_ONE = "We will not ask you about {kind} again."
STILL = "You may still get questions about other things."
ONLY = "Only stop those about {kind}"
CHOOSE = "Choose what we may ask you about"
NOTHING = "With nothing ticked we never ask you again."
SAVED = "Saved."


@dataclass(frozen=True, slots=True)
class Button:
    """What it says, what it sends, and whether it is the page's main one."""

    words: str
    act: str
    is_quiet: bool = True


def stop(invitation: Invitation, held: Wishes, token: str) -> HttpResponse:
    """Before: buttons that stop. Afterwards: what was done, and buttons that undo or narrow it."""
    heading, sentence, buttons = _said(held)
    context = {
        "heading": heading,
        "sentences": [sentence] if sentence else [],
        "buttons": buttons,
        "address": f"/u/{token}",
        "choices": f"/u/{token}/choices" if len(held.kinds) > 1 else "",
        "choose": CHOOSE,
    }
    return _page("stop", invitation, context)


def choices(invitation: Invitation, held: Wishes, token: str, *, done: str = "") -> HttpResponse:
    """Every kind of question with a tick where we may ask."""
    context = {
        "heading": CHOOSE,
        "done": done,
        "kinds": [_line(kind) for kind in held.kinds],
        "nothing": NOTHING,
        "address": f"/u/{token}/choices",
    }
    return _page("choices", invitation, context)


def chosen(invitation: Invitation, held: Wishes, token: str) -> HttpResponse:
    """The choices as they hold from now on."""
    return choices(invitation, held, token, done=SAVED)


def _said(held: Wishes) -> tuple[str, str, list[Button]]:
    only = Button(ONLY.format(kind=held.own.name), "only")
    narrower = [only] if len(held.kinds) > 1 else []
    if held.all_stopped:
        return STOPPED, "", [*narrower, Button("Undo", "undo")]
    if held.own.is_stopped:
        heading = STOPPED_ONE.format(kind=held.own.name)
        return heading, STILL, [Button("Stop all questions", "stop"), Button("Undo", "undo")]
    return STOP, STOP_MEANS, [Button("Stop them", "stop", is_quiet=False), *narrower]


def _line(kind: QuestionKind) -> dict[str, object]:
    return {
        "name": kind.name[:1].upper() + kind.name[1:],
        "value": "-".join(str(key) for key in kind.programmes),
        "is_wanted": not kind.is_stopped,
    }


def _page(template: str, invitation: Invitation, context: Mapping[str, object]) -> HttpResponse:
    house = invitation.organisation
    return pages.page(template, {"organisation": house.name, **context}, accent=house.accent)
