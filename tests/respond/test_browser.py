"""The survey in Chromium: keyboard, no script, small phones, contrast, bytes."""

import gzip
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from kit import tenancy
from respond import doubts
from surveys.models import Programme, ResponseRevision
from tests.barriers import barriers, violations
from tests.builders import a_programme
from tests.respond.test_answering import stored

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 320, "height": 568}
DESK = {"width": 1280, "height": 800}
MOST_BYTES = 14 * 1024


@pytest.fixture
def visit(browser, site):
    """Open a page as somebody new: no script, no cookies; what the browser complains of is kept."""
    contexts = []

    def visiting(path, *, viewport=PHONE, **options):
        context = browser.new_context(
            viewport=viewport,
            base_url=site.url,
            **{"java_script_enabled": False, **options},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.requested = []
        page.on("request", lambda request: page.requested.append(request.url))
        page.goto(path)
        return page

    yield visiting
    for context in contexts:
        assert context.cookies() == []
        context.close()


@pytest.fixture
def unhurried(monkeypatch):
    """Every page was shown long enough ago, so that a test need not wait like a human."""
    shown_for(monkeypatch, timedelta(minutes=1))


def shown_for(monkeypatch, time):
    """Let every form be this old when it arrives."""
    judge = doubts.signs_of
    old = time.total_seconds()
    monkeypatch.setattr(doubts, "signs_of", lambda *sent: replace(judge(*sent), seconds=old))


# --- the way through ------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["nps", "csat", "ces"])
def test_with_the_keyboard_alone_and_without_a_script(visit, ask, unhurried, metric):
    asked = ask(metric)
    page = visit(f"{asked.survey}?score=4")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Language:\nEnglish"
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("value") == "4"
    page.keyboard.press("ArrowRight")
    assert page.locator(":focus").is_checked()
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Send my 5"
    page.keyboard.press("Enter")
    page.wait_for_url("**/why")
    assert stored(asked) == [(5, "counted", "")]
    page.keyboard.press("Tab")
    page.keyboard.type("Nobody called back.")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Add this"
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks?*")
    assert stored(asked) == [(5, "counted", "Nobody called back.")]
    assert page.complaints == []


def test_enter_on_the_chosen_point_sends_that_point(visit, asked, unhurried):
    page = visit(f"{asked.survey}?score=4")
    page.get_by_role("radio", name="7").check(force=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**/why")
    assert stored(asked) == [(7, "counted", "")]


def test_a_human_needs_no_second_tap(visit, asked):
    page = visit(f"{asked.survey}?score=8")
    time.sleep(1.1)
    page.get_by_role("button", name="Send my 8").click()
    page.wait_for_url("**/why")
    page.get_by_role("button", name="No more to say").click()
    page.wait_for_url("**/thanks?*")
    assert stored(asked) == [(8, "counted", "")]


def test_a_quick_one_taps_once_more(visit, asked, monkeypatch):
    shown_for(monkeypatch, timedelta(0))
    page = visit(f"{asked.survey}?score=8")
    page.get_by_role("button", name="Send my 8").click()
    yes = page.get_by_role("button", name="Yes, send my 8")
    yes.wait_for()
    assert stored(asked) == [(8, "suspect", "")]
    shown_for(monkeypatch, timedelta(minutes=1))
    yes.click()
    page.wait_for_url("**/why")
    assert stored(asked) == [(8, "counted", "")]


def test_a_double_click_is_one_response(visit, asked, unhurried):
    page = visit(f"{asked.survey}?score=8")
    page.get_by_role("button", name="Send my 8").dblclick(no_wait_after=True)
    page.wait_for_url("**/why")
    page.get_by_role("textbox").fill("Faster.")
    page.get_by_role("button", name="Add this").dblclick(no_wait_after=True)
    page.wait_for_url("**/thanks?*")
    assert stored(asked) == [(8, "counted", "Faster.")]
    with tenancy.organisation(asked.organisation.pk):
        assert ResponseRevision.objects.filter(comment="Faster.").count() == 1


def test_the_back_button_changes_the_mind(visit, asked, unhurried):
    page = visit(f"{asked.survey}?score=8")
    page.get_by_role("button", name="Send my 8").click()
    page.wait_for_url("**/why")
    page.go_back()
    page.get_by_role("radio", name="3").check(force=True)
    page.get_by_role("button", name="Send my 3").click()
    page.wait_for_url("**/why")
    assert stored(asked) == [(3, "counted", "")]


def test_nothing_chosen_sends_nothing(visit, asked):
    page = visit(asked.survey)
    page.get_by_role("button", name="Send", exact=True).click()
    assert page.url.endswith(asked.survey)
    assert stored(asked) == []


def test_words_that_are_too_long_stay_in_the_box(visit, asked, unhurried):
    page = visit(f"{asked.survey}?score=8")
    page.get_by_role("button", name="Send my 8").click()
    page.wait_for_url("**/why")
    words = "Too long. " * 1001
    page.get_by_role("textbox").fill(words)
    page.get_by_role("button", name="Add this").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("textbox").input_value() == words
    assert stored(asked) == [(8, "counted", "")]


def test_unsubscribing_and_undoing(visit, asked):
    with tenancy.organisation(asked.organisation.pk):
        Programme.objects.update(public_name="Rindfleischetikettierungsüberwachungsaufgabengesetz")
        a_programme(asked.organisation, metric="nps")
    page = visit(asked.stop)
    page.get_by_role("button", name="Only stop those about Rindfleisch").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.get_by_role("button", name="Stop them").click()
    page.get_by_role("heading", name="We will not send you such questions again.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="Stop these questions?").wait_for()


# --- how it looks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["nps", "csat", "ces"])
@pytest.mark.parametrize(
    "organisation_name", ["Acme", "Rindfleischetikettierungsüberwachungsaufgabengesetz"]
)
def test_on_a_small_phone_everything_is_in_reach(visit, ask, metric, organisation_name):
    asked = ask(metric, name=organisation_name)
    page = visit(f"{asked.survey}?score=4")
    send = page.get_by_role("button", name="Send my 4").bounding_box()
    assert send["y"] + send["height"] <= PHONE["height"]
    assert send["height"] >= 44
    for point in page.locator(".points label").all():
        box = point.bounding_box()
        assert box["width"] >= 44
        assert box["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_two_rows_that_draw_no_line_at_the_critics(visit, asked):
    page = visit(asked.survey)
    tops = [point.bounding_box()["y"] for point in page.locator(".points label").all()]
    assert tops[:6] == [tops[0]] * 6
    assert tops[6:] == [tops[6]] * 5
    assert tops[6] > tops[0]


def test_one_row_on_a_desk(visit, asked):
    page = visit(asked.survey, viewport=DESK)
    tops = {point.bounding_box()["y"] for point in page.locator(".points label").all()}
    assert len(tops) == 1


def test_every_point_has_the_same_neutral_colour(visit, asked):
    page = visit(asked.survey)
    script = "nodes => nodes.map(node => getComputedStyle(node).backgroundColor)"
    colours = page.locator(".points span").evaluate_all(script)
    assert len(colours) == 11
    assert len(set(colours)) == 1


def test_focus_can_be_seen_and_never_hides_behind_the_button(visit, ask):
    page = visit(ask("ces").survey)
    page.keyboard.press("Tab")
    for _ in range(7):
        page.keyboard.press("Tab" if _ == 0 else "ArrowDown")
        box = page.locator(":focus + span").bounding_box()
        send = page.locator(".send").bounding_box()
        assert box["y"] + box["height"] <= send["y"] + 1
        style = page.locator(":focus + span").evaluate("node => getComputedStyle(node).outline")
        assert "solid 3px" in style or "3px solid" in style


def test_a_right_to_left_page_is_mirrored(visit, asked):
    page = visit(f"{asked.survey}?lang=ar")
    zero, five = (page.locator(".points label").nth(n).bounding_box()["x"] for n in (0, 5))
    assert zero > five


def states(visit, asked, **options):
    """Every page there is, one after the other."""
    page = visit(f"{asked.survey}?score=4", **options)
    yield page
    page.goto(f"{asked.survey}")
    yield page
    page.goto(f"{asked.survey}?score=4")
    page.get_by_role("button", name="Send my 4").click()
    page.wait_for_url("**/why")
    yield page
    page.get_by_role("textbox").fill("x" * 10_001)
    page.get_by_role("button", name="Add this").click()
    page.get_by_role("alert").wait_for()
    yield page
    page.get_by_role("textbox").fill("x")
    page.get_by_role("button", name="Add this").click()
    page.wait_for_url("**/thanks?*")
    yield page
    page.goto(asked.survey)
    yield page
    page.goto(asked.stop)
    yield page
    page.get_by_role("button", name="Stop them").click()
    page.get_by_role("button", name="Undo").wait_for()
    yield page


@pytest.mark.parametrize("accent", ["#ffe600", "#0b5fff"])
def test_no_page_has_a_barrier(visit, ask, unhurried, accent):
    asked = ask(accent=accent)
    for number, page in enumerate(states(visit, asked, java_script_enabled=True)):
        assert (number, barriers(page, PHONE, DESK)) == (number, {})
        # Chromium complains of our 400 and 404 pages themselves, which are meant.
        assert [text for text in page.complaints if "with a status of 40" not in text] == []


def test_one_more_tap_has_no_barrier(visit, asked, monkeypatch):
    shown_for(monkeypatch, timedelta(0))
    page = visit(f"{asked.survey}?score=8", java_script_enabled=True)
    page.get_by_role("button", name="Send my 8").click()
    page.get_by_role("button", name="Yes, send my 8").wait_for()
    assert violations(page) == []


def test_dark_where_the_reader_likes_it_dark(visit, asked):
    script = "getComputedStyle(document.body).backgroundColor"
    assert visit(asked.survey, color_scheme="light").evaluate(script) == "rgb(255, 255, 255)"
    assert visit(asked.survey, color_scheme="dark").evaluate(script) == "rgb(20, 24, 31)"


def test_forced_colours_still_mark_the_choice(visit, asked):
    page = visit(f"{asked.survey}?score=4", forced_colors="active")
    script = "nodes => nodes.map(node => getComputedStyle(node).backgroundColor)"
    colours = page.locator(".points span").evaluate_all(script)
    assert colours.count(colours[4]) == 1


def test_at_twice_the_text_size_nothing_is_lost(visit, ask):
    page = visit(f"{ask('ces').survey}?score=4")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.get_by_role("button", name="Send my 4").is_visible()


# --- what it weighs and what it asks for ----------------------------------------------------------


@pytest.mark.parametrize("metric", ["nps", "csat", "ces"])
def test_two_requests_to_our_own_host_and_few_bytes(visit, ask, site, metric):
    page = visit(f"{ask(metric).survey}?score=4")
    assert len(page.requested) == 2
    assert all(url.startswith(site.url) for url in page.requested)
    weight = sum(len(gzip.compress(page.request.get(url).body(), 6)) for url in page.requested)
    assert weight <= MOST_BYTES
    assert page.complaints == []


def test_looking_writes_no_row_in_any_table(visit, asked, every_row):
    before = every_row(asked)
    for score in range(11):
        visit(f"{asked.survey}?score={score}", java_script_enabled=True)
    visit(asked.stop)
    assert every_row(asked) == before
