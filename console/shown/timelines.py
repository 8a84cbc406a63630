"""A customer's timeline as a page shows it: by day, each happening with its icon and words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.utils import timezone

from console.shown.follow_ups import felt_lines, follow_up_lines
from console.shown.moments import day_text
from console.shown.scores import tone_of
from surveys.queries.timelines import Happening
from surveys.rules.metrics import name_of
from surveys.rules.reasons import words

MAILS = {
    "queued": ("clock", "Mail waits to be handed over"),
    "claimed": ("clock", "Mail waits to be handed over"),
    "handing_over": ("mail", "Mail is being handed over"),
    "sent": ("mail-check", "Mail handed over"),
    "failed": ("mail-x", "Mail could not be delivered"),
    "uncertain": ("alert-triangle", "Mail may or may not have been handed over"),
    "suppressed": ("ban", "Mail held back: the address asked us to stop"),
    "expired": ("clock", "Mail was not sent in time and will not be"),
    "cancelled": ("x", "Mail was taken back before it left"),
}
CALLED = {"reminder": "Reminder", "sms": "Text message"}
STOPS = {
    "opted_out": "Asked us to stop",
    "bounced": "The address does not exist",
    "complained": "Reported our mail as spam",
    "staff": "A colleague stopped mail to this address",
    "not_me": "Our mail reached somebody else: check the address",
}
STANDINGS = {
    "counted": "",
    "suspect": "not counted: suspected machine",
    "excluded": "not counted: excluded",
    "test": "not counted: test",
    "withdrawn": "not counted: withdrawn",
    "spoken": "not counted: told by voice",
}
SAID = {"not_me": "Said: this was not me", "not_me_undone": "Put the answer back"}
WAYS = {
    "api": "",
    "import": "imported",
    "to_ask": "imported to be asked",
    "console": "written down by hand",
}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the timeline."""

    at: datetime
    icon: str
    css: str
    what: str
    about: str = ""
    quote: str = ""
    score: str = ""
    tone: str = ""
    tag: str = ""
    facts: Sequence[tuple[str, object]] = ()
    answer_id: int | None = None
    person: str = ""
    customer_id: int | None = None
    follow_ups: Sequence[tuple[str, str]] = ()

    @property
    def icon_file(self) -> str:
        return f"console/icons/{self.icon}.svg"


@dataclass(frozen=True)
class Day:
    """The happenings of one day, newest first."""

    name: str
    items: Sequence[Item]


def days_of(happened: Sequence[Happening], now: datetime) -> list[Day]:
    """Put happenings, newest first, under the days on which they happened."""
    today = timezone.localtime(now).date()
    grouped = groupby(happened, key=lambda one: timezone.localtime(one.at).date())
    return [Day(day_text(day, today), [_item(one) for one in ones]) for day, ones in grouped]


def _item(one: Happening) -> Item:
    item = {
        "interaction": _interaction,
        "decision": _decision,
        "mail": _mail,
        "answer": _answer,
        "change": _change,
        "stop": _stop,
        "merge": _merge,
    }[one.kind](one)
    return replace(item, person=one.person, customer_id=one.customer_id)


@dataclass(frozen=True, kw_only=True)
class OwnScore:
    """One score a person gave."""

    score: int
    tone: str
    at: datetime
    where: str
    answer_id: int


@dataclass(frozen=True, kw_only=True)
class OwnScores:
    """What one person answered to one kind of question, oldest first."""

    metric: str
    scores: Sequence[OwnScore]


def own_scores(happened: Sequence[Happening]) -> list[OwnScores]:
    """Gather a person's counted scores by metric, from a timeline newest first."""
    lines: dict[str, list[OwnScore]] = {}
    for one in reversed(happened):
        if one.kind == "answer" and one.state == "counted" and one.score is not None:
            tone = tone_of(one.metric, one.score)
            own = OwnScore(
                score=one.score, tone=tone, at=one.at, where=one.title, answer_id=one.row_id
            )
            lines.setdefault(one.metric, []).append(own)
    return [OwnScores(metric=name_of(name), scores=scores) for name, scores in lines.items()]


def _interaction(one: Happening) -> Item:
    facts = tuple(sorted(one.context.items()))
    tag = WAYS.get(one.state, one.state)
    return Item(
        at=one.at, icon="bolt", css="", what=one.title, about=one.text, facts=facts, tag=tag
    )


def _decision(one: Happening) -> Item:
    asked = one.state == "asked"
    return Item(
        at=one.at,
        icon="check" if asked else "ban",
        css="" if asked else "refused",
        what=words(one.rule, one.facts, one.again_on),
        about=one.title,
    )


def _mail(one: Happening) -> Item:
    icon, what = MAILS[one.state]
    what = what.replace("Mail", CALLED.get(one.rule, "Mail"), 1)
    return Item(at=one.at, icon=icon, css="", what=what, about=one.text or one.title)


def _answer(one: Happening) -> Item:
    return Item(
        at=one.at,
        icon="message-circle",
        css="answer",
        what=f"Answered {name_of(one.metric)}",
        about=one.title,
        quote=one.text,
        score="" if one.score is None else str(one.score),
        tone=tone_of(one.metric, one.score),
        tag=STANDINGS[one.state],
        answer_id=one.row_id,
        follow_ups=[*felt_lines(one.feelings, one.contact), *follow_up_lines(one.follow_ups)],
    )


def _change(one: Happening) -> Item:
    return Item(
        at=one.at,
        icon="history",
        css="answer",
        what=SAID.get(one.rule)
        or (f"Changed from {one.state}" if one.state else "Changed the words"),
        about=one.title,
        quote=one.text,
        score=str(one.score) if one.state else "",
        tone=tone_of(one.metric, one.score),
        answer_id=one.row_id,
    )


def _stop(one: Happening) -> Item:
    scope = one.title or "all surveys"
    tag = "lifted since" if one.state == "lifted" else ""
    return Item(at=one.at, icon="ban", css="refused", what=STOPS[one.rule], about=scope, tag=tag)


def _merge(one: Happening) -> Item:
    about = f"customer {one.row_id}" + (f", known as {one.title}" if one.title else "")
    return Item(at=one.at, icon="users", css="", what="Merged with another entry", about=about)
