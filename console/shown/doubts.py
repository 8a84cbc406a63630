"""Doubted answers in words: the rule that doubted each, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from console.door import Door
from console.shown.counted import Count
from console.shown.moments import moment_text
from console.shown.narrowing import Chip
from console.shown.scores import tone_of
from reports.queries.doubts import RuleCount, Which
from reports.rules.words import Explained, count_text
from surveys.models import Response, ResponseRevision
from surveys.rules.doubts import Rule
from surveys.rules.metrics import name_of

# What the list alone is narrowed by, and where its next page begins.
NARROWED = frozenset({"doubt", "person", "standing", "suspects", "after"})
WORDS = {
    Rule.TOO_SOON: "Sent right after its mail was handed over",
    Rule.TOO_QUICK: "Sent right after its page was shown",
    Rule.SEVERAL_SCORES: "Several scores of its mail opened within a minute",
    Rule.TRAP: "The hidden field was filled in",
    Rule.NO_FORM: "Came from no page of ours",
}
STANDINGS = {
    Response.Standing.SUSPECT: "Left out of every score",
    Response.Standing.EXCLUDED: "Excluded",
    Response.Standing.TEST: "A test",
    Response.Standing.WITHDRAWN: "Withdrawn",
}


DOUBTED = Explained(
    name="Doubted answers",
    sentence="Answers of the period of which one sending or more looked like a machine's.",
    facts=[
        ("Doubted", "filed under the rule that doubted its last sending"),
        ("A person as well", "the same link was answered again, and not doubted"),
        ("In scores", "only what a person sent; until then the answer is left out and kept"),
    ],
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One doubted answer."""

    at: datetime
    when: str
    score: str
    tone: str
    metric: str
    rule: str
    sendings: int
    programme: str
    touchpoint: str
    customer: str
    url: str
    is_left_out: bool
    became: str
    person: str


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """One rule with what it doubted."""

    words: str
    doubted: Count
    by_people: Count


@dataclass(frozen=True, kw_only=True)
class Switch:
    """Whether suspected machines are counted, and the address where it is the other way round."""

    are_counted: bool
    may_be_counted: bool
    query: str


def switch_of(
    pairs: Sequence[tuple[str, str]], *, are_counted: bool, may_be_counted: bool
) -> Switch:
    """The switch of a page that has no bar."""
    others = [pair for pair in pairs if pair[0] != "suspects"]
    return Switch(
        are_counted=are_counted,
        may_be_counted=may_be_counted,
        query=urlencode(others if are_counted else [*others, ("suspects", "on")]),
    )


def rule_words(rule: str) -> str:
    """A rule that an older version wrote down is shown as it was written."""
    return next((words for known, words in WORDS.items() if known == rule), rule)


def doubted_line(revision: ResponseRevision, door: Door, now: datetime) -> Line:
    """Show one; the query annotates what a person sent and how many sendings were doubted."""
    response = revision.response
    customer = response.customer if door.may_see_customers else None
    person_at, person_score = revision.person_at, revision.person_score  # type: ignore[attr-defined]
    return Line(
        at=revision.at,
        when=moment_text(revision.at, now),
        score="\u2013" if revision.score is None else str(revision.score),
        tone=tone_of(response.metric, revision.score),
        metric=name_of(response.metric),
        rule=rule_words(revision.rule),
        sendings=revision.sendings,  # type: ignore[attr-defined]
        programme=response.programme.name,
        touchpoint=response.touchpoint.name if response.touchpoint else "",
        customer=str(customer) if customer else "",
        url=reverse("console:response", args=[door.slug, response.pk]),
        is_left_out=response.standing == Response.Standing.SUSPECT,
        became=STANDINGS.get(Response.Standing(response.standing), "Counted"),
        person=_person(person_at, person_score, revision.at),
    )


def _person(at: datetime | None, score: int | None, doubted_at: datetime) -> str:
    if at is None:
        return "nobody has answered since"
    sent = "a person sent" if score is None else f"a person sent {score}"
    if at < doubted_at:
        return f"{sent}, before it"
    return f"{sent}, {_apart(at - doubted_at)} later"


def _apart(time: timedelta) -> str:
    seconds = round(time.total_seconds())
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= 2 * size or size == 1:
            count = seconds // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return ""


def rule_lines(counts: Sequence[RuleCount], pairs: Sequence[tuple[str, str]]) -> list[RuleLine]:
    """Each rule's numbers lead to their answers in the list below; `pairs`: the address as it is.

    They count whatever became of an answer, so what the list is narrowed to is not kept.
    """
    return [
        RuleLine(
            words=rule_words(one.rule),
            doubted=doubted_count(one.doubted, pairs, doubt=one.rule),
            by_people=doubted_count(one.by_people, pairs, doubt=one.rule, person="yes"),
        )
        for one in counts
    ]


def chips_of_doubts(which: Which, pairs: Sequence[tuple[str, str]]) -> list[Chip]:
    """What the numbers above narrowed the list to, each with the way without it."""
    told = {
        "doubt": rule_words(which.rule),
        "person": "answered by a person as well" if which.by_people else "",
    }
    return [
        Chip(
            text=text,
            query=urlencode([pair for pair in pairs if pair[0] not in (name, "after")]),
        )
        for name, text in told.items()
        if text
    ]


def doubted_count(n: int, pairs: Sequence[tuple[str, str]], **which: str) -> Count:
    """A number of doubted answers and where they stand."""
    others = [pair for pair in pairs if pair[0] not in NARROWED]
    return Count(text=count_text(n), url=f"?{urlencode([*others, *which.items()])}" if n else "")
