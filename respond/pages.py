"""The pages a customer sees: which template, which words, and headers that give nothing away."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.template import loader
from django.utils.safestring import SafeString

from accounts.rules.logos import logo_of
from kit import tokens
from kit.catalogues import whole_day
from respond import phrases, stamps
from respond.boards import Board, board, says_own_words
from respond.brand import DEFAULT, brand
from respond.doubts import TRAP
from respond.follow_ups import (
    Filled,
    contacts_shown,
    feelings_shown,
    follow_ups,
    problem_of,
)
from respond.phrases import say
from respond.tongues import Tongue, menu, offered_for, query_of
from surveys.queries.asked import Asked
from surveys.queries.lookups import UNSUBSCRIBE
from surveys.rules.channels import Channel
from surveys.rules.languages import SOURCE, SPOKEN, direction_of
from surveys.rules.questions import read_given

NOTHING_YET = Filled()
NOBODYS = Tongue()

# What a form holds besides the words, kept when storing it failed.
KEPT = ("score", "shown", "feeling", "contact", "act", "offered", "wanted")
POLICY = (
    "default-src 'none'; style-src 'self' 'sha256-{digest}'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def page(
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    accent: str = DEFAULT,
    scheme: str = "",
    language: str = SOURCE,
) -> HttpResponse:
    look = brand(accent, scheme)
    # Not through the request: nothing of a session or a user may enter these pages.
    body = loader.render_to_string(
        f"respond/{template}.html",
        {**context, "brand": look, "language": language, "direction": direction_of(language)},
    )
    return sealed(HttpResponse(body, status=status), look.digest)


def of_asked(
    template: str, context: Mapping[str, Any], asked: Asked, *, status: int = 200
) -> HttpResponse:
    """A page in the colour, the scheme and the language of one invitation."""
    look = {"accent": asked.accent, "scheme": asked.scheme, "language": asked.language}
    return page(template, {**context, "logo": logo_of(asked.logo)}, status=status, **look)


def sealed(response: HttpResponse, digest: str = "") -> HttpResponse:
    """The response with what every answer to a survey link carries, errors included."""
    for name, value in HEADERS.items():
        response[name] = value
    response["Content-Security-Policy"] = POLICY.format(digest=digest or brand(DEFAULT).digest)
    # Django would log the path of a 4xx, and the path holds the token.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def see(address: str) -> HttpResponse:
    return sealed(HttpResponseRedirect(address, status=303))


def words(tongue: Tongue, heading: str, *phrases: str, status: int = 200) -> HttpResponse:
    """A page that says these phrases to somebody of whom nothing is known but the browser."""
    language = tongue.best
    context = {
        "heading": say(language, heading),
        "sentences": [say(language, phrase) for phrase in phrases],
        "tongues": menu(language, tuple(SPOKEN)),
    }
    return page("words", context, status=status, language=language)


def closed(tongue: Tongue = NOBODYS) -> HttpResponse:
    """One page for unknown, expired and used links, so that nothing is given away."""
    return words(tongue, phrases.CLOSED, phrases.REPLY, status=404)


def question(
    asked: Asked,
    token: str,
    now: datetime,
    *,
    score: int | None,
    problem: str = "",
    status: int = 200,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The first step; with `more` the only one, of an anonymous question."""
    texts = board(asked)
    context = {
        **common(asked, texts, f"/{asked.door}/{token}"),
        "tongues": _menu(asked, score),
        "scale": texts.scale,
        "is_drawn": texts.is_drawn,
        "points": texts.points,
        "ends": texts.ends,
        "score": score,
        "problem": problem,
        "trap": TRAP,
        "shown": stamps.stamp(stamps.QUESTION, token, now),
        "stop": _stop_link(asked),
        # By a public link nobody knows whose answer it is.
        "named": "" if asked.door == "l" else texts.texts["named"],
        **_again(asked, texts, token),
        **(more or {}),
    }
    return of_asked("question" if more is None else "anonymous", context, asked, status=status)


