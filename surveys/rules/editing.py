"""How the content of a draft changes: one function for each act of its editor."""

from collections.abc import Mapping
from dataclasses import replace

from surveys.rules.contents import Content
from surveys.rules.questions import MOST_QUESTIONS, Question, QuestionRefused


def with_words(content: Content, words: Mapping[str, str], language: str = "") -> Content:
    """Put these texts in; an empty one falls back to the default, or to the main language."""
    if not language:
        return replace(content, wording={**content.wording, **words})
    known = {**content.translations.get(language, {}), **words}
    return replace(content, translations={**content.translations, language: known})


def with_faces(content: Content, has_faces: bool) -> Content:  # noqa: FBT001 - the one thing it sets
    return replace(content, has_faces=has_faces)


def with_language(content: Content, language: str) -> Content:
    """Begin a translation; one that exists stays as it is."""
    return with_words(content, {}, language)


def without_language(content: Content, language: str) -> Content:
    kept = {name: words for name, words in content.translations.items() if name != language}
    return replace(content, translations=kept)


def with_question(content: Content, question: Question) -> Content:
    """Add the question behind the others, or put it in place of the one with its number."""
    known = content.question(question.number)
    if known is None:
        if len(content.questions) >= MOST_QUESTIONS:
            raise QuestionRefused(f"A survey asks at most {MOST_QUESTIONS} follow-up questions.")
        return replace(content, questions=(*content.questions, question))
    if known.kind is not question.kind:
        raise QuestionRefused("A question keeps its kind: take it out and add another one.")
    changed = tuple(question if one.number == question.number else one for one in content.questions)
    return replace(content, questions=changed)


def without_question(content: Content, number: int) -> Content:
    kept = tuple(one for one in content.questions if one.number != number)
    return replace(content, questions=kept)


def with_question_moved(content: Content, number: int, step: int) -> Content:
    """Move a question up (-1) or down (+1); at an end it stays."""
    order = list(content.questions)
    place = next((at for at, one in enumerate(order) if one.number == number), None)
    if place is not None and 0 <= place + step < len(order):
        order[place], order[place + step] = order[place + step], order[place]
    return replace(content, questions=tuple(order))
