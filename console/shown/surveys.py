"""The survey editor as it is printed: rows of texts, languages with how complete they are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.forms import BoundField

from console.forms.surveys import QUESTIONS, QuestionForm, TextsForm
from kit.catalogues import is_draft
from surveys.models import Programme, SurveyVersion
from surveys.queries.surveys import Working, content_of_version
from surveys.queries.told import default_wording, labels_told
from surveys.rules.contents import Content, is_own, main_texts, translated
from surveys.rules.differences import GROUPS, KINDS, Difference, differences
from surveys.rules.faces import FACES
from surveys.rules.languages import NAMES as LANGUAGE_NAMES
from surveys.rules.languages import SPOKEN, main_language
from surveys.rules.metrics import Metric
from surveys.rules.questions import MOST_QUESTIONS, Question
from surveys.rules.text_names import PARTS, Text, examples, points_of, text_of


@dataclass(frozen=True, kw_only=True)
class Row:
    """One text with its field, what stands there without words of one's own, its variables."""

    field: BoundField
    instead: str
    is_main: bool  # instead of it the main language's own words are read
    variables: Sequence[tuple[str, str]]
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class Language:
    """One translation and how far it is."""

    code: str
    name: str
    done: int
    total: int
    is_draft: bool  # the product's part of it was drafted by a machine and reviewed by nobody


@dataclass(frozen=True, kw_only=True)
class Card:
    """One follow-up question with the form that changes it."""

    question: Question
    form: QuestionForm
    kind: str
    asked_of: str
    is_first: bool
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class Version:
    """One line of the history."""

    number: int
    at: datetime
    by: str
    questions: int
    differs: Sequence[Difference]


def parts() -> list[tuple[str, str]]:
    return [*((key, name) for key, (name, _) in PARTS.items()), (QUESTIONS, "Follow-up questions")]


def texts_of(part: str, here: Working, language: str) -> list[Text]:
    """The texts of one part that have words of their own in the language."""
    metric = Metric(here.survey.metric)
    if part == QUESTIONS:
        own = [key for one in here.content.questions for key in one.texts]
        return [text_of(key) for key in own] if language else []
    texts = list(PARTS[part][1])
    return [*texts[:1], *points_of(metric), *texts[1:]] if _has_points(part, language) else texts


def _has_points(part: str, language: str) -> bool:
    """The words of the scale belong to the measure: nobody rewrites them, all translate them."""
    return part == "question" and bool(language)


def may_be_drawn(programme: Programme) -> bool:
    """Only satisfaction has faces; an anonymous answer could not say which of both it was."""
    return programme.survey.metric == Metric.CSAT and not programme.is_anonymous


def faces_of(
    here: Working, programme: Programme, part: str, language: str
) -> Sequence[tuple[str, str]]:
    """The five faces with their words, where the editor offers them."""
    if part != "question" or language or not may_be_drawn(programme):
        return []
    labels = labels_told(Metric.FACES, main_of(here), {})
    return [(FACES[score], label) for score, label in labels.items()]


def words_of(content: Content, language: str) -> Mapping[str, str]:
    return content.translations.get(language, {}) if language else content.wording


def rows_of(form: TextsForm, here: Working, language: str) -> list[Row]:
    own = words_of(here.content, language)
    instead = _instead(here, language)
    return [
        Row(
            field=form[key],
            instead=instead.get(key, ""),
            is_main=bool(language) and is_own(here.content, key),
            variables=examples(key),
            is_own=bool(own.get(key)),
        )
        for key in form.fields
    ]


def _instead(here: Working, language: str) -> dict[str, str]:
    """What is read where a text has no words in the language."""
    metric, said = Metric(here.survey.metric), language or main_of(here)
    default: dict[str, str] = asdict(default_wording(metric, said))
    default |= {f"point_{n}": words for n, words in labels_told(metric, said, {}).items()}
    if not language:
        return default
    main = main_texts(metric, here.content)
    return {key: text if is_own(here.content, key) else default[key] for key, text in main.items()}


def main_of(here: Working) -> str:
    """The language of the main texts."""
    return main_language(here.survey.organisation.language, here.content.translations)


def languages_of(here: Working) -> list[Language]:
    metric = Metric(here.survey.metric)
    counted = {
        code: translated(metric, here.content, code) for code in sorted(here.content.translations)
    }
    return [
        Language(
            code=code,
            name=LANGUAGE_NAMES.get(code, code),
            done=done,
            total=total,
            is_draft=code in SPOKEN and is_draft(code),
        )
        for code, (done, total) in counted.items()
    ]


def cards_of(
    content: Content, used: Mapping[int, int], wrong: QuestionForm | None = None
) -> list[Card]:
    """The questions in their order; `wrong` is the one form that was refused."""
    last = len(content.questions) - 1
    return [
        Card(
            question=one,
            form=wrong
            if wrong is not None and wrong.known and wrong.known.number == one.number
            else QuestionForm(known=one, highest=used.get(one.number, 0)),
            kind=KINDS[one.kind],
            asked_of=GROUPS[one.asked_of],
            is_first=place == 0,
            is_last=place == last,
        )
        for place, one in enumerate(content.questions)
    ]


def questions_context(
    here: Working, used: Mapping[int, int], wrong: QuestionForm | None = None
) -> dict[str, Any]:
    new = wrong if wrong is not None and wrong.known is None else QuestionForm()
    return {
        "cards": cards_of(here.content, used, wrong),
        "new": new,
        "most": MOST_QUESTIONS,
        "is_full": len(here.content.questions) >= MOST_QUESTIONS,
    }


def changes_of(here: Working) -> list[Difference]:
    """What the draft says otherwise than what is published."""
    if here.draft is None:
        return []
    return differences(Metric(here.survey.metric), content_of_version(here.version), here.content)


def versions_of(metric: Metric, versions: Sequence[SurveyVersion]) -> list[Version]:
    """The history, newest first, each against the one before it."""
    contents = [content_of_version(version) for version in versions]
    return [
        Version(
            number=version.number,
            at=version.published_at,
            by=version.published_by,
            questions=len(contents[place].questions),
            differs=differences(metric, contents[place + 1], contents[place])
            if place + 1 < len(versions)
            else [],
        )
        for place, version in enumerate(versions)
    ]
