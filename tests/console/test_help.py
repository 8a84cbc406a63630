"""Help: one page each, for every role, in one voice, linked from every number."""

from bs4 import BeautifulSoup

from console.shown.glossary import GLOSSARY
from metrics.statistics.proportions import Share, wilson

NAMES = ("help", "help_reading", "help_glossary", "help_limits", "help_plan")
TERMS = [term for chapter in GLOSSARY for term in chapter.terms]


def page(acme, role, name):
    answer = acme.client(role).get(acme.url(name))
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_no_link_of_the_help_leads_where_its_reader_may_not_go(acme):
    for role in ("viewer", "responder", "manager", "owner"):
        client = acme.client(role)
        for name in NAMES:
            links = {link["href"] for link in page(acme, role, name).main.select("a[href]")}
            refused = [link for link in links if client.get(link).status_code != 200]
            assert (role, name, refused) == (role, name, [])


def test_every_word_has_a_place_of_its_own_and_each_number_leads_there(filled):
    acme = filled.world
    shown = page(acme, "viewer", "help_glossary")

    assert [one["id"] for one in shown.select("dt[id]")] == [term.key for term in TERMS]
    assert len({term.key for term in TERMS}) == len(TERMS) == len(shown.select("dd"))
    overview = page(acme, "viewer", "overview")
    numbers = overview.select(".definition")
    leads = overview.select(f'.definition a[href="{acme.url("help_glossary")}"]')
    assert len(leads) == len(numbers) > 3


def test_the_owners_of_the_marks_are_named_on_each_page(acme):
    for name in NAMES:
        marks = page(acme, "viewer", name).select_one(".marks").get_text()
        assert "Bain & Company, Inc., NICE Systems, Inc., and Fred Reichheld" in marks


def test_the_example_is_what_the_engine_says(acme):
    found = wilson(Share(405, 500))

    assert (
        f"{found.low * 100:.0f} to {found.high * 100:.0f}"
        in page(acme, "viewer", "help_reading").get_text()
    )
