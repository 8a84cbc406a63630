"""The address of an erased person is hidden under a key of its own and found by every known key."""

import pytest

from surveys.queries.suppressed import sealed_address, spellings

ADA = "ada@mail.example"


@pytest.fixture(autouse=True)
def keys(settings):
    settings.SUPPRESSION_KEYS = [b"the first key"]
    return settings


def test_a_hash_holds_nothing_of_the_address():
    sealed = sealed_address(ADA)
    assert "ada" not in sealed
    assert sealed != sealed_address("eve@mail.example")
    assert len(sealed) <= 254, "it stands in the same column"


def test_the_key_of_survey_links_has_no_part_in_it(keys):
    before = sealed_address(ADA)
    keys.TOKEN_KEYS = [b"rotated"]
    assert sealed_address(ADA) == before


def test_after_a_new_key_the_old_hash_is_still_found(keys):
    before = sealed_address(ADA)
    keys.SUPPRESSION_KEYS = [b"the second key", b"the first key"]
    assert sealed_address(ADA) != before
    assert spellings(ADA) == [ADA, sealed_address(ADA), before]


def test_a_dropped_key_finds_nothing_and_can_be_told(keys):
    before = sealed_address(ADA)
    keys.SUPPRESSION_KEYS = [b"the second key"]
    assert before not in spellings(ADA)
    assert before.split(":")[1] != sealed_address(ADA).split(":")[1]


def test_no_address_has_no_spelling():
    assert spellings("") == []
