"""Sign-in in Chromium: by keyboard, without scripts, on a small phone, in light and dark."""

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from accounts.actions.joining import invite
from accounts.queries.joining import token_of
from accounts.rules.actors import Actor
from accounts.rules.roles import Role
from kit.clock import now
from tests.barriers import barriers
from tests.console.signin.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 320, "height": 568}


@pytest.fixture
def visit(browser, live_server):
    """Open a page without scripts as somebody new; what the browser complains of fails the test."""
    contexts = []

    def visiting(path, **options):
        context = browser.new_context(
            viewport=PHONE,
            base_url=live_server.url,
            **{"java_script_enabled": False, **options},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.goto(path)
        return page

    yield visiting
    complaints = [
        each for context in contexts for page in context.pages for each in page.complaints
    ]
    for context in contexts:
        context.close()
    assert complaints == []


def submit(page):
    page.locator("main form .btn-primary").click()


def sign_in(page, user):
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    submit(page)


def test_signing_in_takes_a_keyboard_only(acme, visit):
    page = visit("/sign-in/?next=/you/")
    page.locator("input[name=login]:focus").wait_for()  # a slow machine focuses after the load
    page.keyboard.type(acme.maya.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    # The address before it ends in "/you/" too, so only the page itself tells.
    page.get_by_role("heading", name="Your sign-in").wait_for()


def test_two_steps_are_turned_on_and_asked_for(acme, visit):
    page = visit("/sign-in/?next=/you/two-step/on/")
    sign_in(page, acme.maya)
    page.fill("input[name=password]", PASSWORD)
    submit(page)
    secret = page.locator("code").inner_text()
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 100
    page.fill("input[name=code]", format_hotp_value(hotp_value(secret, period())))
    submit(page)
    assert page.locator("h1").inner_text() == "Recovery codes"
    assert len(page.locator("pre").inner_text().split()) == 10

    other = visit("/sign-in/?next=/you/")
    sign_in(other, acme.maya)
    assert other.locator("h1").inner_text() == "Second step"
    other.fill("input[name=code]", format_hotp_value(hotp_value(secret, period() + 1)))
    submit(other)
    assert other.locator("h1").inner_text() == "Your sign-in"


def period():
    return int(now().timestamp()) // 30


def test_joining_takes_a_name_and_a_password(acme, visit):
    page = visit(link(acme))
    page.fill("input[name=name]", "Nora Lind")
    page.fill("input[name=password]", "Quiet-harbour-91-lamp")
    submit(page)
    page.wait_for_url("**/o/acme-mobile/")


def link(acme):
    invitation = invite(
        organisation_id=acme.id,
        email="nora@acme.example",
        role=Role.VIEWER,
        actor=Actor(name="maya@acme.example"),
        now=now(),
    )
    return f"/join/{token_of(invitation.pk)}/"


OUTSIDE = ["/sign-in/", "/password/forgotten/", "/password/sent/", "/password/set/"]
INSIDE = ["/you/", "/you/password/", "/you/again/", "/sign-out/"]


def test_pages_before_sign_in_can_be_read_by_everybody(acme, visit):
    for path in [*OUTSIDE, link(acme)]:
        check(visit(path, java_script_enabled=True))
    page = visit("/sign-in/", java_script_enabled=True)
    submit(page)
    check(page)


def test_pages_about_ones_sign_in_can_be_read_by_everybody(acme, visit):
    page = visit("/sign-in/?next=/you/", java_script_enabled=True)
    sign_in(page, acme.maya)
    for path in INSIDE:
        page.goto(path)
        check(page)
    page.goto("/you/two-step/on/")
    page.fill("input[name=password]", PASSWORD)
    submit(page)
    check(page)


def check(page):
    assert barriers(page, PHONE) == {}, page.url
