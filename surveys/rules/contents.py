"""All that a version of a survey says, as one value: own words, questions, translations."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from surveys.rules.languages import SPOKEN
from surveys.rules.metrics import SCALES, Metric
from surveys.rules.questions import (
    MOST_QUESTIONS,
    AskedOf,
    Question,
    QuestionRefused,
    check_question,
    question_of,
)
from surveys.rules.wording import DEFAULTS, Wording, WordingRefused, check, wording_for

GROUPS = ("low", "middle", "high")
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """What is asked; only texts that differ from the default wording are kept."""

    wording: Words = field(default_factory=dict)
    has_faces: bool = False
    asks_why: bool = True
    asks_feeling: bool = False
    asks_contact: bool = False
    review_url: str = ""
    questions: tuple[Question, ...] = ()
    translations: Mapping[str, Words] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """The content as JSON keeps it."""
        return {
            "wording": dict(self.wording),
            "has_faces": self.has_faces,
            "asks_why": self.asks_why,
            "asks_feeling": self.asks_feeling,
            "asks_contact": self.asks_contact,
            "review_url": self.review_url,
            "questions": [question.stored() for question in self.questions],
            "translations": {
                language: dict(words) for language, words in self.translations.items()
            },
        }

    @property
    def asks_more_of(self) -> list[str]:
        """The score groups that meet at least one question."""
        asked = {question.asked_of for question in self.questions}
        return [group for group in GROUPS if AskedOf.ALL in asked or AskedOf(group) in asked]

    def question(self, number: int) -> Question | None:
        return next((one for one in self.questions if one.number == number), None)


# What a survey says before anybody edited it.
FIRST = Content(asks_feeling=True, asks_contact=True)


def content_of(stored: Mapping[str, Any]) -> Content:
    """Read what `stored` wrote."""
    return Content(
        wording=dict(stored["wording"]),
        asks_why=stored["asks_why"],
        # Drafts from before these were known lack them.
        has_faces=stored.get("has_faces", False),
        asks_feeling=stored.get("asks_feeling", False),
        asks_contact=stored.get("asks_contact", False),
        review_url=stored.get("review_url", ""),
        questions=tuple(question_of(one) for one in stored["questions"]),
        translations={name: dict(words) for name, words in stored["translations"].items()},
    )


def main_texts(metric: Metric, content: Content) -> dict[str, str]:
    """Every text that a customer may read, by its key, in the survey's main language."""
    said = asdict(wording_for(metric, content.wording))
    said |= {f"point_{point}": words for point, words in SCALES[metric].labels.items()}
    for question in content.questions:
        said |= question.texts
    return {key: text for key, text in said.items() if text}


def translated(metric: Metric, content: Content, language: str) -> tuple[int, int]:
    """Count the texts that are read in the language, and all that could be.

    Where the product speaks it, only what the organisation says in its own words is missing.
    """
    texts, words = main_texts(metric, content), content.translations.get(language, {})
    known = language in SPOKEN
    read = [key for key in texts if words.get(key) or (known and not is_own(content, key))]
    return len(read), len(texts)


def is_own(content: Content, key: str) -> bool:
    """Whether the text is the organisation's in the main language: nobody else can translate it."""
    return bool(content.wording.get(key)) or any(key in one.texts for one in content.questions)


def check_content(metric: Metric, content: Content) -> None:
    """Refuse what no customer could read; raises WordingRefused and QuestionRefused."""
    wording_for(metric, content.wording)
    if content.has_faces and metric is not Metric.CSAT:
        raise WordingRefused("Only a question about satisfaction can be drawn as faces.")
    if len(content.questions) > MOST_QUESTIONS:
        raise QuestionRefused(f"A survey asks at most {MOST_QUESTIONS} follow-up questions.")
    for question in content.questions:
        check_question(question)
    for words in content.translations.values():
        for key, text in words.items():
            check(key, text)


def tidied(metric: Metric, content: Content, said: Wording | None = None) -> Content:
    """The content without words that say nothing: defaults, and texts that are no more.

    `said` is what the product says in the main language.
    """
    default: dict[str, str] = asdict(said or DEFAULTS[metric])
    own = {key: text for key, text in content.wording.items() if text and text != default.get(key)}
    known = replace(content, wording=own)
    texts = main_texts(metric, known)
    translations = {
        language: {key: text for key, text in words.items() if text and key in texts}
        for language, words in content.translations.items()
    }
    return replace(known, translations=translations)
