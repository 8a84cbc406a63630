"""Three cells that say why a person may be asked: all of them, or what is wrong."""

from datetime import date

import pytest

from surveys.rules.bases import Basis, is_newer, read_cells

TODAY = date(2026, 5, 12)


@pytest.mark.parametrize(
    ("said", "basis"),
    [
        ("consent", Basis.CONSENT),
        ("Opt-in", Basis.CONSENT),
        ("YES", Basis.CONSENT),
        ("contract", Basis.CONTRACT),
        ("Legitimate interest", Basis.INTEREST),
        ("legitimate_interest", Basis.INTEREST),
        ("opt out", Basis.REFUSED),
        ("Withdrawn", Basis.REFUSED),
        ("no", Basis.REFUSED),
    ],
)
def test_the_words_of_other_systems(said, basis):
    told, faults = read_cells(said, "2026-05-12", "Shop", today=TODAY)
    assert (told.basis, told.on, told.source, faults) == (basis, TODAY, "Shop", [])


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (("perhaps", "2026-05-01", "Shop"), "'perhaps' is no legal basis; known are consent,"),
        (("yes", "", "Shop"), "'' is no day of its legal basis"),
        (("yes", "1.5.2026", "Shop"), "is no day"),
        (("yes", "2026-02-30", "Shop"), "is no day"),
        (("yes", "2026-05-13", "Shop"), "begins in the future"),
        (("yes", "2026-05-01", ""), "the source of its legal basis"),
        (("yes", "2026-05-01", "x" * 201), "the source of its legal basis"),
        (("yes", "2026-05-01", "a\nb"), "the source of its legal basis"),
    ],
)
def test_what_is_wrong_is_said(cells, why):
    _, (fault,) = read_cells(*cells, today=TODAY)
    assert why in fault


def test_all_that_is_wrong_is_said_at_once():
    assert len(read_cells("?", "?", "", today=TODAY)[1]) == 3


@pytest.mark.parametrize(
    ("said", "known", "holds"),
    [
        (TODAY, None, True),
        (TODAY, date(2026, 5, 11), True),
        (TODAY, TODAY, True),
        (TODAY, date(2026, 5, 13), False),
        (None, TODAY, False),
        (None, None, True),
    ],
)
def test_the_later_day_knows_more(said, known, holds):
    assert is_newer(said, known) is holds
