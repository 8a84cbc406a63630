"""What the pages behind "This was not me" show: the question, and what was done or undone."""

from datetime import datetime

from django.http import HttpResponse

from respond import pages, stamps
from respond.boards import board
from respond.doubts import TRAP
from surveys.queries.asked import Asked


def ask(asked: Asked, token: str, now: datetime) -> HttpResponse:
    """Before anything is taken out: what would happen, and a button."""
    texts = board(asked)
    context = {
        **pages.common(asked, texts, f"/{asked.door}/{token}/not-me"),
        "heading": texts.texts["not_me_ask"],
        "what": texts.texts["not_me_what"],
        "button": texts.texts["not_me_send"],
        "back": pages.link(asked, token, ""),
        "trap": TRAP,
        "shown": stamps.stamp(stamps.NOT_ME, token, now),
    }
    return pages.of_asked("not_me", context, asked)


def done(asked: Asked, token: str, now: datetime) -> HttpResponse:
    texts = board(asked)
    context = {
        **pages.common(asked, texts, f"/{asked.door}/{token}/not-me"),
        "heading": texts.texts["not_me_done"],
        "button": texts.texts["not_me_undo"],
        "act": "undo",
        "trap": TRAP,
        "shown": stamps.stamp(stamps.NOT_ME_DONE, token, now),
    }
    return pages.of_asked("not_me", context, asked)


def undone(asked: Asked) -> HttpResponse:
    said = board(asked).texts
    context = {
        "organisation": asked.organisation,
        "heading": said["not_me_undone"],
        "sentences": [said["close_page"]],
    }
    return pages.of_asked("words", context, asked)
