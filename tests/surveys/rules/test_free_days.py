"""Holidays are those of the place that was chosen, and an unknown place has none."""

from datetime import date

from surveys.rules.free_days import countries, free_days, next_free_days, subdivisions

BURNS = date(2026, 11, 30)  # St Andrew's Day: Scotland only
CHRISTMAS = date(2026, 12, 25)


def test_a_part_of_a_country_has_its_own_holidays():
    assert BURNS in free_days("GB", "SCT")
    assert BURNS not in free_days("GB", "ENG")
    assert CHRISTMAS in free_days("GB")
    assert CHRISTMAS not in free_days("")
    assert CHRISTMAS not in free_days("XX", "YY")
    assert CHRISTMAS in free_days("GB", "no such part")


def test_the_next_ones_are_named_across_the_year_s_end():
    assert next_free_days("GB", "ENG", date(2026, 12, 26), count=2) == [
        (date(2026, 12, 26), "Boxing Day"),
        (date(2026, 12, 28), "Boxing Day (observed)"),
    ]
    assert next_free_days("GB", "ENG", date(2026, 12, 29), count=1)[0][0] == date(2027, 1, 1)


def test_places_can_be_chosen_by_name():
    assert countries()["GB"] == "United Kingdom"
    assert subdivisions("GB")["SCT"] == "Scotland"
    assert subdivisions("XX") == {}
    assert len(countries()) > 200
