"""The forms of the survey editor: texts by their keys, questions with their choices."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from console.forms.fields import LANGUAGES, LineField
from console.forms.filters import Filter
from surveys.rules.contents import Content
from surveys.rules.questions import (
    LONGEST_OPTION,
    LONGEST_QUESTION,
    MOST_OPTIONS,
    AskedOf,
    Kind,
    Option,
    Question,
    QuestionRefused,
    check_question,
)
from surveys.rules.text_names import PARTS, Text, check_known
from surveys.rules.wording import WordingRefused

QUESTIONS = "questions"
KINDS = [
    (Kind.SINGLE.value, "One choice"),
    (Kind.MULTIPLE.value, "Several choices"),
    (Kind.RATING.value, "Rating, 1 to 5"),
    (Kind.TEXT.value, "Own words"),
]
ASKED_OF = [
    (AskedOf.ALL.value, "Everybody"),
    (AskedOf.LOW.value, "Low scores"),
    (AskedOf.MIDDLE.value, "Middle scores"),
    (AskedOf.HIGH.value, "High scores"),
]
SHOWS = [("mail", "Mail"), ("page", "Page"), ("why", "Second step"), ("thanks", "Thanks")]
WIDTHS = [("desktop", "Desktop"), ("phone", "Phone")]
SCHEMES = [("light", "Light"), ("dark", "Dark")]
CONTROL = {"class": "form-control"}


class SentenceField(LineField):
    """One line, also when it was typed in several."""

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class EditorFilter(Filter):
    """Which part of a survey is edited, in which language, and how the preview shows it."""

    part = forms.ChoiceField(
        required=False,
        choices=[*((key, name) for key, (name, _) in PARTS.items()), (QUESTIONS, "Follow-up")],
    )
    language = forms.ChoiceField(required=False, choices=LANGUAGES)
    shows = forms.ChoiceField(required=False, choices=SHOWS)
    width = forms.ChoiceField(required=False, choices=WIDTHS)
    scheme = forms.ChoiceField(required=False, choices=SCHEMES)
    group = forms.ChoiceField(required=False, choices=ASKED_OF[1:])


class TrialForm(forms.Form):
    """To whom the survey is sent for trying."""

    address = forms.EmailField(max_length=254)


class TextsForm(forms.Form):
    """The texts of one part, in the main language or in a translation."""

    def __init__(
        self, data: Any = None, *, texts: Sequence[Text], words: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(data, initial=dict(words), auto_id="text_%s", **kwargs)
        for text in texts:
            box = forms.Textarea({**CONTROL, "rows": 2}) if text.is_long else None
            self.fields[text.key] = SentenceField(
                required=False,
                max_length=LONGEST_QUESTION,
                label=text.name,
                widget=box or forms.TextInput(CONTROL),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for key, text in list(cleaned.items()):
            try:
                check_known(key, text)
            except WordingRefused as refused:
                self.add_error(key, str(refused))
        return cleaned


class DrawingForm(forms.Form):
    """How a question about satisfaction is answered: the one choice beside its texts."""

    drawn = forms.ChoiceField(required=False, choices=[("words", ""), ("faces", "")])


NO_CHOICES = "Only questions with choices have these: take them out, or choose such an answer."
NO_ENDS = "Only a rating has words at its ends: take them out, or choose the rating."


class QuestionForm(forms.Form):
    """One follow-up question; a known one keeps its kind and the numbers of its choices."""

    text = SentenceField(
        max_length=LONGEST_QUESTION,
        label="Question",
        widget=forms.Textarea({**CONTROL, "rows": 2}),
        error_messages={"required": "Write the question."},
    )
    asked_of = forms.ChoiceField(
        choices=ASKED_OF, label="Asked of", widget=forms.Select({"class": "form-select"})
    )
    kind = forms.ChoiceField(
        choices=KINDS, label="Answered by", widget=forms.Select({"class": "form-select"})
    )
    low = SentenceField(
        required=False,
        max_length=LONGEST_OPTION,
        label="Words at 1",
        widget=forms.TextInput(CONTROL),
    )
    high = SentenceField(
        required=False,
        max_length=LONGEST_OPTION,
        label="Words at 5",
        widget=forms.TextInput(CONTROL),
    )
    more = forms.CharField(
        required=False,
        label="Choices, one in each line",
        widget=forms.Textarea({**CONTROL, "rows": 3}),
        max_length=MOST_OPTIONS * (LONGEST_OPTION + 2),
    )

    def __init__(
        self, data: Any = None, *, known: Question | None = None, highest: int = 0
    ) -> None:
        name = known.number if known else "new"
        super().__init__(data, initial=_initial(known), auto_id=f"q{name}_%s")
        self.known, self.highest = known, highest
        if known is not None:
            self._fit(known)

    def _fit(self, known: Question) -> None:
        """Leave what this kind of question has."""
        del self.fields["kind"]
        if known.kind is not Kind.RATING:
            del self.fields["low"], self.fields["high"]
        if known.kind in (Kind.TEXT, Kind.RATING):
            del self.fields["more"]
            return
        self.fields["more"].label = "Further choices, one in each line"
        for place, option in enumerate(known.options, start=1):
            self.fields[f"option{option.number}"] = SentenceField(
                required=False,
                max_length=LONGEST_OPTION,
                label=f"Choice {place}",
                initial=option.text,
                widget=forms.TextInput(CONTROL),
            )

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("option")]

    @property
    def has_more(self) -> bool:
        return "more" in self.fields

    def clean_more(self) -> str:
        more: str = self.cleaned_data["more"]
        if any(len(line.strip()) > LONGEST_OPTION for line in more.splitlines()):
            raise forms.ValidationError(f"A choice has at most {LONGEST_OPTION} characters.")
        return more

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self._refuse_unheard(cleaned)
        if not self.errors:
            self._check()
        return cleaned

    def _refuse_unheard(self, cleaned: dict[str, Any]) -> None:
        """What a question of this kind has no place for is not dropped without a word."""
        kind = self.known.kind if self.known else Kind(cleaned["kind"])
        if kind not in (Kind.SINGLE, Kind.MULTIPLE) and cleaned.get("more", "").strip():
            self.add_error("more", NO_CHOICES)
        for name in ("low", "high"):
            if kind is not Kind.RATING and cleaned.get(name):
                self.add_error(name, NO_ENDS)

    def _check(self) -> None:
        question = self.question(1)
        try:
            check_question(question)
            for key, text in question.texts.items():
                check_known(key, text)
        except QuestionRefused as refused:
            self.add_error("more" if "choice" in str(refused) else "text", str(refused))
        except WordingRefused as refused:
            self.add_error("text", str(refused))

    def question(self, number: int) -> Question:
        """Return what the form says; a choice without words is taken out."""
        said = self.cleaned_data
        kind = self.known.kind if self.known else Kind(said["kind"])
        is_chosen, is_rated = kind in (Kind.SINGLE, Kind.MULTIPLE), kind is Kind.RATING
        return Question(
            number=self.known.number if self.known else number,
            kind=kind,
            asked_of=AskedOf(said["asked_of"]),
            text=said["text"],
            options=tuple(self._options()) if is_chosen else (),
            low=said.get("low", "") if is_rated else "",
            high=said.get("high", "") if is_rated else "",
        )

    def _options(self) -> list[Option]:
        kept = [
            Option(option.number, self.cleaned_data[f"option{option.number}"])
            for option in (self.known.options if self.known else ())
            if self.cleaned_data[f"option{option.number}"]
        ]
        lines = [" ".join(line.split()) for line in self.cleaned_data["more"].splitlines()]
        added = enumerate(filter(None, lines), start=self.highest + 1)
        return [*kept, *(Option(number, text) for number, text in added)]


def _initial(known: Question | None) -> dict[str, Any]:
    if known is None:
        return {"asked_of": AskedOf.ALL.value, "kind": Kind.SINGLE.value}
    return {
        "text": known.text,
        "asked_of": known.asked_of.value,
        "low": known.low,
        "high": known.high,
    }


def language_choices(content: Content, main: str) -> list[tuple[str, str]]:
    """The languages that a translation can still be begun in."""
    return [
        (code, name)
        for code, name in LANGUAGES
        if code != main and code not in content.translations
    ]
