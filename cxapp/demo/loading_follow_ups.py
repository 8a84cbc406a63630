"""The second version of the support survey in the product's tables, and the answers to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cxapp import demo
from cxapp.demo.story.draws import Draws
from cxapp.demo.story.follow_ups import SECOND, follow_ups
from cxapp.demo.story.records import Answer, Ask
from cxapp.demo.story.telling import SEED
from surveys.actions.publishing import write_version
from surveys.models import Survey

ANSWER = ("response_id", "question_id", "picked", "words")
Answered = Sequence[tuple[Ask, Answer]]


@dataclass(frozen=True)
class Second:
    """The later version of one survey with the ids of its questions by their numbers."""

    version_id: int
    questions: Mapping[int, int]


def publish_second(survey: Survey, now: datetime) -> Second:
    (_, _, manager), *_ = [person for person in demo.PEOPLE if person[0] == "manager"]
    version = write_version(survey=survey, number=2, content=SECOND, by=manager, now=now)
    return Second(version.pk, dict(version.questions.values_list("number", "id")))


class Said:
    """What was answered to the follow-up questions, by the key of the ask."""

    def __init__(self, second: Second, answered: Answered) -> None:
        draws = Draws(SEED)
        self._said = {
            ask.key: {second.questions[number]: picked for number, picked in chosen.items()}
            for ask, answer in answered
            if (chosen := follow_ups(draws, ask, answer))
        }

    def has(self, ask: Ask) -> bool:
        return ask.key in self._said

    def told(self, ask: Ask) -> dict[str, list[int]]:
        """As a revision keeps it."""
        return {str(question): picked for question, picked in self._said.get(ask.key, {}).items()}

    def rows(self, responses: Mapping[str, int]) -> Iterator[tuple[Any, ...]]:
        for key, said in self._said.items():
            for question, picked in said.items():
                yield (responses[key], question, f"{{{','.join(map(str, picked))}}}", "")
