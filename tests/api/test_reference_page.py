"""The page to read and try the API, in a real browser under its own Content-Security-Policy."""

import pytest
from playwright.sync_api import expect

from tests.api.conftest import a_key, a_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


def test_it_draws_itself_and_calls_the_api_without_a_violation(live_server, page):
    key = a_key(a_world().organisation).text
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/api/v1/docs")
    page.locator("#operations-touchpoints-listTouchpoints").wait_for()
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".dialog-ux input").fill(key)
    page.locator(".dialog-ux button.authorize").click()
    page.locator(".dialog-ux button.btn-done").click()
    operation = page.locator("#operations-touchpoints-listTouchpoints")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table")).to_contain_text("acme-billing")
    assert complaints == []


def test_its_policy_allows_no_foreign_and_no_inline_script(client):
    policy = client.get("/api/v1/docs")["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == "'self'"
    assert "script-src" not in parts
    assert parts["style-src"] == "'self' 'unsafe-inline'"
