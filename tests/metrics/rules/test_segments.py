"""A property and its value survive being written as one text, whatever their names hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.rules.segments import split, written


@given(st.text(min_size=1), st.text())
def test_what_is_written_is_read_again(key, value):
    assert split(written(key, value)) == (key, value)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("plan:Basic", ("plan", "Basic")),
        ("plan:a:b", ("plan", "a:b")),
        (r"cost\:centre:12", ("cost:centre", "12")),
        (r"a\\:b", ("a\\", "b")),
        (r"path\to:x", (r"path\to", "x")),  # as it was written before there was an escape
        ("plan", ("plan", "")),
        ("", ("", "")),
    ],
)
def test_addresses_are_read_as_people_write_them(text, read):
    assert split(text) == read