def once_more(
    asked: Asked, token: str, now: datetime, score: int, *, kept: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    texts = board(asked)
    context = {
        **common(asked, texts, f"/{asked.door}/{token}"),
        "yes_send": texts.say("yes_send", score=texts.named(score)),
        "score": score,
        "trap": TRAP,
        "shown": stamps.stamp(stamps.ONCE_MORE, token, now),
        "kept": kept,
    }
    return of_asked("once_more", context, asked)


def why(asked: Asked, token: str, filled: Filled = NOTHING_YET) -> HttpResponse:
    texts, score = board(asked), asked.score or 0
    context = {
        **common(asked, texts, f"/{asked.door}/{token}/why"),
        "counted": texts.say("counted", score=texts.named(score)),
        "why": texts.why(score) if asked.asks_why else "",
        "comment": filled.comment,
        "problem": problem_of("comment", filled, texts),
        "feelings": feelings_shown(asked, texts, filled, token),
        "contacts": contacts_shown(asked, texts, filled),
        "not_me": _not_me(asked, token),
        "questions": follow_ups(asked, texts, filled),
    }
    status = 400 if filled.problems else 200
    return of_asked("why", context, asked, status=status)


def thanks(asked: Asked, token: str) -> HttpResponse:
    """What happens now, in words of the score's group; the links are the same for everybody."""
    texts = board(asked)
    context = {
        **common(asked, texts, ""),
        "heading": texts.thanks(asked.score or 0, asked.contact),
        "sentences": texts.changed(asked.note),
        "review_url": asked.review_url,
        "until": _until(asked, texts, "until"),
        "not_me": _not_me(asked, token),
    }
    return of_asked("thanks", context, asked)


def unsent(
    tongue: Tongue,
    address: str,
    form: Mapping[str, Sequence[str]],
    status: int,
    heading: str = "",
    **values: object,
) -> HttpResponse:
    """Storing failed: whatever was written and chosen can be sent again with one button."""
    language = tongue.best
    given = read_given(form)
    comment = (form.get("comment") or [""])[-1]
    has_words = bool(comment) or any(one.words for one in given)
    heading = heading or (phrases.NOT_SENT if has_words else phrases.NOT_SENT_CHOICE)
    chosen = [(f"c{one.question}", pick) for one in given for pick in one.picked]
    own = [(name, value) for name in KEPT for value in form.get(name, ())]
    context = {
        "heading": say(language, heading, **values),
        "your_words": say(language, phrases.YOUR_WORDS),
        "send": say(language, phrases.SEND),
        "address": f"{address}{tongue.query}",
        "comment": comment,
        "words": [
            (f"t{one.question}", one.words, say(language, phrases.YOUR_WORDS_AT, number=number))
            for number, one in enumerate((one for one in given if one.words), start=1)
        ],
        "kept": [*own, *chosen],
    }
    return page("unsent", context, status=status, language=language)


def _again(asked: Asked, texts: Board, token: str) -> dict[str, str]:
    """What stands already, and until when it may be changed, for whoever opens the link again."""
    answered = _until(asked, texts, "answered")
    if not answered:
        return {}
    return {
        "answered": answered,
        "change_words": link(asked, token, "/why"),
        "not_me": _not_me(asked, token),
    }


def _not_me(asked: Asked, token: str) -> str:
    """The way to say so, for those who were asked as somebody: a public link asks nobody."""
    return "" if asked.door == "l" else link(asked, token, "/not-me")


def link(asked: Asked, token: str, step: str) -> str:
    """Where a step of this question stands, in the language that was chosen."""
    return f"/{asked.door}/{token}{step}{query_of(asked.chosen)}"


def _until(asked: Asked, texts: Board, sentence: str) -> str:
    """The sentence with the last day of changing, as people write it; "" where nothing may be."""
    if asked.until is None:
        return ""
    day = whole_day(asked.language, asked.until)
    return texts.say(sentence, score=texts.named(asked.score), until=day)


def _stop_link(asked: Asked) -> str:
    """Where the questions can be stopped, for those whose link came without such a link."""
    if asked.channel == Channel.EMAIL:
        return ""
    return f"/u/{tokens.sign(UNSUBSCRIBE, asked.invitation_id)}{query_of(asked.chosen)}"


def common(asked: Asked, texts: Board, address: str) -> dict[str, Any]:
    """What every page of an invitation is given."""
    return {
        "organisation": asked.organisation,
        "texts": texts.texts,
        "address": f"{address}{query_of(asked.chosen)}",
    }


def _menu(asked: Asked, score: int | None) -> SafeString:
    own = tuple(sorted(asked.translations))
    says_own = says_own_words(asked.wording) or bool(asked.asks_more_of)
    offered = offered_for(asked.language, asked.main_language, own, says_own)
    return menu(asked.language, offered, "" if score is None else f"&score={score}")
