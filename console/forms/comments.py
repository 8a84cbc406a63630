"""Which comments a page shows: of one score group, or with some words."""

from django import forms

from console.forms.fields import LineField
from console.forms.filters import GROUPS, Filter

NAMES = frozenset({"group", "q"})


class CommentFilter(Filter):
    extra = frozenset()
    after = None  # type: ignore[assignment]

    group = forms.ChoiceField(choices=[("", ""), *GROUPS], required=False, label="Group")
    q = LineField(max_length=200, required=False, label="Words in the comment")
