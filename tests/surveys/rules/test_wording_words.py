"""Tests of people's own words on one line and in comments."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.rules.words import (
    LONGEST_COMMENT,
    LONGEST_VALUE,
    HiddenCharacters,
    TooLong,
    is_shown,
    one_line,
    read_comment,
    visible,
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("  Ada \t Lovelace ", "Ada Lovelace"),
        ("Ada\r\nBcc: all@example.com", "Ada Bcc: all@example.com"),
        ("Ada\u2028Lovelace", "Ada Lovelace"),
        ("Ada\u202eecalevoL", "AdaecalevoL"),
        ("A\x00d\x7fa\ud800", "Ada"),
        ("\ufeffAda\u2066", "Ada"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("Zoë 李", "Zoë 李"),
        ("\u202e", ""),
        ("a" * 201, "a" * 199 + "…"),
    ],
)
def test_one_line(text, line):
    assert one_line(text) == line


@settings(deadline=None)
@given(st.text(st.characters(), max_size=900))
def test_one_line_is_short_shown_and_stable(text):
    line = one_line(text)
    assert len(line) <= LONGEST_VALUE
    assert all(is_shown(character) for character in line)
    assert line.splitlines() in ([], [line])
    assert one_line(line) == line


def test_a_comment_is_kept_to_the_last_of_its_10000_characters():
    words = "é" * LONGEST_COMMENT
    assert read_comment(words) == words
    assert read_comment("  two\r\nlines\rand one \n") == "two\nlines\nand one"
    assert read_comment(" \n ") == ""


def test_a_longer_comment_is_refused_and_not_cut():
    with pytest.raises(TooLong, match=r"^10001$"):
        read_comment("x" * (LONGEST_COMMENT + 1))


@pytest.mark.parametrize("hidden", ["\x00", "\ud800", "\u202e", "\u2066", "\x1b", "\x85"])
def test_hidden_characters_are_refused_and_can_be_taken_out(hidden):
    with pytest.raises(HiddenCharacters):
        read_comment(f"They said{hidden} no.\nTwice.")
    assert read_comment(visible(f"They said{hidden} no.\nTwice.")) == "They said no.\nTwice."
