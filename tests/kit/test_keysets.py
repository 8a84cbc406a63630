"""Keys of places in long lists: they come back as they went, and nothing else is one."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.keysets import BadKey, page_of, read_key, write_key

WHOLE = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60)


@given(text=TEXT, number=WHOLE)
def test_a_key_comes_back_as_it_went(text, number):
    key = write_key((text, number))

    assert read_key(key, str, int) == [text, number]
    assert key.isascii()
    assert not set(key) & set("&=#?+/ ")


@given(text=st.text(max_size=700))
def test_any_other_text_is_refused_and_never_breaks(text):
    try:
        values = read_key(text, str, int)
    except BadKey:
        return
    assert [type(value) for value in values] == [str, int]


@pytest.mark.parametrize(
    "values",
    [[1, "a"], ["a"], ["a", 1, 2], ["a", True], ["a", 1.5], ["a\x00", 1], ["a", 2**63], {}],
)
def test_keys_of_another_shape_are_refused(values):
    text = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")

    with pytest.raises(BadKey):
        read_key(text, str, int)


def test_one_row_too_many_tells_that_there_is_a_next_page():
    assert page_of([1, 2, 3], 2, lambda row: (row,)).after == write_key((2,))
    assert page_of([1, 2, 3], 2, lambda row: (row,)).rows == [1, 2]
    assert page_of([1, 2], 2, lambda row: (row,)).after is None
    assert page_of([], 2, lambda row: (row,)).after is None
