"""Every page that can be empty says so in its own words and links to the next act."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from surveys.models import Programme
from tests.console.pages import PAGES
from tests.console.test_setup import Bakery

# The page, what it says while there is nothing, and where its next act is.
EMPTY = {
    "overview": ("Nobody has been asked yet", "setup/"),
    "gap": ("Nothing to compare yet", "programmes/new/"),
    "gap_people": ("Nobody stands here today", "programmes/"),
    "journey": ("No touchpoint yet", "touchpoints/new/"),
    "segments": ("No property is counted by itself yet", "settings/properties/"),
    "compare": ("Neither side has an answer", "setup/"),
    "responses": ("Nobody has answered yet.", "setup/"),
    "doubted": ("No answer was doubted", "settings/answering/"),
    "spoken_new": ("Nothing is asked yet", "programmes/"),
    "tags": ("No tag yet", "responses/"),
    "customers": ("No customers yet", "customers/new/"),
    "asked": ("Nobody was asked in this period", "programmes/"),
    "companies": ("No companies yet", "customers/new/"),
    "touchpoints": ("No touchpoint yet", "touchpoints/new/"),
    "programmes": ("No programme yet", "programmes/new/"),
    "views": ("No view is kept yet", ""),
    "imports": ("Nothing imported yet", "settings/imports/new/"),
    "brand": ("Nothing to show it on yet", "programmes/new/"),
    "properties": ("No property is tracked yet", "settings/imports/"),
    "annotations": ("Nothing written yet", "settings/annotations/new/"),
    "goals": ("Your own history is the better comparison", "settings/goals/service/"),
    "alerts": ("No alert yet", "settings/alerts/new/"),
    "webhooks": ("No webhook yet", "settings/webhooks/new/"),
    "privacy": ("Nobody was erased yet", "settings/privacy/retention/"),
    "keys": ("No key yet", "settings/keys/new/"),
}
# Pages that are never empty: forms, rules that hold from the first day, and the set-up itself.
NEVER = {
    *("customer_new", "touchpoint_new", "programme_new", "annotation_new", "alert_new"),
    *("webhook_new", "key_new", "benchmark_new", "goal_service", "goal_experience"),
    *("import_new", "settings", "sender", "sending", "sending_hours", "answering", "languages"),
    *("definitions", "definition_nps", "definition_csat", "definition_faces", "definition_ces"),
    *("retention", "audit", "members", "setup_look", "setup_asker", "setup_question"),
    *("setup_people", "setup_sent"),
    *("help", "help_reading", "help_glossary", "help_limits", "help_plan"),
}
FILES = ("_csv", "_xlsx", "_json", "_html", "_text")
OF_A_PROGRAMME = {
    "waves": "No wave yet",
    "public_links": "No public link yet",
    "widgets": "No widget yet",
    "delivery": "No mail left",
    "decisions": "No decision in this period",
}


@pytest.fixture
def bakery(db, now):
    return Bakery(now)


def main_of(answer):
    page = BeautifulSoup(answer.content, "html.parser").main
    for menu in page.select(".sidelinks, .sidemenu, .selection, .page-head .btn"):
        menu.decompose()
    return page


def test_every_page_of_an_empty_organisation_has_its_sentence_and_its_next_act(bakery):
    root, wrong = bakery.url("overview"), {}
    for name, (sentence, leads) in EMPTY.items():
        page = main_of(bakery.client.get(bakery.url(name)))
        words = " ".join(page.get_text(" ").split())
        links = {link["href"].partition("?")[0] for link in page.select("a[href]")}
        if sentence not in words or root + leads not in links:
            wrong[name] = (words[:300], sorted(links))

    assert wrong == {}


def test_no_page_is_missing_here():
    pages = {name for name, needs, *_ in PAGES if not needs and not name.endswith(FILES)}

    assert pages == {*EMPTY, *NEVER}
    assert len({sentence for sentence, _ in EMPTY.values()}) >= len(EMPTY) - 1


def test_the_pages_of_a_programme_that_asked_nobody_say_so(bakery):
    bakery.post("setup_question", starter="help")
    with bakery.inside():
        programme_id = Programme.objects.get().pk
    wrong = {}
    for name, sentence in OF_A_PROGRAMME.items():
        address = reverse(f"console:{name}", args=[bakery.slug, programme_id])
        page = main_of(bakery.client.get(address))
        words = " ".join(page.get_text(" ").split())
        acts = page.select(".panel a[href], form[method=post]")
        if sentence not in words or not acts:
            wrong[name] = words[-200:]

    assert wrong == {}


def test_answers_outside_the_period_are_named_and_shown(acme, now):
    with acme.inside():
        acme.answer(5, at=now - acme.day * 400)
        acme.answer(4, at=now - acme.day * 300)
        acme.fold()
    owner = acme.client("owner")
    for name in ("overview", "responses", "compare"):
        page = main_of(owner.get(acme.url(name)))
        shown = page.find("a", string="Show them")

        assert "Your answers run " in page.get_text(" ")
        assert owner.get(acme.url(name) + shown["href"]).status_code == 200
