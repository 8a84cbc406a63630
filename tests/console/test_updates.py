"""Filters, searches and pages of lists change the page in place, for eyes, ears and keyboard."""

import re

import pytest

from tests.console.test_in_browser import WIDE, complaints_of, signed_in, world

__all__ = ["signed_in", "world"]  # the same organisation, the same browser
pytestmark = pytest.mark.xdist_group("browser")
HERE = "window.isSamePage === true"


@pytest.fixture
def page(world, signed_in):
    page = signed_in(viewport=WIDE)
    page.set_default_timeout(8_000)
    page.complaints = complaints_of(page)
    yield page
    assert page.complaints == []


def open_marked(page, address):
    """Open a page and leave a mark that only a new page would lose."""
    page.goto(address)
    page.evaluate("window.isSamePage = true")


def told(page, words):
    """Wait until the page has said what it shows now."""
    page.locator("#told", has_text=words).wait_for(state="attached")


def test_a_period_changes_the_page_in_place_and_says_so(world, page):
    open_marked(page, world.url("journey"))

    page.get_by_role("link", name="30 days").press("Enter")
    page.wait_for_url("**/journey/?days=30")
    told(page, "Journey")

    assert page.evaluate(HERE)
    assert page.get_by_role("link", name="30 days").get_attribute("aria-current") == "true"
    assert page.evaluate("document.activeElement.textContent.trim()") == "30 days"
    assert re.search(r"Journey\. .*compared with", page.locator("#told").inner_text())


def test_a_search_keeps_the_hand_in_its_box(world, page):
    open_marked(page, world.url("customers"))

    page.locator("#id_q").fill("Okafor 1")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/customers/\?q=Okafor(%20|\+)1$"))
    told(page, "Customers")

    assert page.evaluate(HERE)
    assert page.evaluate("document.activeElement.id") == "id_q"
    assert page.locator("#id_q").input_value() == "Okafor 1"
    assert page.locator("tbody tr").count() == 1


def test_the_next_page_begins_at_its_top(world, page):
    with world.inside():
        for number in range(60):
            world.customer(f"Customer {number:02}")
    open_marked(page, world.url("customers"))
    page.get_by_role("link", name="Next page").focus()

    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/?after=*")
    page.get_by_role("link", name="Back to the first page").wait_for()

    assert page.evaluate(HERE)
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(50):  # wait_for_function would be refused by the page's own policy
        if page.evaluate("window.scrollY") == 0:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("window.scrollY") == 0


def test_back_leads_to_the_page_before_and_no_page_is_kept_in_the_browser(world, page):
    open_marked(page, world.url("journey"))
    page.get_by_role("link", name="365 days").click()
    page.wait_for_url("**/journey/?days=365")
    told(page, "Journey")

    kept = page.evaluate("[{...localStorage}, {...sessionStorage}]")
    page.go_back()
    page.wait_for_url(re.compile(r"/journey/$"))
    page.locator(".segments [aria-current]", has_text="90 days").wait_for()

    assert kept == [{}, {"htmx-current-path-for-history": world.url("journey") + "?days=365"}]
    assert page.locator(".segments [aria-current]").inner_text() == "90 days"


def test_an_address_that_makes_no_sense_is_refused_in_place(world, page):
    open_marked(page, world.url("journey"))
    page.get_by_text("Custom", exact=True).click()
    page.get_by_label("From", exact=True).fill("2026-03-01")
    page.get_by_label("To, this day included").fill("2026-01-31")

    page.get_by_role("button", name="Show these days").click()
    page.get_by_role("heading", name="Nothing can be shown for this address").wait_for()

    assert page.evaluate(HERE)
    page.complaints[:] = [text for text in page.complaints if "400" not in text]


def test_whoever_was_signed_out_meanwhile_is_led_to_the_door(world, page):
    open_marked(page, world.url("journey"))
    page.context.clear_cookies()

    page.get_by_role("link", name="30 days").click()
    page.wait_for_url(re.compile(r"/sign-in/\?next="))

    assert page.get_by_role("button", name="Sign in").is_visible()
    assert not page.evaluate("window.isSamePage === true")


def test_what_became_of_interactions_comes_by_itself_and_leaves_the_title(world, page):
    open_marked(page, world.url("touchpoint", world.ids["phone"]))

    page.locator("#asked .funnel").first.wait_for()

    assert page.evaluate(HERE)
    assert page.title().startswith("Phone \u00b7")
    assert page.locator("#asked").count() == 1
