"""Five faces in Chromium: in reach on a small phone, named by words, one neutral colour."""

import pytest

from tests.respond.test_browser import DESK, PHONE, unhurried, violations, visit

__all__ = ["unhurried", "visit"]
pytestmark = pytest.mark.django_db(transaction=True)
COLOURS = "nodes => [...new Set(nodes.map(node => getComputedStyle(node)[%r]))].length"


def test_everything_is_in_reach_on_a_small_phone(visit, ask, unhurried):
    asked = ask("faces", name="Gesellschaft für Donaudampfschifffahrt")
    page = visit(f"{asked.survey}?lang=de")
    points = page.locator(".points label")
    for point in points.all():
        box = point.bounding_box()
        assert (box["height"] >= 44, box["width"] >= 44) == (True, True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator(".points span").evaluate_all(COLOURS % "backgroundColor") == 1
    assert page.locator(".points svg").evaluate_all(COLOURS % "stroke") == 1
    looked_at = visit(f"{asked.survey}?lang=de", java_script_enabled=True)
    assert violations(looked_at) == []

    page.get_by_role("radio", name="Zufrieden", exact=True).focus()
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("radio", name="Sehr zufrieden", exact=True).is_checked()
    button = page.get_by_role("button", name="Senden", exact=True).bounding_box()
    assert button["y"] + button["height"] <= PHONE["height"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/why?lang=de")
    assert "„Sehr zufrieden“" in page.locator("h1").inner_text()
    assert page.complaints == []


def test_one_row_on_a_desk_and_the_choice_in_forced_colours(visit, ask):
    page = visit(f"{ask('faces').survey}?score=4", viewport=DESK, forced_colors="active")
    tops = {point.bounding_box()["y"] for point in page.locator(".points label").all()}
    assert len(tops) == 1
    chosen = page.locator("input:checked + span")
    ink = chosen.evaluate("node => getComputedStyle(node).color")
    assert chosen.locator("svg").evaluate("node => getComputedStyle(node).stroke") == ink
    others = page.locator("input:not(:checked) + span").first
    assert others.evaluate("node => getComputedStyle(node).color") != ink
