"""Follow-up questions: their kinds, of whom they are asked, and what is refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from surveys.rules.metrics import Group
from surveys.rules.wording import WordingRefused, check

MOST_QUESTIONS = 10
MOST_OPTIONS = 12
LONGEST_QUESTION = 300
LONGEST_OPTION = 120
RATINGS = (1, 2, 3, 4, 5)
# What a form calls an answer: c17 holds what was chosen, t17 the words.
_FIELD = re.compile(r"([ct])([1-9][0-9]{0,17})")
_PICK = re.compile(r"[1-9][0-9]?")


class Kind(StrEnum):
    TEXT = "text"
    SINGLE = "single"
    MULTIPLE = "multiple"
    RATING = "rating"


class AskedOf(StrEnum):
    """Which score groups meet the question."""

    ALL = "all"
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class QuestionRefused(ValueError):
    """A question cannot be asked like this; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; its number stays when the words around it change, so that counts go on."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One follow-up question; its number names it in every version of its survey."""

    number: int
    kind: Kind
    text: str
    asked_of: AskedOf = AskedOf.ALL
    options: tuple[Option, ...] = ()
    low: str = ""
    high: str = ""

    @property
    def picks(self) -> tuple[int, ...]:
        """What may be chosen."""
        if self.kind is Kind.RATING:
            return RATINGS
        return tuple(option.number for option in self.options)

    def is_for(self, group: Group) -> bool:
        return self.asked_of in (AskedOf.ALL, group)

    @property
    def texts(self) -> dict[str, str]:
        """Every text of it by its key, in the order in which a customer meets them."""
        own = f"q{self.number}"
        said = {own: self.text, f"{own}.low": self.low, f"{own}.high": self.high}
        said |= {f"{own}.{option.number}": option.text for option in self.options}
        return {key: text for key, text in said.items() if text}

    def told(self, words: Mapping[str, str]) -> "Question":
        """The question in other words, as far as there are any."""
        own = f"q{self.number}"
        return Question(
            number=self.number,
            kind=self.kind,
            asked_of=self.asked_of,
            text=words.get(own, self.text),
            options=tuple(
                Option(one.number, words.get(f"{own}.{one.number}", one.text))
                for one in self.options
            ),
            low=words.get(f"{own}.low", self.low),
            high=words.get(f"{own}.high", self.high),
        )

    def stored(self) -> dict[str, Any]:
        """The question as JSON keeps it."""
        return {
            "number": self.number,
            "kind": self.kind.value,
            "asked_of": self.asked_of.value,
            "text": self.text,
            "options": [{"number": one.number, "text": one.text} for one in self.options],
            "low": self.low,
            "high": self.high,
        }


def question_of(stored: Mapping[str, Any]) -> Question:
    """Read what `stored` wrote."""
    return Question(
        number=stored["number"],
        kind=Kind(stored["kind"]),
        asked_of=AskedOf(stored["asked_of"]),
        text=stored["text"],
        options=tuple(Option(one["number"], one["text"]) for one in stored["options"]),
        low=stored["low"],
        high=stored["high"],
    )


def check_question(question: Question) -> None:
    """Refuse a question that nobody could answer, or that would show its braces."""
    if not question.text:
        raise QuestionRefused("Write the question.")
    if question.kind in (Kind.SINGLE, Kind.MULTIPLE) and len(question.options) < 2:
        raise QuestionRefused("Give at least two choices.")
    if len(question.options) > MOST_OPTIONS:
        raise QuestionRefused(f"Give at most {MOST_OPTIONS} choices.")
    said = [option.text.casefold() for option in question.options]
    if len(set(said)) < len(said):
        raise QuestionRefused("Two choices read the same.")
    for text in question.texts.values():
        try:
            check("The question", text)
        except WordingRefused as refused:
            raise QuestionRefused(str(refused)) from refused


@dataclass(frozen=True, slots=True)
class Given:
    """What a form says to one question: what was chosen, or words."""

    question: int
    picked: tuple[int, ...] = ()
    words: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.picked and not self.words


def read_given(form: Mapping[str, Sequence[str]]) -> list[Given]:
    """The answers in a form, as they were sent; whether they fit is judged where they are kept."""
    found = []
    for name, values in form.items():
        field = _FIELD.fullmatch(name)
        if field is None or not values:
            continue
        if field[1] == "t":
            found.append(Given(int(field[2]), words=values[-1]))
        else:
            picked = sorted({int(value) for value in values if _PICK.fullmatch(value)})
            found.append(Given(int(field[2]), picked=tuple(picked)))
    return found[:MOST_QUESTIONS]
