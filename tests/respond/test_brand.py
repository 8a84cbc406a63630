"""Tests of an organisation's colour on the survey page."""

import base64
import hashlib
import re

import pytest
from coloraide import Color
from hypothesis import given, settings
from hypothesis import strategies as st

from respond.brand import DEFAULT, PAGES, brand

# WCAG 2.2, 1.4.3 and 1.4.11: words on a button, and the button on the page.
READABLE, VISIBLE = 4.5, 3


def rules(css: str) -> list[dict[str, str]]:
    """The variables of the light and of the dark page."""
    found = re.findall(r"--(brand|on-brand|rim):(#[0-9a-f]{6})", css)
    return [dict(found[:3]), dict(found[3:])]


@settings(deadline=None)  # a busy machine is no defect of a colour
@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_every_colour_can_be_read_and_seen_in_light_and_in_dark(colour):
    for page, rule in zip(PAGES, rules(brand(colour).css), strict=True):
        assert Color(rule["brand"]).contrast(Color(rule["on-brand"])) >= READABLE
        assert Color(rule["rim"]).contrast(Color(page)) >= VISIBLE


def test_a_colour_that_can_be_read_stays_what_it_is():
    light, dark = rules(brand("#2b5fd9").css)
    assert light["brand"] == dark["brand"] == "#2b5fd9"
    yellow, _ = rules(brand("#ffe600").css)
    assert yellow["brand"] == "#ffe600"
    assert yellow["on-brand"] == "#101419"
    assert yellow["rim"] != "#ffe600"


@pytest.mark.parametrize("colour", ["", "blue}", "#12", "#2b5fd9;}body{display:none", "</style>"])
def test_what_is_no_colour_never_reaches_the_style(colour):
    assert brand(colour) == brand(DEFAULT)


def test_the_digest_is_the_style_elements_own():
    style = brand("#0a7d5a")
    assert base64.b64decode(style.digest) == hashlib.sha256(style.css.encode()).digest()
