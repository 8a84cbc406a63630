"""What a survey may be told to ask: texts, questions and translations, as drafts keep them."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as NotValid
from django.core.validators import URLValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.fields import LINE, REFUSED, Body, Flag, Identifier, Line, Number
from kit import texts
from surveys.models import Question as Published
from surveys.queries.surveys import Working, numbers_used
from surveys.rules.contents import Content
from surveys.rules.questions import (
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    AskedOf,
    Kind,
    Option,
    Question,
    QuestionRefused,
)

LONGEST_TEXT = 500
LANGUAGE = re.compile("[a-zA-Z][-a-zA-Z]{1,11}")
MOST_TEXTS = 300
KINDS = [kind.value for kind in Kind]
GROUPS = [group.value for group in AskedOf]
TEXTS = {
    "type": "object",
    "maxProperties": MOST_TEXTS,
    "propertyNames": {"pattern": LINE},
    "additionalProperties": {"type": "string", "pattern": LINE, "maxLength": LONGEST_TEXT},
}


@extend_schema_field(TEXTS)
class Texts(serializers.Field[dict[str, str], Any, dict[str, str], Any]):
    """Texts of your own by the name of what they replace."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if not isinstance(data, dict) or len(data) > MOST_TEXTS:
            raise ValidationError("Expected an object of names and texts.")
        faults = {name: "Expected one line of at most 500 characters." for name in data
                  if not _fits(data[name])}  # fmt: skip
        if faults:
            raise ValidationError(faults)
        return data

    def to_representation(self, value: dict[str, str]) -> dict[str, str]:
        return value


