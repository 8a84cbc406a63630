# ruff: noqa: F811  (fixtures of the same browser)
"""Languages and logo in Chromium: mirrored, readable, named, light, and soon there."""

import gzip
import time

import pytest

from tests.accounts.rules.test_logos import a_noisy_png
from tests.barriers import barriers
from tests.respond.test_browser import (  # noqa: F401
    DESK,
    MOST_BYTES,
    PHONE,
    unhurried,
    visit,
)

pytestmark = pytest.mark.django_db(transaction=True)

SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


@pytest.fixture
def branded(ask):
    """Asked by an organisation with the heaviest logo there can be."""
    return ask("csat", logo=a_noisy_png().text)


@pytest.mark.parametrize("language", ["ar", "ja"])
def test_no_page_has_a_barrier_in_another_script(
    visit,
    branded,
    unhurried,
    language,
):
    page = visit(f"{branded.survey}?score=4&lang={language}", java_script_enabled=True)
    for step in ("question", "menu", "why", "thanks", "stop"):
        if step == "menu":
            page.locator(".tongues summary").click()
        elif step == "why":
            page.keyboard.press("Escape")
            page.locator(".n4 button").press("Enter")
            page.wait_for_url("**/why?*")
        elif step == "thanks":
            page.locator(".two button").first.press("Enter")
            page.wait_for_url("**/thanks?*")
        elif step == "stop":
            page.goto(f"{branded.stop}?lang={language}")
        assert (step, barriers(page, PHONE, DESK)) == (step, {})
        assert page.evaluate("document.dir") == ("rtl" if language == "ar" else "ltr")


def test_the_menu_is_opened_and_left_with_the_keyboard_and_stays_on_the_screen(visit, branded):
    page = visit(f"{branded.survey}?score=2")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    box = page.locator(".tongues ul").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Deutsch"
    assert page.locator(":focus").bounding_box()["height"] >= 24
    page.keyboard.press("Enter")
    page.wait_for_url("**lang=de*")
    assert page.locator("input:checked").get_attribute("value") == "2"
    assert page.get_by_role("button", name="Meine 2 senden").is_visible()


def test_a_screen_reader_hears_names_that_make_sense(visit, branded):
    page = visit(f"{branded.survey}?score=4&lang=de")
    heard = page.locator("body").aria_snapshot()
    for said in (
        'img "Acme Mobile"',
        'group "Wie zufrieden waren Sie mit der Hilfe, die Sie bekommen haben?"',
        'heading "Wie zufrieden waren Sie mit der Hilfe, die Sie bekommen haben?" [level=1]',
        'radio "1 Sehr unzufrieden"',
        'radio "4 Zufrieden" [checked]',
        'button "Meine 4 senden"',
    ):
        assert said in heard
    assert heard.count("button") == 1  # of the buttons for other choices nothing is heard
    assert "note_2" not in heard


def test_soon_there_on_a_slow_phone_and_light_with_the_heaviest_logo(visit, branded):
    page = visit("/s/warm")  # the browser runs; what is measured begins with an empty cache
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.send("Network.emulateNetworkConditions", SLOW)
    page.requested.clear()
    began = time.monotonic()
    page.goto(f"{branded.survey}?score=4", wait_until="domcontentloaded")
    page.get_by_role("button", name="Send my 4").click(trial=True)
    took = time.monotonic() - began
    wire.send("Network.emulateNetworkConditions", {**SLOW, "latency": 0, "downloadThroughput": -1})
    assert len(page.requested) == 2
    assert took < 2
    assert page.evaluate("document.images[0].naturalWidth") > 0


@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_fourteen_kilobytes_hold_page_style_and_logo(visit, branded, language):
    page = visit(f"{branded.survey}?score=4&lang={language}")
    assert len(page.requested) == 2
    weight = sum(len(compressed(page.request.get(url).body())) for url in page.requested)
    assert weight <= MOST_BYTES


def compressed(body):
    return gzip.compress(body, 6)
