"""From the sign-in page to a first sent survey as a newcomer walks it, and how many screens."""

import pytest

from accounts.actions.handover import drain
from accounts.queries.lookups import organisation_of_slug
from kit import clock, tenancy
from surveys.actions.deciding_waves import decide_waiting
from surveys.actions.delivering import Messages
from surveys.actions.suppressing import suppress_address
from surveys.models import Message, Suppression
from tests.barriers import WCAG, barriers
from tests.transports import Scripted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
MOST_SCREENS = 12
PHONE = {"width": 390, "height": 844}
TWELVE = "\n".join(f"c{number}@mail.example, Customer {number}" for number in range(12))
LONG = "Nordlicht Bakery and Coffee Roasters of the Northern Harbour, Limited"


@pytest.fixture
def page(browser, live_server, settings):
    """A phone without scripts, at the demo's sign-in page; its screens are counted."""
    settings.DEMO = True
    settings.DEMO_SIGN_INS = [
        {"role": "owner", "name": "Maya", "email": "maya@acme.example", "password": "x"}
    ]
    settings.PASSWORD_HASHERS = ["tests.console.signin.hashing.CheapHasher"]
    context = browser.new_context(
        viewport=PHONE, base_url=live_server.url, java_script_enabled=False
    )
    page = context.new_page()
    page.set_default_timeout(10000)
    page.screens = []
    page.on(
        "framenavigated",
        lambda frame: page.screens.append(frame.url) if frame is page.main_frame else None,
    )
    page.goto("/sign-in/")
    yield page
    context.close()


def begin(page):
    page.get_by_role("link", name="Start with your own company").click()
    page.get_by_label("Your company").fill(LONG)
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_label("Your name").fill("Nina")
    page.get_by_label("Your e-mail address").fill("nina@bakery.example")
    page.get_by_label("Choose a password").fill("Rye-and-47-buns")
    page.get_by_role("button", name="Create it").click()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Who asks").fill("Nina")
    page.get_by_role("button", name="Save").click()


def choose_and_list(page):
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("button", name="Ask about this: The help they got").click()
    page.get_by_label("Paste up to 50 people").fill(TWELVE)
    page.get_by_label("They are our customers").check()
    page.get_by_role("button", name="Check the list").click()


def house_of(page):
    return organisation_of_slug(page.url.partition("/o/")[2].partition("/")[0])


def somebody_has_opted_out(organisation_id):
    """Said before; in the demo mails leave at any hour, so this test may run at any."""
    with tenancy.organisation(organisation_id):
        suppress_address(
            organisation_id=organisation_id,
            address_key="c7@mail.example",
            programme_id=None,
            reason=Suppression.Reason.OPTED_OUT,
            now=clock.now(),
        )


def barriers_of(page):
    """The last step but one, which no other test shows filled, with scripts this time."""
    context = page.context.browser.new_context(storage_state=page.context.storage_state())
    seen = context.new_page()
    seen.goto(page.url)
    found = barriers(seen, {"width": 1280, "height": 800}, PHONE, rules=WCAG)
    context.close()
    return found


def test_a_newcomer_sends_a_first_survey_within_twelve_screens(page):
    begin(page)
    house = house_of(page)
    page.get_by_role("button", name="Send me a test").click()
    page.get_by_text("A worker is at it").wait_for()
    assert page.url.endswith("/setup/asker/")
    somebody_has_opted_out(house)
    choose_and_list(page)
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text() == (
        "12 people: 11 asked now, 1 not (the customer asked us to stop)"
    )
    assert barriers_of(page) == {}
    page.get_by_role("button", name="Send to me first").click()
    page.get_by_role("button", name="Send to 11").click()
    page.get_by_role("heading", name="Your first survey is on its way").wait_for()
    way_out = Scripted()
    assert decide_waiting(clock=clock.now) == 12
    drain(outbox=Messages(), clock=clock.now, transport=way_out)

    page.reload()

    assert page.get_by_text("11 handed over, 0 answered").is_visible()
    assert sorted(mail.recipient[1] for mail in way_out.mails) == sorted(
        ["nina@bakery.example", *(f"c{n}@mail.example" for n in range(12) if n != 7)]
    )
    with tenancy.organisation(house):
        assert Message.objects.filter(state="sent").count() == 12
    screens = [url for n, url in enumerate(page.screens) if url != page.screens[n - 1] or not n]
    assert len(page.screens) - 1 <= MOST_SCREENS, screens
