"""Short names and time zones."""

import pytest

from accounts.rules.names import is_slug, is_zone, slug_from


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Acme Mobile", "acme-mobile"),
        ("Müller & Söhne", "muller-sohne"),
        ("  --A1--  ", "a1"),
        ("株式会社", "organisation"),
        ("x" * 200, "x" * 56),
    ],
)
def test_a_name_becomes_a_short_one(name, slug):
    assert slug_from(name) == slug
    assert is_slug(slug)


@pytest.mark.parametrize("slug", ["", "A", "a b", "-a", "a-", "a--b", "ä", "a/b", "a\n", "a" * 61])
def test_what_cannot_stand_in_an_address(slug):
    assert not is_slug(slug)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia"])
def test_zones(zone):
    assert is_zone(zone)


@pytest.mark.parametrize(
    "zone", ["", "localtime", "Factory", "CEST", "europe/berlin", "../etc/passwd"]
)
def test_no_zones(zone):
    assert not is_zone(zone)
