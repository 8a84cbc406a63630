"""The survey editor in a browser: the preview follows each change; no act needs a script."""

import pytest
from playwright.sync_api import expect

from tests.console.test_in_browser import complaints_of, filled_world, signed_in

__all__ = ["signed_in"]
pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def world(transactional_db, now):
    """Of each test's own: the draft of the one is not the other's."""
    return filled_world(now)


def test_the_preview_follows_each_change_and_nothing_is_lost(world, signed_in):
    page = signed_in(viewport={"width": 1280, "height": 900})
    complaints = complaints_of(page)
    page.goto(f"{world.url('survey', world.csat.pk)}?part=mail&shows=mail")
    mail = page.frame_locator("#preview iframe")
    expect(mail.get_by_text("Hello Ada,")).to_be_visible()

    page.fill("[name=greeting]", "Good day {first_name},")
    page.press("[name=greeting]", "Tab")
    expect(mail.get_by_text("Good day Ada,")).to_be_visible()
    expect(page.locator("#draft-state")).to_contain_text("1 change since version 1")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"  # the next in order
    page.fill("[name=subject]", "About {topics}")
    page.press("[name=subject]", "Tab")
    expect(page.locator("#texts-state")).to_contain_text("there is no variable {topics}.")
    page.fill("[name=subject]", "About {topic|your call}")
    page.press("[name=subject]", "Tab")
    expect(page.locator(".mail-head")).to_contain_text("About your call")
    expect(page.locator("#texts-state")).not_to_contain_text("topics")

    # A train goes into a tunnel: what is typed waits, and says that it does.
    before = len(complaints)
    page.route("**/survey/texts/", lambda route: route.abort())
    page.fill("[name=subject]", "Words of an hour")
    page.press("[name=subject]", "Tab")
    expect(page.get_by_text("Not saved: no answer came.")).to_be_visible()
    assert page.input_value("[name=subject]") == "Words of an hour"
    page.unroute("**/survey/texts/")
    del complaints[before:]
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_load_state()
    assert page.input_value("[name=subject]") == "Words of an hour"

    page.reload()
    assert page.input_value("[name=greeting]") == "Good day {first_name},"
    # Whoever follows the scale of the mail comes to the page, and on to the second step.
    mail.locator("a[href$='score=4']").first.click()
    expect(mail.get_by_role("button", name="Send my 4")).to_be_visible()
    mail.get_by_role("button", name="Send my 4").click()
    expect(mail.get_by_text("Thank you, your 4 is counted.")).to_be_visible()
    assert [one for one in complaints if "400" not in one] == []


@pytest.mark.parametrize("scripts", [False, True])
def test_questions_need_no_script_and_bear_one(world, signed_in, scripts):
    page = signed_in(scripts=scripts)
    page.goto(f"{world.url('survey', world.csat.pk)}?part=questions")
    for text in ("Solved?", "Quick?"):
        if page.locator(".question-card").count():
            page.locator("summary:has-text('Add a question')").click()
        page.fill("#qnew_text", text)
        page.fill("#qnew_more", "Yes\nNo")
        page.get_by_role("button", name="Add question").click()
    page.get_by_role("button", name="Move question 2 up").click()

    expect(page.locator(".question-card h2")).to_have_text(["Quick?", "Solved?"])
    page.get_by_role("button", name="Take question 1 out").click()
    expect(page.locator(".question-card h2")).to_have_text(["Solved?"])
