"""The forms by which answers are corrected and people forgotten."""

import re
from typing import Any

from django import forms

from console.forms.fields import LineField, NoteField
from surveys.actions.correcting import Correction
from surveys.actions.erasing import Mode
from surveys.models import Response
from surveys.rules.metrics import SCALES, Metric

REASON = 200
MOST_AT_ONCE = 500
ROW_ID = re.compile("[1-9][0-9]{0,17}")
UNTICKED = "Tick the answers first."


class TickedForm(forms.Form):
    """The answers that were ticked in a list."""

    response = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field = self.fields["response"]
        given = [one for one in data.getlist("response") if ROW_ID.fullmatch(one)]
        field.choices = [(one, one) for one in given[:MOST_AT_ONCE]]  # type: ignore[attr-defined]
        field.error_messages |= dict.fromkeys(("required", "invalid_choice"), UNTICKED)


class ExcludeForm(TickedForm):
    reason = LineField(
        max_length=REASON,
        error_messages={"required": "Say why; the reason is kept with the answer."},
    )


class TagForm(TickedForm):
    tag = LineField(max_length=40, error_messages={"required": "Name the tag."})


class UntagForm(TickedForm):
    tag = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class TagNameForm(forms.Form):
    name = LineField(max_length=40, error_messages={"required": "A tag needs a name."})


class AmendForm(forms.Form):
    """What the customer asked us to write down."""

    score = forms.TypedChoiceField(coerce=int, label="The score that was meant")
    comment = NoteField(max_length=4000, required=False, label="The words that were meant")
    reason = LineField(
        max_length=REASON,
        label="How we know",
        help_text="Such as: rang on 3 May, had read the scale the wrong way round.",
    )

    def __init__(self, data: Any, *, response: Response) -> None:
        super().__init__(
            data, initial={"score": response.score, "comment": response.comment, "reason": ""}
        )
        scale = SCALES[Metric(response.metric)]
        self.fields["score"].choices = [  # type: ignore[attr-defined]
            (score, f"{score}: {scale.label(score)}" if scale.label(score) else str(score))
            for score in scale.scores
        ]

    def correction(self) -> Correction:
        return Correction(**self.cleaned_data)


class EraseForm(forms.Form):
    mode = forms.ChoiceField(
        choices=[
            (Mode.ANONYMISE.value, "Keep the scores without the person: no figure changes"),
            (Mode.REMOVE.value, "Take the answers out too: figures change and the trend says so"),
        ],
        initial=Mode.ANONYMISE.value,
        widget=forms.RadioSelect,
        label="What happens to the scores",
    )
    stops_asking = forms.BooleanField(
        required=False,
        initial=True,
        label="Never ask this address again",
        help_text="It is kept as a keyed hash, from which nobody can read it.",
    )
    typed = LineField(
        max_length=254,
        label="To confirm",
        error_messages={"required": "Erasing cannot be undone, so this has to be typed."},
    )

    def __init__(self, data: Any = None, *, word: str) -> None:
        super().__init__(data)
        self.word = word
        self.fields["typed"].help_text = f"Type {word} here. Nothing of it can be brought back."
        self.fields["typed"].widget.attrs.update(autocomplete="off", spellcheck="false")

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"].strip()
        if typed.casefold() != self.word.casefold():
            raise forms.ValidationError(f"That is not {self.word}. Is this the right person?")
        return typed
