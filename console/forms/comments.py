"""Which comments a page shows: of one score group, or with some words."""

from django import forms

from console.forms.fields import LineField
from console.forms.filters import GROUPS, Filter

# Not `q`: that narrows the figures of a page, these only which comments stand on it.
NAMES = frozenset({"group", "said"})


class CommentFilter(Filter):
    extra = frozenset()
    after = None  # type: ignore[assignment]

    group = forms.ChoiceField(choices=[("", ""), *GROUPS], required=False, label="Group")
    said = LineField(max_length=200, required=False, label="Words in the comment")
