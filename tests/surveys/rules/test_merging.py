"""Which values the one that is left has."""

from datetime import date

import pytest

from surveys.rules.bases import Basis, LegalBasis
from surveys.rules.merging import Entry, merged, stricter

NONE = LegalBasis()


def said(basis, day):
    return LegalBasis(basis=basis, on=date(2026, 5, day), source="form")


def test_the_kept_one_says_and_the_other_fills_in():
    kept = Entry(email="a@x.example", address_key="a@x.example", properties={"plan": "Max"})
    other = Entry(
        external_id="C-9", email="b@x.example", address_key="b@x.example", name="Ada",
        company_id=7, properties={"plan": "Basic", "lines": 0},
    )  # fmt: skip
    left = merged(kept, other)
    assert (left.email, left.address_key) == ("a@x.example", "a@x.example")
    assert (left.external_id, left.name, left.company_id) == ("C-9", "Ada", 7)
    assert left.properties == {"plan": "Max", "lines": 0}


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        (said(Basis.CONSENT, 9), said(Basis.REFUSED, 1), "other"),
        (said(Basis.REFUSED, 1), said(Basis.CONSENT, 9), "one"),
        (said(Basis.CONSENT, 1), said(Basis.CONTRACT, 2), "other"),
        (said(Basis.CONSENT, 2), said(Basis.CONTRACT, 2), "one"),
        (NONE, said(Basis.CONSENT, 1), "other"),
        (said(Basis.CONSENT, 1), NONE, "one"),
        (NONE, NONE, "one"),
    ],
)
def test_a_refusal_holds_else_the_later_day(one, other, holds):
    assert stricter(one, other) is {"one": one, "other": other}[holds]
