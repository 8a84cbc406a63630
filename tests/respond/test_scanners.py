"""What opens the links of a mail before its reader does: nothing of it may count."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from kit import tenancy
from surveys.models import Response
from tests.respond.test_answering import form_of, later, stored

pytestmark = pytest.mark.django_db(transaction=True)
EACH = 3  # invitations a profile


def links(asked):
    return [f"{asked.survey}?score={score}" for score in range(11)] + [asked.survey, asked.stop]


def heads_only(asked, browser):
    for link in links(asked):
        assert Client().head(link).status_code == 200


def one_after_the_other(asked, browser):
    for link in links(asked):
        assert Client().get(link).status_code == 200


def all_at_once(asked, browser):
    def visit(link):
        try:
            return Client().get(link).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(links(asked))) as pool:
        assert set(pool.map(visit, links(asked))) == {200}


def prefetching(asked, browser):
    for link in links(asked):
        Client().get(link, headers={"sec-purpose": "prefetch;prerender", "purpose": "prefetch"})


def with_scripts(asked, browser):
    page = browser.new_page()
    for link in links(asked)[::4]:
        page.goto(link)
        page.wait_for_load_state("networkidle")
    page.close()


def sending_the_first_form(asked, browser):
    page = browser.new_page()
    page.goto(links(asked)[0])
    page.evaluate("document.querySelector('form').submit()")
    page.get_by_role("button", name="Yes, send my 0").wait_for()
    page.close()


@pytest.fixture
def chromium(browser, site):
    context = browser.new_context(base_url=site.url)
    yield context
    context.close()


@pytest.mark.parametrize(
    "scan",
    [
        heads_only,
        one_after_the_other,
        all_at_once,
        prefetching,
        with_scripts,
        sending_the_first_form,
    ],
)
def test_no_scanner_answers_and_every_human_after_it_does(ask, customer, chromium, scan):
    people = [ask() for _ in range(EACH)]
    for asked in people:
        scan(asked, chromium)
    expected = [(0, "suspect", "")] if scan is sending_the_first_form else []
    assert [stored(asked) for asked in people] == [expected] * EACH
    for score, asked in enumerate(people, start=7):
        human(customer, asked, score)
        assert stored(asked) == [(score, "counted", "")]
        with tenancy.organisation(asked.organisation.pk):
            assert Response.objects.get().invitation.opted_out_at is None


def human(customer, asked, score):
    """Opens the mail's link, looks, sends; and taps once more where the page asks for it."""
    form = form_of(customer.get(f"{asked.survey}?score={score}"))
    with later(5):
        sent = customer.post(*form)
        if sent.status_code == 200:
            with later(3):
                sent = customer.post(*form_of(sent))
    assert (sent.status_code, sent["Location"]) == (303, f"{asked.survey}/why")
