"""Every page in a real browser: light and dark, wide and on a phone, by rule and by keyboard."""

import gzip
import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Organisation
from metrics.actions.tracking import track_property
from metrics.models import Annotation
from surveys.models import PublicLink
from tests.barriers import WCAG, violations
from tests.builders import (
    a_programme,
    a_receipt,
    a_webhook,
    a_webhook_delivery,
    a_widget,
    an_alert_rule,
    an_import,
    an_invitation,
)
from tests.console.conftest import World
from tests.console.pages import PAGES

pytestmark = pytest.mark.xdist_group("browser")
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# A slow phone: seconds until an answer begins, and bytes a second from then on.
LATENCY, THROUGHPUT = 0.4, 50_000
PAINTED = """() => new Promise((said) => {
  const told = (list) => list.getEntriesByName("first-contentful-paint").length && said(true);
  new PerformanceObserver(told).observe({ type: "paint", buffered: true });
  setTimeout(said, 30000, false);
})"""
LIGHT = 28_000  # bytes of both style sheets, compressed; Tabler alone weighed 79,000


@pytest.fixture(scope="module")
def world(shared_rows):
    """An organisation whose rows the live server sees, with enough answers for scores."""
    return filled_world(datetime.now(tz=UTC).replace(microsecond=0))


def filled_world(now):
    world = World("Acme Mobile", now)
    world.member("owner")
    with world.inside():
        track_property(organisation_id=world.id, key="team", now=now)
        company = world.company("Northwind Joinery")
        people = [world.customer(f"Ada Okafor {n}", company=company) for n in range(3)]
        for number in range(30):
            score = 5 - number % 3
            comment = "Waited 40 minutes, then a kind person helped" if number % 4 else ""
            world.answer(
                score,
                comment,
                customer=people[number % 3],
                at=_earlier(world, number),
                context={"team": "Billing"},
            )
            world.answer(
                number % 11,
                customer=people[number % 3],
                at=_earlier(world, number),
                relational=True,
            )
        world.contact(
            people[0], is_asked=False, rule="resting", last_asked_on="2026-11-01", days=30
        )
        world.fold()
    world.ids = {
        "ada": people[0].pk,
        "ben": people[1].pk,
        "phone": world.phone.pk,
        "csat": world.csat.pk,
    }
    world.ids |= {"company": company.pk, "property": "team", "value": "Billing"}
    with world.inside():
        world.ids["response"] = people[0].responses.first().pk
        by = {"made_at": now, "made_by": "maya@acme.example"}
        note = Annotation.objects.create(**world.own, on_day=now.date(), text="New bills", **by)
        world.ids["annotation"] = note.pk
        world.ids["receipt"] = a_receipt(world.id, now).pk
        link = an_invitation(
            Organisation.objects.get(pk=world.id), world.csat, people[0], channel="link", at=now
        )
        world.ids["link"] = link.pk
        hidden = a_programme(Organisation.objects.get(pk=world.id), metric="nps", is_anonymous=True)
        world.ids["anonymous"] = hidden.pk
        public_link = PublicLink.objects.create(
            **world.own,
            programme=world.csat,
            touchpoint=world.phone,
            name="Receipts, and a name that is longer than any column likes",
            branch="Cardiff",
            created_at=world.now,
            created_by="maya@acme.example",
        )
        widget, _ = a_widget(Organisation.objects.get(pk=world.id), world.csat)
        world.ids["public_link"] = public_link.pk
        world.ids["widget"] = widget.link_id
        webhook = a_webhook(Organisation.objects.get(pk=world.id))
        world.ids["webhook"] = webhook.pk
        world.ids["alert"] = an_alert_rule(Organisation.objects.get(pk=world.id)).pk
        world.ids["delivery"] = a_webhook_delivery(webhook).pk
        world.ids["import"] = an_import(world.own, now).pk
        world.ids["open_import"] = an_import(
            world.own,
            now,
            state="uploaded",
            header=["email", "Why_did_you_not_renew_your_contract_" * 4, "<b>name</b> \u202eeman"],
            meanings=["email", "", "name"],
        ).pk
    return world


def _earlier(world, number):
    return world.now - world.day * (number * 2 + 1)


