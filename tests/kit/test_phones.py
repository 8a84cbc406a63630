"""One spelling for each number that can be texted, none for all others."""

import pytest

from kit.phones import is_phone, phone_key


@pytest.mark.parametrize(
    ("text", "region", "key"),
    [
        ("+44 7911 123456", "", "+447911123456"),
        ("07911 123456", "GB", "+447911123456"),
        ("(0)7911-123456", "GB", "+447911123456"),
        ("0049 151 23456789", "GB", "+4915123456789"),
        ("+1 (415) 555-2671", "GB", "+14155552671"),
        ("+44 7700 900123", "", "+447700900123"),
        ("07911 123456", "", ""),
        ("+44 20 7946 0000", "", ""),
        ("+44 800 123 4567", "", ""),
        ("+44 7911 123456 ext 5", "", ""),
        ("+44 7911", "", ""),
        ("", "GB", ""),
        ("nobody", "GB", ""),
        ("ada@mail.example", "GB", ""),
        ("+" + "9" * 400, "", ""),
        ("\x00", "GB", ""),
    ],
)
def test_a_number_has_one_key_or_none(text, region, key):
    assert phone_key(text, region) == key
    assert is_phone(key) is bool(key)


@pytest.mark.parametrize("text", ["ada@mail.example", "customer:1", "+", "+44x", "erased:1"])
def test_no_other_key_looks_like_a_number(text):
    assert not is_phone(text)
