"""What one version of a survey says otherwise than another, in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from surveys.rules.contents import Content
from surveys.rules.languages import NAMES as NAMED
from surveys.rules.metrics import Metric
from surveys.rules.questions import AskedOf, Kind, Question
from surveys.rules.text_names import NAMES
from surveys.rules.wording import wording_for

KINDS = {
    Kind.TEXT: "words",
    Kind.SINGLE: "one choice",
    Kind.MULTIPLE: "several choices",
    Kind.RATING: "rating 1 to 5",
}
GROUPS = {
    AskedOf.ALL: "everybody",
    AskedOf.LOW: "low scores",
    AskedOf.MIDDLE: "middle scores",
    AskedOf.HIGH: "high scores",
}

YES = {True: "yes", False: "no"}
DRAWN = {False: "numbers with words", True: "faces"}
ASKS = {
    "asks_why": "Asks for the reason",
    "asks_feeling": "Asks for the feeling",
    "asks_contact": "Asks whether we may contact",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed; `old` and `new` are empty where there was, or is, nothing."""

    what: str
    old: str = ""
    new: str = ""


def differences(metric: Metric, old: Content, new: Content) -> list[Difference]:
    """Everything that a customer could notice, in the order in which it is edited."""
    return [
        *_drawn(old, new),
        *_texts(metric, old, new),
        *_review(old, new),
        *_questions(old, new),
        *_translations(old, new),
    ]


def _drawn(old: Content, new: Content) -> Iterator[Difference]:
    if old.has_faces != new.has_faces:
        yield Difference("Answered by", DRAWN[old.has_faces], DRAWN[new.has_faces])


def _texts(metric: Metric, old: Content, new: Content) -> Iterator[Difference]:
    before, after = (asdict(wording_for(metric, one.wording)) for one in (old, new))
    for key, text in NAMES.items():
        if before[key] != after[key]:
            yield Difference(text.name, before[key], after[key])
    for name, what in ASKS.items():
        before_it, now_it = getattr(old, name), getattr(new, name)
        if before_it != now_it:
            yield Difference(what, YES[before_it], YES[now_it])


def _review(old: Content, new: Content) -> Iterator[Difference]:
    if old.review_url != new.review_url:
        yield Difference("Link to a review", old.review_url, new.review_url)


def _questions(old: Content, new: Content) -> Iterator[Difference]:
    for known in old.questions:
        if new.question(known.number) is None:
            yield Difference("Question taken out", old=_told(known))
    for question in new.questions:
        earlier = old.question(question.number)
        if earlier is None:
            yield Difference("Question added", new=_told(question))
        elif _told(earlier) != _told(question):
            yield Difference("Question changed", _told(earlier), _told(question))
    stayed = {one.number for one in old.questions} & {one.number for one in new.questions}
    before, after = (
        [one.number for one in content.questions if one.number in stayed] for content in (old, new)
    )
    if before != after:
        yield Difference("Order of the questions", _numbers(before), _numbers(after))


def _translations(old: Content, new: Content) -> Iterator[Difference]:
    for language in sorted(old.translations.keys() | new.translations.keys()):
        before, after = (one.translations.get(language) for one in (old, new))
        name = NAMED.get(language, language)
        if before is None or after is None:
            what = "Language added" if before is None else "Language taken out"
            yield Difference(f"{what}: {name}", _count(before), _count(after))
        elif changed := sum(before.get(key) != after.get(key) for key in {*before, *after}):
            yield Difference(f"Texts in {name} changed: {changed}", _count(before), _count(after))


def _told(question: Question) -> str:
    said = [f"{question.text} ({KINDS[question.kind]}, asked of {GROUPS[question.asked_of]})"]
    said += [one.text for one in question.options]
    said += [text for text in (question.low, question.high) if text]
    return " / ".join(said)


def _numbers(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _count(words: Mapping[str, str] | None) -> str:
    return "" if words is None else f"{len(words)} text{'' if len(words) == 1 else 's'}"
