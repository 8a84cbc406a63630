"""Each step of the widget as plain values: the script draws them, and no markup travels."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.rules.logos import logo_of
from respond import phrases, stamps
from respond.boards import board, says_own_words
from respond.brand import colours
from respond.doubts import TRAP
from respond.follow_ups import (
    Filled,
    Shown,
    contacts_shown,
    feelings_shown,
    follow_ups,
    problem_of,
)
from respond.phrases import LANGUAGE, say
from respond.tongues import offered_for
from surveys.queries.asked import Asked
from surveys.rules.languages import OWN_NAMES, direction_of

Told = dict[str, Any]
EMPTY = Filled()


def question_told(asked: Asked, *, form: str, at: str, now: datetime) -> Told:
    """The first step, and all that the frame around every step says."""
    texts = board(asked)
    light, dark = colours(asked.accent)
    return {
        "lang": asked.language,
        "dir": direction_of(asked.language),
        "organisation": asked.organisation,
        "logo": _logo(asked),
        "title": say(asked.language, phrases.ONE_QUESTION, organisation=asked.organisation),
        "close": say(asked.language, phrases.CLOSE),
        "unsent": texts.texts["not_stored"],
        "colours": {"light": light, "dark": dark},
        "languages": _languages(asked),
        "language": say(asked.language, LANGUAGE),
        "question": texts.texts["question"],
        "choose": texts.texts["choose"],
        "send": texts.texts["send_plain"],
        "noScore": texts.texts["no_score"],
        "worded": texts.scale.is_worded,
        "points": [
            {name: one[name] for name in ("score", "label", "send", "face")} for one in texts.points
        ],
        "ends": [] if texts.scale.is_worded else list(texts.ends),
        "trap": TRAP,
        "form": form,
        "shown": stamps.stamp(stamps.QUESTION, at, now),
    }


def again_told(asked: Asked, *, at: str, score: int, now: datetime) -> Told:
    """A machine might have sent it: one more tap counts for the same answer."""
    texts = board(asked)
    return {
        "next": "again",
        "heading": texts.texts["one_more_tap"],
        "send": texts.say("yes_send", score=texts.named(score)),
        "shown": stamps.stamp(stamps.ONCE_MORE, at, now),
    }


def why_told(asked: Asked, answer: str) -> Told:
    """The second step: the reason, the questions of this score's group, the feeling."""
    texts, score = board(asked), asked.score or 0
    felt = feelings_shown(asked, texts, EMPTY, answer)
    reached = contacts_shown(asked, texts, EMPTY)
    return {
        "next": "why",
        "answer": answer,
        "heading": texts.say("counted", score=texts.named(score)),
        "why": texts.why(score) if asked.asks_why else "",
        "hint": texts.texts["hint"],
        "questions": [_question(one) for one in follow_ups(asked, texts, EMPTY)],
        "feeling": texts.texts["feeling"] if felt else "",
        "feelings": [[one, words] for one, words, _ in felt],
        "contact": texts.texts["contact"] if reached else "",
        "contacts": [[one, words] for one, words, _ in reached],
        "none": texts.texts["no_answer"],
        "add": texts.texts["add"],
        "nothing": texts.texts["nothing_more"],
    }


def asks_contact(asked: Asked) -> bool:
    """Whether somebody whom the page signed for is asked if she may be contacted."""
    return bool(contacts_shown(asked, board(asked), EMPTY))


def problems_told(asked: Asked, filled: Filled) -> Told:
    """What is wrong with which words, and the words as they can be sent again."""
    texts = board(asked)
    found = {name: problem_of(name, filled, texts) for name in filled.problems}
    words = {name: filled.words(name) for name in filled.problems}
    return {"problems": found, "problem": next(iter(found.values())), "words": words}


def thanks_told(asked: Asked) -> Told:
    """What happens now; the links are the same for everybody."""
    texts = board(asked)
    has_review = bool(asked.review_url)
    return {
        "next": "thanks",
        "heading": texts.thanks(asked.score or 0, asked.contact),
        "sentences": texts.changed(asked.note),
        "review": _review(texts.texts, asked.review_url) if has_review else None,
    }


def _review(said: Mapping[str, str], address: str) -> Told:
    return {"text": said["review"], "link": said["review_link"], "address": address}


def _question(one: Shown) -> Told:
    return {
        "id": one.id,
        "kind": one.kind,
        "text": one.text,
        "options": [[pick, words] for pick, words, _ in one.options],
        "ends": list(one.ends) if one.is_rating else [],
    }


def _logo(asked: Asked) -> Told | None:
    """The logo's pixels themselves: nothing is fetched for it, so nothing is told to anybody."""
    logo = logo_of(asked.logo)
    if logo is None:
        return None
    width, height = logo.shown
    return {"png": logo.text, "width": width, "height": height}


def _languages(asked: Asked) -> list[list[str]]:
    """The languages in which the question can be read, each by its own name."""
    own = tuple(sorted(asked.translations))
    says_own = says_own_words(asked.wording) or bool(asked.asks_more_of)
    tags = offered_for(asked.language, asked.main_language, own, says_own)
    return [[tag, OWN_NAMES.get(tag, tag)] for tag in tags]