def _fits(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and texts.is_line(value)


@extend_schema_field(
    {
        "type": "object",
        "propertyNames": {"pattern": "^[a-zA-Z][-a-zA-Z]{1,11}$"},
        "additionalProperties": TEXTS,
    }
)
class Translations(serializers.Field[dict[str, Any], Any, dict[str, Any], Any]):
    """Texts by language, then by name."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise ValidationError("Expected an object of languages.")
        read = Texts()
        unknown = {name: "Expected a language such as de or pt-BR." for name in data
                   if not LANGUAGE.fullmatch(name)}  # fmt: skip
        if unknown:
            raise ValidationError(unknown)
        return {name: read.to_internal_value(words) for name, words in data.items()}

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        return value


@extend_schema_field({"type": "string", "pattern": LINE})
class WebAddress(Line):
    """An address of the web, or empty."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        try:
            URLValidator(schemes=["http", "https"])(text)
        except NotValid as error:
            raise ValidationError("Expected an address such as https://...", REFUSED) from error
        return text


class OptionBody(Body):
    """One choice; its number names it in every version."""

    number = Number(required=False, min_value=1, max_value=99, help_text="Left out: a new one.")
    text = Identifier(max_length=LONGEST_OPTION)

    example: ClassVar[dict[str, Any]] = {"text": "Yes, at once"}


class QuestionBody(Body):
    """One follow-up question."""

    number = Number(required=False, min_value=1, max_value=999, help_text="Left out: a new one.")
    kind = serializers.ChoiceField(KINDS)
    text = Identifier(max_length=LONGEST_QUESTION)
    asked_of = serializers.ChoiceField(GROUPS, required=False, help_text="All, if absent.")
    options = serializers.ListField(child=OptionBody(), required=False, max_length=MOST_OPTIONS)
    low = Line(required=False, allow_blank=True, max_length=LONGEST_OPTION)
    high = Line(required=False, allow_blank=True, max_length=LONGEST_OPTION)


class ContentBody(Body):
    """All that the next version says; what is left out is the default."""

    wording = Texts(required=False, help_text="Texts of your own by name, such as `question`.")
    has_faces = Flag(required=False)
    asks_why = Flag(required=False)
    asks_feeling = Flag(required=False)
    asks_contact = Flag(required=False)
    review_url = WebAddress(required=False, allow_blank=True, max_length=300)
    questions = serializers.ListField(
        child=QuestionBody(), required=False, max_length=MOST_QUESTIONS
    )
    translations = Translations(required=False)

    example: ClassVar[dict[str, Any]] = {
        "wording": {"question": "How satisfied were you with {what|our help}?"},
        "has_faces": False,
        "asks_why": True,
        "asks_feeling": True,
        "asks_contact": False,
        "review_url": "",
        "questions": [
            {
                "number": 1,
                "kind": "single",
                "asked_of": "low",
                "text": "Was it solved?",
                "options": [{"number": 1, "text": "Yes"}, {"number": 2, "text": "No"}],
                "low": "",
                "high": "",
            }
        ],
        "translations": {"de": {"q1": "Wurde es gelöst?"}},
    }


class OptionAnswer(serializers.Serializer[Any]):
    """One choice."""

    number = serializers.IntegerField()
    text = serializers.CharField()


class QuestionAnswer(serializers.Serializer[Any]):
    """One follow-up question."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS)
    asked_of = serializers.ChoiceField(GROUPS)
    text = serializers.CharField()
    options = OptionAnswer(many=True)
    low = serializers.CharField(allow_blank=True)
    high = serializers.CharField(allow_blank=True)


class ContentAnswer(serializers.Serializer[Any]):
    """All that a version says; only texts that differ from the product's are told."""

    wording = Texts()
    has_faces = serializers.BooleanField()
    asks_why = serializers.BooleanField()
    asks_feeling = serializers.BooleanField()
    asks_contact = serializers.BooleanField()
    review_url = serializers.CharField(allow_blank=True)
    questions = QuestionAnswer(many=True)
    translations = Translations()


def content_from(body: Mapping[str, Any], here: Working) -> Content:
    """The content that was sent, with numbers for what is new; raises QuestionRefused."""
    return Content(
        wording=body.get("wording", {}),
        has_faces=body.get("has_faces", False),
        asks_why=body.get("asks_why", True),
        asks_feeling=body.get("asks_feeling", False),
        asks_contact=body.get("asks_contact", False),
        review_url=body.get("review_url", ""),
        questions=_questions(body.get("questions", ()), here),
        translations=body.get("translations", {}),
    )


def _questions(sent: Any, here: Working) -> tuple[Question, ...]:
    used, kinds = numbers_used(here), _kinds(here)
    made: list[Question] = []
    for one in sent:
        number = one.get("number") or max(used, default=0) + 1
        if one.get("number") and kinds.get(number) != one["kind"]:
            raise QuestionRefused(
                f"There is no {one['kind']} question {number}. Leave its number out to add it."
            )
        options = _options(one.get("options", ()), used.get(number, 0))
        used[number] = max(used.get(number, 0), *(option.number for option in options), 0)
        made.append(
            Question(
                number=number,
                kind=Kind(one["kind"]),
                text=one["text"],
                asked_of=AskedOf(one.get("asked_of", AskedOf.ALL)),
                options=options,
                low=one.get("low", ""),
                high=one.get("high", ""),
            )
        )
    if len({one.number for one in made}) < len(made):
        raise QuestionRefused("Two questions have the same number.")
    return tuple(made)


def _options(sent: Any, highest: int) -> tuple[Option, ...]:
    made: list[Option] = []
    for one in sent:
        number = one.get("number")
        if number is not None and number > highest:
            raise QuestionRefused(f"There is no choice {number}. Leave its number out to add it.")
        if number is None:
            highest = number = highest + 1
        made.append(Option(number, one["text"]))
    if len({one.number for one in made}) < len(made):
        raise QuestionRefused("Two choices have the same number.")
    return tuple(made)


def _kinds(here: Working) -> dict[int, str]:
    """What kind each question has that ever was: it keeps it."""
    rows = Published.objects.filter(survey_version__survey=here.survey)
    known = dict(rows.values_list("number", "kind"))
    return known | {one.number: one.kind.value for one in here.content.questions}
