"""Links that only we can make, and that nobody can guess from another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import tokens

IDS = st.integers(min_value=1, max_value=2**63 - 1)


@given(IDS)
def test_a_token_gives_back_its_id_for_its_purpose_only(row_id):
    token = tokens.sign("survey", row_id)
    assert tokens.read("survey", token) == row_id
    assert tokens.read("unsubscribe", token) is None


@given(IDS, st.data())
def test_one_other_letter_makes_it_worthless(row_id, data):
    token = tokens.sign("survey", row_id)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from(tokens.ALPHABET).filter(lambda each: each != token[place]))
    assert tokens.read("survey", token[:place] + letter + token[place + 1 :]) is None


@given(st.text(max_size=60))
def test_whatever_is_sent_is_no_token(text):
    assert tokens.read("survey", text) is None


def test_an_earlier_key_still_opens_what_it_signed(settings):
    token = tokens.sign("survey", 4711)
    settings.TOKEN_KEYS = [b"a new key", *settings.TOKEN_KEYS]
    assert tokens.read("survey", token) == 4711
    assert tokens.sign("survey", 4711) != token
    settings.TOKEN_KEYS = [b"a new key"]
    assert tokens.read("survey", token) is None


def test_it_carries_128_bits_and_stays_short():
    token = tokens.sign("survey", 10**9)
    assert len(token) - tokens.MAC_LENGTH == 6
    assert 62**tokens.MAC_LENGTH > 2**128


@pytest.mark.parametrize("number", [0, 1, 61, 62, 2**63])
def test_base62_round_trip(number):
    value = 0
    for letter in tokens.base62(number):
        value = value * 62 + tokens.ALPHABET.index(letter)
    assert value == number


def test_a_row_has_one_address_only():
    assert tokens.read("survey", "0" + tokens.sign("survey", 4711)) is None
