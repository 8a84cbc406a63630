"""What the pages behind an unsubscribe link show: buttons that stop, undo, choose."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse

from accounts.rules.logos import logo_of
from respond import pages, phrases
from respond.phrases import say
from respond.tongues import Tongue, menu
from surveys.models import Invitation
from surveys.queries.wishes import QuestionKind, Wishes
from surveys.rules.languages import SPOKEN, language_read


@dataclass(frozen=True, slots=True)
class Button:
    """What it says, what it sends, and whether it is the page's main one."""

    words: str
    act: str
    is_quiet: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """Whose link it is, and the language in which the page is read."""

    invitation: Invitation
    token: str
    tongue: Tongue

    @property
    def language(self) -> str:
        known = [self.tongue.chosen, self.invitation.customer.language, self.tongue.accepted]
        return language_read(known, self.invitation.organisation.language, ())

    def address(self, step: str = "") -> str:
        return f"/u/{self.token}{step}{self.tongue.query}"


def stop(visit: Visit, held: Wishes, *, done: str = "") -> HttpResponse:
    """Before: buttons that stop. Afterwards: what was done, and buttons that undo or narrow it."""
    heading, sentence, buttons = _said(held, visit.language)
    context = {
        "heading": heading,
        "done": done,
        "sentences": [sentence] if sentence else [],
        "buttons": buttons,
        "address": visit.address(),
        "choices": visit.address("/choices") if len(held.kinds) > 1 else "",
        "choose": say(visit.language, phrases.CHOOSE),
    }
    return _page("stop", visit, context)


def undone(visit: Visit, held: Wishes) -> HttpResponse:
    """After undoing: that it was, unless something that was stopped before still is."""
    is_free = not (held.all_stopped or held.own.is_stopped)
    return stop(visit, held, done=say(visit.language, phrases.UNDONE) if is_free else "")


def choices(visit: Visit, held: Wishes, *, done: str = "") -> HttpResponse:
    """Every kind of question with a tick where we may ask."""
    context = {
        "heading": say(visit.language, phrases.CHOOSE),
        "done": done,
        "kinds": [_line(kind) for kind in held.kinds],
        "nothing": say(visit.language, phrases.NOTHING),
        "save": say(visit.language, phrases.SAVE),
        "address": visit.address("/choices"),
    }
    return _page("choices", visit, context)


def chosen(visit: Visit, held: Wishes) -> HttpResponse:
    """The choices as they hold from now on."""
    return choices(visit, held, done=say(visit.language, phrases.SAVED))


def _said(held: Wishes, language: str) -> tuple[str, str, list[Button]]:
    kind = held.own.name
    undo = Button(say(language, phrases.UNDO), "undo")
    only = Button(say(language, phrases.ONLY, kind=kind), "only")
    narrower = [only] if len(held.kinds) > 1 else []
    if held.all_stopped:
        return say(language, phrases.STOPPED), "", [*narrower, undo]
    if held.own.is_stopped:
        heading = say(language, phrases.STOPPED_ONE, kind=kind)
        rest = Button(say(language, phrases.STOP_ALL), "stop")
        return heading, say(language, phrases.STILL), [rest, undo]
    stop_them = Button(say(language, phrases.STOP_THEM), "stop", is_quiet=False)
    heading, means = say(language, phrases.STOP), say(language, phrases.STOP_MEANS)
    return heading, means, [stop_them, *narrower]


def _line(kind: QuestionKind) -> dict[str, object]:
    return {
        "name": kind.name[:1].upper() + kind.name[1:],
        "value": "-".join(str(key) for key in kind.programmes),
        "is_wanted": not kind.is_stopped,
    }


def _page(template: str, visit: Visit, context: Mapping[str, object]) -> HttpResponse:
    house, language = visit.invitation.organisation, visit.language
    shown = {
        "organisation": house.name,
        "logo": logo_of(house.logo),
        "tongues": menu(language, tuple(SPOKEN)),
        **context,
    }
    return pages.page(template, shown, accent=house.accent, language=language)
