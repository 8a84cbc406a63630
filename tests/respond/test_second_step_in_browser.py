"""Feeling, contact, changing and taking out in Chromium: keyboard, no script, contrast, widths."""

import pytest

from surveys.rules.feelings import Feeling
from tests.barriers import barriers
from tests.respond.test_anonymously import ask as ask_anonymously
from tests.respond.test_answering import stored
from tests.respond.test_browser import DESK, PHONE, unhurried, visit
from tests.respond.test_feelings import ask_felt, said

__all__ = ["ask_anonymously", "ask_felt", "unhurried", "visit"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_all_of_it_with_the_keyboard_alone_and_without_a_script(visit, ask_felt, unhurried):
    asked = ask_felt()
    page = visit(f"{asked.survey}?score=4")
    page.get_by_role("button", name="Send my 4").click()
    page.wait_for_url("**/why")
    page.keyboard.press("Tab")
    page.keyboard.type("Late")
    for key in ("Tab", "Space", *["Tab"] * 6, "Space", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    assert page.locator(":focus").inner_text() == "Add this"
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks?*")
    comment, feelings, contact = said(asked)
    assert (comment, len(feelings), contact) == ("Late", 1, "phone")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "This was not me"
    page.keyboard.press("Enter")
    page.wait_for_url("**/not-me")
    assert page.complaints == []


def test_no_barrier_on_any_page_that_comes_with_an_answer(visit, ask_felt, unhurried):
    asked = ask_felt()
    page = visit(f"{asked.survey}?score=4", java_script_enabled=True)
    page.get_by_role("button", name="Send my 4").click()
    page.wait_for_url("**/why")
    assert page.get_by_role("checkbox").count() == len(Feeling)
    look(page)
    page.get_by_role("checkbox", name="Disappointed").check()
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_role("textbox").fill("Nobody called back, and the bill was higher than quoted.")
    page.get_by_role("button", name="Add this").click()
    page.wait_for_url("**/thanks?*")
    look(page)
    page.goto(asked.survey)
    look(page)
    page.get_by_role("link", name="Change only my words").click()
    assert page.get_by_role("checkbox", name="Disappointed").is_checked()
    page.get_by_role("link", name="This was not me").click()
    look(page)
    page.wait_for_timeout(1100)  # a machine would not have waited
    page.get_by_role("button", name="Yes, take the answer out").click()
    page.get_by_role("button", name="Put the answer back").wait_for()
    look(page)
    assert [standing for _, standing, _ in stored(asked)] == ["withdrawn"]


def test_a_feeling_before_the_score_leaves_the_button_where_it_is(visit, ask_anonymously):
    """An anonymous question asks for both on one page, in whatever order they are taken."""
    page = visit(ask_anonymously(asks_feeling=True).survey)
    page.get_by_role("checkbox", name="Valued").check()
    assert page.get_by_role("button", name="Send").all_inner_texts() == ["Send"]
    page.get_by_role("radio", name="9").check(force=True)
    assert page.get_by_role("button", name="Send").all_inner_texts() == ["Send my 9"]


SPILLING = """[...document.querySelectorAll(".more label")]
    .filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"""

IN_TWO_LINES = """[...document.querySelectorAll(".felt span")]
    .filter(one => one.getBoundingClientRect().height > 30).map(one => one.innerText)"""


def look(page):
    """No barrier, nothing wider than the screen, no word outside its button or cut in two."""
    assert barriers(page, PHONE, DESK) == {}
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        assert page.evaluate(SPILLING) == []
        assert page.evaluate(IN_TWO_LINES) == []
    page.set_viewport_size(PHONE)
