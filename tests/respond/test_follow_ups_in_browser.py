"""Follow-up questions in Chromium: keyboard, no script, small phones, contrast, bytes."""

import gzip

import pytest

from tests.barriers import barriers
from tests.respond.test_answering import stored
from tests.respond.test_browser import DESK, MOST_BYTES, PHONE, unhurried, visit
from tests.respond.test_follow_ups import MULTIPLE, RATING, SINGLE, WORDS, ask_more, kept

__all__ = ["ask_more", "unhurried", "visit"]
pytestmark = pytest.mark.django_db(transaction=True)


def second_step(visit, asked, **options):
    page = visit(f"{asked.survey}?score=4", **options)
    page.get_by_role("button", name="Send my 4").click()
    page.wait_for_url("**/why")
    return page


def test_with_the_keyboard_alone_and_without_a_script(visit, ask_more, unhurried):
    asked = ask_more(SINGLE, MULTIPLE, RATING, WORDS)
    one, two, three, four = asked.ids
    page = second_step(visit, asked)
    for keys in (
        ["Tab", "Why"],
        ["Tab", "ArrowDown", "ArrowDown"],  # from "no answer" around to the second choice
        ["Tab", "Space", "Tab", "Tab", "Space"],
        ["Tab", "ArrowUp"],
        ["Tab", "More"],
        ["Tab"],
    ):
        for key in keys:
            page.keyboard.type(key) if key in ("Why", "More") else page.keyboard.press(key)
    assert page.locator(":focus").inner_text() == "Add this"
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks?*")
    assert stored(asked) == [(4, "counted", "Why")]
    assert kept(asked) == [
        (one, [2], ""),
        (two, [1, 3], ""),
        (three, [5], ""),
        (four, [], "More"),
    ]
    assert page.complaints == []


def test_a_screen_reader_hears_question_and_ends(visit, ask_more, unhurried):
    page = second_step(visit, ask_more(RATING, MULTIPLE))
    rating = page.get_by_role("group", name="How quick were we?")
    assert rating.get_by_role("radio", name="1 Slow").count() == 1
    assert rating.get_by_role("radio", name="5 Quick").count() == 1
    assert rating.get_by_role("radio", name="No answer").is_checked()
    helped = page.get_by_role("group", name="What helped?")
    assert helped.get_by_role("checkbox").count() == 3


def test_no_barrier_on_any_screen(visit, ask_more, unhurried):
    asked = ask_more(SINGLE, MULTIPLE, RATING, WORDS)
    page = second_step(visit, asked, java_script_enabled=True)
    assert barriers(page, PHONE, DESK) == {}
    for label in page.locator(".more label").all():
        assert label.bounding_box()["height"] >= 44
    page.get_by_role("textbox").last.fill("x" * 10_001)
    page.get_by_role("radio", name="4").check(force=True)
    page.get_by_role("button", name="Add this").click()
    page.get_by_role("alert").wait_for()
    assert barriers(page, PHONE, DESK) == {}
    assert page.get_by_role("radio", name="4").is_checked()


def test_the_questions_weigh_on_the_second_step_alone(visit, ask_more, unhurried):
    asked = ask_more(*[SINGLE, MULTIPLE, RATING, WORDS])
    page = visit(f"{asked.survey}?score=4")
    assert [url.rsplit("/", 1)[-1] for url in page.requested][1:] == ["respond.css"]
    page.requested.clear()
    page.get_by_role("button", name="Send my 4").click()
    page.wait_for_url("**/why")
    loaded = {url for url in page.requested if not url.endswith(asked.survey)}
    assert {url.rsplit("/", 1)[-1] for url in loaded} <= {"why", "respond.css", "questions.css"}
    assert sum(len(gzip.compress(page.request.get(url).body(), 6)) for url in loaded) <= MOST_BYTES
