"""Rows narrowed by what was frozen with them: one value of each of some properties."""

from collections.abc import Sequence
from functools import reduce
from operator import and_

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.lookups import Exact

Segments = Sequence[tuple[str, str]]


def having(segments: Segments, field: str = "context") -> Q:
    """Return the condition that the frozen context has all of these, compared letter by letter."""
    # The name is a value of its own: as part of a lookup a name such as "12" or "a__b" would
    # be read as a place in a list or as another field.
    return reduce(and_, (Q(Exact(_told(field, key), Value(value))) for key, value in segments), Q())


def _told(field: str, key: str) -> Func:
    return Func(F(field), Value(key), function="jsonb_extract_path_text", output_field=TextField())
