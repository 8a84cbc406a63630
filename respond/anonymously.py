"""The one page of an anonymous question: score, words and promise together, sent once for all.

There is no second step: whatever led from this answer to more words would lead from a person to
her answer. The address holds no score either, so that no log of requests pairs it with a link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from kit.catalogues import number
from respond import doubts, pages
from respond.boards import board
from respond.follow_ups import Filled, feelings_shown, read_filled
from respond.tongues import Tongue
from surveys.actions.answering_anonymously import Said, record_anonymous
from surveys.queries.asked import Asked
from surveys.queries.told import anonymous_told
from surveys.rules.metrics import ScoreRefused
from surveys.rules.words import LONGEST_COMMENT, TooLong, one_line


@dataclass(frozen=True, slots=True)
class Opened:
    """An anonymous question that somebody opened by a link."""

    asked: Asked
    token: str
    tongue: Tongue
    now: datetime


def show(opened: Opened) -> HttpResponse:
    """The question; nothing is stored and nothing of this visit is remembered."""
    return _page(opened, Filled())


def send(opened: Opened, form: Mapping[str, Sequence[str]]) -> HttpResponse:
    asked, fields = opened.asked, {name: values[-1] for name, values in form.items()}
    filled = read_filled(form)
    try:
        score = asked.scale.read(fields.get("score"))
    except ScoreRefused:
        return _page(opened, filled, problem=board(asked).texts["no_score"])
    if filled.problems:
        return _page(opened, filled, score=score)
    doubt = record_anonymous(
        invitation_id=asked.invitation_id,
        said=Said(score=score, comment=filled.comment, feelings=filled.feelings),
        signs=doubts.signs_of(opened.token, fields, opened.now),
        now=opened.now,
    )
    if doubt is None:
        return pages.closed(opened.tongue)
    return _once_more(opened, filled, score) if doubt else thanks(asked)


def _page(
    opened: Opened, filled: Filled, *, score: int | None = None, problem: str = ""
) -> HttpResponse:
    asked, texts = opened.asked, board(opened.asked)
    why = anonymous_told(asked.language, "why") if asked.asks_why else ""
    more: dict[str, Any] = {
        "why": why,
        "comment": filled.comment,
        "careful": anonymous_told(asked.language, "careful"),
        "words_problem": _words_problem(asked.language, filled),
        "feelings": feelings_shown(asked, texts, filled, opened.token),
        **promises(asked),
    }
    wrong = bool(problem or filled.problems)
    return pages.question(
        asked,
        opened.token,
        opened.now,
        score=score,
        problem=problem,
        status=400 if wrong else 200,
        more=more,
    )


def promises(asked: Asked) -> dict[str, str]:
    """What is promised and what is kept, in the reader's language and as it is."""
    language = asked.language
    key, value = asked.kept or ("", "")
    about = f"{one_line(key)}: {one_line(value)}" if key and value else ""
    keeps = (
        anonymous_told(language, "kept_with", kept=about)
        if about
        else anonymous_told(language, "kept")
    )
    return {
        "promise": anonymous_told(language, "promise"),
        "keeps": keeps,
        "once": anonymous_told(language, "once"),
    }


def _words_problem(language: str, filled: Filled) -> str:
    problem = filled.problems.get("comment")
    if problem is None:
        return ""
    if not isinstance(problem, TooLong):
        return anonymous_told(language, "hidden")
    length, most = (number(language, each) for each in (problem.args[0], LONGEST_COMMENT))
    return anonymous_told(language, "too_long", length=length, most=most)


def _once_more(opened: Opened, filled: Filled, score: int) -> HttpResponse:
    """A machine is suspected: nothing was stored, and the one more tap sends it all again."""
    kept = [("comment", filled.comment), *(("feeling", one.value) for one in filled.feelings)]
    return pages.once_more(opened.asked, opened.token, opened.now, score, kept=kept)


def thanks(asked: Asked) -> HttpResponse:
    """Said at once: an address of its own would have to know that this person has answered."""
    texts, language = board(asked), asked.language
    context = {
        "organisation": asked.organisation,
        "heading": anonymous_told(language, "thanks"),
        "sentences": [
            *texts.changed(asked.note),
            anonymous_told(language, "once"),
            texts.texts["close_page"],
        ],
        "review_url": asked.review_url,
        "texts": texts.texts,
    }
    return pages.of_asked("thanks_anonymous", context, asked)
