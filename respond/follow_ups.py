"""The second step's form: which questions meet whom, and what was filled in already."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from respond.boards import Board
from surveys.queries.asked import Asked
from surveys.rules.feelings import (
    Contact,
    Feeling,
    asks_contact_of,
    in_order_for,
    read_contact,
    read_feelings,
)
from surveys.rules.metrics import Group, Metric
from surveys.rules.questions import Given, Kind, Question, question_of, read_given
from surveys.rules.wording import fill
from surveys.rules.words import HiddenCharacters, TooLong, read_comment, visible


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody wrote and chose in the second step, and what is wrong with it, by field."""

    comment: str = ""
    feelings: Sequence[Feeling] = ()
    contact: str = ""
    given: Sequence[Given] = ()
    problems: Mapping[str, Exception] = field(default_factory=dict)

    def of(self, question: int) -> Given:
        return next((one for one in self.given if one.question == question), Given(question))

    def words(self, name: str) -> str:
        """What stands in the field of this name."""
        return self.comment if name == "comment" else self.of(int(name[1:])).words


@dataclass(frozen=True, slots=True)
class Shown:
    """One question as the page prints it."""

    id: int
    kind: str
    text: str
    options: Sequence[tuple[int, str, bool]]
    ends: tuple[str, str]
    words: str = ""
    problem: str = ""

    @property
    def is_rating(self) -> bool:
        return self.kind == Kind.RATING

    @property
    def is_multiple(self) -> bool:
        return self.kind == Kind.MULTIPLE

    @property
    def field(self) -> str:
        return f"c{self.id}"

    @property
    def tick(self) -> str:
        return "checkbox" if self.is_multiple else "radio"

    @property
    def is_left_out(self) -> bool:
        return not any(chosen for _, _, chosen in self.options)


def read_filled(form: Mapping[str, Sequence[str]]) -> Filled:
    """Read the form; words that cannot be kept as they are stay in it, with the reason."""
    problems: dict[str, Exception] = {}
    comment = _words("comment", (form.get("comment") or [""])[-1], problems)
    given = [
        replace(one, words=_words(f"t{one.question}", one.words, problems))
        for one in read_given(form)
    ]
    return Filled(
        comment,
        read_feelings(form.get("feeling") or ()),
        read_contact((form.get("contact") or [""])[-1]),
        given,
        problems,
    )


def as_it_stands(asked: Asked) -> Filled:
    """What was said before, for whoever changes it."""
    said = json.loads(asked.given or "[]")
    return Filled(
        comment=asked.comment or "",
        feelings=read_feelings(asked.feelings or ()),
        contact=asked.contact,
        given=[Given(one["question"], tuple(one["picked"]), one["words"]) for one in said],
    )


def is_same(asked: Asked, filled: Filled) -> bool:
    """Whether what was filled in stands there already, as after a second click."""
    stands = as_it_stands(asked)
    return (stands.comment, stands.feelings, stands.contact) == (
        filled.comment,
        filled.feelings,
        filled.contact,
    )


Choices = list[tuple[str, str, bool]]


def feelings_shown(asked: Asked, texts: Board, filled: Filled, token: str) -> Choices:
    """Each feeling with its word and whether it is chosen; none where none is asked."""
    if not asked.asks_feeling:
        return []
    return [(one, texts.texts[one], one in filled.feelings) for one in in_order_for(token)]


def contacts_shown(asked: Asked, texts: Board, filled: Filled) -> Choices:
    """The ways of being contacted, for those who are asked about it."""
    if not (asked.asks_contact and asks_contact_of(Metric(asked.metric), asked.score or 0)):
        return []
    return [(one, texts.texts[f"contact_{one}"], one == filled.contact) for one in Contact]


def _words(name: str, raw: str, problems: dict[str, Exception]) -> str:
    try:
        return read_comment(raw)
    except TooLong as problem:
        problems[name] = problem
        return raw
    except HiddenCharacters as problem:
        problems[name] = problem
        return visible(raw)


def follow_ups(asked: Asked, texts: Board, filled: Filled) -> list[Shown]:
    """Return the questions for whoever gave this score, in their order."""
    group: Group = texts.scale.group(asked.score or 0)
    return [
        _shown(number, question, texts, filled)
        for number, question in _questions(asked.questions or "[]", asked.words or "{}")
        if question.is_for(group)
    ]


def problem_of(name: str, filled: Filled, texts: Board) -> str:
    """Say what is wrong with a field, "" if nothing is."""
    problem = filled.problems.get(name)
    if isinstance(problem, TooLong):
        return texts.too_long(problem.args[0])
    return texts.texts["hidden"] if problem is not None else ""


@lru_cache(maxsize=512)
def _questions(stored: str, translation: str) -> list[tuple[int, Question]]:
    words = json.loads(translation)
    return [(one["id"], question_of(one).told(words)) for one in json.loads(stored)]


def _shown(number: int, question: Question, texts: Board, filled: Filled) -> Shown:
    given = filled.of(number)
    if question.kind is Kind.RATING:
        options = [(pick, str(pick)) for pick in question.picks]
    else:
        options = [(one.number, fill(one.text, texts.known)) for one in question.options]
    return Shown(
        id=number,
        kind=question.kind,
        text=fill(question.text, texts.known),
        options=[(pick, words, pick in given.picked) for pick, words in options],
        ends=(fill(question.low, texts.known), fill(question.high, texts.known)),
        words=given.words,
        problem=problem_of(f"t{number}", filled, texts),
    )