@pytest.fixture
def signed_in(browser, live_server, world):
    """Call with a colour scheme and a size to have a page of the owner's."""
    contexts = []

    def open_page(scheme="light", viewport=WIDE, *, scripts=True):
        context = browser.new_context(
            base_url=live_server.url,
            color_scheme=scheme,
            viewport=viewport,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        client = Client()
        client.force_login(world.people["owner"])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def complaints_of(page):
    """Collect what the browser complains about: refused styles, refused scripts, lost files."""
    found = []
    page.on("console", lambda told: found.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def addresses(world):
    """Every page; what is handed out as a file shows nothing in a browser."""
    return {
        name: world.url(name, *[world.ids[need] for need in needs])
        for name, needs, *_ in PAGES
        if not name.endswith(("_csv", "_xlsx", "_json", "_html", "_text"))
    }


def test_dark_follows_the_device_and_a_choice_overrides_it(world, signed_in):
    page = signed_in("dark")
    page.goto(world.url("overview"))
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)

    page.get_by_text("You and settings").locator("..").click()
    page.get_by_role("button", name="Light").click()

    assert page.url.endswith(world.url("overview"))
    assert page.evaluate(ground) != dark
    page.goto(world.url("customers"))
    assert page.evaluate(ground) != dark


def test_a_number_opens_its_definition_without_a_script(world, signed_in):
    page = signed_in(scripts=False)
    page.goto(world.url("overview"))
    words = page.get_by_text("Answers 4 and 5 on a scale from 1 to 5.")
    assert not words.is_visible()

    page.get_by_role("button", name="What does Service: CSAT mean?").click()

    assert words.is_visible()


def test_the_figures_behind_a_chart_open_by_keyboard_without_a_script(world, signed_in):
    page = signed_in(scripts=False)
    page.goto(world.url("overview"))
    summary = page.locator("details.figures summary").first
    table = page.get_by_role("region", name="Service over time")
    assert not table.is_visible()

    summary.focus()
    page.keyboard.press("Enter")

    assert table.is_visible()


def test_the_first_tab_skips_to_the_page(world, signed_in):
    page = signed_in()
    page.goto(world.url("overview"))

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_menus_close_on_escape_and_give_the_focus_back(world, signed_in):
    page = signed_in()
    page.goto(world.url("overview"))
    menu = page.locator("details.menu").first
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None

    page.keyboard.press("Escape")

    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_period_of_ones_own_is_chosen_and_kept_in_the_address(world, signed_in):
    page = signed_in(scripts=False)
    page.goto(world.url("overview"))

    page.get_by_text("Custom", exact=True).click()
    page.get_by_label("From", exact=True).fill("2026-01-01")
    page.get_by_label("To, this day included").fill("2026-01-31")
    page.get_by_role("button", name="Show these days").click()

    assert re.search(r"\?from=2026-01-01&to=2026-01-31$", page.url)
    assert page.get_by_text("1 to 31 Jan 2026", exact=False).first.is_visible()


def test_on_a_phone_the_list_of_answers_begins_with_answers(world, signed_in):
    page = signed_in(scripts=False)
    page.goto(world.url("responses"))
    group = page.get_by_label("Group")
    assert group.is_visible()

    page.set_viewport_size(PHONE)
    assert not group.is_visible()
    page.get_by_text("Narrow the list").click()
    group.select_option("low")
    page.get_by_role("button", name="Show", exact=True).click()

    assert page.get_by_label("Group").is_visible()
    assert page.get_by_label("Group").input_value() == "low"


def test_asking_a_customer_shows_the_decision_and_its_reason(world, signed_in):
    page = signed_in(scripts=False)
    page.goto(world.url("customer", world.ids["ada"]))

    page.get_by_text("Ask now").click()
    page.get_by_label("With which programme?").select_option(label="After help")
    page.get_by_role("button", name="Ask", exact=True).click()

    said = page.locator(".notice[role=status]")
    assert "Not asked: this programme asked on" in said.inner_text()
    assert page.locator(".timeline .item").first.inner_text().startswith("Not asked")


def test_a_slow_phone_waits_for_the_page_and_two_light_sheets_alone(world, signed_in):
    page, sheets, held = signed_in(viewport=PHONE), [], []

    def wait(route):
        """Fonts, pictures and scripts never come."""
        kind = route.request.resource_type
        if kind in ("document", "stylesheet"):
            sheets.extend([route.request.url] if kind == "stylesheet" else [])
            route.continue_()
        else:
            held.append(route)

    page.route("**/*", wait)
    page.goto(world.url("overview"), wait_until="commit")

    assert page.evaluate(PAINTED)
    assert held
    assert sorted(url.rpartition("/")[2] for url in sheets) == ["console.css", "tabler.css"]
    assert sum(len(gzip.compress(page.request.get(url).body(), 6)) for url in sheets) <= LIGHT
    for route in held:
        route.abort()


def test_a_slow_phone_sees_the_overview_within_a_second(world, signed_in):
    """Whoever comes to it has signed in, so that the sheets are there: one answer is waited for."""
    page = signed_in(viewport=PHONE)
    entrance = Client().get("/sign-in/").content.decode()  # as a stranger: hers leads on

    answer = page.goto(world.url("overview"))

    weight = answer.request.sizes()["responseBodySize"]
    sheets = page.locator("link[rel=stylesheet]").evaluate_all("all => all.map(one => one.href)")
    assert len(sheets) == 2
    assert [path for path in map(_path, sheets) if path not in entrance] == []
    assert LATENCY + weight / THROUGHPUT < 1
    # Before that the entrance: nothing is there yet, and its style comes with it.
    assert 'rel="stylesheet"' not in entrance
    assert LATENCY + len(gzip.compress(entrance.encode(), 6)) / THROUGHPUT < 0.7
    assert weight * 4 < len(answer.body())


def _path(url):
    return "/" + url.split("/", 3)[3]


# What scrolls sideways, besides what stands in it to be cut and what only screen readers have.
WIDER = """all => all.filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1
    && ["auto", "scroll"].includes(getComputedStyle(one).overflowX)).map(one => one.className)"""


def test_on_paper_the_controls_are_gone_and_the_figures_stay(world, signed_in):
    page = signed_in()
    page.goto(world.url("overview"))

    page.emulate_media(media="print")

    assert not page.locator(".topbar").is_visible()
    assert page.locator(".segments:visible").count() == 0
    assert page.locator(".score b").first.is_visible()
    assert page.locator(".chart svg").first.is_visible()
    # Paper does not scroll: what is wider than it is lost.
    page.set_viewport_size({"width": 700, "height": 1000})
    assert page.locator("main *").evaluate_all(WIDER) == []


@pytest.mark.parametrize("address", ["/sign-in/", "/password/forgotten/", "/nowhere"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_before_the_door_keep_the_rules_too(browser, live_server, world, scheme, address):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    complaints = complaints_of(page)

    page.goto(live_server.url + address)

    assert violations(page, WCAG) == []
    assert [text for text in complaints if "404" not in text] == []
    context.close()
