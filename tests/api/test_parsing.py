"""Bodies are looked at once as a whole; what that lets pass is what a look at each value would."""

import json

import pytest

from api import parsing
from api.parsing import DEEPEST, read_object
from api.problems import Problem
from kit import texts

HIDDEN = [one for one in map(chr, range(0x10000)) if texts.has_hidden(one)]
SHOWN = [
    "ä",
    "€",
    "\u00a0",
    "\u200b",
    "\u2020",
    "\u2060",
    "\ufeff",
    "😀",
    "\t",
    "\n",
    "\\u0000",
    "\\b",
]


def refused(raw):
    try:
        read_object(raw.encode())
    except Problem as problem:
        return {fault.pointer for fault in problem.faults} or {"#"}
    return set()


def test_each_hidden_character_is_found_however_it_is_written():
    assert len(HIDDEN) > 2048, "surrogates alone are so many"
    for one in HIDDEN:
        code = f"{ord(one):04x}"
        for escaped in (f"\\u{code}", f"\\u{code.upper()}"):
            assert refused(f'{{"a": ["x{escaped}"]}}') == {"#/a/0"}, code
            assert refused(f'{{"{escaped}": 1}}') == {"#"}, code
        if " " < one < "\ud800":
            assert refused(f'{{"a": "{one}"}}') == {"#/a"}, code
    assert refused('{"a": "\\b", "b": "\\f"}') == {"#/a", "#/b"}


def test_what_can_be_seen_passes_plain_and_escaped():
    for one in SHOWN:
        for is_ascii in (True, False):
            assert read_object(json.dumps({one: [one]}, ensure_ascii=is_ascii).encode()) == {
                one: [one]
            }


@pytest.mark.parametrize("opens", ["[", '{"a":'])
@pytest.mark.parametrize("beside", ['"x"', '"\\u00e4\\ud83d\\ude00"'], ids=["quick", "at length"])
def test_both_looks_know_the_same_depth(opens, beside):
    closes = "]" if opens == "[" else "}"
    inside = {"[": "[]", '{"a":': "{}"}[opens]
    for depth in range(DEEPEST - 3, DEEPEST + 3):
        levels = depth - 2  # the body itself is one, the innermost another
        raw = f'{{"b": {beside}, "a": {opens * levels}{inside}{closes * levels}}}'
        assert bool(refused(raw)) == (depth > DEEPEST), depth


def test_most_bodies_are_looked_at_once(monkeypatch):
    monkeypatch.setattr(parsing, "_faults", lambda found: pytest.fail("looked at each value"))
    assert read_object('{"a": ["Zoë", {"b": 1}], "c": null}'.encode())


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity", f"1{'0' * 41}"])
def test_what_is_no_number_of_json_is_told_as_such(number):
    with pytest.raises(Problem) as refusal:
        read_object(f'{{"a": {number}}}'.encode())
    assert "is no number that JSON has" in refusal.value.detail
